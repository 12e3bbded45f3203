//! What the time line shows: marks for what happened, and how far every group was behind.

use crate::engine::{Observation, World};
use crate::kernel::{Span, Time};
use crate::metrics::group_lag;
use crate::model::Name;
use crate::model::fact::{Fact, Subject};

/// Points of a series at the most; then every other goes, and samples are taken half as often.
const SAMPLES_MAX: usize = 600;
const FIRST_SAMPLE_EVERY: Span = Span::from_millis(500);
const MARKS_MAX: usize = 500;
const CHANGES_MAX: usize = 4_096;

/// Something worth a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: Time,
    pub kind: MarkKind,
    pub label: String,
    pub node: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// Somebody did something.
    Command,
    /// Something was broken.
    Fault,
    /// A group formed a new generation.
    Rebalance,
    /// Somebody was given up.
    Timeout,
}

/// A group's lag over all its partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagSeries {
    pub group: Name,
    pub hue: u32,
    pub points: Vec<(Time, u64)>,
}

#[derive(Clone, Debug)]
pub struct Timeline {
    pub marks: Vec<Mark>,
    pub lag: Vec<LagSeries>,
    sample_every: Span,
    /// The next observation that is news; those before were seen already, when time ran here first.
    next: u64,
    /// Moments at which something visible changed, the latest ones.
    changes: Vec<Time>,
}

impl Default for Timeline {
    fn default() -> Self {
        Timeline { marks: Vec::new(), lag: Vec::new(), sample_every: FIRST_SAMPLE_EVERY, next: 0, changes: Vec::new() }
    }
}

impl Timeline {
    /// The parts that a scenario begins with are no events of the run.
    pub fn note_parts(&mut self, world: &World) {
        self.lag = world
            .groups
            .iter()
            .map(|(group, spec)| LagSeries { group: group.clone(), hue: spec.hue, points: Vec::new() })
            .collect();
    }

    pub fn observe(&mut self, observations: &[Observation], world: &World) {
        for observation in observations {
            if self.changes.last() < Some(&observation.at) {
                self.changes.push(observation.at);
            }
            if observation.id.0 < self.next {
                continue;
            }
            self.next = observation.id.0 + 1;
            self.marks.extend(mark(observation, world));
        }
        let surplus = self.changes.len().saturating_sub(CHANGES_MAX);
        self.changes.drain(..surplus);
        let surplus = self.marks.len().saturating_sub(MARKS_MAX);
        self.marks.drain(..surplus);
    }

    /// The latest moment before `now` at which something changed.
    pub fn change_before(&self, now: Time) -> Time {
        let before = self.changes.partition_point(|&at| at < now);
        if before == 0 { Time::ZERO } else { self.changes[before - 1] }
    }

    pub fn next_sample_at(&self, now: Time) -> Time {
        let every = self.sample_every.as_micros();
        Time::from_micros((now.as_micros() / every + 1) * every)
    }

    /// Notes every group's lag, if this is a moment to do so.
    pub fn sample(&mut self, world: &World) {
        let every = self.sample_every.as_micros();
        if !world.now.as_micros().is_multiple_of(every) {
            return;
        }
        for (group, spec) in &world.groups {
            let lag = group_lag(world, group);
            let series = match self.lag.iter_mut().find(|series| series.group == *group) {
                Some(series) => series,
                None => {
                    self.lag.push(LagSeries { group: group.clone(), hue: spec.hue, points: Vec::new() });
                    self.lag.last_mut().expect("one was pushed just now")
                }
            };
            if series.points.last().is_none_or(|(at, _)| *at < world.now) {
                series.points.push((world.now, lag));
            }
        }
        self.thin_out();
    }

    fn thin_out(&mut self) {
        if self.lag.iter().all(|series| series.points.len() <= SAMPLES_MAX) {
            return;
        }
        self.sample_every = self.sample_every.times(2);
        let every = self.sample_every.as_micros();
        for series in &mut self.lag {
            series.points.retain(|(at, _)| at.as_micros().is_multiple_of(every));
        }
    }

    pub fn forget_after(&mut self, now: Time) {
        self.marks.retain(|mark| mark.at <= now);
        self.changes.retain(|at| *at <= now);
        self.lag.iter_mut().for_each(|series| series.points.retain(|(at, _)| *at <= now));
        // From here on ids are given out anew: whatever comes is news.
        self.next = 0;
    }
}

fn mark(observation: &Observation, world: &World) -> Option<Mark> {
    let (kind, text, node) = match (&observation.subject, &observation.fact) {
        (Subject::Consumer(name), fact) => (kind_of(fact)?, verb(fact)?, name),
        (Subject::Group(name), Fact::GenerationFormed { generation, .. }) => {
            let label = format!("{} generation {generation}", world.stage.label_of(name));
            return Some(Mark { at: observation.at, kind: MarkKind::Rebalance, label, node: Some(name.clone()) });
        }
        (Subject::Group(name), Fact::MemberTimedOut { .. }) => (MarkKind::Timeout, "session timeout", name),
        (Subject::Group(name), Fact::OffsetsReset { .. }) => (MarkKind::Command, "offsets reset", name),
        (Subject::Producer(name), Fact::PublishedByHand { .. }) => (MarkKind::Command, "published", name),
        (Subject::Producer(name), Fact::ReplayStarted { .. }) => (MarkKind::Command, "replays a file", name),
        (Subject::Topic(name), Fact::PartitionsAdded { .. }) => (MarkKind::Command, "more partitions", name),
        _ => return None,
    };
    let label = format!("{} {text}", world.stage.label_of(node));
    Some(Mark { at: observation.at, kind, label, node: Some(node.clone()) })
}

fn kind_of(fact: &Fact) -> Option<MarkKind> {
    match fact {
        Fact::Killed | Fact::Hung | Fact::SlowedDown { .. } => Some(MarkKind::Fault),
        Fact::MaxPollExceeded { .. } => Some(MarkKind::Timeout),
        Fact::Closing | Fact::Unhung | Fact::Sought { .. } | Fact::Started => Some(MarkKind::Command),
        _ => None,
    }
}

fn verb(fact: &Fact) -> Option<&'static str> {
    Some(match fact {
        Fact::Killed => "killed",
        Fact::Hung => "hangs",
        Fact::SlowedDown { .. } => "slower",
        Fact::MaxPollExceeded { .. } => "max.poll exceeded",
        Fact::Closing => "leaves",
        Fact::Unhung => "goes on",
        Fact::Sought { .. } => "seeks",
        Fact::Started => "starts",
        _ => return None,
    })
}
