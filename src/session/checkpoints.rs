//! Copies of the run at a few moments: from where the way to any other moment is short.

use std::sync::Arc;

use crate::engine::{ObservationId, Simulation};
use crate::kernel::Time;

/// Events between two copies at the least: some 5 ms of work natively, 25 ms in the page.
const EVENTS_BETWEEN: u64 = 5_000;

/// The gap between two copies may be this part of their distance from the newest. So copies are dense near the end, and
/// how many there are grows with the logarithm of the run's length.
const GAP_BY_AGE: u64 = 48;

/// Memory that copies may take of their own, beside what they share.
const BYTES_MAX: u64 = 64 << 20;

/// However large, so many are kept.
const KEPT_MIN: usize = 12;

/// Copies that a branch keeps which is not the current one.
const AT_REST: usize = 16;

/// Copies of one run, in the order of time; the first is its beginning, before
/// anything was done.
///
/// What grows with a run (segments, batches, commands, keys) is shared between copies, and a copy adds only what is in
/// motion: clients, packets, the ends of logs.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    kept: Vec<Arc<Simulation>>,
}

impl Checkpoints {
    pub fn new(beginning: &Simulation) -> Self {
        Checkpoints { kept: vec![Arc::new(beginning.clone())] }
    }

    /// Keeps a copy of the run if enough has happened since the last one.
    pub fn keep(&mut self, simulation: &Simulation) {
        let newest = self.kept.last().map_or(0, |newest| newest.events());
        if simulation.events() >= newest + EVENTS_BETWEEN {
            self.kept.push(Arc::new(simulation.clone()));
            self.thin_out(GAP_BY_AGE);
            let each = simulation.world().own_bytes();
            for by_age in [GAP_BY_AGE / 2, GAP_BY_AGE / 4, GAP_BY_AGE / 8] {
                if self.kept.len() as u64 * each > BYTES_MAX && self.kept.len() > KEPT_MIN {
                    self.thin_out(by_age);
                }
            }
        }
    }

    /// Drops copies whose neighbours are near enough to each other for their age.
    fn thin_out(&mut self, gap_by_age: u64) {
        let newest = self.kept.last().map_or(0, |newest| newest.events());
        let mut before = 0;
        let mut n = 0;
        let nexts: Vec<u64> = self.kept.iter().skip(1).map(|next| next.events()).collect();
        self.kept.retain(|copy| {
            let next = nexts.get(n).copied();
            n += 1;
            let is_needed = next.is_none_or(|next| n == 1 || (next - before) > (newest - next) / gap_by_age);
            if is_needed {
                before = copy.events();
            }
            is_needed
        });
    }

    /// The last copy at or before this moment.
    pub fn before(&self, at: Time) -> &Arc<Simulation> {
        self.last_where(|copy| copy.now() <= at)
    }

    /// The last copy from which this observation is still to come.
    pub fn before_observation(&self, id: ObservationId) -> &Arc<Simulation> {
        self.last_where(|copy| copy.observed() <= id)
    }

    /// The last copy before this moment that was given at most so many commands.
    pub fn before_command(&self, at: Time, given: usize) -> &Arc<Simulation> {
        self.last_where(|copy| copy.now() < at && copy.commands().len() <= given)
    }

    fn last_where(&self, is_before: impl Fn(&Simulation) -> bool) -> &Arc<Simulation> {
        let after = self.kept.partition_point(|copy| is_before(copy));
        &self.kept[after.saturating_sub(1)]
    }

    /// From this moment on, and after so many commands, another run goes on: copies of what came after are not of it. Nor
    /// is one of that very moment kept, so that whoever runs on passes it.
    pub fn forget_after(&mut self, at: Time, commands: usize) {
        let mut is_first = true;
        self.kept.retain(|copy| {
            let is_of_both = copy.now() < at && copy.commands().len() <= commands;
            std::mem::take(&mut is_first) || is_of_both
        });
    }

    /// Keeps a few only, spread evenly over what happened.
    pub fn rest(&mut self) {
        let each = (self.kept.len() / AT_REST).max(1);
        let mut n = 0_usize;
        self.kept.retain(|_| {
            n += 1;
            (n - 1).is_multiple_of(each)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Command;
    use crate::kernel::Span;

    /// One producer, a thousand records a second: an event or more each.
    fn busy() -> Simulation {
        let mut simulation = Simulation::new(1, Default::default());
        for command in [
            r#"{"type": "add_topic", "topic": "t"}"#,
            r#"{"type": "add_producer", "producer": "p", "topic": "t",
                "workload": {"arrivals": {"kind": "constant", "per_second": 1000}}}"#,
        ] {
            let command: Command = serde_json::from_str(command).expect("a command");
            simulation.dispatch(command).expect("it is in order");
        }
        simulation
    }

    fn kept_until(secs: u64) -> Checkpoints {
        let mut simulation = busy();
        let mut checkpoints = Checkpoints::new(&simulation);
        while simulation.now() < Time::from_secs(secs) {
            simulation.step_until(simulation.now() + Span::from_millis(500), u64::MAX);
            simulation.take_observations();
            checkpoints.keep(&simulation);
        }
        checkpoints
    }

    fn gaps(checkpoints: &Checkpoints) -> Vec<u64> {
        checkpoints.kept.windows(2).map(|pair| pair[1].events() - pair[0].events()).collect()
    }

    #[test]
    fn copies_are_dense_near_the_end_sparse_far_from_it_and_no_gap_is_a_large_part_of_the_way() {
        let gaps = gaps(&kept_until(600));
        let total: u64 = gaps.iter().sum();
        assert!(gaps.iter().rev().take(10).all(|gap| *gap < 2 * EVENTS_BETWEEN), "{gaps:?}");
        assert!(gaps[..5].iter().all(|gap| *gap > 2 * EVENTS_BETWEEN), "{gaps:?}");
        assert!(gaps.iter().all(|gap| *gap <= total / 10), "{gaps:?} of {total}");
    }

    #[test]
    fn a_run_ten_times_as_long_keeps_not_nearly_ten_times_as_many() {
        let (short, long) = (kept_until(100).kept.len(), kept_until(1_000).kept.len());
        let as_dense = 10 * short;
        assert!(long * 3 < as_dense * 2, "{short} copies, then {long}");
    }
}
