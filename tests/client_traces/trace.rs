//! What was done, and what the members said.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// Which client, and of which version.
    pub client: String,
    /// Properties of the cluster.
    pub brokers: Map<String, Value>,
    /// Properties of every member.
    pub settings: Map<String, Value>,
    pub partitions: u32,
    pub steps: Vec<Deed>,
    pub ended_ms: u64,
    pub callbacks: Vec<Callback>,
    pub positions: Vec<FirstRead>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    pub at_ms: u64,
    #[serde(rename = "do")]
    pub verb: Verb,
    pub member: Option<String>,
    /// Of records to each partition.
    pub count: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    Produce,
    Start,
    Close,
    Kill,
    Freeze,
    Thaw,
    Hang,
    Unhang,
}

/// The application's `ConsumerRebalanceListener` was called.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    pub at_ms: u64,
    pub member: String,
    #[serde(rename = "callback")]
    pub kind: Kind,
    /// Only what changes is named, and the rest is kept.
    pub incremental: bool,
    pub partitions: BTreeSet<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Assign,
    Revoke,
    Lost,
}

/// The first record that a member read of a partition after it had been assigned.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstRead {
    pub at_ms: u64,
    pub member: String,
    pub partition: u32,
    pub offset: u64,
}

impl Trace {
    pub fn read(name: &str) -> Self {
        let path = format!("{}/tests/traces/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn number(&self, property: &str) -> u64 {
        let value = self.settings.get(property).or_else(|| self.brokers.get(property));
        value.and_then(Value::as_u64).unwrap_or_else(|| panic!("{property} is not set"))
    }

    pub fn is_classic(&self) -> bool {
        !self.settings.contains_key("group.protocol")
    }

    /// How long it may take until a member hears that something has happened to the group.
    pub fn heartbeat_ms(&self) -> u64 {
        let of_brokers = "group.consumer.heartbeat.interval.ms";
        self.number(if self.is_classic() { "heartbeat.interval.ms" } else { of_brokers })
    }

    /// The last thing done before a moment.
    pub fn last_deed(&self, at_ms: u64) -> &Deed {
        self.steps.iter().rfind(|deed| deed.at_ms <= at_ms).expect("nothing happens before the first deed")
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.client)?;
        for Callback { at_ms, member, kind, incremental, partitions } in &self.callbacks {
            let how = if *incremental { "incrementally" } else { "" };
            writeln!(f, "  {at_ms:>6} {member} {kind:?} {partitions:?} {how}")?;
        }
        for FirstRead { at_ms, member, partition, offset } in &self.positions {
            writeln!(f, "  {at_ms:>6} {member} reads {partition} from {offset}")?;
        }
        Ok(())
    }
}
