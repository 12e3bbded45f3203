//! A command with its time, as one object: `{ "at_us": 12400000, "type": "kill", "consumer": "inventory-2" }`.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::{Map, Value};

use crate::engine::{Command, TimedCommand};
use crate::kernel::Time;

/// At time 0 unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timed {
    #[serde(skip_serializing_if = "is_zero")]
    pub at_us: u64,
    #[serde(flatten)]
    pub command: Command,
}

fn is_zero(at_us: &u64) -> bool {
    *at_us == 0
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

/// By hand, because `flatten` and `deny_unknown_fields` do not go together: a misspelt field has to be refused.
impl<'de> Deserialize<'de> for Timed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(deserializer)?;
        let at_us = match fields.remove("at_us") {
            None => 0,
            Some(at) => {
                at.as_u64().ok_or_else(|| D::Error::custom("at_us: a whole number of microseconds is needed"))?
            }
        };
        let command = serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
            let path = error.path().to_string();
            let place = if path == "." { String::new() } else { format!("{path}: ") };
            D::Error::custom(format!("{place}{}", error.inner()))
        })?;
        Ok(Timed { at_us, command })
    }
}
