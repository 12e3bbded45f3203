//! Every observation as a sentence, those included that are not announced because there are so many.

use serde_json::Value;

use crate::engine::{Observation, World};
use crate::model::fact::{Fact, RetentionReason, Subject};
use crate::model::kafka::coordinator::client_id_of;
use crate::model::kafka::transaction::TransactionState;
use crate::model::log::Outcome;
use crate::model::{Name, TopicPartition};
use crate::view::announce::announce;

/// In the manner of [`announce`]: begins with a part's label, no full stop.
pub fn sentence(observation: &Observation, world: &World) -> String {
    let fact = &observation.fact;
    let label = |name: &Name| world.stage.label_of(name);
    let told = announce(observation, world).or_else(|| match &observation.subject {
        Subject::Producer(name) => producer(&label(name), fact).or_else(|| transaction(&label(name), fact)),
        Subject::Partition(partition) => partition_sentence(world, partition, fact),
        Subject::Group(name) => group(world, &label(name), fact),
        Subject::Consumer(name) => consumer(&label(name), fact).or_else(|| transaction(&label(name), fact)),
        Subject::Network => network(world, fact),
        Subject::Broker(name) => coordinator(&label(name), fact),
        Subject::Topic(_) | Subject::Stage => None,
    });
    told.unwrap_or_else(|| in_other_words(observation, world))
}

fn producer(who: &str, fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::BatchSent { partition, records, bytes } => {
            format!("{who} sends a batch to {partition}: {}, {bytes} bytes", counted(*records))
        }
        Fact::BatchAcknowledged { partition, base_offset: Some(offset), records } => {
            format!("{who} is told that {} in {partition} from offset {offset} on", are_safe(*records))
        }
        Fact::BatchAcknowledged { partition, base_offset: None, records } => {
            format!("{who} counts {} for {partition} as sent and waits for no answer (acks=0)", counted(*records))
        }
        Fact::BatchRetried { partition, records, error } => {
            format!("{who} has to send {} to {partition} again ({})", counted(*records), error.name())
        }
        Fact::SendBlocked { bytes, broker } => {
            let most = broker.map(|broker| format!(", most of it for {}", broker.name())).unwrap_or_default();
            format!("{who} stands still in send(): its buffer memory is in use, {bytes} bytes{most}")
        }
        Fact::SendUnblocked { after } => format!("{who} goes on: buffer memory is free again, after {after}"),
        _ => return None,
    })
}

fn partition_sentence(world: &World, partition: &TopicPartition, fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::Appended { base_offset, records: 1 } => format!("{partition} takes 1 record at offset {base_offset}"),
        Fact::Appended { base_offset, records } => {
            let last = base_offset + u64::from(*records) - 1;
            format!("{partition} takes {records} records at offsets {base_offset} to {last}")
        }
        Fact::DuplicateBatchIgnored { base_offset, records } => {
            format!("{partition} has {} from offset {base_offset} on already, and ignores the batch", counted(*records))
        }
        Fact::HighWatermarkAdvanced { to } => {
            format!("{partition} is on every in-sync replica up to offset {to}: what is below can be read")
        }
        Fact::MarkerWritten { offset, outcome } => {
            let what = match outcome {
                Outcome::Commit => "committed: who reads read_committed gets its records from now on",
                Outcome::Abort => "aborted: who reads read_committed passes over its records",
            };
            format!("{partition} takes a marker at offset {offset}; the transaction is {what}")
        }
        Fact::SegmentRolled { base_offset } => format!("{partition} begins a new segment at offset {base_offset}"),
        Fact::ShareStarted { group, start } => {
            format!("{} begins to read {partition} at offset {start}", world.stage.label_of(group))
        }
        Fact::RecordsAcquired { group, member, from, to, records, delivery_count } => {
            let who = world.stage.label_of(&client_id_of(member));
            let again = if *delivery_count > 1 { format!(", delivery {delivery_count}") } else { String::new() };
            let group = world.stage.label_of(group);
            format!(
                "{who} of {group} has {} of {partition} in its hands, offsets {from} to {}{again}",
                counted(*records),
                to - 1
            )
        }
        Fact::ShareSettled { group, member, from, to, accepted, released, archived, start, .. } => {
            let parts = [(accepted, "done"), (released, "on offer again"), (archived, "given up")];
            let parts = parts.into_iter().filter(|(count, _)| **count > 0);
            let parts: Vec<String> = parts.map(|(count, what)| format!("{} {what}", counted(*count))).collect();
            let (group, who) = (world.stage.label_of(group), world.stage.label_of(&client_id_of(member)));
            let which = if to - from > 1 { format!("offsets {from} to {}", to - 1) } else { format!("offset {from}") };
            let parts = parts.join(", ");
            format!("{who} of {group} says of {partition}, {which}: {parts}; everything before {start} is done")
        }
        Fact::SegmentsDeleted { broker, log_start, why, .. } => {
            let why = match why {
                RetentionReason::LogStart => "they were deleted before",
                RetentionReason::Size => "the log is longer than retention.bytes",
                RetentionReason::Time => "they are older than retention.ms",
            };
            format!("broker-{} drops what {partition} has before offset {log_start}: {why}", broker.0)
        }
        _ => return None,
    })
}

fn group(world: &World, group: &str, fact: &Fact) -> Option<String> {
    let who = |member: &Name| world.stage.label_of(&client_id_of(member));
    Some(match fact {
        Fact::StateChanged { from, to } => format!("{group} goes from {} to {}", from.name(), to.name()),
        Fact::MemberIdAssigned { member } => format!("{group} gives {} a member id to join with", who(member)),
        Fact::MemberRejoined { member } => format!("{} has joined {group} again, for the next generation", who(member)),
        Fact::MemberSynced { member } => format!("{} asks {group} what it is to read", who(member)),
        Fact::LeaderChanged { leader: Some(leader) } => format!("{} leads {group} from now on", who(leader)),
        Fact::LeaderChanged { leader: None } => format!("{group} has no leader any more"),
        Fact::OffsetsCommitted { offsets } => format!("{group} has it committed where to read on: {}", places(offsets)),
        Fact::OffsetsPending { offsets } => {
            format!("{group} is told where to read on once the transaction is committed: {}", places(offsets))
        }
        _ => return None,
    })
}

fn consumer(who: &str, fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::Closing => format!("{who} closes: it commits and says goodbye"),
        Fact::CoordinatorFound { broker } => format!("{who} learns that broker-{broker} coordinates its group"),
        Fact::JoinSent => format!("{who} asks to join its group"),
        Fact::Polled { records } => format!("{who} is handed {} by poll()", counted(*records)),
        Fact::Processed { partition, from, to } if from + 1 == *to => {
            format!("{who} has processed {partition}, offset {from}")
        }
        Fact::Processed { partition, from, to } => {
            format!("{who} has processed {partition}, offsets {from} to {}", to.saturating_sub(1))
        }
        Fact::ReadOver { partition, from, to } if from + 1 == *to => {
            format!("{who} passes over offset {from} of {partition}, which has no record for it")
        }
        Fact::ReadOver { partition, from, to } => {
            format!(
                "{who} passes over offsets {from} to {} of {partition}, which have no record for it",
                to.saturating_sub(1)
            )
        }
        Fact::CommitFailed { error } => format!("{who} could not commit ({})", error.name()),
        Fact::RequestTimedOut { api } => format!("{who} got no answer to its {api} (request.timeout.ms)"),
        _ => return None,
    })
}

/// A producer's, or of a consumer that writes.
fn transaction(who: &str, fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::ProducerIdAcquired { epoch } => format!("{who} may write from now on, in epoch {epoch}"),
        Fact::TransactionBegun => format!("{who} begins a transaction"),
        Fact::TransactionEnding { outcome } => {
            format!("{who} asks the coordinator to {} its transaction", outcome.name())
        }
        Fact::TransactionEnded { .. } => format!("{who} is told that its transaction is committed"),
        _ => return None,
    })
}

/// Of transactions.
fn coordinator(broker: &str, fact: &Fact) -> Option<String> {
    let Fact::TransactionStateChanged { transactional_id: id, from, to } = fact else { return None };
    let what = match to {
        TransactionState::Empty => "its next instance may begin",
        TransactionState::Ongoing => "something is written in it",
        TransactionState::PrepareCommit => "it is decided that it is committed, and markers have to say so",
        TransactionState::PrepareAbort => "it is decided that it is aborted, and markers have to say so",
        TransactionState::CompleteCommit | TransactionState::CompleteAbort => "every marker is written",
    };
    let (from, to) = (from.name(), to.name());
    Some(format!(
        "{broker}, the coordinator of {id}, writes down that its transaction goes from {from} to {to}: {what}"
    ))
}

fn network(world: &World, fact: &Fact) -> Option<String> {
    let label = |name: &Name| world.stage.label_of(name);
    match fact {
        Fact::MessageLost { api, from, to } => {
            Some(format!("a {api} from {} to {} gets lost on the way", label(from), label(to)))
        }
        _ => None,
    }
}

/// What nobody has found words for yet: the fact's own name.
fn in_other_words(observation: &Observation, world: &World) -> String {
    let about = match &observation.subject {
        Subject::Producer(name)
        | Subject::Consumer(name)
        | Subject::Group(name)
        | Subject::Topic(name)
        | Subject::Broker(name) => world.stage.label_of(name),
        Subject::Partition(partition) => partition.to_string(),
        Subject::Network => "the network".into(),
        Subject::Stage => "the stage".into(),
    };
    let fact = serde_json::to_value(&observation.fact).ok();
    let name = fact.as_ref().and_then(|fact| fact.get("fact")).and_then(Value::as_str).unwrap_or("changes");
    format!("{about}: {}", name.replace('_', " "))
}

fn places(offsets: &[(TopicPartition, u64)]) -> String {
    let all: Vec<String> = offsets.iter().map(|(partition, offset)| format!("{partition} at {offset}")).collect();
    all.join(", ")
}

fn counted(records: u32) -> String {
    format!("{records} record{}", if records == 1 { "" } else { "s" })
}

fn are_safe(records: u32) -> String {
    if records == 1 { "1 record is safe".into() } else { format!("{records} records are safe") }
}
