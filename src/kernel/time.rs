//! Points in virtual time and spans between them, in integer microseconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A point in virtual time: microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(u64);

/// A length of virtual time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(u64);

impl Time {
    pub const ZERO: Time = Time(0);
    /// Later than anything that happens.
    pub const NEVER: Time = Time(u64::MAX);

    pub const fn from_micros(us: u64) -> Self {
        Time(us)
    }

    pub const fn from_millis(ms: u64) -> Self {
        Time(ms.saturating_mul(1_000))
    }

    pub const fn from_secs(s: u64) -> Self {
        Time(s.saturating_mul(1_000_000))
    }

    pub const fn as_micros(self) -> u64 {
        self.0
    }

    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// How long ago `earlier` was; zero if it is still to come.
    pub const fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    pub const ZERO: Span = Span(0);

    pub const fn from_micros(us: u64) -> Self {
        Span(us)
    }

    pub const fn from_millis(ms: u64) -> Self {
        Span(ms.saturating_mul(1_000))
    }

    pub const fn from_secs(s: u64) -> Self {
        Span(s.saturating_mul(1_000_000))
    }

    pub const fn as_micros(self) -> u64 {
        self.0
    }

    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    pub const fn times(self, n: u64) -> Span {
        Span(self.0.saturating_mul(n))
    }
}

impl Add<Span> for Time {
    type Output = Time;

    /// Saturates, so that a span of any length that a user can write ends no earlier than it began.
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Time;

    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Span;

    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Span;

    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

/// `1:02.345`: minutes, seconds, milliseconds; with hours if there are any, `1:01:02.345`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.as_millis();
        let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
        match hours {
            0 => write!(f, "{minutes}:{:02}.{:03}", ms / 1_000 % 60, ms % 1_000),
            _ => write!(f, "{hours}:{minutes:02}:{:02}.{:03}", ms / 1_000 % 60, ms % 1_000),
        }
    }
}

/// `850 µs`, `12.5 ms`, `45 s`, `5:00`: the coarsest unit that loses nothing a reader wants.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "0 s"),
            us if us < 1_000 => write!(f, "{us} µs"),
            us if us < 1_000_000 => write!(f, "{} ms", Tenths { whole: us / 1_000, tenth: us / 100 % 10 }),
            us if us < 60_000_000 => {
                write!(f, "{} s", Tenths { whole: us / 1_000_000, tenth: us / 100_000 % 10 })
            }
            us => write!(f, "{}:{:02}", us / 60_000_000, us / 1_000_000 % 60),
        }
    }
}

struct Tenths {
    whole: u64,
    tenth: u64,
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tenth {
            0 => write!(f, "{}", self.whole),
            tenth => write!(f, "{}.{tenth}", self.whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_as_minutes_seconds_and_milliseconds() {
        assert_eq!(Time::from_millis(42_310).to_string(), "0:42.310");
        assert_eq!(Time::from_millis(61_005).to_string(), "1:01.005");
        assert_eq!(Time::from_millis(3_600_000 + 61_005).to_string(), "1:01:01.005");
    }

    #[test]
    fn a_span_reads_in_the_unit_that_fits_it() {
        let read = |us| Span::from_micros(us).to_string();
        assert_eq!(read(850), "850 µs");
        assert_eq!(read(12_500), "12.5 ms");
        assert_eq!(read(45_000_000), "45 s");
        assert_eq!(read(300_000_000), "5:00");
    }

    #[test]
    fn a_span_without_end_does_not_wrap_round() {
        assert_eq!(Time::from_secs(1) + Span::from_secs(u64::MAX), Time::NEVER);
    }
}
