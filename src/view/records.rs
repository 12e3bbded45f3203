//! The record browser: what is in a partition, and how each record came to be there.

use super::date::date_time;
use super::lane::{Standing, standing};
use crate::engine::World;
use crate::kernel::Time;
use crate::model::kafka::partitioner::{partition_for_hash, to_positive};
use crate::model::log::{Batch, Records, Value};
use crate::model::workload::KeyId;
use crate::model::{Name, TopicPartition};

/// Of longer keys and values the beginning is shown.
const TEXT_MAX: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    pub offset: u64,
    /// The record's own, where a file gave one; else the moment of its creation in the run.
    pub timestamp: String,
    /// The same in microseconds since 1970, which is when virtual time begins.
    pub timestamp_us: i64,
    pub created_at: Time,
    /// As text, lossy where it is not UTF-8.
    pub key: Option<String>,
    /// A generated value is described. `None`: the value is null, in a compacted topic a tombstone.
    pub value: Option<String>,
    pub value_bytes: u32,
    pub headers: Vec<(Name, Name)>,
    /// Of the key's bytes.
    pub murmur2: Option<i32>,
    /// From the key to the partition, written out.
    pub arithmetic: String,
    pub standing: Standing,
    /// How often each group has processed it, by label; those that read the topic or have read the record.
    pub processed: Vec<(String, u32)>,
}

/// At most `count` records from offset `from` on, ascending; those above the high watermark included.
pub fn records(world: &World, partition: &TopicPartition, from: u64, count: u32) -> Vec<RecordRow> {
    let Some(leader) = world.shown_replica(partition) else { return Vec::new() };
    let from = from.max(leader.log.start());
    let to = leader.log.end().min(from.saturating_add(u64::from(count)));
    let batches = leader.log.batches_from(from).take_while(|batch| batch.base_offset < to);
    let mut rows = Vec::new();
    for batch in batches {
        let standing = standing(leader, batch);
        rows.extend(batch.indexes(from, to).map(|index| RecordRow { standing, ..row(world, partition, batch, index) }));
    }
    rows
}

fn row(world: &World, partition: &TopicPartition, batch: &Batch, index: u32) -> RecordRow {
    let records = &batch.records;
    let key = records.key(index);
    let extra = records.extra(index);
    let timestamp_us = extra.and_then(|extra| extra.timestamp_us);
    RecordRow {
        offset: batch.offset(index),
        timestamp: timestamp_us.map_or_else(|| records.stamped_at(index).to_string(), date_time),
        timestamp_us: records.timestamp_us(index),
        created_at: records.created_at(index),
        key: world.keys.bytes(key).map(text),
        value: value(records, index),
        value_bytes: records.value_bytes(index),
        headers: extra.map_or_else(Vec::new, |extra| extra.headers.to_vec()),
        murmur2: key.is_some().then(|| world.keys.hash(key)),
        arithmetic: arithmetic(world, partition, key),
        standing: Standing::Settled,
        processed: processed(world, partition, batch.offset(index)),
    }
}

fn processed(world: &World, partition: &TopicPartition, offset: u64) -> Vec<(String, u32)> {
    let mut processed = Vec::new();
    for (name, spec) in &world.groups {
        let times = spec.ledger.times(partition, offset);
        if times > 0 || spec.topics.contains(&partition.topic) {
            processed.push((world.stage.label_of(name), times));
        }
    }
    processed
}

fn value(records: &Records, index: u32) -> Option<String> {
    let Some(extra) = records.extra(index) else {
        return Some(format!("{} bytes, generated", records.value_bytes(index)));
    };
    match extra.value.as_ref()? {
        Value::Text(value) => Some(text(value.as_bytes())),
        Value::Row(rows, row) => Some(text(rows.value(*row))),
    }
}

fn arithmetic(world: &World, partition: &TopicPartition, key: KeyId) -> String {
    let Some(key_bytes) = world.keys.bytes(key) else {
        return "no key: the producer's sticky partitioner filled this partition with a batch".into();
    };
    let count = world.cluster.topics[&partition.topic].partitions.len() as u32;
    let (hash, is) = (world.keys.hash(key), partition.partition);
    let (positive, by_key) = (to_positive(hash), partition_for_hash(hash, count));
    let key = text(key_bytes);
    let sum = format!("murmur2(\"{key}\") = {hash}; & 0x7fffffff = {positive}; mod {count} partitions = {by_key}");
    if by_key == is {
        return sum;
    }
    format!("{sum}. It is in partition {is}: its partition was given, or there were fewer partitions then")
}

fn text(bytes: &[u8]) -> String {
    if bytes.len() <= TEXT_MAX {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    format!("{}… ({} bytes)", String::from_utf8_lossy(&bytes[..TEXT_MAX]), bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    /// The records of partition `n`, after `publish` alone.
    fn published(publish: &str, n: u32) -> Vec<RecordRow> {
        let mut run = Run::orders();
        run.command(r#"{"type": "set_producing", "producer": "checkout", "producing": "off"}"#);
        run.until_secs(1);
        run.command(&format!(r#"{{"type": "publish", "producer": "checkout", {publish}}}"#));
        run.until_secs(2);
        records(run.world(), &TopicPartition::new(&"orders".into(), n), 0, 10)
    }

    #[test]
    fn a_key_shows_how_it_led_to_its_partition() {
        let rows = published(r#""key": "21", "value": "boots", "headers": {"source": "shop"}"#, 0);
        let [row] = &rows[..] else { panic!("in partition 0, not {rows:?}") };
        assert_eq!(row.murmur2, Some(-973_932_308));
        assert_eq!(row.arithmetic, ARITHMETIC);
        assert_eq!((row.key.as_deref(), row.value.as_deref()), (Some("21"), Some("boots")));
        assert_eq!(row.headers, [("source".into(), "shop".into())]);
        assert_eq!(row.timestamp, "0:01.000");
    }

    const ARITHMETIC: &str = "murmur2(\"21\") = -973932308; & 0x7fffffff = 1173551340; mod 3 partitions = 0";

    #[test]
    fn a_record_that_is_not_where_its_key_leads_says_why() {
        let rows = published(r#""key": "21", "partition": 1"#, 1);
        let why = "It is in partition 1: its partition was given, or there were fewer partitions then";
        assert_eq!(rows[0].arithmetic, format!("{ARITHMETIC}. {why}"));
    }

    #[test]
    fn a_record_without_a_key_says_that_the_sticky_partitioner_chose() {
        let rows = published(r#""value": "boots", "partition": 2"#, 2);
        assert_eq!((rows[0].key.as_deref(), rows[0].murmur2), (None, None));
        assert!(rows[0].arithmetic.starts_with("no key: "));
    }

    #[test]
    fn a_null_value_is_no_value_and_an_empty_one_is() {
        assert_eq!(published(r#""key": "k", "partition": 0"#, 0)[0].value, None);
        assert_eq!(published(r#""key": "k", "value": "", "partition": 0"#, 0)[0].value.as_deref(), Some(""));
    }

    #[test]
    fn a_generated_value_is_described() {
        let mut run = Run::orders();
        run.until_secs(2);
        let rows = records(run.world(), &TopicPartition::new(&"orders".into(), 0), 5, 3);
        assert_eq!(rows.iter().map(|row| row.offset).collect::<Vec<_>>(), [5, 6, 7]);
        assert_eq!(rows[0].value.as_deref(), Some("200 bytes, generated"));
    }

    #[test]
    fn a_record_of_a_file_keeps_its_own_date_and_a_long_value_is_cut() {
        let mut run = Run::orders();
        let long = "x".repeat(3_000);
        let rows = format!(r#"[{{"key": "k", "timestamp_us": 0, "value": "{long}"}}]"#);
        let pace = r#"{"kind": "original", "percent": 100}"#;
        run.command(&format!(r#"{{"type": "replay", "producer": "checkout", "rows": {rows}, "pace": {pace}}}"#));
        run.until_secs(1);
        let all = (0..3).flat_map(|n| records(run.world(), &TopicPartition::new(&"orders".into(), n), 0, 1_000));
        let row = all.into_iter().find(|row| row.value_bytes == 3_000).unwrap();
        assert_eq!(row.timestamp, "1970-01-01 00:00:00.000");
        assert!(row.value.unwrap().ends_with("x… (3000 bytes)"));
    }
}
