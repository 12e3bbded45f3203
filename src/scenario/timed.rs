//! A command with its time, as one object: `{ "at_us": 12400000, "type": "kill", "consumer": "inventory-2" }`.
//!
//! By hand, because `flatten` and `deny_unknown_fields` do not go together: a misspelt field has to be refused.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Map, Value};

use super::fields;
use crate::engine::{Command, TimedCommand};
use crate::kernel::{Time, document};

/// At time 0 unless it says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    pub at_us: u64,
    pub command: Command,
}

impl From<TimedCommand> for Timed {
    fn from(timed: TimedCommand) -> Self {
        Timed { at_us: timed.at.as_micros(), command: timed.command }
    }
}

impl From<Timed> for TimedCommand {
    fn from(timed: Timed) -> Self {
        TimedCommand { at: Time::from_micros(timed.at_us), command: timed.command }
    }
}

/// Without what is as it would be anyway.
impl Serialize for Timed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = Map::new();
        if self.at_us > 0 {
            fields.insert("at_us".into(), self.at_us.into());
        }
        if let Value::Object(command) = described(&self.command) {
            fields.extend(command);
        }
        fields.serialize(serializer)
    }
}

/// Rows have nothing to leave out, and may be half a million.
fn described(command: &Command) -> Value {
    let Command::Replay { producer, rows, pace } = command else { return fields::without_defaults(command) };
    let bare = Command::Replay { producer: producer.clone(), rows: Arc::default(), pace: *pace };
    let mut object = fields::without_defaults(&bare);
    object["rows"] = document::to_value(rows);
    object
}

impl<'de> Deserialize<'de> for Timed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(deserializer)?;
        let at_us = match fields.shift_remove("at_us") {
            None => 0,
            Some(at) => {
                at.as_u64().ok_or_else(|| D::Error::custom("at_us: a whole number of microseconds is needed"))?
            }
        };
        let command = document::from_value(Value::Object(fields)).map_err(D::Error::custom)?;
        Ok(Timed { at_us, command })
    }
}
