//! The way back: copies of the run at a few moments, and every command since.

use crate::engine::TimedCommand;
use crate::kernel::{Span, Time};
use crate::scenario::Run;

/// Copies kept at the most. When there are more, every other one of the older goes.
const CHECKPOINTS_MAX: usize = 48;

/// Virtual time between two copies, at first.
const FIRST_INTERVAL: Span = Span::from_secs(2);

#[derive(Clone, Debug)]
pub struct History {
    checkpoints: Vec<Run>,
    interval: Span,
    /// Every command of the run as far as it was ever played, once time has gone back.
    recorded: Vec<TimedCommand>,
    end: Time,
}

impl History {
    pub fn new(start: &Run) -> Self {
        History { checkpoints: vec![start.clone()], interval: FIRST_INTERVAL, recorded: Vec::new(), end: Time::ZERO }
    }

    /// The furthest moment that was played.
    pub fn end(&self) -> Time {
        self.end
    }

    /// Keeps a copy of the run if the last one is old enough.
    pub fn keep(&mut self, run: &Run) {
        self.end = self.end.max(run.now());
        let newest = self.checkpoints.last().map_or(Time::ZERO, Run::now);
        if run.now() < newest + self.interval {
            return;
        }
        self.checkpoints.push(run.clone());
        if self.checkpoints.len() > CHECKPOINTS_MAX {
            let mut n = 0;
            self.checkpoints.retain(|_| {
                n += 1;
                n % 2 == 1
            });
            self.interval = self.interval.times(2);
        }
    }

    /// Before time goes back: remembers what there is to play again.
    pub fn note_end<'a>(
        &mut self,
        now: Time,
        done: &'a [TimedCommand],
        pending: impl Iterator<Item = &'a TimedCommand>,
    ) {
        self.end = self.end.max(now);
        self.recorded = done.iter().chain(pending).cloned().collect();
    }

    /// The run at the last copy at or before `to`, with all that was recorded after it still to come.
    pub fn resume(&self, to: Time) -> Run {
        let at = self.checkpoints.partition_point(|run| run.now() <= to).max(1);
        let mut run = self.checkpoints[at - 1].clone();
        let given = run.simulation().commands().len();
        run.expect(self.recorded.iter().skip(given).cloned());
        run
    }

    /// The past was changed: copies of what came after are of another run.
    pub fn forget_after(&mut self, now: Time) {
        self.checkpoints.retain(|run| run.now() < now || run.now() == Time::ZERO);
        self.recorded.clear();
        self.end = now;
    }
}
