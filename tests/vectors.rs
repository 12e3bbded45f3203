//! The engine against recorded output of the real systems, see `tests/vectors/README.md`.
//!
//! Each file is a test of its own, which prints how many of its cases passed. A missing file and a file without a case
//! are failures, so that nothing passes by comparing nothing.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use headwater::model::kafka::assignor::{Assignor, Subscription};
use headwater::model::kafka::java_order::{Buckets, JavaHash, iteration_order};
use headwater::model::kafka::partitioner::{murmur2, partition_for_hash, partition_for_key, to_positive};
use headwater::model::{Name, TopicPartition};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Nothing if the case passed, else what differs.
type Verdict = Result<(), String>;

#[test]
fn keys_hash_and_land_on_partitions_as_in_kafka() {
    check_file("murmur2", |case: &KeyCase| {
        let key = case.key_bytes();
        let hash = murmur2(&key);
        same("murmur2", hash, case.murmur2)?;
        same("positive", to_positive(hash), case.positive)?;
        same("partition", partition_for_key(&key, case.partitions), case.partition)?;
        same("partition by hash", partition_for_hash(hash, case.partitions), case.partition)
    });
}

#[derive(Deserialize)]
struct KeyCase {
    key_hex: String,
    murmur2: i32,
    positive: u32,
    partitions: u32,
    partition: u32,
}

impl KeyCase {
    fn key_bytes(&self) -> Vec<u8> {
        let (pairs, _) = self.key_hex.as_bytes().as_chunks::<2>();
        pairs.iter().map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }
}

#[test]
fn the_range_assignor_gives_the_same_lists_as_kafkas() {
    check_file("assign_range", |case: &GroupCase| case.check(Assignor::Range));
}

#[test]
fn the_round_robin_assignor_gives_the_same_lists_as_kafkas() {
    check_file("assign_roundrobin", |case: &GroupCase| case.check(Assignor::RoundRobin));
}

#[derive(Deserialize)]
struct GroupCase {
    topics: BTreeMap<Name, u32>,
    members: Vec<GroupMember>,
    assignment: BTreeMap<Name, Vec<(Name, u32)>>,
}

#[derive(Deserialize)]
struct GroupMember {
    member_id: Name,
    group_instance_id: Option<Name>,
    topics: Vec<Name>,
}

impl GroupCase {
    fn check(&self, assignor: Assignor) -> Verdict {
        let subscription = |member: &GroupMember| Subscription {
            member_id: member.member_id.clone(),
            instance_id: member.group_instance_id.clone(),
            topics: member.topics.clone(),
        };
        let members: Vec<Subscription> = self.members.iter().map(subscription).collect();
        let assigned = assignor.assign(&self.topics, &members);
        let recorded = self.assignment.iter().map(|(member, list)| (member.clone(), partitions(list))).collect();
        same("assignment", assigned, recorded)
    }
}

fn partitions(list: &[(Name, u32)]) -> Vec<TopicPartition> {
    list.iter().map(|(topic, partition)| TopicPartition::new(topic, *partition)).collect()
}

#[test]
fn keys_iterate_in_the_order_of_javas_hash_tables() {
    check_file("java_hash_order", |case: &HashCase| match &case.keys {
        HashedKeys::String { insert, iteration } => case.check(insert, iteration),
        HashedKeys::TopicPartition { insert, iteration } => case.check(&partitions(insert), &partitions(iteration)),
        HashedKeys::Uuid { insert, iteration } => case.check(insert, iteration),
    });
}

#[derive(Deserialize)]
struct HashCase {
    ctor: Constructor,
    hash_codes: Vec<i32>,
    #[serde(flatten)]
    keys: HashedKeys,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Constructor {
    Default,
    Capacity { capacity: u32 },
    HashsetOfCollection,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum HashedKeys {
    String { insert: Vec<Name>, iteration: Vec<Name> },
    TopicPartition { insert: Vec<(Name, u32)>, iteration: Vec<(Name, u32)> },
    Uuid { insert: Vec<Uuid>, iteration: Vec<Uuid> },
}

impl HashCase {
    fn check<K: JavaHash + Ord + Debug>(&self, insert: &[K], iteration: &[K]) -> Verdict {
        let hashes: Vec<i32> = insert.iter().map(JavaHash::java_hash).collect();
        same("hash codes", &hashes, &self.hash_codes)?;
        let fresh = match self.ctor {
            Constructor::Default => Buckets::default(),
            Constructor::Capacity { capacity } => Buckets::with_capacity(capacity),
            Constructor::HashsetOfCollection => Buckets::for_collection_of(insert.len() as u32),
        };
        same("iteration", iteration_order(fresh, insert), iteration.iter().collect())
    }
}

/// A topic id as recorded, its two signed halves in decimal. Nothing in the engine has such ids yet; what is checked
/// here is the order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Uuid(String, String);

impl JavaHash for Uuid {
    fn java_hash(&self) -> i32 {
        let halves = self.0.parse::<i64>().unwrap() ^ self.1.parse::<i64>().unwrap();
        (halves >> 32) as i32 ^ halves as i32
    }
}

fn same<T: PartialEq + Debug>(what: &str, ours: T, recorded: T) -> Verdict {
    if ours == recorded { Ok(()) } else { Err(format!("{what}\n   is {ours:?}\n  not {recorded:?}")) }
}

/// Checks every case of a file, prints the score and then fails if a case did.
fn check_file<C: DeserializeOwned>(name: &str, check: impl Fn(&C) -> Verdict) {
    let cases: Vec<C> = read_cases(name);
    let verdict = |(number, case)| check(case).err().map(|difference| format!("case {number}: {difference}"));
    let failures: Vec<String> = cases.iter().enumerate().filter_map(verdict).collect();
    // Written past the test harness, which would keep the score of a passing test to itself.
    let mut terminal = std::io::stdout();
    writeln!(terminal, "{name}: {} of {} cases passed", cases.len() - failures.len(), cases.len()).unwrap();
    assert!(failures.is_empty(), "{name} differs from the recording; the first of the differences:\n{}", failures[0]);
}

fn read_cases<C: DeserializeOwned>(name: &str) -> Vec<C> {
    let beside_this_file = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors"));
    let folder = std::env::var_os("HEADWATER_VECTORS").map_or_else(beside_this_file, PathBuf::from);
    let path = folder.join(format!("{name}.json.gz"));
    let file = File::open(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let cases: Vec<C> = serde_json::from_reader(std::io::BufReader::new(GzDecoder::new(file)))
        .unwrap_or_else(|error| panic!("{} is not a gzipped array of cases: {error}", path.display()));
    assert!(!cases.is_empty(), "{} has no case", path.display());
    cases
}
