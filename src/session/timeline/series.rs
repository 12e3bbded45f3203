//! Numbers over time, sampled evenly.

use super::Timeline;
use crate::engine::World;
use crate::kernel::{Span, Time};
use crate::metrics::group_lag;
use crate::model::Name;

/// Points of a series at the most; then every other goes, and samples are taken half as often.
const SAMPLES_MAX: usize = 600;
const FIRST_SAMPLE_EVERY: Span = Span::from_millis(500);

/// A group's lag over all its partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagSeries {
    pub group: Name,
    pub hue: u32,
    pub points: Vec<(Time, u64)>,
}

/// How many records went through since the beginning. Kept as totals, so that rates stay exact when points go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThroughputSeries {
    /// Whose; none for all producers together.
    pub group: Option<Name>,
    pub hue: u32,
    pub totals: Vec<(Time, u64)>,
}

impl ThroughputSeries {
    /// Records a second between one sample and the next, at the time of the later; rounded down.
    pub fn per_second(&self) -> Vec<(Time, u64)> {
        let rate = |pair: &[(Time, u64)]| {
            let [(from, before), (to, total)] = pair else { return (Time::ZERO, 0) };
            let records = u128::from(total.saturating_sub(*before));
            (*to, (records * 1_000_000 / u128::from(to.since(*from).as_micros().max(1))) as u64)
        };
        self.totals.windows(2).map(rate).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sampler {
    every: Span,
    last: Option<Time>,
}

impl Default for Sampler {
    fn default() -> Self {
        Sampler { every: FIRST_SAMPLE_EVERY, last: None }
    }
}

impl Timeline {
    /// This very moment, if it is one to sample at and was left before all of it had happened.
    pub fn next_sample_at(&self, now: Time) -> Time {
        if self.is_due(now) {
            return now;
        }
        let every = self.sampler.every.as_micros();
        Time::from_micros((now.as_micros() / every + 1) * every)
    }

    /// Takes a sample, if this is a moment to do so and none was taken when time ran here first.
    pub fn sample(&mut self, world: &World) {
        let now = world.now;
        if !self.is_due(now) {
            return;
        }
        self.sampler.last = Some(now);
        self.produced.totals.push((now, world.totals().produced));
        for (group, spec) in &world.groups {
            self.ensure(group, spec.hue);
            let lag = self.lag.iter_mut().find(|series| series.group == *group);
            lag.into_iter().for_each(|series| series.points.push((now, group_lag(world, group))));
            let consumed = self.consumed.iter_mut().find(|series| series.group.as_ref() == Some(group));
            consumed.into_iter().for_each(|series| series.totals.push((now, spec.ledger.processed)));
        }
        self.thin_out();
    }

    fn is_due(&self, now: Time) -> bool {
        let is_on_time = now > Time::ZERO && now.as_micros().is_multiple_of(self.sampler.every.as_micros());
        is_on_time && self.sampler.last < Some(now)
    }

    pub(super) fn ensure(&mut self, group: &Name, hue: u32) {
        if self.lag.iter().any(|series| series.group == *group) {
            return;
        }
        self.lag.push(LagSeries { group: group.clone(), hue, points: Vec::new() });
        self.consumed.push(ThroughputSeries { group: Some(group.clone()), hue, totals: Vec::new() });
    }

    fn thin_out(&mut self) {
        if self.produced.totals.len() <= SAMPLES_MAX {
            return;
        }
        self.sampler.every = self.sampler.every.times(2);
        let every = self.sampler.every.as_micros();
        self.retain_samples(|at| at.as_micros().is_multiple_of(every));
    }

    /// This moment is to be sampled again: something was done at it.
    pub fn forget_samples_from(&mut self, now: Time) {
        self.retain_samples(|at| at < now);
    }

    fn retain_samples(&mut self, keep: impl Fn(Time) -> bool) {
        self.produced.totals.retain(|(at, _)| keep(*at));
        self.consumed.iter_mut().for_each(|series| series.totals.retain(|(at, _)| keep(*at)));
        self.lag.iter_mut().for_each(|series| series.points.retain(|(at, _)| keep(*at)));
        self.sampler.last = self.produced.totals.last().map(|(at, _)| *at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_what_was_added_by_the_time_it_took() {
        let totals = vec![(Time::from_secs(1), 10), (Time::from_secs(3), 16), (Time::from_millis(3_500), 17)];
        let series = ThroughputSeries { group: None, hue: 0, totals };
        assert_eq!(series.per_second(), [(Time::from_secs(3), 3), (Time::from_millis(3_500), 2)]);
    }
}
