//! What happened, in a sentence: for those who listen instead of watching, and for the marks on the time line.
//!
//! Sentences begin with a part's label and have no full stop, so that several can be joined. They are in plain words,
//! and name the protocol's term or the property where there is one.

mod broker;
mod consumer;
mod group;
mod network;
mod parts;
mod transaction;

use crate::engine::{Observation, World};
use crate::model::fact::{Fact, SettleReason, Subject};
use crate::model::kafka::coordinator::client_id_of;
use crate::model::{Name, TopicPartition};

/// So many of a list are named, the rest is counted.
const NAMED_MAX: usize = 4;

/// The observation as a sentence; `None` for the data path, and for what goes on all the time or is told by another.
pub fn announce(observation: &Observation, world: &World) -> Option<String> {
    let fact = &observation.fact;
    if is_routine(fact) {
        return None;
    }
    match &observation.subject {
        Subject::Producer(name) => parts::producer(world, name, fact),
        Subject::Topic(name) => parts::topic(world, name, fact),
        Subject::Group(name) => group::sentence(world, name, fact),
        Subject::Consumer(name) => consumer::sentence(world, name, fact),
        Subject::Network => network::sentence(world, fact),
        Subject::Stage => parts::renamed(fact),
        Subject::Partition(name) => broker::partition(world, name, fact),
        Subject::Broker(name) => broker::sentence(world, name, fact),
    }
}

/// Goes on all the time while records move: by far the most of what is observed, and never told.
fn is_routine(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::BatchSent { .. }
            | Fact::BatchAcknowledged { .. }
            | Fact::Appended { .. }
            | Fact::HighWatermarkAdvanced { .. }
            | Fact::Polled { .. }
            | Fact::Processed { .. }
            | Fact::OffsetsCommitted { .. }
            | Fact::OffsetsPending { .. }
            | Fact::TransactionBegun
            | Fact::TransactionStateChanged { .. }
            | Fact::MarkerWritten { .. }
            | Fact::ReadOver { .. }
            | Fact::RecordsAcquired { .. }
            | Fact::ShareSettled { why: SettleReason::Acknowledged, archived: 0, .. }
    )
}

/// What a part is called.
fn label(world: &World, name: &Name) -> String {
    world.stage.label_of(name)
}

/// What the consumer behind a member id is called.
fn member(world: &World, member_id: &Name) -> String {
    world.stage.label_of(&client_id_of(member_id))
}

/// `1 record`, `2 records`.
fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `orders-0, orders-1 and orders-2`; of many, the first and how many more.
fn listed(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    if items.len() > NAMED_MAX {
        let more = items.len() - (NAMED_MAX - 1);
        items.truncate(NAMED_MAX - 1);
        items.push(format!("{more} more"));
    }
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn partitions(partitions: &[TopicPartition]) -> String {
    listed(partitions.iter().map(TopicPartition::to_string))
}

fn offsets(offsets: &[(TopicPartition, u64)]) -> String {
    listed(offsets.iter().map(|(partition, offset)| format!("{partition} to {offset}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    /// Everything that is said of a run, in order.
    pub fn heard(run: &Run) -> Vec<String> {
        run.observations.iter().filter_map(|observation| announce(observation, run.world())).collect()
    }

    /// What is said from now on until `secs`.
    fn heard_until(run: &mut Run, secs: u64) -> Vec<String> {
        run.until_secs(secs);
        let heard = heard(run);
        run.observations.clear();
        heard
    }

    fn stable() -> Run {
        let mut run = Run::orders();
        run.until_secs(20);
        run.observations.clear();
        run
    }

    #[test]
    fn the_forming_of_a_group_is_told_step_by_step() {
        let mut run = Run::orders();
        let heard = heard_until(&mut run, 20);
        let about_the_group: Vec<&str> = heard
            .iter()
            .map(String::as_str)
            .filter(|text| text.contains("generation") || text.contains("now reads"))
            .collect();
        let formed = "inventory formed generation 1 of 2 members; inventory-1 leads it and assigns by range";
        assert!(about_the_group[0] == formed || about_the_group[0] == formed.replace("-1 leads", "-2 leads"));
        assert_eq!(about_the_group[1], "inventory is stable in generation 1: the leader has assigned the partitions");
        assert!(about_the_group.contains(&"inventory-1 now reads orders-0 and orders-1"));
        assert!(about_the_group.contains(&"inventory-2 now reads orders-2"));
    }

    #[test]
    fn a_kill_is_told_from_the_death_to_the_new_owner() {
        let mut run = stable();
        run.command(r#"{"type": "kill", "consumer": "inventory-2"}"#);
        let heard = heard_until(&mut run, 40);
        assert_eq!(heard[0], "inventory-2 was killed; its group will miss it after session.timeout.ms, 10 s");
        let timed_out = "inventory-2 sent no heartbeat for 10 s (session.timeout.ms) and was taken out of inventory";
        assert!(heard.iter().any(|text| text == timed_out), "{heard:#?}");
        let because = "inventory rebalances because the session of inventory-2 timed out";
        assert!(heard.iter().any(|text| text == because), "{heard:#?}");
        let taken = "inventory-1 now reads orders-0, orders-1 and orders-2";
        assert!(heard.iter().any(|text| text == taken), "{heard:#?}");
    }

    #[test]
    fn while_nothing_but_records_move_nothing_is_said() {
        assert_eq!(heard_until(&mut stable(), 60), Vec::<String>::new());
    }

    #[test]
    fn of_transactions_it_is_told_what_goes_wrong_and_not_that_one_is_committed() {
        let mut run = Run::orders();
        run.command(
            r#"{"type": "configure_producer", "producer": "checkout", "workload": {"arrivals": {"kind": "constant",
                "per_second": 10}}, "config": {"transactional.id": "shop", "transaction.timeout.ms": 5000}}"#,
        );
        run.until_secs(20);
        run.observations.clear();
        assert_eq!(heard_until(&mut run, 22), Vec::<String>::new());
        run.command(r#"{"type": "kill_producer", "producer": "checkout"}"#);
        let killed = "checkout was killed; what it left open is aborted after transaction.timeout.ms";
        let timed_out =
            "shop left its transaction open for longer than transaction.timeout.ms: its coordinator aborts it";
        assert_eq!(heard_until(&mut run, 40), [killed, timed_out]);
    }

    #[test]
    fn a_rewind_is_told() {
        let mut run = stable();
        run.command(
            r#"{"type": "seek", "group": "inventory", "topic": "orders", "partition": 2, "to": {"kind": "earliest"}}"#,
        );
        let heard = heard_until(&mut run, 21);
        assert!(
            heard[0].starts_with("inventory-2 seeks in orders-2 from ") && heard[0].ends_with(" to 0"),
            "{heard:?}"
        );
    }

    #[test]
    fn labels_are_used_instead_of_ids() {
        let mut run = stable();
        run.command(r#"{"type": "rename", "node": "inventory-2", "label": "Bob"}"#);
        run.command(r#"{"type": "leave", "consumer": "inventory-2"}"#);
        let heard = heard_until(&mut run, 21);
        assert_eq!(heard[0], "inventory-2 is called Bob now");
        assert_eq!(heard[1], "Bob gives up orders-2");
        assert_eq!(heard[2], "Bob has closed itself and said goodbye to its group");
        assert!(heard.contains(&"Bob left inventory".into()), "{heard:?}");
    }

    #[test]
    fn a_long_list_is_cut_short() {
        let letters =
            |count: usize| listed(["a", "b", "c", "d", "e", "f"].iter().take(count).map(|letter| letter.to_string()));
        assert_eq!(letters(1), "a");
        assert_eq!(letters(4), "a, b, c and d");
        assert_eq!(letters(6), "a, b, c and 3 more");
    }
}
