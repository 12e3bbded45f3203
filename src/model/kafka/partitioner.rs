//! From a key to a partition: `BuiltInPartitioner#partitionForKey`, and where a group's offsets live.
//!
//! An empty key is a key. A null key never comes here: records without a key follow the producer's sticky partitioner.
//! The hash covers all partitions of the topic, leaderless ones too, so adding partitions moves keys: there is no
//! consistent hashing, and old records stay where they are.

use super::java_order::JavaHash;

/// The partition of a record with this key in a topic of `partitions` partitions.
pub fn partition_for_key(key: &[u8], partitions: u32) -> u32 {
    partition_for_hash(murmur2(key), partitions)
}

/// The same for a key whose hash is known, because interned keys are hashed once.
pub fn partition_for_hash(hash: i32, partitions: u32) -> u32 {
    assert!(partitions > 0, "a topic has at least one partition");
    to_positive(hash) % partitions
}

/// `Utils#toPositive`: clears the sign. This is not the absolute value.
pub fn to_positive(hash: i32) -> u32 {
    hash as u32 & 0x7fff_ffff
}

/// `Utils#murmur2`: the 32-bit MurmurHash2 with Kafka's seed, four little-endian bytes at a time.
pub fn murmur2(bytes: &[u8]) -> i32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    let (words, rest) = bytes.as_chunks::<4>();
    let mut hash = SEED ^ bytes.len() as u32;
    for word in words {
        let k = u32::from_le_bytes(*word).wrapping_mul(M);
        hash = hash.wrapping_mul(M) ^ (k ^ (k >> 24)).wrapping_mul(M);
    }
    if !rest.is_empty() {
        let tail = rest.iter().rev().fold(0, |tail, byte| tail << 8 | u32::from(*byte));
        hash = (hash ^ tail).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    (hash ^ (hash >> 15)) as i32
}

/// The partition of `__consumer_offsets` that keeps a group's offsets; its leader is the group's coordinator.
/// `Utils.abs(groupId.hashCode()) % offsets.topic.num.partitions`, where `Utils.abs` of the smallest integer is 0.
pub fn group_coordinator_partition(group: &str, offsets_partitions: u32) -> u32 {
    assert!(offsets_partitions > 0, "the offsets topic has at least one partition");
    group.java_hash().checked_abs().unwrap_or(0) as u32 % offsets_partitions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn murmur2_gives_the_hashes_of_kafkas_own_unit_test() {
        let known: [(&[u8], i32); 6] = [
            (b"21", -973_932_308),
            (b"foobar", -790_332_482),
            (b"a-little-bit-long-string", -985_981_536),
            (b"a-little-bit-longer-string", -1_486_304_829),
            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            (b"abc", 479_470_107),
        ];
        for (key, hash) in known {
            assert_eq!(murmur2(key), hash, "{}", String::from_utf8_lossy(key));
        }
    }

    #[test]
    fn a_negative_hash_loses_its_sign_bit_and_is_not_negated() {
        assert_eq!(to_positive(-1), 0x7fff_ffff);
        assert_eq!(to_positive(i32::MIN), 0);
    }

    #[test]
    fn a_group_whose_hash_is_the_smallest_integer_lives_in_partition_0() {
        // A well-known string with the hash code Integer.MIN_VALUE.
        assert_eq!("polygenelubricants".java_hash(), i32::MIN);
        assert_eq!(group_coordinator_partition("polygenelubricants", 50), 0);
    }

    #[test]
    fn a_groups_coordinator_follows_from_the_absolute_hash_of_its_name() {
        // "orders" hashes to -1,008,770,331.
        assert_eq!(group_coordinator_partition("orders", 50), 31);
    }
}
