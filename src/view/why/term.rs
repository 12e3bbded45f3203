//! The protocol's word for what happened, and what it means in a line.

use serde::Serialize;

use crate::model::fact::{Fact, SettleReason, Subject};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Term {
    pub name: &'static str,
    /// A sentence, with its full stop.
    pub meaning: &'static str,
}

const fn says(name: &'static str, meaning: &'static str) -> Option<Term> {
    Some(Term { name, meaning })
}

/// None where the sentence says it all.
pub fn term(subject: &Subject, fact: &Fact) -> Option<Term> {
    if let (Subject::Producer(_), Fact::Killed) = (subject, fact) {
        return None;
    }
    of_records(fact).or_else(|| of_groups(fact)).or_else(|| of_consumers(fact)).or_else(|| of_transactions(fact))
}

fn of_records(fact: &Fact) -> Option<Term> {
    match fact {
        Fact::BatchSent { .. } => {
            says("linger.ms, batch.size", "A batch leaves when it is full or has waited long enough.")
        }
        Fact::BatchAcknowledged { .. } => {
            says("acks", "How many replicas must have a record before the producer is told.")
        }
        Fact::BatchRetried { .. } => {
            says("retries", "What failed for a while is sent again, until delivery.timeout.ms.")
        }
        Fact::BatchFailed { .. } => {
            says("delivery.timeout.ms", "So long a producer tries; then it gives the records up.")
        }
        Fact::SendBlocked { .. } | Fact::SendUnblocked { .. } => {
            says("buffer.memory", "What is not acknowledged takes memory; when none is left send() does not return.")
        }
        Fact::BufferExhausted { .. } => {
            says("max.block.ms", "So long send() waits for memory; then the record is not sent at all.")
        }
        Fact::Appended { .. } => says("offset", "A record's place in its partition, counted from 0; it never changes."),
        Fact::DuplicateBatchIgnored { .. } => {
            says("idempotent producer", "Batches are numbered, so the broker sees that it has one already.")
        }
        Fact::HighWatermarkAdvanced { .. } => {
            says("high watermark", "Records below it are on every in-sync replica; consumers read only these.")
        }
        Fact::ShareSettled { why: SettleReason::LockOver, .. } => says(
            "group.share.record.lock.duration.ms",
            "So long a member may take over its records; then they are on offer to the others again.",
        ),
        Fact::ShareSettled { .. } => says(
            "acknowledgement",
            "A member accepts, releases or rejects each record; accepted and rejected are done for good.",
        ),
        Fact::RecordsAcquired { .. } => says(
            "share group (KIP-932)",
            "Members share a partition's records: each has a lock on what it works on, and says when it is done.",
        ),
        Fact::Cleaned { .. } => says(
            "log compaction",
            "Of every key the last value stays. Offsets do not change: where a record went there is a hole.",
        ),
        Fact::SegmentRolled { .. } => says("segment.bytes", "A log is cut into files; the last one is written to."),
        _ => None,
    }
}

fn of_groups(fact: &Fact) -> Option<Term> {
    match fact {
        Fact::RebalanceStarted { .. } => {
            says("rebalance", "All members join again and the partitions are dealt out anew.")
        }
        Fact::GenerationFormed { .. } => {
            says("generation", "One round of members; who is of an older one is turned away.")
        }
        Fact::InitialDelayExtended { .. } => {
            says("group.initial.rebalance.delay.ms", "An empty group waits, so that members can join together.")
        }
        Fact::AssignmentDecided { .. } => says("SyncGroup", "The leader hands in who reads what; the others fetch it."),
        Fact::MemberTimedOut { .. } => says("session.timeout.ms", "Who sends no heartbeat for so long is given up."),
        Fact::MemberRemoved { .. } => {
            says("rebalance timeout", "Who is not back within max.poll.interval.ms is left out.")
        }
        Fact::MemberLeft { .. } => {
            says("LeaveGroup", "A goodbye frees the partitions at once; no timeout has to pass.")
        }
        Fact::MemberJoined { .. } | Fact::MemberRejoined { .. } => {
            says("JoinGroup", "Asks to be a member; answered when the whole group has asked.")
        }
        Fact::MemberIdAssigned { .. } => {
            says("MEMBER_ID_REQUIRED", "A new member is first given an id, then joins with it.")
        }
        Fact::StateChanged { .. } => says(
            "group state",
            "Empty, then Preparing- and CompletingRebalance, or Assigning and Reconciling, until it is Stable.",
        ),
        Fact::GroupEpochBumped { .. } => {
            says("group epoch", "Goes up with every change that needs the partitions assigned anew (KIP-848).")
        }
        Fact::TargetAssigned { .. } => {
            says("target assignment", "What every member is to read; the coordinator leads each there on its own.")
        }
        Fact::MemberReconciled { .. } => {
            says("member epoch", "A member has it once it has given up what is not to be its.")
        }
        Fact::StaticMemberReplaced { .. } | Fact::StaticMemberLeft { .. } => {
            says("group.instance.id", "A static member keeps its place over a restart, until its session times out.")
        }
        Fact::OffsetsExpired { .. } => {
            says("offsets.retention.minutes", "So long offsets are kept that nobody has use for.")
        }
        Fact::OffsetsCommitted { .. } => {
            says("committed offset", "Where the group reads on after a restart; the next to read.")
        }
        Fact::OffsetsReset { .. } => says("--reset-offsets", "Moves a stopped group's committed offsets."),
        Fact::OffsetsDeleted { .. } => {
            says("--delete-offsets", "Where nothing is committed, auto.offset.reset says where to begin.")
        }
        Fact::CommitRefused { .. } => says("fencing", "Who is not of the current generation cannot commit."),
        _ => None,
    }
}

fn of_consumers(fact: &Fact) -> Option<Term> {
    match fact {
        Fact::Hung | Fact::MaxPollExceeded { .. } => {
            says("max.poll.interval.ms", "Who does not call poll() for so long leaves the group.")
        }
        Fact::Killed => says("heartbeat", "Nothing tells the group; it only notices that no heartbeat comes any more."),
        Fact::CoordinatorFound { .. } => {
            says("group coordinator", "The broker that keeps a group's members and offsets.")
        }
        Fact::RebalanceNoticed => {
            says("REBALANCE_IN_PROGRESS", "The answer to a heartbeat that tells a member to join again.")
        }
        Fact::Assigned { .. } => {
            says("assignment", "Which partitions a member reads; only in a share group may several read one.")
        }
        Fact::Revoked { .. } => {
            says("onPartitionsRevoked", "Given up so that others can have them; an eager member gives up all it has.")
        }
        Fact::Lost { .. } => says("onPartitionsLost", "Taken away without a chance to commit."),
        Fact::PositionFromCommit { .. } => {
            says("position", "The next offset to fetch; on start it is the committed one.")
        }
        Fact::PositionReset { .. } => {
            says("auto.offset.reset", "Where to begin if nothing is committed, or it is out of range.")
        }
        Fact::Sought { .. } => says("KafkaConsumer#seek", "Moves a live consumer's position; nothing is committed."),
        Fact::Polled { .. } => says("poll()", "Hands out records, and does the group's work along the way."),
        Fact::Processed { .. } => {
            says("at least once", "What was processed and not committed is processed again after a crash.")
        }
        _ => None,
    }
}

fn of_transactions(fact: &Fact) -> Option<Term> {
    match fact {
        Fact::ProducerIdAcquired { .. } => says(
            "InitProducerId",
            "Gives a transactional.id its next epoch; who writes in an earlier one is turned away from then on.",
        ),
        Fact::TransactionBegun => {
            says("beginTransaction()", "What is sent from now on is committed together, or none of it.")
        }
        Fact::TransactionEnding { .. } | Fact::TransactionEnded { .. } => {
            says("EndTxn", "Ends a transaction; once the coordinator has written that down there is no way back.")
        }
        Fact::TransactionFailed { .. } => {
            says("ABORTABLE_ERROR", "Part of it cannot be written, so none of it may count; the producer can go on.")
        }
        Fact::ProducerFenced { .. } => says(
            "PRODUCER_FENCED",
            "Another instance with its transactional.id has taken over, or its transaction took too long.",
        ),
        Fact::TransactionStateChanged { .. } => {
            says("transaction coordinator", "The broker that keeps a transactional.id's state in __transaction_state.")
        }
        Fact::TransactionTimedOut { .. } => {
            says("transaction.timeout.ms", "A transaction that is open for longer is aborted; the check is every 10 s.")
        }
        Fact::MarkerWritten { .. } => says(
            "WriteTxnMarkers",
            "A control record in each partition that was written to; it takes an offset, and applications never see it.",
        ),
        Fact::OffsetsPending { .. } | Fact::PendingOffsetsDropped { .. } => {
            says("TxnOffsetCommit", "Offsets that are committed with a transaction, or dropped with it.")
        }
        Fact::ReadOver { .. } => {
            says("isolation.level", "read_committed: up to the last stable offset, and nothing that was aborted.")
        }
        Fact::PositionsRestored { .. } => says(
            "exactly_once_v2",
            "What was read in an aborted transaction is read again, and written once in the end.",
        ),
        _ => None,
    }
}
