//! Two branches of a run side by side: what each came to, and what changed because of the commands in which they differ.

use serde::Serialize;

use super::announce::announce;
use super::deed::deed;
use crate::engine::{GroupSpec, Observation, ObservationId, TimedCommand, Totals, World};
use crate::kernel::order::sort_by_key;
use crate::kernel::{SortedMap, Span, Time};
use crate::metrics::group_lag;
use crate::model::Name;
use crate::model::fact::Subject;

/// What was seen on one side is looked for on the other within this time; then it counts as the same, sooner or later.
const NEAR: Span = Span::from_secs(30);

/// Differences that are told, the first ones.
pub const DIFFERENCES_MAX: usize = 60;

/// Both branches as they are at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// At which moment the numbers are taken.
    pub at: Time,
    /// Up to which moment both are the same.
    pub same_until: Time,
    pub a: Metrics,
    pub b: Metrics,
    /// Commands that only one of them has, in the order of time.
    pub commands: Vec<CommandDifference>,
    /// What happened in one of them only, or at another time, in the order of time; the first ones.
    pub differences: Vec<Difference>,
    /// There are more.
    pub is_cut: bool,
}

/// Numbers of one branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metrics {
    pub published: u64,
    pub acknowledged: u64,
    /// Over all groups.
    pub processed: u64,
    pub duplicates: u64,
    pub lost: u64,
    pub out_of_order: u64,
    pub groups: SortedMap<Name, GroupMetrics>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GroupMetrics {
    pub processed: u64,
    pub duplicates: u64,
    pub out_of_order: u64,
    pub lag: u64,
    /// For how long partitions had no reader, all partitions together.
    pub unread: Span,
    /// Generations that were formed.
    pub rebalances: u32,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    A,
    B,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandDifference {
    pub at: Time,
    /// "kill inventory-2".
    pub deed: String,
    pub only_in: Side,
}

/// Something observed, told in a sentence. Where both times are there, it happened sooner or later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub sentence: String,
    pub subject: Subject,
    pub a: Option<Moment>,
    pub b: Option<Moment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    pub at: Time,
    pub observation: ObservationId,
}

impl Metrics {
    pub fn of(world: &World) -> Self {
        let Totals { produced, acknowledged, processed, duplicates, out_of_order } = world.totals();
        Metrics {
            published: produced,
            acknowledged,
            processed,
            duplicates,
            lost: world.lost(),
            out_of_order,
            groups: world
                .groups
                .iter()
                .map(|(name, spec)| (name.clone(), GroupMetrics::of(world, name, spec)))
                .collect(),
        }
    }
}

impl GroupMetrics {
    fn of(world: &World, name: &Name, spec: &GroupSpec) -> Self {
        GroupMetrics {
            processed: spec.ledger.processed,
            duplicates: spec.ledger.duplicates,
            out_of_order: spec.ledger.out_of_order,
            lag: group_lag(world, name),
            unread: spec.ownership.unread(world.now),
            rebalances: world.group(name).map_or(0, |group| group.generation().max(0) as u32),
        }
    }
}

/// Commands of which one branch has one and the other has not.
pub fn command_differences(a: &[TimedCommand], b: &[TimedCommand]) -> Vec<CommandDifference> {
    let only = |here: &[TimedCommand], there: &[TimedCommand], only_in| {
        let mut others: Vec<&TimedCommand> = there.iter().collect();
        let mut found = Vec::new();
        for given in here {
            match others.iter().position(|other| *other == given) {
                Some(at) => drop(others.remove(at)),
                None => found.push(CommandDifference { at: given.at, deed: deed(&given.command), only_in }),
            }
        }
        found
    };
    let mut all = only(a, b, Side::A);
    all.extend(only(b, a, Side::B));
    sort_by_key(&mut all, |difference| difference.at);
    all
}

/// One side's observations since the fork, those that are told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    heard: Vec<(Observation, String)>,
}

impl Told {
    pub fn hear(&mut self, observation: Observation, world: &World) {
        if let Some(sentence) = announce(&observation, world) {
            self.heard.push((observation, sentence));
        }
    }

    /// Enough for a page of differences, whatever the other side says.
    pub fn is_full(&self) -> bool {
        self.heard.len() >= 50 * DIFFERENCES_MAX
    }
}

/// What was told on one side only, or at another time: the first ones, and whether there are more.
pub fn differences(a: &Told, b: &Told) -> (Vec<Difference>, bool) {
    let mut theirs: Vec<Option<&(Observation, String)>> = b.heard.iter().map(Some).collect();
    let mut found = Vec::new();
    // What is the same to the microsecond first, so that it is not taken for something that moved.
    let mut left = Vec::new();
    for one in &a.heard {
        let is_same = |other: &Option<&(Observation, String)>| {
            other.is_some_and(|(observation, sentence)| observation.at == one.0.at && *sentence == one.1)
        };
        match theirs.iter().position(is_same) {
            Some(at) => theirs[at] = None,
            None => left.push(one),
        }
    }
    for (observation, sentence) in left {
        let is_near = |at: Time| at.since(observation.at) < NEAR && observation.at.since(at) < NEAR;
        let twin = theirs.iter().position(|other| other.is_some_and(|(o, s)| s == sentence && is_near(o.at)));
        let twin = twin.and_then(|at| theirs[at].take());
        found.push(difference(sentence, observation, Some(observation), twin.map(|(observation, _)| observation)));
    }
    for (observation, sentence) in theirs.into_iter().flatten() {
        found.push(difference(sentence, observation, None, Some(observation)));
    }
    sort_by_key(&mut found, |difference| difference.a.into_iter().chain(difference.b).map(|moment| moment.at).min());
    let is_cut = found.len() > DIFFERENCES_MAX;
    found.truncate(DIFFERENCES_MAX);
    (found, is_cut)
}

fn difference(sentence: &str, of: &Observation, a: Option<&Observation>, b: Option<&Observation>) -> Difference {
    let moment = |observation: &Observation| Moment { at: observation.at, observation: observation.id };
    Difference { sentence: sentence.into(), subject: of.subject.clone(), a: a.map(moment), b: b.map(moment) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    fn told(commands: &[&str]) -> Told {
        let mut run = Run::orders();
        run.until_secs(20);
        run.observations.clear();
        commands.iter().for_each(|command| run.command(command));
        run.until_secs(40);
        let mut told = Told::default();
        run.observations.iter().for_each(|observation| told.hear(observation.clone(), run.world()));
        told
    }

    #[test]
    fn a_kill_makes_all_the_difference_to_its_group() {
        let (found, is_cut) = differences(&told(&[]), &told(&[r#"{"type": "kill", "consumer": "inventory-2"}"#]));
        let first: Vec<&str> = found.iter().map(|difference| difference.sentence.as_str()).take(2).collect();
        assert_eq!(first[0], "inventory-2 was killed; its group will miss it after session.timeout.ms, 10 s");
        assert!(first[1].contains("sent no heartbeat for 10 s"), "{first:?}");
        assert!(found.iter().all(|difference| difference.a.is_none() && difference.b.is_some()));
        assert!(!is_cut);
    }

    #[test]
    fn what_happens_later_is_one_difference_with_two_times() {
        let early = r#"{"type": "leave", "consumer": "inventory-2"}"#;
        let hold = r#"{"type": "hold", "a": "inventory-2", "b": "brokers"}"#;
        let release = r#"{"type": "release", "a": "inventory-2", "b": "brokers"}"#;
        let (found, _) = differences(&told(&[early]), &told(&[hold, release, early]));
        let held = found.iter().find(|difference| difference.sentence.starts_with("messages are held"));
        assert!(held.is_some_and(|difference| difference.a.is_none()));
        assert!(found.iter().filter(|difference| difference.sentence.contains("now reads")).count() <= 1);
    }

    #[test]
    fn a_command_that_both_have_is_no_difference() {
        let kill = |consumer: &str, secs| TimedCommand {
            at: Time::from_secs(secs),
            command: crate::engine::Command::Kill { consumer: consumer.into() },
        };
        let found = command_differences(&[kill("a", 1), kill("b", 2)], &[kill("a", 1), kill("a", 1)]);
        let told: Vec<(&str, Side)> =
            found.iter().map(|difference| (difference.deed.as_str(), difference.only_in)).collect();
        assert_eq!(told, [("kill a", Side::B), ("kill b", Side::A)]);
    }
}
