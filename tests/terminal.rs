//! Sessions at the terminal: what was typed, and below each line what was printed.
//!
//! `$` begins a line that is typed, `@` something else that happens: `@ run 20s`, `@ ctrl-c`, `@ ctrl-d`, `@ tab LINE`,
//! `@ paste LINE` (with `\n` in it), `@ do {COMMAND}` as with the mouse. Below stands what was printed: standard error with
//! `!` before it, the playground's own words with `~`.
//!
//! `UPDATE_TERMINAL=1 cargo test --test terminal` writes the files anew. Look at the difference, and keep it only if you
//! can say why each line of it changed.

use std::path::Path;
use std::{env, fs};

use proptest::prelude::*;

use headwater::engine::Command;
use headwater::kernel::{Span, document};
use headwater::model::refusal::Refusal;
use headwater::scenario::Scenario;
use headwater::session::Session;
use headwater::session::terminal::{Ink, Signal, Terminal};
use headwater::view::command_line::{command_line, otherwise};

macro_rules! sessions {
    ($($name:ident)*) => {
        const SESSIONS: &[&str] = &[$(stringify!($name)),*];

        $(#[test]
        fn $name() {
            play(stringify!($name));
        })*
    };
}

sessions! {
    a_broker_is_killed_and_started_from_the_terminal
    a_consumer_in_a_group_is_a_member_and_leaves_with_ctrl_c
    a_consumer_without_a_group_makes_one_for_as_long_as_it_runs
    a_group_is_deleted_only_when_it_is_empty
    a_group_that_speaks_the_consumer_protocol_shows_epochs_and_targets
    a_group_without_members_is_described_by_what_it_committed
    a_line_for_what_the_mouse_did_is_written_down
    a_plan_of_offsets_is_exported_and_imported
    a_running_group_keeps_its_offsets
    a_shift_beyond_an_end_of_the_log_is_cut_off_there
    a_topic_is_made_grown_configured_and_deleted
    an_empty_stretch_falls_back_to_the_latest_offset
    leaders_are_elected_by_hand
    lines_become_records
    offsets_are_deleted_only_of_topics_that_nobody_reads
    offsets_are_reset_to_a_date_with_and_without_a_zone
    offsets_are_reset_to_every_place
    offsets_of_some_partitions_are_reset
    records_are_deleted_by_a_file_of_offsets
    records_are_printed_as_asked
    records_of_transactions_that_are_open_or_aborted_are_printed_only_to_who_takes_them
    settings_are_described_and_altered
    tab_completes_names
    what_is_wrong_with_a_line_is_said
}

#[test]
fn every_session_in_the_folder_is_played() {
    let files = fs::read_dir(folder()).expect("the folder").map(|file| file.expect("a file").file_name());
    for file in files.map(|name| name.into_string().expect("a name")) {
        let name = file.trim_end_matches(".session");
        assert!(SESSIONS.contains(&name), "{file} is played by no test");
    }
}

/// Of commands that one line says: what is shown for the mouse can be copied and typed.
#[test]
fn a_line_that_is_shown_for_a_command_gives_that_command_when_it_is_typed() {
    let stop = r#"{"type": "stop_group", "group": "inventory"}"#;
    for (before, given) in [
        ("", r#"{"type": "add_topic", "topic": "mail", "config": {"partitions": 2, "retention.ms": 60000}}"#),
        ("", r#"{"type": "remove_topic", "topic": "payments"}"#),
        ("", r#"{"type": "add_partitions", "topic": "orders", "total": 5}"#),
        (
            "",
            r#"{"type": "configure_topic", "topic": "payments", "config": {"segment.bytes": 65536, "retention.ms": -1}}"#,
        ),
        (
            "",
            r#"{"type": "configure_topic", "topic": "payments", "config": {"cleanup.policy": "compact,delete", "min.cleanable.dirty.ratio": 0.25}}"#,
        ),
        ("", r#"{"type": "delete_records", "topic": "orders", "partition": 0, "before": 3}"#),
        ("", r#"{"type": "delete_records", "topic": "orders", "partition": 1}"#),
        ("", r#"{"type": "elect_leaders", "election": "unclean"}"#),
        ("", r#"{"type": "elect_leaders", "election": "preferred", "topic": "orders", "partition": 2}"#),
        ("", r#"{"type": "kill", "consumer": "inventory-1"}"#),
        ("", r#"{"type": "leave", "consumer": "inventory-1"}"#),
        ("", r#"{"type": "kill_broker", "broker": "broker-2"}"#),
        ("", r#"{"type": "shut_down_broker", "broker": "broker-2"}"#),
        ("", r#"{"type": "add_broker", "broker": "broker-4"}"#),
        ("", r#"{"type": "add_consumer", "consumer": "inventory-3", "group": "inventory"}"#),
        (r#"{"type": "kill_broker", "broker": "broker-2"}"#, r#"{"type": "restart_broker", "broker": "broker-2"}"#),
        (r#"{"type": "kill_broker", "broker": "broker-2"}"#, r#"{"type": "wipe_broker", "broker": "broker-2"}"#),
        (r#"{"type": "kill", "consumer": "inventory-1"}"#, r#"{"type": "restart", "consumer": "inventory-1"}"#),
        (stop, r#"{"type": "reset_offsets", "group": "inventory", "topic": "orders", "to": {"kind": "earliest"}}"#),
        (
            stop,
            r#"{"type": "reset_offsets", "group": "inventory", "topic": "orders", "partition": 1, "to": {"kind": "shift_by", "by": -2}}"#,
        ),
        (
            stop,
            r#"{"type": "reset_offsets", "group": "inventory", "topic": "orders", "to": {"kind": "time", "at_us": 2000000}}"#,
        ),
        (stop, r#"{"type": "delete_offsets", "group": "inventory", "topic": "orders"}"#),
        (stop, r#"{"type": "remove_group", "group": "inventory"}"#),
    ] {
        let mut player = Player::new();
        if !before.is_empty() {
            player.session.dispatch(document::from_text(before).expect("a command")).expect("it is in order");
            player.run("2s");
        }
        let command: Command = document::from_text(given).expect("a command");
        let line = command_line(&command, player.session.world()).unwrap_or_else(|| panic!("no line for {given}"));
        let done = player.terminal.enter(&line, &mut player.session, None);
        let printed: Vec<_> = player.terminal.screen.lines().iter().map(|line| line.text.as_str()).collect();
        assert_eq!(done, [command], "{line}\n{printed:#?}");
    }
}

/// Not as a session: whoever teaches the playground another setting need not change a file here.
#[test]
fn every_setting_is_listed_with_where_its_value_comes_from() {
    let mut player = Player::new();
    let mut printed = |line: &str| {
        player.terminal.screen.clear();
        player.terminal.enter(line, &mut player.session, None);
        player.terminal.screen.lines().iter().map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    let has = |printed: Vec<String>, line: &str| assert!(printed.iter().any(|text| text == line), "{printed:#?}");
    printed("kafka-configs --alter --topic orders --add-config segment.bytes=65536");
    let own = "segment.bytes=65536 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:segment.bytes=65536, \
               DEFAULT_CONFIG:log.segment.bytes=1073741824}";
    has(printed("kafka-configs --describe --topic orders --all"), &format!("  {own}"));
    let default = "  cleanup.policy=delete sensitive=false synonyms={DEFAULT_CONFIG:log.cleanup.policy=delete}";
    has(printed("kafka-configs --describe --topic orders --all"), default);
    let of_file = "  group.initial.rebalance.delay.ms=0 sensitive=false \
                   synonyms={STATIC_BROKER_CONFIG:group.initial.rebalance.delay.ms=0, \
                   DEFAULT_CONFIG:group.initial.rebalance.delay.ms=3000}";
    has(printed("kafka-configs --describe --entity-type brokers --entity-name 1 --all"), of_file);
}

/// What lines are made of.
const WORDS: &str = "kafka-topics kafka-console-producer kafka-console-consumer kafka-consumer-groups kafka-configs \
    kafka-leader-election kafka-delete-records kafka-server-start kafka-server-stop kill echo printf cat rm help orders \
    orders:0,1 orders:9 payments inventory nobody mail 1 -1 3 99999999999999999999 9223372036854775807 \
    -9223372036854775808 true a=b parse.key=true retention.ms=-1 segment.bytes=1 PT5S -PT-9223372036854.775808S \
    P99999999999999D 1970-01-01T00:00:02.000 9999-12-31T23:59:59.999+14 T é ' \" | > >> < <<< << ; && $( \\ plan.csv \
    /dev/stdin unclean preferred topics brokers groups server-9.properties";

const OPTIONS: &str = "list describe create alter delete topic partitions replication-factor config group all-groups members \
    verbose state type offsets reset-offsets delete-offsets all-topics to-earliest to-latest to-current to-offset shift-by \
    to-datetime by-duration from-file execute export entity-type entity-name add-config delete-config all broker \
    election-type partition all-topic-partitions path-to-json-file offset-json-file property producer-property \
    consumer-property from-beginning offset max-messages timeout-ms node-id include timeout";

const PHRASES: [&str; 5] = [
    "'a b'",
    "$(seq 3)",
    "$(pgrep -f 'client.id=inventory-1( |$)')",
    r#"'{"partitions":[{"topic":"orders","partition":0,"offset":3}]}'"#,
    "for n in $(seq 3); do echo a; done",
];

fn piece() -> impl Strategy<Value = String> {
    let words: Vec<&str> = WORDS.split_whitespace().chain(PHRASES).collect();
    let options: Vec<&str> = OPTIONS.split_whitespace().collect();
    let option = prop::sample::select(options).prop_map(|option| format!("--{option}"));
    prop_oneof![4 => prop::sample::select(words).prop_map(str::to_owned), 5 => option, 1 => "[ -~]{0,6}"]
}

/// A tool to begin with, and options that are more likely to be right than chance would have it.
fn line() -> impl Strategy<Value = String> {
    let begin = prop::sample::select(vec![
        "",
        "kafka-topics --describe",
        "kafka-topics --create --topic",
        "kafka-consumer-groups --reset-offsets --execute --group inventory --topic orders",
        "kafka-consumer-groups --reset-offsets --execute --all-topics --group inventory",
        "kafka-consumer-groups --delete-offsets --group inventory --topic",
        "kafka-consumer-groups --describe --all-groups",
        "kafka-console-consumer --topic orders",
        "kafka-console-producer --topic orders",
        "kafka-configs --alter --topic orders --add-config",
        "kafka-leader-election --election-type preferred",
        "echo a:b | kafka-console-producer --topic payments",
        "kill -TERM $(pgrep -f 'group inventory( |$)')",
    ]);
    (begin, prop::collection::vec(piece(), 0..6)).prop_map(|(begin, rest)| format!("{begin} {}", rest.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is typed, completed, interrupted: no line panics, and the run goes on.
    #[test]
    fn no_line_panics(lines in prop::collection::vec(line(), 1..8), cut in 0usize..80) {
        let mut player = Player::new();
        for line in lines {
            player.terminal.complete(&line, cut, player.session.world());
            player.terminal.enter(&line, &mut player.session, None);
            player.run("1s");
            if player.terminal.is_busy() {
                player.terminal.signal(Signal::Interrupt, "", &mut player.session, None);
            }
        }
    }
}

#[test]
fn what_the_terminal_does_is_part_of_the_run_and_can_be_undone() {
    let mut player = Player::new();
    player.terminal.enter("kafka-topics --create --topic mail", &mut player.session, None);
    let scenario = document::to_line(&player.session.scenario());
    assert!(scenario.contains(r#""type":"add_topic","topic":"mail""#), "{scenario}");
    assert!(player.session.undo().expect("it can be undone"));
    assert!(!player.session.world().cluster.topics.contains_key("mail"));
}

#[test]
fn a_run_that_may_only_be_looked_at_is_not_changed() {
    let mut player = Player::new();
    let lock = Refusal::new("link", "this run is only to be looked at");
    let done = player.terminal.enter("kafka-topics --create --topic mail", &mut player.session, Some(&lock));
    assert!(done.is_empty() && !player.session.world().cluster.topics.contains_key("mail"));
    let said = &player.terminal.screen.lines().last().expect("something is said").text;
    assert!(said.ends_with("this run is only to be looked at"), "{said}");
    player.terminal.enter("kafka-topics --list --exclude-internal", &mut player.session, Some(&lock));
    assert_eq!(player.terminal.screen.lines().last().map(|line| line.text.as_str()), Some("payments"));
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal")
}

/// A topic of three partitions, forty records of ten keys, and a group of two that has read them; nothing moves on its own.
const RUN: &str = r#"{
  "version": 1, "name": "terminal", "title": "Terminal", "seed": 7,
  "cluster": {
    "client_latency": {"distribution": "constant", "us": 1000},
    "broker_latency": {"distribution": "constant", "us": 1000},
    "group.initial.rebalance.delay.ms": 0
  },
  "commands": [
    {"type": "add_topic", "topic": "orders", "config": {"partitions": 3, "replication.factor": 3}},
    {"type": "add_topic", "topic": "payments", "config": {"partitions": 1, "replication.factor": 1}},
    {"type": "add_producer", "producer": "checkout", "topic": "orders"},
    {"type": "add_group", "group": "inventory", "topics": ["orders"],
     "config": {"auto.offset.reset": "earliest", "session.timeout.ms": 6000, "heartbeat.interval.ms": 1000}},
    {"type": "add_consumer", "consumer": "inventory-1", "group": "inventory"},
    {"type": "add_consumer", "consumer": "inventory-2", "group": "inventory"},
    {"at_us": 1000000, "type": "publish", "producer": "checkout", "key": "a", "value": "boots", "partition": 0, "count": 20},
    {"at_us": 2000000, "type": "publish", "producer": "checkout", "key": "b", "value": "tent", "partition": 1, "count": 12},
    {"at_us": 3000000, "type": "publish", "producer": "checkout", "value": "rope", "partition": 2, "count": 8}
  ]
}"#;

/// Plays a session and compares it with what it was.
fn play(name: &str) {
    let path = folder().join(format!("{name}.session"));
    let written = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let played = Player::new().play(&written);
    if env::var_os("UPDATE_TERMINAL").is_some() {
        fs::write(&path, &played).expect("the file can be written");
        return;
    }
    assert!(written == played, "{name}: this was printed instead:\n{played}");
}

struct Player {
    session: Session,
    terminal: Terminal,
    said: String,
    shown: u64,
}

impl Player {
    fn new() -> Player {
        let scenario: Scenario = document::from_text(RUN).expect("the run is a scenario");
        let session = Session::open(&scenario).expect("it opens");
        let mut player = Player { session, terminal: Terminal::default(), said: String::new(), shown: 0 };
        player.run("10s");
        player
    }

    fn play(mut self, written: &str) -> String {
        for line in written.lines() {
            if let Some(typed) = line.strip_prefix("$ ").or(line.strip_prefix("> ")) {
                self.terminal.enter(typed, &mut self.session, None);
            } else if let Some(other) = line.strip_prefix("@ ") {
                self.said += &format!("{line}\n");
                self.happen(other);
                self.copy("~ ");
            } else if line.starts_with('#') {
                self.said += &format!("{line}\n");
            }
            self.copy("");
        }
        self.said
    }

    fn happen(&mut self, what: &str) {
        let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
        let session = &mut self.session;
        match verb {
            "run" => self.run(rest),
            "ctrl-c" => drop(self.terminal.signal(Signal::Interrupt, rest, session, None)),
            "ctrl-d" => drop(self.terminal.signal(Signal::EndOfInput, rest, session, None)),
            "paste" => drop(self.terminal.enter(&rest.replace("\\n", "\n"), session, None)),
            "tab" => {
                let completion = self.terminal.complete(rest, rest.len(), session.world());
                self.copy("~ ");
                self.said += &format!("={}|\n", completion.line);
            }
            "do" => {
                let command = document::from_text(rest).expect("a command");
                let words = command_line(&command, session.world()).or_else(|| otherwise(&command));
                session.dispatch(command).expect("the command is in order");
                self.terminal.overhear(&words.unwrap_or_default());
            }
            other => panic!("nothing is called @ {other}"),
        }
    }

    /// A tenth of a second at a time, as the page does.
    fn run(&mut self, span: &str) {
        let seconds: u64 = span.trim_end_matches('s').parse().expect("a number of seconds");
        for _ in 0..seconds * 10 {
            let to = self.session.now() + Span::from_millis(100);
            self.session.seek(to).expect("nothing is refused");
            self.terminal.tick(&mut self.session, None);
        }
    }

    /// What was printed since. A line that nobody typed here, `^C` or what Tab leaves behind, is marked, or it would be
    /// typed when the file is played again.
    fn copy(&mut self, typed: &str) {
        let shown = self.shown;
        for line in self.terminal.screen.lines().iter().filter(|line| line.number >= shown) {
            let mark = match line.ink {
                Ink::Typed => typed,
                Ink::Out => "",
                Ink::Error => "! ",
                Ink::Note => "~ ",
            };
            self.said += format!("{mark}{}\n", line.text).as_str();
            self.shown = line.number + 1;
        }
    }
}
