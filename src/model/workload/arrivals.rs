//! When events happen.

use serde::{Deserialize, Serialize};

use super::PerSecond;
use crate::kernel::document::tagged;
use crate::kernel::{Chance, Delay, Span, Time};
use crate::model::refusal::{Refusal, within};

/// How the events of a workload are spread in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Arrivals {
    /// Only by hand.
    #[default]
    Manual,
    /// Evenly.
    Constant { per_second: PerSecond },
    /// Independently of each other: exponential gaps.
    Poisson { per_second: PerSecond },
    /// Poisson at `per_second`, and at `burst_per_second` during the first `burst_ms` of every `every_ms`.
    Bursty { per_second: PerSecond, burst_per_second: PerSecond, every_ms: u64, burst_ms: u64 },
}

tagged!(Arrivals, "kind");

impl Arrivals {
    pub fn validate(&self) -> Result<(), Refusal> {
        let Arrivals::Bursty { every_ms, burst_ms, .. } = *self else { return Ok(()) };
        within("every_ms", every_ms, 1, 3_600_000)?;
        within("burst_ms", burst_ms, 1, every_ms)
    }

    /// The rate in force at `now`.
    fn rate_at(&self, now: Time) -> PerSecond {
        match *self {
            Arrivals::Manual => PerSecond::default(),
            Arrivals::Constant { per_second } | Arrivals::Poisson { per_second } => per_second,
            Arrivals::Bursty { per_second, burst_per_second, every_ms, burst_ms } => {
                let is_burst = now.as_micros() % (every_ms * 1_000) < burst_ms * 1_000;
                if is_burst { burst_per_second } else { per_second }
            }
        }
    }

    /// When the rate changes next, if it ever does.
    fn next_change(&self, now: Time) -> Option<Time> {
        let Arrivals::Bursty { every_ms, burst_ms, .. } = *self else { return None };
        let (every, burst) = (every_ms * 1_000, burst_ms * 1_000);
        let into = now.as_micros() % every;
        let left = if into < burst { burst - into } else { every - into };
        Some(now + Span::from_micros(left))
    }
}

/// Draws one arrival after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalClock {
    chance: Chance,
    /// Of constant arrivals: thousandths of a microsecond that division left over, so that the rate holds on average.
    owed: u64,
}

impl ArrivalClock {
    pub fn new(chance: Chance) -> Self {
        ArrivalClock { chance, owed: 0 }
    }

    /// When the first event after `now` happens; `None` if none ever does.
    pub fn after(&mut self, now: Time, arrivals: &Arrivals) -> Option<Time> {
        match arrivals {
            Arrivals::Manual => None,
            Arrivals::Constant { per_second } => Some(now + self.even_gap(*per_second)?),
            Arrivals::Poisson { per_second } => Some(now + self.random_gap(*per_second)?),
            Arrivals::Bursty { .. } => self.after_bursty(now, arrivals),
        }
    }

    /// An exponential gap that crosses a change of rate starts afresh there: the law has no memory.
    fn after_bursty(&mut self, mut now: Time, arrivals: &Arrivals) -> Option<Time> {
        // Two phases suffice to find an event if there is any: a phase of rate zero lasts less than one period.
        for _ in 0..10_000 {
            let change = arrivals.next_change(now)?;
            match self.random_gap(arrivals.rate_at(now)) {
                Some(gap) if now + gap < change => return Some(now + gap),
                _ => now = change,
            }
        }
        None
    }

    fn even_gap(&mut self, rate: PerSecond) -> Option<Span> {
        if rate.as_milli() == 0 {
            return None;
        }
        let due = 1_000_000_000 + self.owed;
        self.owed = due % rate.as_milli();
        Some(Span::from_micros(due / rate.as_milli()))
    }

    fn random_gap(&mut self, rate: PerSecond) -> Option<Span> {
        let gap = Delay::Exponential { min_us: Span::ZERO, mean_us: rate.interval()? };
        Some(gap.sample(&mut self.chance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(arrivals: Arrivals, from: Time, until: Time) -> usize {
        let mut clock = ArrivalClock::new(Chance::of(1, "arrivals"));
        let next = |at: &Time| clock.after(*at, &arrivals);
        let mut next = next;
        std::iter::successors(next(&from), |at| next(at)).take_while(|at| *at < until).count()
    }

    #[test]
    fn constant_arrivals_keep_a_rate_that_does_not_divide_a_second() {
        let arrivals = Arrivals::Constant { per_second: PerSecond::new(3) };
        assert_eq!(count(arrivals, Time::ZERO, Time::from_micros(1_000_000_001)), 3_000);
    }

    #[test]
    fn poisson_arrivals_keep_their_rate_on_average() {
        let arrivals = Arrivals::Poisson { per_second: PerSecond::new(100) };
        let events = count(arrivals, Time::ZERO, Time::from_secs(1_000));
        assert!((99_000..101_000).contains(&events), "{events} in 1,000 s");
    }

    #[test]
    fn a_burst_comes_in_its_part_of_every_period_and_only_there() {
        let arrivals = Arrivals::Bursty {
            per_second: PerSecond::new(0),
            burst_per_second: PerSecond::new(1_000),
            every_ms: 10_000,
            burst_ms: 1_000,
        };
        assert_eq!(count(arrivals, Time::from_millis(1_000), Time::from_millis(10_000)), 0);
        let burst = count(arrivals, Time::from_millis(1_000), Time::from_millis(20_000));
        assert!((900..1_100).contains(&burst), "{burst} in one burst");
    }

    #[test]
    fn nothing_arrives_at_a_rate_of_zero() {
        let silent = Arrivals::Poisson { per_second: PerSecond::new(0) };
        assert_eq!(count(silent, Time::ZERO, Time::NEVER), 0);
    }
}
