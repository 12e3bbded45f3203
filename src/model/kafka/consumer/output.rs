//! What the application makes of its records: for each that it has processed one record in another topic, through a producer
//! within the same process (consume, transform, produce).
//!
//! With `exactly_once_v2` the records of one `poll()` are one transaction, and the offsets are committed in it: either both are
//! there or neither (KIP-447). After an abort the application goes back to where that `poll()` began. The
//! `transactional.id` is the consumer's `client.id`, so that whoever is started in its place fences off what it left behind.
//!
//! Every record says in its header `source` what it was made of. Side effects elsewhere (a mail, a call) belong to no
//! transaction: how often a record was *processed* counts those, and the output counts apart.
//!
//! Left out: Kafka Streams itself, with its tasks, its state stores and its commit interval.

mod work;

use super::{Consumer, Step};
use crate::kernel::later::entrance;
use crate::kernel::{Clock, Endpoint, SortedMap};
use crate::model::actor::{ProcessedRecords, Timer};
use crate::model::kafka::config::ProcessingGuarantee;
use crate::model::kafka::message::{Message, OffsetCommit};
use crate::model::kafka::producer::{Phase, Producer};
use crate::model::log::Outcome;
use crate::model::{Name, TopicPartition};

/// The header that says what a record was made of.
pub const SOURCE_HEADER: &str = "source";

/// The producer within a consumer's process.
#[derive(Clone, Debug)]
pub(super) struct Output {
    producer: Producer,
    awaits: Option<Awaits>,
    /// Where the last `poll()` began: where to go back to.
    before: SortedMap<TopicPartition, u64>,
    /// As which member it began: with another id it is another member, and may not commit what this one has read.
    member: (Option<i32>, Option<Name>),
    /// Something was written since the last `poll()`.
    has_written: bool,
}

/// What the application waits for.
#[derive(Clone, Debug)]
enum Awaits {
    /// `flush()`: every record is acknowledged, or given up.
    Flush,
    /// `commitTransaction()`, or `abortTransaction()`; with what is to be committed as soon as there is a transaction for it.
    Transaction(Option<OffsetCommit>),
}

/// What becomes of it, or comes to it.
pub(super) enum Event<'a> {
    /// The process begins; the number seeds the producer's draws.
    Begins(u64),
    /// The process is gone.
    Ends,
    Receives(Message),
    Wakes(&'a Timer),
    Disconnected(Endpoint),
    /// `send()` for each of these.
    Writes(&'a ProcessedRecords),
    /// The records of a `poll()` are done, or given up: `sendOffsetsToTransaction()` and `commitTransaction()`, or `flush()`.
    Settles,
    /// What the application waits for may have happened.
    GoesOn,
    /// The topic is gone that it has written to.
    Loses,
}

impl Consumer {
    pub fn output(&self) -> Option<&Producer> {
        self.output.as_ref().map(|output| &output.producer)
    }

    pub(super) fn is_exactly_once(&self) -> bool {
        self.output.is_some() && self.config.processing_guarantee == ProcessingGuarantee::ExactlyOnce
    }

    /// Whether `poll()` commits by itself.
    pub(super) fn commits_by_itself(&self) -> bool {
        self.config.enable_auto_commit && self.config.processing_guarantee == ProcessingGuarantee::AtLeastOnce
    }

    /// The process begins, with a producer if it writes anywhere.
    pub(super) fn start_output(&mut self, seed: u64, step: &mut Step) {
        if self.config.output_topic.is_none() {
            return self.output = None;
        }
        entrance::<Happen>(Consumer::happen_fetched_later)(self, Event::Begins(seed), step);
    }

    /// False if it writes nowhere, so that there is nothing to wait for.
    pub(super) fn happens_to_output(&mut self, event: Event, step: &mut Step) -> bool {
        let writes = self.output.is_some();
        if writes {
            entrance::<Happen>(Consumer::happen_fetched_later)(self, event, step);
        }
        writes
    }

    /// The topic is gone that it has written to.
    pub fn drop_output(&mut self, step: &mut Step) {
        self.happens_to_output(Event::Loses, step);
    }

    /// From now on its machine's clock is this one.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
        if let Some(output) = &mut self.output {
            output.producer.clock = clock;
        }
    }

    /// Whether an answer is the producer's.
    pub(super) fn is_for_output(message: &Message) -> bool {
        matches!(message, Message::Response { correlation, .. } if Producer::is_of_output(*correlation))
    }

    /// `poll()` is about to return records: what came before is done.
    pub(super) fn mark_output(&mut self) {
        if self.output.is_some() {
            let before = self.positions();
            let member = (self.membership.generation, self.membership.member_id.clone());
            if let Some(output) = &mut self.output {
                (output.before, output.member, output.has_written) = (before, member, false);
            }
        }
    }

    /// `send()` has thrown: of what this `poll()` returned nothing can be committed any more.
    pub(super) fn output_has_failed(&self) -> bool {
        let has_written = self.output.as_ref().is_some_and(|output| output.has_written);
        let is_over = matches!(
            self.output().and_then(Producer::phase),
            Some(Phase::Ready | Phase::Ending(Outcome::Abort) | Phase::Fenced)
        );
        self.is_exactly_once() && has_written && is_over
    }
}

type Happen = fn(&mut Consumer, Event, &mut Step);
