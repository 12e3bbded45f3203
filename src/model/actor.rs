//! How a state machine speaks to the world: it is handed a message or a timer, and writes down what it wants done.

use super::TopicPartition;
use super::fact::{Fact, Subject};
use super::kafka::broker::SharePartition;
use super::kafka::message::{Correlation, Message};
use super::kafka::transaction::Transaction;
use super::log::Batch;
use super::{Name, kafka::message::BrokerId};
use crate::kernel::{Endpoint, Time};

/// What a state machine asked for while it handled one message or timer, in order.
#[derive(Clone, Debug, Default)]
pub struct Out {
    pub effects: Vec<Effect>,
}

#[derive(Clone, Debug)]
pub enum Effect {
    Send {
        to: Endpoint,
        message: Message,
    },
    /// Sets a timer, or moves it if it is set already.
    Arm {
        timer: Timer,
        at: Time,
    },
    Disarm {
        timer: Timer,
    },
    Observe {
        subject: Subject,
        fact: Fact,
    },
    /// The application is done with some records of a batch: what the ledger counts duplicates and order by.
    Processed(ProcessedRecords),
    /// A producer was told that these records are safe: what the account of losses is kept by.
    Acknowledged(AcknowledgedRecords),
    /// What a share group did in a partition is written down (`WriteShareGroupState`).
    ShareState {
        key: (Name, TopicPartition),
        state: Box<SharePartition>,
    },
    /// What a transaction's coordinator decides is written down (`__transaction_state`).
    TransactionState(Box<Transaction>),
    /// Records were acknowledged before anybody had them (`acks=0`), and nobody ever will.
    NeverWritten {
        partition: TopicPartition,
        records: u64,
    },
}

/// Records `from..to` (offsets) that were appended in one leader epoch.
#[derive(Clone, Debug)]
pub struct AcknowledgedRecords {
    pub partition: TopicPartition,
    pub leader_epoch: u32,
    pub from: u64,
    pub to: u64,
}

/// Records `from..to` (offsets) of one batch, processed by one group. The offsets may have holes, also before the batch.
#[derive(Clone, Debug)]
pub struct ProcessedRecords {
    pub partition: TopicPartition,
    pub batch: Batch,
    pub from: u64,
    pub to: u64,
}

impl ProcessedRecords {
    /// How many they are.
    pub fn count(&self) -> u64 {
        self.batch.count(self.from, self.to)
    }
}

impl Out {
    pub fn send(&mut self, to: Endpoint, message: Message) {
        self.effects.push(Effect::Send { to, message });
    }

    pub fn arm(&mut self, timer: Timer, at: Time) {
        self.effects.push(Effect::Arm { timer, at });
    }

    pub fn disarm(&mut self, timer: Timer) {
        self.effects.push(Effect::Disarm { timer });
    }

    pub fn observe(&mut self, subject: Subject, fact: Fact) {
        self.effects.push(Effect::Observe { subject, fact });
    }
}

/// A stretch of time in which nothing else happens anywhere: a machine that has the next move, and the one after, need
/// not go through the calendar for each.
///
/// Whether it makes use of it changes nothing but the speed: moves are counted as events, and the first that asks for
/// something to be done ends it, because then something else may happen next.
#[derive(Clone, Copy, Debug)]
pub struct Lull {
    /// Moves have to lie before this: something else happens then.
    before: Time,
    /// No move lies after this.
    limit: Time,
    moves_left: u64,
    /// The moment of the last move.
    now: Time,
    moves: u64,
}

impl Lull {
    /// From `now` up to `limit`, but before `next`, and at most so many moves.
    pub fn new(now: Time, limit: Time, next: Option<Time>, moves_left: u64) -> Self {
        Lull { before: next.unwrap_or(Time::NEVER), limit, moves_left, now, moves: 0 }
    }

    /// For a machine whose clock shows another time than the run's: each of its moves goes through the calendar.
    pub fn none(now: Time) -> Self {
        Lull { before: now, limit: now, moves_left: 0, now, moves: 0 }
    }

    pub fn now(&self) -> Time {
        self.now
    }

    /// How many moves were made.
    pub fn moves(&self) -> u64 {
        self.moves
    }

    /// Goes on to `at` if that is still within it.
    pub fn go_on_to(&mut self, at: Time) -> bool {
        let is_within = at < self.before && at <= self.limit && self.moves < self.moves_left;
        if is_within {
            self.now = at;
            self.moves += 1;
        }
        is_within
    }
}

/// A timer's name, unique within the machine that set it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A client: no answer came (`request.timeout.ms`).
    Request(Correlation),
    /// A client: try again (`retry.backoff.ms`).
    Retry,
    /// A client: `metadata.max.age.ms`.
    Metadata,
    /// A client: open a broken connection again (`reconnect.backoff.ms`).
    Reconnect,

    /// A producer: the workload's next event.
    Arrival,
    /// A producer: the next row of a replayed file.
    Replay,
    /// A producer: a batch has waited for `linger.ms`.
    Linger,

    /// A consumer's heartbeat thread.
    Heartbeat,
    /// A consumer: `max.poll.interval.ms` since the last `poll()`.
    MaxPoll,
    /// A consumer's application: done with the record, or with the whole poll.
    Service,

    /// The coordinator: nothing heard of a member for its session timeout.
    Session { group: Name, member: Name },
    /// The coordinator: a member id was handed out and not used.
    PendingMember { group: Name, member: Name },
    /// The coordinator: the join phase ends (initial delay or rebalance timeout).
    Join { group: Name },
    /// The coordinator: the sync phase ends.
    Sync { group: Name },

    /// The coordinator: a member has not given up in time what it was to.
    Revocation { group: Name, member: Name },
    /// The coordinator: time to look for offsets that have expired.
    OffsetExpiry,

    /// A broker: a fetch has waited for `fetch.max.wait.ms`.
    FetchWait { from: Endpoint, correlation: Correlation },
    /// A broker: what was produced is not on every in-sync replica in time (`request.timeout.ms`).
    ProduceWait { from: Endpoint },
    /// A follower: fetch again from this leader.
    ReplicaFetch { leader: BrokerId },
    /// A broker: register, or say that it is alive (`broker.heartbeat.interval.ms`).
    BrokerHeartbeat,
    /// A leader: look for followers that have fallen behind (half of `replica.lag.time.max.ms`).
    IsrCheck,
    /// A broker: write the high watermarks to disk (`replica.high.watermark.checkpoint.interval.ms`).
    Checkpoint,
    /// A broker: look for segments to delete (`log.retention.check.interval.ms`).
    Retention,
    /// The controller: nothing heard of a broker for `broker.session.timeout.ms`.
    BrokerSession { broker: BrokerId },
    /// The controller: give leadership back to preferred replicas.
    LeaderBalance,
    /// A leader: the next lock of a share group's is over.
    ShareLocks,
    /// A transaction's coordinator: send markers, those that could not be written once more.
    TransactionMarkers,
    /// A transaction's coordinator: look for those that are open for too long
    /// (`transaction.abort.timed.out.transaction.cleanup.interval.ms`).
    TransactionTimeouts,
    /// A broker: the coordinator has not answered whether a transaction is open.
    Registration(Correlation),
    /// A producer's application: commit, or abort, the transaction.
    Commit,
    /// Of the producer within a consumer's process.
    Output(Box<Timer>),
    /// A broker: look for compacted logs that are dirty enough (`log.cleaner.backoff.ms`).
    Cleaner,
    /// A producer: a record has waited for buffer memory for `max.block.ms`.
    Block,
}
