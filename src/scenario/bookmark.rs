//! Moments worth coming back to.

use serde::{Deserialize, Serialize};

use crate::kernel::Time;

/// A moment of virtual time with a name: `{ "at_us": 12400000, "name": "the session times out" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bookmark {
    pub at_us: u64,
    pub name: String,
}

impl Bookmark {
    pub fn at(&self) -> Time {
        Time::from_micros(self.at_us)
    }
}
