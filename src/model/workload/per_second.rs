//! Rates.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::kernel::Span;

/// Events a second, in thousandths, so that a rate is an integer below the surface and a plain number on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerSecond {
    milli: u64,
}

impl PerSecond {
    /// One event a microsecond: the resolution of virtual time.
    pub const MAX: PerSecond = PerSecond::new(1_000_000);

    pub const fn new(events: u64) -> Self {
        PerSecond { milli: events * 1_000 }
    }

    pub const fn from_milli(milli: u64) -> Self {
        PerSecond { milli }
    }

    pub const fn as_milli(self) -> u64 {
        self.milli
    }

    /// The mean time between two events; `None` at a rate of zero.
    pub fn interval(self) -> Option<Span> {
        (self.milli > 0).then(|| Span::from_micros(1_000_000_000 / self.milli))
    }
}

impl fmt::Display for PerSecond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, milli) = (self.milli / 1_000, self.milli % 1_000);
        match milli {
            0 => write!(f, "{whole}/s"),
            _ => write!(f, "{whole}.{}/s", format!("{milli:03}").trim_end_matches('0')),
        }
    }
}

impl Serialize for PerSecond {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.milli % 1_000 {
            0 => serializer.serialize_u64(self.milli / 1_000),
            _ => serializer.serialize_f64(self.milli as f64 / 1_000.0),
        }
    }
}

impl<'de> Deserialize<'de> for PerSecond {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rate = f64::deserialize(deserializer)?;
        if !(0.0..=PerSecond::MAX.milli as f64 / 1_000.0).contains(&rate) {
            let most = PerSecond::MAX.milli / 1_000;
            return Err(D::Error::custom(format!("a rate is between 0 and {most} events a second, not {rate}")));
        }
        Ok(PerSecond { milli: libm::round(rate * 1_000.0) as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_plain_number_in_a_document() {
        let half: PerSecond = serde_json::from_str("0.5").unwrap();
        assert_eq!(half, PerSecond::from_milli(500));
        assert_eq!(serde_json::to_string(&half).unwrap(), "0.5");
        assert_eq!(serde_json::to_string(&PerSecond::new(8)).unwrap(), "8");
        assert_eq!(half.to_string(), "0.5/s");
    }

    #[test]
    fn a_negative_rate_is_refused_in_a_sentence() {
        let error = serde_json::from_str::<PerSecond>("-3").unwrap_err().to_string();
        assert!(error.starts_with("a rate is between 0 and 1000000 events a second, not -3"), "{error}");
    }
}
