//! A producer's card.

use super::{Place, ProducerCard, TransactionView};
use crate::engine::World;
use crate::kernel::Span;
use crate::model::kafka::message::ErrorCode;
use crate::model::kafka::producer::{Phase, Producer, Transacting};
use crate::model::workload::{Arrivals, KeySpace};

/// So many keys of a list are named, the rest is an ellipsis.
const KEYS_NAMED: usize = 3;

/// What waits for less is only held back a little, again and again.
const STALL_SHOWN: Span = Span::from_millis(100);

pub fn card(world: &World, producer: &Producer, place: Place) -> ProducerCard {
    ProducerCard {
        id: producer.name.clone(),
        label: world.stage.label_of(&producer.name),
        place,
        topic: producer.topic.clone(),
        rate: rate(producer),
        keys: keys(&producer.workload.keys),
        producing: producer.producing,
        running: producer.is_running,
        transaction: producer.transaction().map(|transaction| transaction_view(world, producer, transaction)),
        sent: producer.counts.created,
        acknowledged: producer.counts.acknowledged,
        waiting: producer.waiting(),
        buffer_percent: buffer_percent(producer),
        replay: producer.replay.as_ref().map(|replay| (u64::from(replay.next), u64::from(replay.rows.len()))),
        problem: problem(world, producer),
    }
}

fn buffer_percent(producer: &Producer) -> Option<u64> {
    let percent = producer.buffer_in_use() * 100 / u64::from(producer.config.buffer().max(1));
    (percent >= 50 || producer.stall().is_some()).then_some(percent)
}

fn transaction_view(world: &World, producer: &Producer, transaction: &Transacting) -> TransactionView {
    let now = world.clocks.of(producer.endpoint).count(world.now);
    TransactionView {
        phase: transaction.phase.name(),
        is_open: transaction.phase == Phase::InTransaction,
        open_for: transaction.began_at.map(|at| now.since(at)),
        epoch: producer.identity().epoch,
        committed: transaction.counts.committed,
        aborted: transaction.counts.aborted,
    }
}

fn rate(producer: &Producer) -> String {
    if producer.replay.is_some() {
        return "replaying a file".into();
    }
    match producer.workload.arrivals {
        Arrivals::Manual => "by hand".into(),
        Arrivals::Constant { per_second } => format!("{per_second}, evenly"),
        Arrivals::Poisson { per_second } => format!("{per_second}, Poisson"),
        Arrivals::Bursty { burst_per_second, .. } => format!("bursts of {burst_per_second}"),
    }
}

fn keys(space: &KeySpace) -> String {
    match space {
        KeySpace::None => "no key".into(),
        KeySpace::Uniform { prefix, count } => format!("key: {}", numbered(prefix, *count)),
        KeySpace::Zipf { prefix, count, .. } => format!("key: {}, low numbers hot", numbered(prefix, *count)),
        KeySpace::Listed { keys } => {
            let named: Vec<&str> = keys.iter().take(KEYS_NAMED).map(String::as_str).collect();
            let rest = if keys.len() > KEYS_NAMED { ", …" } else { "" };
            format!("key: {}{rest}", named.join(", "))
        }
    }
}

fn numbered(prefix: &str, count: u32) -> String {
    match count {
        0 | 1 => format!("{prefix}-0"),
        _ => format!("{prefix}-0 … {prefix}-{}", count - 1),
    }
}

fn problem(world: &World, producer: &Producer) -> Option<String> {
    if producer.topic.is_none() {
        return Some("not connected: connect it to a topic".into());
    }
    if !producer.is_running {
        return Some("killed: restart it".into());
    }
    if producer.phase() == Some(Phase::Fenced) {
        let error = producer.last_error.unwrap_or(ErrorCode::ProducerFenced.name());
        return Some(format!("fenced ({error}): it may write no more until it is restarted"));
    }
    let now = world.clocks.of(producer.endpoint).count(world.now);
    if producer.stall().is_some_and(|stall| stall.length(now) >= STALL_SHOWN) {
        let (used, all) = (producer.buffer_in_use(), producer.config.buffer());
        let broker = producer.fullest_broker().map(|broker| format!(", most of them for {}", broker.name()));
        let broker = broker.unwrap_or_default();
        return Some(format!("send() waits for buffer memory: {used} of {all} bytes are in use{broker}"));
    }
    let failed = producer.counts.failed;
    producer.last_error.map(|error| format!("gave up on {failed} records, last for {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;
    use crate::view::stage::stage;

    fn card_of(run: &Run, id: &str) -> ProducerCard {
        stage(run.world()).producers.into_iter().find(|card| card.id.as_str() == id).unwrap()
    }

    #[test]
    fn a_producers_card_says_what_it_makes_and_how_much_of_it_arrived() {
        let mut run = Run::orders();
        run.until_secs(20);
        let card = card_of(&run, "checkout");
        assert_eq!((card.rate.as_str(), card.keys.as_str()), ("100/s, evenly", "key: order-0 … order-39"));
        assert_eq!(card.sent, 2_000);
        assert!(card.acknowledged > 1_900 && card.acknowledged <= card.sent - card.waiting);
        assert_eq!(card.problem, None);
    }

    #[test]
    fn a_producer_that_waits_for_memory_says_so_and_for_whom_it_is_in_use() {
        let mut run = Run::orders();
        run.command(
            r#"{"type": "configure_producer", "producer": "checkout", "config": {"buffer.memory": 262144},
                "workload": {"arrivals": {"kind": "constant", "per_second": 1000}}}"#,
        );
        run.until_secs(5);
        assert_eq!((card_of(&run, "checkout").buffer_percent, card_of(&run, "checkout").problem), (None, None));
        run.command(r#"{"type": "partition", "a": "checkout", "b": "brokers"}"#);
        run.until_secs(10);
        let card = card_of(&run, "checkout");
        assert_eq!(card.buffer_percent, Some(100));
        let problem = card.problem.unwrap_or_default();
        let begin = "send() waits for buffer memory: 262144 of 262144 bytes are in use, most of them for broker-";
        assert!(problem.starts_with(begin), "{problem}");
    }

    #[test]
    fn a_producer_without_a_topic_says_what_to_do() {
        let mut run = Run::orders();
        run.command(r#"{"type": "add_producer", "producer": "idle"}"#);
        let card = card_of(&run, "idle");
        assert_eq!(card.problem.as_deref(), Some("not connected: connect it to a topic"));
        assert_eq!((card.rate.as_str(), card.keys.as_str()), ("by hand", "no key"));
    }

    #[test]
    fn a_replay_shows_how_far_it_is() {
        let mut run = Run::orders();
        let rows = r#"[{"value": "a"}, {"value": "b"}, {"value": "c"}]"#;
        let pace = r#"{"kind": "rate", "per_second": 1}"#;
        run.command(&format!(r#"{{"type": "replay", "producer": "checkout", "rows": {rows}, "pace": {pace}}}"#));
        run.until_millis(1_500);
        assert_eq!(card_of(&run, "checkout").replay, Some((2, 3)));
    }

    #[test]
    fn a_long_list_of_keys_is_cut_short() {
        let listed = |keys: &[&str]| KeySpace::Listed { keys: keys.iter().map(|key| key.to_string()).collect() };
        assert_eq!(keys(&listed(&["a", "b", "c"])), "key: a, b, c");
        assert_eq!(keys(&listed(&["a", "b", "c", "d"])), "key: a, b, c, …");
    }
}
