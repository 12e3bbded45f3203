//! Whether two traces are the same, as far as they can be.

use std::collections::BTreeSet;

use super::trace::{Callback, FirstRead, Kind, Trace, Verb};

/// Of processes that start, poll and write: what a recording takes where a simulation takes none.
const CLOCK_MS: u64 = 500;

/// What happens within so much time may as well happen in the other order.
const AT_ONCE_MS: u64 = 250;

pub fn compare(recorded: &Trace, ours: &Trace) -> Result<(), String> {
    let renamings = permutations((0..recorded.partitions).collect());
    let alike = renamings.iter().any(|names| is_alike(recorded, ours, names));
    if !alike {
        return Err("however the partitions are called, members have other callbacks or read from elsewhere".into());
    }
    members(recorded).iter().try_for_each(|member| is_in_time(recorded, ours, member))?;
    has_the_same_order(recorded, ours)
}

fn permutations(of: Vec<u32>) -> Vec<Vec<u32>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let beginning_with = |first: &u32| {
        let rest = permutations(of.iter().copied().filter(|it| it != first).collect());
        rest.into_iter().map(|rest| [vec![*first], rest].concat()).collect::<Vec<_>>()
    };
    of.iter().flat_map(beginning_with).collect()
}

fn members(trace: &Trace) -> BTreeSet<&str> {
    trace.steps.iter().filter_map(|deed| deed.member.as_deref()).collect()
}

fn of<'a>(trace: &'a Trace, member: &'a str) -> impl Iterator<Item = &'a Callback> {
    trace.callbacks.iter().filter(move |callback| callback.member == member)
}

fn is_alike(recorded: &Trace, ours: &Trace, names: &[u32]) -> bool {
    let renamed = |partition: &u32| names[*partition as usize];
    let same_callbacks = |member: &&str| {
        let told = |it: &Callback| (it.kind, it.incremental || is_last_of_a_closing(recorded, it));
        let theirs = of(recorded, member).map(|it| (told(it), it.partitions.iter().map(renamed).collect()));
        theirs.eq(of(ours, member).map(|it| (told(it), it.partitions.clone())))
    };
    let reads = |trace: &Trace, rename: &dyn Fn(&u32) -> u32| {
        let read = |it: &FirstRead| (it.member.clone(), rename(&it.partition), it.offset);
        trace.positions.iter().map(read).collect::<BTreeSet<_>>()
    };
    members(recorded).iter().all(same_callbacks) && reads(recorded, &renamed) == reads(ours, &|it| *it)
}

fn is_last_of_a_closing(trace: &Trace, callback: &Callback) -> bool {
    let deed = trace.last_deed(callback.at_ms);
    deed.verb == Verb::Close && deed.member.as_deref() == Some(&callback.member)
}

/// Each callback comes as long after the last deed as with us, give or take what the configuration leaves open: a member
/// hears of something with its next heartbeat, and in the consumer protocol another has to hear of that in turn.
fn is_in_time(recorded: &Trace, ours: &Trace, member: &str) -> Result<(), String> {
    let hops = if recorded.is_classic() { 1 } else { 2 };
    let leeway = hops * recorded.heartbeat_ms() + CLOCK_MS;
    for (theirs, our) in of(recorded, member).zip(of(ours, member)) {
        let deed = recorded.last_deed(theirs.at_ms);
        let late = u64::from(deed.member.is_some()) * join_phases(recorded, theirs);
        let (theirs_after, our_after) = (theirs.at_ms - deed.at_ms, our.at_ms.saturating_sub(deed.at_ms));
        let is_same_deed = ours.last_deed(our.at_ms).at_ms == deed.at_ms;
        let earliest = our_after.saturating_sub(leeway + extension(recorded, theirs));
        if !is_same_deed || !(earliest..=our_after + late + leeway).contains(&theirs_after) {
            return Err(format!("{theirs:?}\nis {theirs_after} ms after {deed:?}\nand ours after {our_after} ms"));
        }
    }
    Ok(())
}

/// For how long the mock has waited in join phases since the last deed, where Kafka would not.
fn join_phases(recorded: &Trace, until: &Callback) -> u64 {
    if !recorded.is_classic() {
        return 0;
    }
    let deed = recorded.last_deed(until.at_ms);
    let is_between = |it: &&Callback| (deed.at_ms..=until.at_ms).contains(&it.at_ms);
    let ended = of(recorded, &until.member).filter(is_between).filter(|it| it.kind == Kind::Assign).count() as u64;
    // A member that gives something up cooperatively does so at the end of a phase too.
    let is_ending = until.kind == Kind::Revoke && until.incremental;
    (ended + u64::from(is_ending)) * (recorded.number("session.timeout.ms") - 1_000)
}

/// For how long Kafka waits on when others start while a new group waits for its first members.
fn extension(recorded: &Trace, until: &Callback) -> u64 {
    let starts = recorded.steps.iter().filter(|deed| deed.verb == Verb::Start && deed.at_ms < until.at_ms);
    let is_first = recorded.callbacks.iter().all(|it| it.kind == Kind::Assign || it.at_ms > until.at_ms);
    if is_first && starts.count() > 1 { recorded.number("group.initial.rebalance.delay.ms") } else { 0 }
}

/// Who clearly came later than another does not come earlier with us.
fn has_the_same_order(recorded: &Trace, ours: &Trace) -> Result<(), String> {
    for first in members(recorded) {
        for second in members(recorded) {
            for (a, our_a) in of(recorded, first).zip(of(ours, first)) {
                for (b, our_b) in of(recorded, second).zip(of(ours, second)) {
                    if a.at_ms + AT_ONCE_MS < b.at_ms && our_a.at_ms > our_b.at_ms {
                        return Err(format!("{a:?}\nis before\n{b:?}\nand with us after it"));
                    }
                }
            }
        }
    }
    Ok(())
}
