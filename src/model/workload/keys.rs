//! Record keys: interned once, so that a record carries a number.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::kernel::document::tagged;
use crate::kernel::{Chance, SharedList, Zipf};
use crate::model::kafka::partitioner::murmur2;
use crate::model::refusal::{Refusal, within};

/// The keys that a workload draws from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum KeySpace {
    /// Records without a key.
    #[default]
    None,
    /// `prefix-0` to `prefix-(count - 1)`, all equally likely.
    Uniform { prefix: String, count: u32 },
    /// The same keys, the low numbers hot; the exponent in thousandths, 1,000 being the classic law.
    Zipf { prefix: String, count: u32, exponent_milli: u32 },
    /// These, one after the other, over and over.
    Listed { keys: Vec<String> },
}

tagged!(KeySpace, "kind");

impl KeySpace {
    pub fn validate(&self) -> Result<(), Refusal> {
        match self {
            KeySpace::None => Ok(()),
            KeySpace::Uniform { count, .. } => within("count", *count, 1, 1_000_000),
            KeySpace::Zipf { count, exponent_milli, .. } => {
                within("count", *count, 1, 1_000_000)?;
                within("exponent_milli", *exponent_milli, 0, 10_000)
            }
            KeySpace::Listed { keys } if keys.is_empty() => Err(Refusal::new("keys", "list at least one key")),
            KeySpace::Listed { .. } => Ok(()),
        }
    }
}

/// A key's place in [`Keys`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u32);

impl KeyId {
    /// A record without a key: in a column of keys, as a column of options would take twice the room.
    pub const NONE: KeyId = KeyId(u32::MAX);

    pub fn is_some(self) -> bool {
        self != KeyId::NONE
    }

    /// For tables with a row a key. Not meaningful for [`KeyId::NONE`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How many parts the index of keys has. A copy of all keys shares the parts that get no new key.
const SHELVES: usize = 256;

/// Every key of a run, with its murmur2 hash worked out once. Copies share what they have in common.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    entries: SharedList<(Arc<[u8]>, i32)>,
    /// Ids in the order of their keys' hashes, on the shelf of the hash's last byte. None before the first key.
    shelves: Vec<Arc<Vec<(i32, KeyId)>>>,
}

impl Keys {
    pub fn intern(&mut self, key: &[u8]) -> KeyId {
        let hash = murmur2(key);
        if self.shelves.is_empty() {
            self.shelves = vec![Arc::default(); SHELVES];
        }
        let shelf = &mut self.shelves[hash as u32 as usize % SHELVES];
        let first = shelf.partition_point(|(other, _)| *other < hash);
        let same = shelf[first..].iter().take_while(|(other, _)| *other == hash);
        for (_, id) in same {
            if *self.entries[id.index()].0 == *key {
                return *id;
            }
        }
        let id = KeyId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX - 1));
        self.entries.push((key.into(), hash));
        Arc::make_mut(shelf).insert(first, (hash, id));
        id
    }

    pub fn bytes(&self, key: KeyId) -> Option<&[u8]> {
        self.entries.get(key.index()).map(|(bytes, _)| &**bytes)
    }

    /// Kafka's `Utils#murmur2` of the key's bytes.
    pub fn hash(&self, key: KeyId) -> i32 {
        self.entries[key.index()].1
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Draws keys from a key space.
#[derive(Clone, Debug)]
pub struct KeyPicker {
    chance: Chance,
    zipf: Option<Zipf>,
    count: u32,
    drawn: Drawn,
    next_listed: u32,
}

/// Ids of the space's keys as far as they were drawn; `KeyId::NONE` where not yet. It only saves time, so a copy begins
/// empty rather than take as much memory again.
#[derive(Debug, Default)]
struct Drawn(Vec<KeyId>);

impl Clone for Drawn {
    fn clone(&self) -> Self {
        Drawn::default()
    }
}

impl KeyPicker {
    pub fn new(space: &KeySpace, chance: Chance) -> Self {
        let (count, zipf) = match space {
            KeySpace::None => (0, None),
            KeySpace::Uniform { count, .. } => (*count, None),
            KeySpace::Zipf { count, exponent_milli, .. } => (*count, Some(Zipf::new(*count, *exponent_milli))),
            KeySpace::Listed { keys } => (keys.len() as u32, None),
        };
        KeyPicker { chance, zipf, count, drawn: Drawn::default(), next_listed: 0 }
    }

    pub fn pick(&mut self, space: &KeySpace, keys: &mut Keys) -> KeyId {
        let Some(number) = self.pick_number(space) else { return KeyId::NONE };
        if self.drawn.0.is_empty() {
            self.drawn.0 = vec![KeyId::NONE; self.count as usize];
        }
        let known = self.drawn.0[number as usize];
        if known.is_some() {
            return known;
        }
        let id = match space {
            KeySpace::Listed { keys: listed } => keys.intern(listed[number as usize].as_bytes()),
            KeySpace::Uniform { prefix, .. } | KeySpace::Zipf { prefix, .. } => {
                keys.intern(format!("{prefix}-{number}").as_bytes())
            }
            KeySpace::None => return KeyId::NONE,
        };
        self.drawn.0[number as usize] = id;
        id
    }

    fn pick_number(&mut self, space: &KeySpace) -> Option<u32> {
        let count = self.count;
        if count == 0 {
            return None;
        }
        Some(match (&self.zipf, space) {
            (Some(zipf), _) => zipf.sample(&mut self.chance),
            (None, KeySpace::Listed { .. }) => {
                self.next_listed = (self.next_listed + 1) % count;
                (self.next_listed + count - 1) % count
            }
            (None, _) => self.chance.below(u64::from(count)) as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(space: &KeySpace, n: usize) -> Vec<String> {
        let mut keys = Keys::default();
        let mut picker = KeyPicker::new(space, Chance::of(1, "keys"));
        let ids: Vec<KeyId> = (0..n).map(|_| picker.pick(space, &mut keys)).collect();
        let text = |id| String::from_utf8_lossy(keys.bytes(id).unwrap_or(b"-")).into_owned();
        ids.into_iter().map(text).collect()
    }

    #[test]
    fn listed_keys_come_one_after_the_other_and_begin_again() {
        let space = KeySpace::Listed { keys: vec!["a".into(), "b".into(), "c".into()] };
        assert_eq!(picked(&space, 5), ["a", "b", "c", "a", "b"]);
    }

    #[test]
    fn uniform_keys_carry_their_prefix_and_all_occur() {
        let space = KeySpace::Uniform { prefix: "order".into(), count: 3 };
        let mut seen = picked(&space, 100);
        seen.sort();
        seen.dedup();
        assert_eq!(seen, ["order-0", "order-1", "order-2"]);
    }

    #[test]
    fn many_keys_are_told_apart_and_found_again() {
        let mut keys = Keys::default();
        let text = |n: u32| format!("order-{n}");
        let ids: Vec<KeyId> = (0..20_000).map(|n| keys.intern(text(n).as_bytes())).collect();
        let copy = keys.clone();
        assert_eq!(keys.len(), 20_000);
        assert!((0..20_000).all(|n| keys.intern(text(n).as_bytes()) == ids[n as usize]));
        assert!((0..20_000).all(|n| copy.bytes(ids[n as usize]) == Some(text(n).as_bytes())));
    }

    #[test]
    fn a_key_is_interned_once_however_often_it_is_seen() {
        let mut keys = Keys::default();
        assert_eq!(keys.intern("ключ".as_bytes()), keys.intern("ключ".as_bytes()));
        assert_ne!(keys.intern(b""), KeyId::NONE);
        assert_eq!(keys.len(), 2);
    }
}
