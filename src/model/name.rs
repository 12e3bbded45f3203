//! What parts are called.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// The name of a topic, a group, a client or a member. Cheap to clone; ordered by its bytes, which for ASCII names is
/// the order of Java's `String.compareTo`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(#[serde(deserialize_with = "short")] Arc<str>);

/// In characters. Kafka's own limit for topics (`Topic#MAX_NAME_LENGTH`), taken for all parts.
pub const NAME_MAX: usize = 249;

/// Nothing has a longer name, and whoever refuses a name quotes it.
fn short<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    let name = String::deserialize(deserializer)?;
    if name.chars().nth(NAME_MAX).is_some() {
        return Err(D::Error::custom(format!("a name has at most {NAME_MAX} characters")));
    }
    Ok(name.into())
}

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for Name {
    /// Of one thing there is mostly one name, shared: then there is nothing to read.
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Name(name.into())
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Name(name.into())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A topic's id, `org.apache.kafka.common.Uuid`. It goes with the topic and not with its name: a topic that is created
/// again has another. Compares as in Kafka, by its signed halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TopicId {
    pub hi: i64,
    pub lo: i64,
}

/// One partition of a topic, written `orders-0` as Kafka's own tools write it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TopicPartition {
    pub topic: Name,
    pub partition: u32,
}

impl TopicPartition {
    pub fn new(topic: &Name, partition: u32) -> Self {
        TopicPartition { topic: topic.clone(), partition }
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}
