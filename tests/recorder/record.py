#!/usr/bin/env python3
"""Records what a real client's rebalance callbacks say, for `tests/client_traces.rs`.

The client is librdkafka, as `confluent-kafka` brings it, and the brokers are its own mock cluster, which speaks Kafka's
protocol over TCP and coordinates groups of both protocols. Every member is a process of its own, so that it can be killed
or frozen. `tests/traces/` holds what came of it; no test runs this script.

    python3 -m venv venv && venv/bin/pip install confluent-kafka==2.16.1
    venv/bin/python tests/recorder/record.py tests/traces            # all scenarios, six minutes
    venv/bin/python tests/recorder/record.py tests/traces join kill  # some

A trace says, in milliseconds since its beginning, what was done (`steps`), which callbacks the members had
(`callbacks`), and the first offset that each read of a partition after it was assigned (`positions`).
"""

import ctypes
import json
import pathlib
import signal
import subprocess
import sys
import threading
import time

import confluent_kafka as ck

TOPIC = "orders"
PARTITIONS = 6
CLASSIC = {"session.timeout.ms": 6000, "heartbeat.interval.ms": 500, "max.poll.interval.ms": 7000}
EAGER = {"partition.assignment.strategy": "range", **CLASSIC}
COOPERATIVE = {"partition.assignment.strategy": "cooperative-sticky", **CLASSIC}
CONSUMER = {"group.protocol": "consumer", "max.poll.interval.ms": 7000}
BROKERS = {
    "brokers": 3,
    "group.initial.rebalance.delay.ms": 3000,
    "group.consumer.session.timeout.ms": 6000,
    "group.consumer.heartbeat.interval.ms": 1000,
}

# What is done after how many seconds. `start` and `produce` begin a trace; a record goes to each partition.
TWO = [(0, "produce", 3), (0, "start", "a"), (1, "start", "b")]
ONE_THEN_TWO = [(0, "produce", 3), (0, "start", "a"), (6, "start", "b"), (20, "end", None)]
ONE_THEN_TWO_THEN_THREE = ONE_THEN_TWO[:-1] + [(20, "start", "c"), (36, "end", None)]
SCENARIOS = {
    "join": (EAGER, ONE_THEN_TWO),
    "join_together": (EAGER, TWO + [(12, "end", None)]),
    "leave": (EAGER, TWO + [(12, "close", "b"), (26, "end", None)]),
    "kill": (EAGER, TWO + [(12, "kill", "b"), (30, "end", None)]),
    "freeze": (EAGER, TWO + [(12, "freeze", "b"), (30, "thaw", "b"), (46, "end", None)]),
    "hang": (EAGER, TWO + [(12, "hang", "b"), (30, "unhang", "b"), (46, "end", None)]),
    "cooperative_handover": (COOPERATIVE, ONE_THEN_TWO_THEN_THREE),
    "cooperative_kill": (COOPERATIVE, TWO + [(12, "kill", "b"), (30, "end", None)]),
    "consumer_handover": (CONSUMER, ONE_THEN_TWO[:-1] + [(14, "close", "a"), (22, "end", None)]),
    "consumer_leave": (CONSUMER, ONE_THEN_TWO[:-1] + [(20, "close", "b"), (32, "end", None)]),
    "consumer_kill": (CONSUMER, ONE_THEN_TWO[:-1] + [(20, "kill", "b"), (36, "end", None)]),
    "resume": (
        EAGER,
        [(0, "produce", 3), (0, "start", "a"), (8, "close", "a"), (9, "produce", 2), (10, "start", "b"), (18, "end", None)],
    ),
    "resume_after_a_crash": (
        {**EAGER, "auto.commit.interval.ms": 60000},
        [(0, "produce", 3), (0, "start", "a"), (8, "kill", "a"), (9, "produce", 2), (10, "start", "b"), (24, "end", None)],
    ),
}


def member(config):
    """A consumer that polls, until it is told otherwise on standard input; says on standard output what happens to it."""

    def say(**what):
        print(json.dumps({"at": time.monotonic(), **what}), flush=True)

    waits_for = set()

    def took(callback, partitions, incremental):
        numbers = sorted(it.partition for it in partitions)
        say(callback=callback, incremental=incremental, partitions=numbers)
        waits_for.update(numbers) if callback == "assign" else waits_for.difference_update(numbers)

    # librdkafka takes only the call that belongs to the protocol in use, and so says which one that is.
    def incrementally(partitions, incremental, at_once):
        try:
            incremental(partitions)
            return True
        except ck.KafkaException:
            at_once()
            return False

    def on_assign(consumer, partitions):
        took("assign", partitions, incrementally(partitions, consumer.incremental_assign, lambda: consumer.assign(partitions)))

    def on_revoke(consumer, partitions):
        took("revoke", partitions, incrementally(partitions, consumer.incremental_unassign, consumer.unassign))

    def on_lost(consumer, partitions):
        took("lost", partitions, incrementally(partitions, consumer.incremental_unassign, consumer.unassign))

    orders = []
    threading.Thread(target=lambda: orders.extend(iter(sys.stdin.readline, "")), daemon=True).start()
    consumer = ck.Consumer(config)
    say(step="start")
    consumer.subscribe([TOPIC], on_assign=on_assign, on_revoke=on_revoke, on_lost=on_lost)
    hangs = False
    while True:
        if orders:
            order = orders.pop(0).strip()
            say(step=order)
            if order == "close":
                consumer.close()
                return
            hangs = order == "hang"
        if hangs:
            time.sleep(0.05)
            continue
        message = consumer.poll(0.05)
        if message is not None and not message.error() and message.partition() in waits_for:
            waits_for.remove(message.partition())
            say(position=[message.partition(), message.offset()])


def mock_cluster():
    """Starts brokers with a topic, by librdkafka's C interface; returns where they are."""
    [path] = pathlib.Path(ck.__file__).parent.parent.glob("confluent_kafka.libs/librdkafka*")
    rdkafka = ctypes.CDLL(str(path))
    pointers = ["rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"]
    for function in pointers:
        getattr(rdkafka, function).restype = ctypes.c_void_p
    rdkafka.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    error, producer = ctypes.create_string_buffer(512), 0
    client = rdkafka.rd_kafka_new(producer, ctypes.c_void_p(rdkafka.rd_kafka_conf_new()), error, len(error))
    cluster = ctypes.c_void_p(rdkafka.rd_kafka_mock_cluster_new(ctypes.c_void_p(client), BROKERS["brokers"]))
    rdkafka.rd_kafka_mock_topic_create(cluster, TOPIC.encode(), PARTITIONS, 3)
    delay = BROKERS["group.initial.rebalance.delay.ms"]
    rdkafka.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, delay)
    session, heartbeat = BROKERS["group.consumer.session.timeout.ms"], BROKERS["group.consumer.heartbeat.interval.ms"]
    rdkafka.rd_kafka_mock_set_group_consumer_session_timeout_ms(cluster, session)
    rdkafka.rd_kafka_mock_set_group_consumer_heartbeat_interval_ms(cluster, heartbeat)
    return rdkafka.rd_kafka_mock_cluster_bootstraps(cluster).decode()


class Recording:
    def __init__(self, settings):
        self.settings = settings
        self.bootstrap = mock_cluster()
        self.host = ck.Producer({"bootstrap.servers": self.bootstrap, "log_level": 2})
        self.host.list_topics(TOPIC, timeout=10)
        self.began = time.monotonic()
        self.steps, self.callbacks, self.positions = [], [], []
        self.members, self.listeners = {}, []

    def now(self):
        return round((time.monotonic() - self.began) * 1000)

    def produce(self, count):
        for _ in range(count):
            for partition in range(PARTITIONS):
                self.host.produce(TOPIC, b"value", partition=partition)
        self.host.flush(10)
        self.steps.append({"at_ms": self.now(), "do": "produce", "count": count})

    def start(self, name):
        config = {
            "bootstrap.servers": self.bootstrap,
            "group.id": "g",
            "client.id": name,
            "auto.offset.reset": "earliest",
            "log_level": 2,
            **self.settings,
        }
        arguments = [sys.executable, __file__, "--member", json.dumps(config)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        self.members[name] = process
        listener = threading.Thread(target=self.listen, args=(name, process))
        listener.start()
        self.listeners.append(listener)

    def listen(self, name, process):
        for line in process.stdout:
            said = json.loads(line)
            at_ms = round((said.pop("at") - self.began) * 1000)
            if "step" in said:
                self.steps.append({"at_ms": at_ms, "do": said["step"], "member": name})
            elif "position" in said:
                partition, offset = said["position"]
                self.positions.append({"at_ms": at_ms, "member": name, "partition": partition, "offset": offset})
            else:
                self.callbacks.append({"at_ms": at_ms, "member": name, **said})

    def signal(self, name, verb, number):
        self.steps.append({"at_ms": self.now(), "do": verb, "member": name})
        self.members[name].send_signal(number)

    def do(self, verb, what):
        signals = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP, "thaw": signal.SIGCONT}
        if verb == "produce":
            self.produce(what)
        elif verb == "start":
            self.start(what)
        elif verb in signals:
            self.signal(what, verb, signals[verb])
        elif verb != "end":
            print(verb, file=self.members[what].stdin, flush=True)

    def play(self, script):
        for after, verb, what in script:
            time.sleep(max(0, self.began + after - time.monotonic()))
            self.do(verb, what)
        ended = self.now()
        for process in self.members.values():
            process.kill()
        for listener in self.listeners:
            listener.join()
        return ended


def record(name):
    settings, script = SCENARIOS[name]
    recording = Recording(settings)
    ended = recording.play(script)
    at = lambda event: event["at_ms"]
    return {
        "client": f"librdkafka {ck.libversion()[0]}, with its mock cluster",
        "brokers": BROKERS,
        "settings": settings,
        "partitions": PARTITIONS,
        "steps": sorted(recording.steps, key=at),
        "ended_ms": ended,
        "callbacks": sorted((it for it in recording.callbacks if at(it) < ended), key=at),
        "positions": sorted((it for it in recording.positions if at(it) < ended), key=at),
    }


def as_text(trace):
    """An event a line, so that traces can be compared."""

    def value(it):
        if isinstance(it, list) and it and isinstance(it[0], dict):
            return "[\n" + ",\n".join("    " + json.dumps(event) for event in it) + "\n  ]"
        return json.dumps(it)

    return "{\n" + ",\n".join(f'  "{key}": {value(it)}' for key, it in trace.items()) + "\n}\n"


def main():
    if sys.argv[1] == "--member":
        return member(json.loads(sys.argv[2]))
    folder = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:] or SCENARIOS:
        print(name, flush=True)
        (folder / f"{name}.json").write_text(as_text(record(name)))


if __name__ == "__main__":
    main()
