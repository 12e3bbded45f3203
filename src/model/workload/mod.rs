//! What producers publish: when, with which keys, how large; generated, or read from a file.

mod arrivals;
mod keys;
mod per_second;
mod rows;

pub use arrivals::{ArrivalClock, Arrivals};
pub use keys::{KeyId, KeyPicker, KeySpace, Keys};
pub use per_second::PerSecond;
pub use rows::Rows;

use serde::{Deserialize, Serialize};

use crate::kernel::Ppm;
use crate::model::refusal::{Refusal, within};

/// The stream of events that a producer makes on its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workload {
    pub arrivals: Arrivals,
    pub keys: KeySpace,
    /// Size of a generated value. Generated values are described, not stored.
    pub value_bytes: u32,
    /// How many of a million have a null value instead: in a compacted topic, the deletion of their key.
    pub tombstones_ppm: Ppm,
}

impl Default for Workload {
    fn default() -> Self {
        Workload { arrivals: Arrivals::default(), keys: KeySpace::default(), value_bytes: 200, tombstones_ppm: Ppm(0) }
    }
}

impl Workload {
    /// `max_request_size`: no record may be larger (`max.request.size`).
    pub fn validate(&self, max_request_size: u32) -> Result<(), Refusal> {
        self.arrivals.validate()?;
        self.keys.validate()?;
        within("tombstones_ppm", self.tombstones_ppm.0, 0, Ppm::ONE.0)?;
        within("value_bytes", self.value_bytes, 0, max_request_size.saturating_sub(1_024))
    }
}
