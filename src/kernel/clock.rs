//! A machine's own clock: it can run fast or slow, and show more or less than it is.
//!
//! Two things are read from it. How fast it runs decides how long the machine waits: of whatever it measures by itself,
//! timeouts and intervals, its clock counts the length. What it shows is what it stamps records with. Setting a clock
//! changes what it shows, and never takes back what was counted (a steady clock): what we leave out is a timer that goes
//! off early because the clock was set forward while it ran, which Java's clients, by the wall clock, can show.

use super::{Endpoint, SortedMap, Span, Time};

/// Millionths.
const WHOLE: u128 = 1_000_000;

/// What a machine's clock makes of the run's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// By how many millionths it runs fast; slow if negative. Above -1,000,000: it does not stand still.
    pub drift_ppm: i32,
    /// By how many microseconds it was ahead when it was set; behind if negative.
    ahead_us: i64,
    set_at: Time,
    /// What it had counted then.
    counted: Time,
}

impl Clock {
    /// From `now` on it runs like this, and is so far ahead to begin with.
    pub fn set(self, now: Time, drift_ppm: i32, ahead_us: i64) -> Clock {
        Clock { drift_ppm, ahead_us, set_at: now, counted: self.count(now) }
    }

    /// It runs and shows what it should.
    pub fn is_right(&self) -> bool {
        self.drift_ppm == 0 && self.ahead_us == 0
    }

    /// What the machine has counted at this moment of the run.
    pub fn count(&self, at: Time) -> Time {
        if self.counts_the_runs_time() {
            return at;
        }
        let gone = |span: Span| scaled(span, self.rate(), WHOLE);
        if at >= self.set_at {
            self.counted + gone(at.since(self.set_at))
        } else {
            self.counted - gone(self.set_at.since(at))
        }
    }

    /// The first moment of the run at which the machine has counted as much.
    pub fn when(&self, counted: Time) -> Time {
        if counted == Time::NEVER || self.counts_the_runs_time() {
            return counted;
        }
        if counted >= self.counted {
            self.set_at + scaled_up(counted.since(self.counted), WHOLE, self.rate())
        } else {
            self.set_at - scaled(self.counted.since(counted), WHOLE, self.rate())
        }
    }

    /// How far ahead it was when it was set, in microseconds.
    pub fn set_ahead_us(&self) -> i64 {
        self.ahead_us
    }

    /// How far ahead of the run's time it shows this moment, in microseconds; behind if negative.
    pub fn ahead_us(&self, at: Time) -> i64 {
        if self.drift_ppm == 0 {
            return self.ahead_us;
        }
        let gone = i128::from(at.since(self.set_at).as_micros());
        let drifted = gone * i128::from(self.drift_ppm) / WHOLE as i128;
        self.ahead_us.saturating_add(i64::try_from(drifted).unwrap_or(i64::MAX))
    }

    /// Whatever it shows.
    pub fn counts_the_runs_time(&self) -> bool {
        self.drift_ppm == 0 && self.counted == self.set_at
    }

    fn rate(&self) -> u128 {
        (WHOLE as i128 + i128::from(self.drift_ppm)).max(1) as u128
    }
}

fn scaled(span: Span, by: u128, of: u128) -> Span {
    micros(u128::from(span.as_micros()) * by / of)
}

fn scaled_up(span: Span, by: u128, of: u128) -> Span {
    micros((u128::from(span.as_micros()) * by).div_ceil(of))
}

fn micros(us: u128) -> Span {
    Span::from_micros(u64::try_from(us).unwrap_or(u64::MAX))
}

/// The clocks that were ever set; all others are right.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    set: SortedMap<Endpoint, Clock>,
}

impl Clocks {
    pub fn of(&self, machine: Endpoint) -> Clock {
        // By far the usual case.
        if self.set.is_empty() { Clock::default() } else { self.set.get(&machine).copied().unwrap_or_default() }
    }

    pub fn set(&mut self, machine: Endpoint, clock: Clock) {
        self.set.insert(machine, clock);
    }

    pub fn forget(&mut self, machine: Endpoint) {
        self.set.remove(&machine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Time = Time::from_secs(3_600);

    #[test]
    fn a_clock_that_gains_a_tenth_counts_eleven_seconds_in_ten() {
        let clock = Clock::default().set(HOUR, 100_000, 0);
        assert_eq!(clock.count(HOUR), HOUR);
        assert_eq!(clock.count(HOUR + Span::from_secs(10)), HOUR + Span::from_secs(11));
        assert_eq!(clock.when(HOUR + Span::from_secs(11)), HOUR + Span::from_secs(10));
    }

    #[test]
    fn what_it_shows_is_ahead_by_what_it_was_set_to_and_what_it_has_gained() {
        let clock = Clock::default().set(HOUR, -100_000, 5_000_000);
        assert_eq!(clock.ahead_us(HOUR), 5_000_000);
        assert_eq!(clock.ahead_us(HOUR + Span::from_secs(60)), -1_000_000);
    }

    #[test]
    fn setting_it_right_does_not_take_back_what_was_counted() {
        let fast = Clock::default().set(Time::ZERO, 1_000_000, 0);
        let right = fast.set(HOUR, 0, 0);
        assert_eq!(right.count(HOUR), HOUR + Span::from_secs(3_600));
        assert_eq!(right.ahead_us(HOUR), 0);
        assert!(right.is_right());
    }

    proptest! {
        #[test]
        fn a_moment_that_was_waited_for_has_been_counted_when_it_comes(
            drift_ppm in -990_000..9_000_000_i32, before in 0..9_000_000_i32, set_at in 0..1u64 << 40, wait in 0..1u64 << 40,
        ) {
            let at = Time::from_micros(set_at);
            let clock = Clock::default().set(Time::ZERO, before, 0).set(at, drift_ppm, 0);
            let until = clock.count(at) + Span::from_micros(wait);
            let when = clock.when(until);
            prop_assert!(clock.count(when) >= until);
            prop_assert!(when == at || clock.count(Time::from_micros(when.as_micros() - 1)) < until);
        }
    }
}
