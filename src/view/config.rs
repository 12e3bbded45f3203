//! Every part's configuration: the real property names, what they are set to, what Kafka's default is, what they do.

use serde::Serialize;
use serde_json::Value;

use crate::engine::World;
use crate::kernel::{Delay, document};
use crate::model::Name;

/// Texts for the inspector. What is no Kafka property says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub name: &'static str,
    pub value: String,
    pub default: String,
    pub doc: &'static str,
}

/// Property and what it does, in the order in which people look for them.
type Docs = &'static [(&'static str, &'static str)];

pub fn topic(world: &World, name: &Name) -> Vec<Property> {
    world.cluster.topics.get(name).map_or_else(Vec::new, |topic| properties(&topic.config, TOPIC))
}

pub fn producer(world: &World, name: &Name) -> Vec<Property> {
    world.producers.get(name).map_or_else(Vec::new, |producer| properties(&producer.config, PRODUCER))
}

/// What members of the group start with from now on.
pub fn group(world: &World, name: &Name) -> Vec<Property> {
    world.groups.get(name).map_or_else(Vec::new, |group| properties(&group.config, CONSUMER))
}

pub fn cluster(world: &World) -> Vec<Property> {
    properties(&world.cluster.config, CLUSTER)
}

fn properties<C: Serialize + Default>(config: &C, docs: Docs) -> Vec<Property> {
    let (now, default) = (fields(config), fields(&C::default()));
    let property = |&(name, doc): &(&'static str, &'static str)| Property {
        name,
        value: text(&now[name]),
        default: text(&default[name]),
        doc,
    };
    docs.iter().map(property).collect()
}

/// What differs from the defaults, Kafka's own properties only: names and values, in the order of the alphabet.
pub fn settings<C: Serialize + Default>(config: &C) -> Vec<(String, String)> {
    let (now, default) = (fields(config), fields(&C::default()));
    let now = now.as_object().into_iter().flatten();
    let changed = now.filter(|(name, value)| !value.is_object() && default[name.as_str()] != **value);
    let mut changed: Vec<(String, String)> = changed.map(|(name, value)| (name.clone(), text(value))).collect();
    changed.sort_unstable();
    changed
}

fn fields(config: &impl Serialize) -> Value {
    document::to_value(config)
}

/// As a property file writes it.
fn text(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(_) => document::from_value(value.clone()).map_or_else(|_| document::to_text(value), delay),
        plain => document::to_text(plain),
    }
}

fn delay(delay: Delay) -> String {
    match delay {
        Delay::Constant { us } => us.to_string(),
        Delay::Uniform { min_us, max_us } => format!("{min_us} to {max_us}"),
        Delay::Exponential { min_us, mean_us } => format!("{mean_us} on average, at least {min_us}, exponential"),
    }
}

const TOPIC: Docs = &[
    ("partitions", "How many logs the topic is divided into. It can grow and never shrink."),
    ("replication.factor", "On how many brokers each partition is kept."),
    (
        "min.insync.replicas",
        "With fewer in-sync replicas, acks=all is refused (NOT_ENOUGH_REPLICAS) and nothing new can be read.",
    ),
    (
        "unclean.leader.election.enable",
        "Whether a replica that is not in sync may lead when no other can. What it lacks is lost.",
    ),
    ("segment.bytes", "A log's active file is closed, and a new one begun, when it would grow beyond this."),
    ("segment.ms", "An append begins a new file as well if the active one's first record is older than this."),
    (
        "cleanup.policy",
        "delete: retention deletes whole files that are old enough or too many. compact: the last value of each key is \
         kept, what it replaces is cleaned away. Or both: compact,delete.",
    ),
    ("retention.ms", "A file goes when its newest record is older than this. -1: never."),
    ("retention.bytes", "The oldest files go while the rest of a partition has as many bytes as this. -1: never."),
    (
        "min.cleanable.dirty.ratio",
        "A log is cleaned when more than this part of what could be clean is not: not yet looked at since it was written.",
    ),
    ("min.compaction.lag.ms", "What is younger than this is not cleaned."),
    (
        "max.compaction.lag.ms",
        "A log with something older than this that was not cleaned yet is cleaned whatever its ratio. -1: no limit.",
    ),
    (
        "delete.retention.ms",
        "How long a cleaned log keeps tombstones (null values), so that slow readers learn of the deletion.",
    ),
    ("max.message.bytes", "The largest batch that the broker takes (MESSAGE_TOO_LARGE)."),
];

const PRODUCER: Docs = &[
    ("acks", "Whose confirmation a batch waits for: nobody's (0), the leader's (1), every in-sync replica's (all)."),
    ("linger.ms", "How long a batch waits for more records before it is sent."),
    (
        "batch.size",
        "A batch that has so many bytes is sent at once. Without keys, the next one goes to another partition.",
    ),
    ("enable.idempotence", "Numbers every batch, so that the broker drops what a retry delivers twice."),
    (
        "max.in.flight.requests.per.connection",
        "How many requests may wait for an answer. With several and without idempotence, a retry can change the order.",
    ),
    ("request.timeout.ms", "How long to wait for an answer before the request is sent again."),
    ("delivery.timeout.ms", "How long to try in all, waiting in the batch included, before giving a record up."),
    ("retry.backoff.ms", "How long to wait before sending a batch again."),
    (
        "partitioner.adaptive.partitioning.enable",
        "Whether records without a key go rather to partitions for which few batches wait.",
    ),
    (
        "partitioner.availability.timeout.ms",
        "Records without a key do not go to a partition whose broker has taken nothing, of what is ready for it, for longer \
         than this. 0: off.",
    ),
    ("max.request.size", "The largest record, and the largest request."),
    (
        "buffer.memory",
        "How many bytes may wait or be on the wire; every batch takes batch.size of them. If all are in use, send() waits, \
         and the application with it.",
    ),
    ("max.block.ms", "How long send() waits for buffer memory before the record fails (BufferExhaustedException)."),
    ("metadata.max.age.ms", "How often to ask anew which partitions there are and who leads them."),
    (
        "transactional.id",
        "Set, everything is sent in transactions. Whoever starts with the same id fences off who had it before, and aborts \
         what that one left open.",
    ),
    ("transaction.timeout.ms", "A transaction that is open for longer is aborted by its coordinator."),
    (
        "commit_after_ms",
        "How long the application keeps a transaction open before it commits; 0: until somebody does it by hand. Not a \
         Kafka property.",
    ),
    ("abort_percent", "Of a hundred transactions, how many the application aborts instead. Not a Kafka property."),
];

const CONSUMER: Docs = &[
    (
        "group.protocol",
        "classic: members join together and one of them assigns. consumer: the coordinator assigns and leads each there. \
         share: everybody reads every partition, and each record goes to one member. In Kafka that is another client, \
         KafkaShareConsumer.",
    ),
    (
        "partition.assignment.strategy",
        "How the group's leader divides the partitions; of several, the one that all members know and most prefer. For \
         the classic protocol: range, roundrobin, sticky, cooperative-sticky.",
    ),
    (
        "group.remote.assignor",
        "How the coordinator divides them, for the consumer protocol: uniform or range; its own choice if not set.",
    ),
    (
        "group.instance.id",
        "Set, a member is static: it keeps its place over a restart, until its session times out. Every member needs an \
         id of its own; client.id stands for each member's own name.",
    ),
    (
        "auto.offset.reset",
        "Where to start without a committed offset, or with one that is out of range. Not otherwise.",
    ),
    ("session.timeout.ms", "After so long without a heartbeat the coordinator takes a member out of the group."),
    ("heartbeat.interval.ms", "How often the background thread sends a heartbeat; a third of the session at most."),
    (
        "max.poll.interval.ms",
        "How long the application may take between two calls of poll(); also how long a rebalance waits for a member.",
    ),
    ("max.poll.records", "The most records that one poll() returns."),
    ("enable.auto.commit", "Whether poll() commits on its own what earlier polls returned."),
    ("auto.commit.interval.ms", "How often it does."),
    (
        "isolation.level",
        "read_uncommitted: everything up to the high watermark, aborted or not. read_committed: up to the last stable \
         offset, and nothing that was aborted.",
    ),
    ("output_topic", "Where the application writes a record for each that it has processed. Not a Kafka property."),
    (
        "processing.guarantee",
        "When offsets are committed: before the work (at_most_once), after it (at_least_once), or in the transaction that \
         the output is written in (exactly_once_v2). A property of Kafka Streams; elsewhere, the order of calls in the loop.",
    ),
    ("transaction.timeout.ms", "With exactly_once_v2: a transaction that is open for longer is aborted."),
    ("fetch.min.bytes", "A broker answers a fetch when it has so much to give, ..."),
    ("fetch.max.wait.ms", "... or after so long."),
    ("fetch.max.bytes", "The most that one fetch brings."),
    ("max.partition.fetch.bytes", "The most that one fetch brings of a partition."),
    ("request.timeout.ms", "How long to wait for an answer."),
    ("retry.backoff.ms", "How long to wait before trying to join again."),
    (
        "metadata.max.age.ms",
        "How often to ask for new partitions: the leader notices them then, and the group rebalances.",
    ),
    (
        "share.auto.offset.reset",
        "Where a share group begins in a partition that it has never read: earliest or latest.",
    ),
    (
        "share.acknowledgement.mode",
        "implicit: the next poll() accepts what the last one returned. explicit: the application accepts, releases or \
         rejects each record.",
    ),
    ("release_percent", "Of a hundred records, how many are given back, in explicit mode. Not a Kafka property."),
    ("reject_percent", "Of the others, how many can never be processed. Not a Kafka property."),
    ("service_time", "How long the application works on a record. Not a Kafka property: it is the code around poll()."),
];

const CLUSTER: Docs = &[
    ("brokers", "How many brokers there are. Not a Kafka property."),
    ("racks", "The brokers' racks (broker.rack), in turn. Replicas of a partition go to different ones."),
    ("broker.heartbeat.interval.ms", "How often a broker tells the controller that it is alive."),
    ("broker.session.timeout.ms", "After so long without one the controller fences it, and others lead."),
    (
        "replica.lag.time.max.ms",
        "A follower that has not caught up for so long is taken out of the in-sync replicas; checked every half of it.",
    ),
    ("log.retention.check.interval.ms", "How often a broker looks for files to delete; first after half a minute."),
    ("log.cleaner.backoff.ms", "How long the cleaner of compacted logs sleeps when there is nothing to clean."),
    (
        "leader.imbalance.check.interval.seconds",
        "How often the controller gives leadership back to preferred replicas (auto.leader.rebalance.enable).",
    ),
    (
        "eligible.leader.replicas.version",
        "1: remembers who may lead when the in-sync replicas are too few (KIP-966). 0: the last one in sync stays listed.",
    ),
    ("group.initial.rebalance.delay.ms", "How long a group that was empty waits for more members before it forms."),
    ("group.min.session.timeout.ms", "The shortest session.timeout.ms that a consumer may ask for."),
    ("group.max.session.timeout.ms", "The longest."),
    ("group.max.size", "The most members that a group can have."),
    ("group.consumer.session.timeout.ms", "In the consumer protocol, the session's length is the broker's to say."),
    ("group.consumer.heartbeat.interval.ms", "And so is the heartbeats' interval."),
    ("group.consumer.max.size", "The most members that a group with the consumer protocol can have."),
    ("group.share.session.timeout.ms", "After so long without a heartbeat a member of a share group is out."),
    ("group.share.heartbeat.interval.ms", "How often members of share groups send one."),
    ("group.share.max.size", "The most members that a share group can have."),
    ("group.share.record.lock.duration.ms", "How long a member has a record to itself; then it is on offer again."),
    ("group.share.delivery.count.limit", "After so many deliveries a record is given up (archived)."),
    ("group.share.partition.max.record.locks", "How many records of a partition a share group may have in flight."),
    ("offsets.retention.minutes", "How long offsets are kept that nobody has use for."),
    ("offsets.retention.check.interval.ms", "How often the coordinator looks for those that have expired."),
    (
        "offsets.topic.num.partitions",
        "Partitions of __consumer_offsets: hash of the group's name, modulo this, says who coordinates it.",
    ),
    ("replica.fetch.wait.max.ms", "How long a follower's fetch waits at the leader when there is nothing new."),
    ("client_latency", "One way between a client and a broker. Not a Kafka property."),
    ("broker_latency", "One way between two brokers. Not a Kafka property."),
    ("loss_ppm", "Messages lost between clients and brokers, in parts per million. Not a Kafka property."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Span;
    use crate::model::kafka::config::{ClusterConfig, ConsumerConfig, ProducerConfig, TopicConfig};
    use crate::view::fixture::Run;

    fn check<C: Serialize + Default>(docs: Docs) {
        let fields = fields(&C::default());
        let mut documented: Vec<&str> = docs.iter().map(|(name, _)| *name).collect();
        documented.sort_unstable();
        let mut there: Vec<&String> = fields.as_object().unwrap().keys().collect();
        there.sort_unstable();
        assert_eq!(documented, there);
        assert!(docs.iter().all(|(_, doc)| doc.ends_with(['.', ')'])));
    }

    #[test]
    fn every_property_is_shown_and_explained() {
        check::<TopicConfig>(TOPIC);
        check::<ProducerConfig>(PRODUCER);
        check::<ConsumerConfig>(CONSUMER);
        check::<ClusterConfig>(CLUSTER);
    }

    fn find(properties: Vec<Property>, name: &str) -> (String, String) {
        let found = properties.into_iter().find(|property| property.name == name).unwrap();
        (found.value, found.default)
    }

    #[test]
    fn a_value_stands_beside_kafkas_default() {
        let run = Run::orders();
        let group = || group(run.world(), &"inventory".into());
        assert_eq!(find(group(), "session.timeout.ms"), ("10000".into(), "45000".into()));
        assert_eq!(find(group(), "partition.assignment.strategy").0, "range, cooperative-sticky");
        assert_eq!(find(group(), "group.instance.id").0, "null");
        assert_eq!(find(group(), "service_time"), ("1 ms".into(), "0 s".into()));
        assert_eq!(find(producer(run.world(), &"checkout".into()), "acks").0, "all");
        assert_eq!(find(topic(run.world(), &"orders".into()), "partitions"), ("3".into(), "1".into()));
        assert_eq!(find(cluster(run.world()), "client_latency").0, "500 µs to 1.5 ms");
    }

    #[test]
    fn a_delay_reads_as_a_phrase() {
        let mean = Delay::Exponential { min_us: Span::from_millis(1), mean_us: Span::from_millis(5) };
        assert_eq!(delay(mean), "5 ms on average, at least 1 ms, exponential");
    }

    #[test]
    fn a_part_that_is_not_there_has_no_properties() {
        let run = Run::orders();
        let nobody = Name::from("nobody");
        assert!(topic(run.world(), &nobody).is_empty() && producer(run.world(), &nobody).is_empty());
        assert!(group(run.world(), &nobody).is_empty());
    }
}
