//! Consumers, as they themselves tell.

use super::parts::come_or_gone;
use super::{label, partitions, transaction};
use crate::engine::World;
use crate::kernel::Span;
use crate::model::Name;
use crate::model::fact::{Fact, ResetReason};
use crate::model::kafka::config::ConsumerConfig;
use crate::model::kafka::message::ErrorCode;

pub fn sentence(world: &World, name: &Name, fact: &Fact) -> Option<String> {
    let who = label(world, name);
    let told = life(world, name, &who, fact).or_else(|| membership(world, name, &who, fact));
    told.or_else(|| position(&who, fact)).or_else(|| transaction::client(world, name, fact))
}

fn life(world: &World, name: &Name, who: &str, fact: &Fact) -> Option<String> {
    let timeout = |ms: fn(&ConsumerConfig) -> u64| {
        world.consumers.get(name).map_or(Span::ZERO, |consumer| Span::from_millis(ms(&consumer.config)))
    };
    Some(match fact {
        Fact::Started => format!("{who} starts"),
        Fact::Killed => {
            let timeout = timeout(|config| config.session_timeout_ms);
            format!("{who} was killed; its group will miss it after session.timeout.ms, {timeout}")
        }
        Fact::Hung => {
            let timeout = timeout(|config| config.max_poll_interval_ms);
            format!("{who} hangs; it heartbeats on until max.poll.interval.ms, {timeout}, is over")
        }
        Fact::Unhung => format!("{who} carries on"),
        Fact::SlowedDown { percent: 100 } => format!("{who} works at its normal speed"),
        Fact::SlowedDown { percent } => format!("{who} takes {percent} % of its service time"),
        Fact::Closed => format!("{who} has closed itself and said goodbye to its group"),
        Fact::MaxPollExceeded { after } => {
            let by_its_clock = if is_on_time(world, name) { "" } else { " by its own clock" };
            format!(
                "{who} did not call poll() for {after}{by_its_clock} (max.poll.interval.ms); its heartbeat thread leaves the \
                 group"
            )
        }
        other => return come_or_gone("consumer", who, other),
    })
}

/// Whether its clock runs as fast as it should.
fn is_on_time(world: &World, name: &Name) -> bool {
    world.client(name).is_none_or(|machine| world.clocks.of(machine).drift_ppm == 0)
}

fn membership(world: &World, name: &Name, who: &str, fact: &Fact) -> Option<String> {
    let reads_anything = || world.consumers.get(name).is_some_and(|consumer| !consumer.assignment.is_empty());
    Some(match fact {
        // Nothing new to who does not rebalance eagerly: it keeps what it has.
        Fact::Assigned { partitions: none } if none.is_empty() && reads_anything() => return None,
        Fact::Assigned { partitions: none } if none.is_empty() => format!("{who} has no partition to read"),
        Fact::Assigned { partitions: all } => format!("{who} now reads {}", partitions(all)),
        Fact::Revoked { partitions: all } => format!("{who} gives up {}", partitions(all)),
        Fact::Lost { partitions: all, error } => format!("{who} has lost {} ({})", partitions(all), error.name()),
        Fact::RebalanceNoticed => format!("{who} learns from its heartbeat that it has to join again"),
        Fact::PartitionsNoticed { topic, total } => {
            format!("{who} leads its group and learns that {topic} has {total} partitions")
        }
        Fact::RequestTimedOut { api } if *api != "Fetch" => {
            format!("{who} got no answer to its {api} (request.timeout.ms)")
        }
        // Refusals are told by the coordinator.
        Fact::AcknowledgeRefused { partition, error } => {
            let error = error.name();
            format!("{who} acknowledged records of {partition} that were not in its hands any more ({error})")
        }
        Fact::CommitFailed { error: ErrorCode::RequestTimedOut } => {
            format!("{who} does not know whether its commit arrived")
        }
        _ => return None,
    })
}

fn position(who: &str, fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::PositionFromCommit { partition, offset } => {
            format!("{who} resumes {partition} at the committed offset {offset}")
        }
        Fact::PositionReset { partition, offset, why } => {
            let why = match why {
                ResetReason::NoCommittedOffset => "nothing was committed",
                ResetReason::OutOfRange => "its offset was out of range",
            };
            format!("{who} starts {partition} at {offset}, by auto.offset.reset, because {why}")
        }
        Fact::NoOffset { partition } => {
            format!("{who} ends with an exception: no offset for {partition}, and auto.offset.reset is none")
        }
        Fact::Sought { partition, from, to } => format!("{who} seeks in {partition} from {from} to {to}"),
        _ => return None,
    })
}
