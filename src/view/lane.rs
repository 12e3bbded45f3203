//! The cells of one partition's lane, read anew for every frame. Cells are the records of the leader's log: who they were
//! processed by comes from the groups' ledgers, for reading leaves no mark on a record.

use crate::engine::{Coverage, World};
use crate::model::TopicPartition;
use crate::model::kafka::broker::Partition;
use crate::model::log::{Batch, Kind, Outcome};

/// One record, as its cell shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub offset: u64,
    /// Which hue its key has: the key's number; `None` without a key.
    pub key: Option<u32>,
    /// A null value: where the topic is compacted, its key was deleted.
    pub is_tombstone: bool,
    /// Above the high watermark: written by the leader, not yet by every in-sync replica, not yet readable.
    pub uncommitted: bool,
    /// The most often that any one group processed it; 2 and more is shown as `×2`.
    pub times_processed: u32,
    pub standing: Standing,
}

/// What it is to transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// In none, or in one that was committed.
    #[default]
    Settled,
    /// Its transaction is open.
    Undecided,
    Aborted,
    /// No record: a transaction ends here.
    Marker(Outcome),
}

/// What the lane of `partition` shows from offset `from` on, at most `count` cells, ascending. What was deleted or is
/// still to come has no cell.
pub fn cells(world: &World, partition: &TopicPartition, from: u64, count: u32) -> Vec<Cell> {
    let Some(leader) = world.shown_replica(partition) else { return Vec::new() };
    let from = from.max(leader.log.start());
    let to = leader.log.end().min(from.saturating_add(u64::from(count)));
    let readers: Vec<&Coverage> =
        world.groups.values().filter_map(|group| group.ledger.coverage().get(partition)).collect();
    let cell = |batch: &Batch, index: u32| {
        let (key, offset) = (batch.records.key(index), batch.offset(index));
        Cell {
            offset,
            key: key.is_some().then(|| key.index() as u32),
            is_tombstone: batch.records.is_tombstone(index),
            uncommitted: offset >= leader.high_watermark,
            times_processed: readers.iter().map(|coverage| coverage.times(offset)).max().unwrap_or(0),
            standing: standing(leader, batch),
        }
    };
    let mut cells = Vec::new();
    for batch in leader.log.batches_from(from).take_while(|batch| batch.base_offset < to) {
        cells.extend(batch.indexes(from, to).map(|index| cell(batch, index)));
        let is_within = batch.base_offset >= from;
        cells.extend(batch.marker().filter(|_| is_within).map(|outcome| marker(leader, batch.base_offset, outcome)));
    }
    cells
}

fn marker(leader: &Partition, offset: u64, outcome: Outcome) -> Cell {
    let (uncommitted, standing) = (offset >= leader.high_watermark, Standing::Marker(outcome));
    Cell { offset, key: None, is_tombstone: false, uncommitted, times_processed: 0, standing }
}

/// What a batch's records are to transactions.
pub fn standing(leader: &Partition, batch: &Batch) -> Standing {
    let Some(stamp) = batch.stamp.filter(|stamp| stamp.kind == Kind::Transactional) else { return Standing::Settled };
    let mut open = leader.transactions.open();
    if open.any(|(producer, first)| producer == stamp.producer && batch.base_offset >= first) {
        Standing::Undecided
    } else if leader.transactions.is_aborted(stamp.producer, batch.base_offset) {
        Standing::Aborted
    } else {
        Standing::Settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    #[test]
    fn compaction_leaves_offsets_without_a_cell_and_a_null_value_is_a_tombstone() {
        let mut run = Run::orders();
        for command in [
            r#"{"type": "add_topic", "topic": "t", "config": {"cleanup.policy": "compact", "segment.bytes": 1024}}"#,
            r#"{"type": "add_producer", "producer": "p", "topic": "t", "config": {"batch.size": 0}}"#,
            r#"{"type": "publish", "producer": "p", "key": "a", "count": 20}"#,
        ] {
            run.command(command);
        }
        run.until_secs(16);
        let cells = cells(run.world(), &TopicPartition::new(&"t".into(), 0), 0, 50);
        let offsets: Vec<u64> = cells.iter().map(|cell| cell.offset).collect();
        assert_eq!(offsets, [13, 14, 15, 16, 17, 18, 19], "the last of the closed segment, and the active one");
        assert!(cells.iter().all(|cell| cell.is_tombstone));
    }

    #[test]
    fn transactions_show_what_is_undecided_what_was_aborted_and_where_they_end() {
        let mut run = Run::orders();
        let mut say = |command: &str, until: u64| {
            run.command(command);
            run.until_secs(until);
            cells(run.world(), &TopicPartition::new(&"t".into(), 0), 0, 9)
                .into_iter()
                .map(|cell| cell.standing)
                .collect::<Vec<_>>()
        };
        say(r#"{"type": "add_topic", "topic": "t"}"#, 1);
        let config = r#"{"transactional.id": "t", "commit_after_ms": 0}"#;
        say(&format!(r#"{{"type": "add_producer", "producer": "p", "topic": "t", "config": {config}}}"#), 2);
        let publish = r#"{"type": "publish", "producer": "p", "value": "x"}"#;
        let end = |outcome: &str| format!(r#"{{"type": "end_transaction", "producer": "p", "outcome": "{outcome}"}}"#);
        assert_eq!(say(publish, 3), [Standing::Undecided]);
        assert_eq!(say(&end("abort"), 4), [Standing::Aborted, Standing::Marker(Outcome::Abort)]);
        say(publish, 5);
        assert_eq!(say(&end("commit"), 6)[2..], [Standing::Settled, Standing::Marker(Outcome::Commit)]);
    }

    fn orders(partition: u32) -> TopicPartition {
        TopicPartition::new(&"orders".into(), partition)
    }

    #[test]
    fn a_window_of_cells_begins_and_ends_where_it_was_asked_to() {
        let mut run = Run::orders();
        run.until_secs(20);
        let offsets = |from, count| -> Vec<u64> {
            cells(run.world(), &orders(0), from, count).into_iter().map(|cell| cell.offset).collect()
        };
        assert_eq!(offsets(17, 4), [17, 18, 19, 20]);
        let end = run.world().leader(&orders(0)).unwrap().log.end();
        assert_eq!(offsets(end - 2, 100), [end - 2, end - 1]);
        assert!(offsets(end, 100).is_empty());
        assert!(cells(run.world(), &orders(9), 0, 10).is_empty());
    }

    #[test]
    fn equal_keys_have_equal_numbers_and_no_key_has_none() {
        let mut run = Run::orders();
        run.command(r#"{"type": "set_producing", "producer": "checkout", "producing": "off"}"#);
        for key in [r#""key": "a","#, r#""key": "b","#, r#""key": "a","#, ""] {
            run.command(&format!(r#"{{"type": "publish", "producer": "checkout", {key} "partition": 1}}"#));
        }
        run.until_secs(1);
        let keys: Vec<Option<u32>> = cells(run.world(), &orders(1), 0, 9).into_iter().map(|cell| cell.key).collect();
        let [a, b, again, none] = keys[..] else { panic!("four records, not {keys:?}") };
        assert_eq!((a, none), (again, None));
        assert_ne!(a, b);
    }

    #[test]
    fn a_record_is_uncommitted_until_every_replica_has_it() {
        let mut run = Run::orders();
        let mut has_seen_uncommitted = false;
        for millis in 1_000..1_100 {
            run.until_millis(millis);
            let leader = run.world().leader(&orders(0)).unwrap();
            let high_watermark = leader.high_watermark;
            for cell in cells(run.world(), &orders(0), 0, 1_000) {
                assert_eq!(cell.uncommitted, cell.offset >= high_watermark);
                has_seen_uncommitted |= cell.uncommitted;
            }
        }
        assert!(has_seen_uncommitted, "replication takes time");
    }

    #[test]
    fn a_record_that_a_group_processed_again_is_marked() {
        let mut run = Run::orders();
        run.until_secs(10);
        assert!(cells(run.world(), &orders(0), 0, 10).iter().all(|cell| cell.times_processed == 1));
        run.command(
            r#"{"type": "seek", "group": "inventory", "topic": "orders", "to": {"kind": "offset", "offset": 3}}"#,
        );
        run.until_secs(11);
        let times: Vec<u32> =
            cells(run.world(), &orders(0), 0, 6).into_iter().map(|cell| cell.times_processed).collect();
        assert_eq!(times, [1, 1, 1, 2, 2, 2]);
    }
}
