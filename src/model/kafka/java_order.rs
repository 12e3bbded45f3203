//! The order in which Java's hash maps and hash sets hand out their keys.
//!
//! Kafka's clients decide who gets which partition by iterating hash maps. Java fixes the hash codes of strings and of
//! Kafka's own keys, so that order is a function of the keys, and where the result follows from it we must follow too.
//!
//! A Java hash table is a power of two of buckets; it doubles when more than three quarters of it would be filled, and
//! a bucket keeps its keys in the order of insertion, across doublings too. The order is therefore the order of insertion,
//! stably sorted by bucket number at the final size, and no table has to be built.
//!
//! Left out: the red-black trees into which Java turns a bucket of more than eight keys.

use std::collections::BTreeSet;

use crate::model::{Name, TopicId, TopicPartition};

/// The distinct `keys`, inserted in the order given, in the order in which Java would iterate them. `fresh` is the table
/// before the first insertion.
pub fn iteration_order<K: JavaHash + Ord + Copy>(fresh: Buckets, keys: impl IntoIterator<Item = K>) -> Vec<K> {
    let mut seen = BTreeSet::new();
    let mut order: Vec<K> = keys.into_iter().filter(|key| seen.insert(*key)).collect();
    let buckets = fresh.grown_to_hold(order.len());
    order.sort_by_cached_key(|key| buckets.bucket_of(key.java_hash()));
    order
}

/// A `HashSet` that keys come to and go from. Its table never shrinks, and a key that comes back goes to the end of its
/// bucket.
#[derive(Clone, Debug)]
pub struct JavaHashSet<K> {
    buckets: Buckets,
    /// In the order of insertion.
    keys: Vec<K>,
}

impl<K> Default for JavaHashSet<K> {
    fn default() -> Self {
        JavaHashSet { buckets: Buckets::default(), keys: Vec::new() }
    }
}

impl<K: JavaHash + PartialEq + Copy> JavaHashSet<K> {
    pub fn insert(&mut self, key: K) {
        if !self.keys.contains(&key) {
            self.keys.push(key);
            self.buckets = self.buckets.grown_to_hold(self.keys.len());
        }
    }

    pub fn remove(&mut self, key: &K) {
        self.keys.retain(|it| it != key);
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The first that an iterator would give.
    pub fn first(&self) -> Option<K> {
        self.keys.iter().min_by_key(|key| self.buckets.bucket_of(key.java_hash())).copied()
    }
}

/// How many buckets a hash table has: a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buckets(u32);

impl Default for Buckets {
    /// A map or a set made without arguments.
    fn default() -> Self {
        Buckets(16)
    }
}

impl Buckets {
    /// A map or a set made with an initial capacity.
    pub fn with_capacity(capacity: u32) -> Self {
        Buckets(capacity.max(1).next_power_of_two())
    }

    /// A set made as the copy of a collection of `len` elements.
    pub fn for_collection_of(len: u32) -> Self {
        Buckets::with_capacity((len * 4 / 3 + 1).max(16))
    }

    fn grown_to_hold(self, keys: usize) -> Self {
        let mut buckets = self.0;
        while keys as u64 > u64::from(buckets) * 3 / 4 {
            buckets *= 2;
        }
        Buckets(buckets)
    }

    /// Java folds the upper half of the hash into the lower one, because only low bits select a bucket.
    fn bucket_of(self, hash: i32) -> u32 {
        let hash = hash as u32;
        (hash ^ (hash >> 16)) & (self.0 - 1)
    }
}

/// Java's `hashCode()`.
pub trait JavaHash {
    fn java_hash(&self) -> i32;
}

/// `String#hashCode`: over UTF-16 units, as Java stores them.
impl JavaHash for str {
    fn java_hash(&self) -> i32 {
        self.encode_utf16().fold(0, |hash: i32, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
    }
}

impl JavaHash for Name {
    fn java_hash(&self) -> i32 {
        self.as_str().java_hash()
    }
}

/// `org.apache.kafka.common.TopicPartition#hashCode`.
impl JavaHash for TopicPartition {
    fn java_hash(&self) -> i32 {
        hash_of_partition(self.topic.java_hash(), self.partition)
    }
}

/// `org.apache.kafka.common.TopicPartition#hashCode` of a partition of a topic whose name's hash is known.
pub fn hash_of_partition(topic_hash: i32, partition: u32) -> i32 {
    31_i32.wrapping_add(partition as i32).wrapping_mul(31).wrapping_add(topic_hash)
}

/// `Integer#hashCode`: the number.
impl JavaHash for u32 {
    fn java_hash(&self) -> i32 {
        *self as i32
    }
}

/// `org.apache.kafka.common.Uuid#hashCode`.
impl JavaHash for TopicId {
    fn java_hash(&self) -> i32 {
        let folded = self.hi ^ self.lo;
        (folded >> 32) as i32 ^ folded as i32
    }
}

impl<K: JavaHash + ?Sized> JavaHash for &K {
    fn java_hash(&self) -> i32 {
        (**self).java_hash()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_strings_hash_as_in_java() {
        assert_eq!("".java_hash(), 0);
        assert_eq!("orders".java_hash(), -1_008_770_331);
        assert_eq!("\u{1F600}".java_hash(), 0xD83D * 31 + 0xDE00);
    }

    #[test]
    fn keys_of_one_bucket_keep_their_order_of_insertion() {
        // "Aa" and "BB" have the same hash code.
        assert_eq!(iteration_order(Buckets::default(), ["BB", "Aa"]), ["BB", "Aa"]);
        assert_eq!(iteration_order(Buckets::default(), ["Aa", "BB"]), ["Aa", "BB"]);
    }

    #[test]
    fn inserting_a_key_again_changes_nothing() {
        assert_eq!(iteration_order(Buckets::default(), ["BB", "Aa", "BB"]), ["BB", "Aa"]);
    }

    #[test]
    fn a_key_that_comes_back_stands_behind_its_bucket() {
        let mut set = JavaHashSet::default();
        ["Aa", "BB"].into_iter().for_each(|key| set.insert(key));
        assert_eq!(set.first(), Some("Aa"));
        set.remove(&"Aa");
        set.insert("Aa");
        assert_eq!(set.first(), Some("BB"));
    }

    #[test]
    fn a_table_doubles_when_more_than_three_quarters_would_be_filled() {
        assert_eq!(Buckets::default().grown_to_hold(12), Buckets(16));
        assert_eq!(Buckets::default().grown_to_hold(13), Buckets(32));
        assert_eq!(Buckets::with_capacity(0).grown_to_hold(1), Buckets(2));
        assert_eq!(Buckets::with_capacity(0).grown_to_hold(2), Buckets(4));
    }
}
