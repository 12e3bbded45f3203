//! How a state machine speaks to the world: it is handed a message or a timer, and writes down what it wants done.

use super::TopicPartition;
use super::fact::{Fact, Subject};
use super::kafka::message::{Correlation, Message};
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
}

/// Records `from..to` (offsets) of one batch, processed by one group.
#[derive(Clone, Debug)]
pub struct ProcessedRecords {
    pub partition: TopicPartition,
    pub batch: Batch,
    pub from: u64,
    pub to: u64,
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

/// A timer's name, unique within the machine that set it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A client: no answer came (`request.timeout.ms`).
    Request(Correlation),
    /// A client: try again (`retry.backoff.ms`).
    Retry,
    /// A client: `metadata.max.age.ms`.
    Metadata,

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

    /// A broker: a fetch has waited for `fetch.max.wait.ms`.
    FetchWait { from: Endpoint, correlation: Correlation },
    /// A follower: fetch again from this leader.
    ReplicaFetch { leader: BrokerId },
}
