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

use super::commit::CommitKind;
use super::{Application, Consumer, Step};
use crate::kernel::later::entrance;
use crate::kernel::{Clock, Endpoint, SortedMap, Time};
use crate::model::actor::{Effect, Out, ProcessedRecords, Timer};
use crate::model::fact::Fact;
use crate::model::kafka::config::{ProcessingGuarantee, ProducerConfig};
use crate::model::kafka::message::{ErrorCode, Message, OffsetCommit, ProducerId, Request};
use crate::model::kafka::producer::{Phase, Producer};
use crate::model::log::{Batch, Extra, Outcome, Record, Value};
use crate::model::workload::{KeyId, Keys};
use crate::model::{Name, TopicPartition};

/// The header that says what a record was made of.
pub const SOURCE_HEADER: &str = "source";

/// The producer within a consumer's process.
#[derive(Clone, Debug)]
pub struct Output {
    pub producer: Producer,
    awaits: Option<Awaits>,
    /// What is to be committed as soon as there is a transaction for it.
    commit: Option<OffsetCommit>,
    /// Where the last `poll()` began: where to go back to.
    before: SortedMap<TopicPartition, u64>,
    /// As which member it began: with another id it is another member, and may not commit what this one has read.
    member: (Option<i32>, Option<Name>),
    /// Something was written since the last `poll()`.
    has_written: bool,
}

/// What the application waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    /// `flush()`: every record is acknowledged, or given up.
    Flush,
    /// `commitTransaction()`, or `abortTransaction()`.
    Transaction,
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

    /// The process begins: its producer, if it writes anywhere.
    pub(super) fn start_output(&mut self, seed: u64, step: &mut Step) {
        if self.config.output_topic.is_none() {
            return self.output = None;
        }
        type Start = fn(&mut Consumer, u64, &mut Step);
        entrance::<Start>(Consumer::start_output_fetched_later)(self, seed, step);
    }

    fn start_output_fetched_later(&mut self, seed: u64, step: &mut Step) {
        let Some(topic) = self.config.output_topic.clone() else { return self.output = None };
        let is_exact = self.config.processing_guarantee == ProcessingGuarantee::ExactlyOnce;
        let config = ProducerConfig {
            transactional_id: is_exact.then(|| self.name.clone()),
            transaction_timeout_ms: self.config.transaction_timeout_ms,
            ..ProducerConfig::default()
        };
        let output = self.output.get_or_insert_with(|| Output {
            producer: Producer::within(&self.name, self.endpoint, ProducerId(u64::from(self.endpoint.0)), seed),
            awaits: None,
            commit: None,
            before: SortedMap::new(),
            member: (None, None),
            has_written: false,
        });
        (output.awaits, output.has_written) = (None, false);
        output.producer.clock = self.clock;
        output.producer.config = config;
        output.producer.topic = Some(topic);
        self.with_output(step, |producer, step| producer.restart(step.now, step.cluster, step.out));
    }

    /// From now on its machine's clock is this one.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
        if let Some(output) = &mut self.output {
            output.producer.clock = clock;
        }
    }

    /// The process is gone.
    pub(super) fn end_output(&mut self, step: &mut Step) {
        if self.output.is_none() {
            return;
        }
        type Act = fn(&mut Consumer, &mut Step);
        entrance::<Act>(Consumer::end_output_fetched_later)(self, step);
    }

    fn end_output_fetched_later(&mut self, step: &mut Step) {
        self.with_output(step, |producer, step| producer.kill(step.out));
        if let Some(output) = &mut self.output {
            (output.awaits, output.has_written) = (None, false);
        }
    }

    /// Lets the producer do something. Its timers are the process's, under another name.
    fn with_output(&mut self, step: &mut Step, act: impl FnOnce(&mut Producer, &mut Step)) {
        let Some(output) = &mut self.output else { return };
        let mut out = Out::default();
        act(&mut output.producer, &mut Step { now: step.now, cluster: step.cluster, keys: step.keys, out: &mut out });
        step.out.effects.extend(out.effects.into_iter().map(|effect| match effect {
            Effect::Arm { timer, at } => Effect::Arm { timer: Timer::Output(Box::new(timer)), at },
            Effect::Disarm { timer } => Effect::Disarm { timer: Timer::Output(Box::new(timer)) },
            other => other,
        }));
    }

    /// Whether an answer is the producer's.
    pub(super) fn is_for_output(message: &Message) -> bool {
        matches!(message, Message::Response { correlation, .. } if Producer::is_of_output(*correlation))
    }

    pub(super) fn output_receives(&mut self, message: Message, step: &mut Step) {
        if self.output.is_none() {
            return;
        }
        type Act = fn(&mut Consumer, Message, &mut Step);
        entrance::<Act>(Consumer::output_receives_fetched_later)(self, message, step);
    }

    fn output_receives_fetched_later(&mut self, message: Message, step: &mut Step) {
        self.with_output(step, |producer, step| {
            producer.receive(step.now, message, step.keys, step.cluster, step.out);
        });
        self.look_at_output(step);
    }

    pub(super) fn output_fires(&mut self, timer: &Timer, step: &mut Step) {
        if self.output.is_none() {
            return;
        }
        type Act = fn(&mut Consumer, &Timer, &mut Step);
        entrance::<Act>(Consumer::output_fires_fetched_later)(self, timer, step);
    }

    fn output_fires_fetched_later(&mut self, timer: &Timer, step: &mut Step) {
        self.with_output(step, |producer, step| producer.wake(step.now, timer, step.cluster, step.out));
        self.look_at_output(step);
    }

    pub(super) fn output_disconnected(&mut self, from: Endpoint, step: &mut Step) {
        if self.output.is_none() {
            return;
        }
        type Act = fn(&mut Consumer, Endpoint, &mut Step);
        entrance::<Act>(Consumer::output_disconnected_fetched_later)(self, from, step);
    }

    fn output_disconnected_fetched_later(&mut self, from: Endpoint, step: &mut Step) {
        self.with_output(step, |producer, step| producer.disconnected(step.now, from, step.cluster, step.out));
        self.look_at_output(step);
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

    /// `send()` for each of these.
    pub(super) fn write_output(&mut self, processed: &ProcessedRecords, step: &mut Step) {
        if self.output.is_none() {
            return;
        }
        type Act = fn(&mut Consumer, &ProcessedRecords, &mut Step);
        entrance::<Act>(Consumer::write_output_fetched_later)(self, processed, step);
    }

    fn write_output_fetched_later(&mut self, processed: &ProcessedRecords, step: &mut Step) {
        let Some(output) = &mut self.output else { return };
        output.has_written = true;
        let ProcessedRecords { partition, batch, from, to } = processed;
        let indexes = batch.indexes(*from, *to);
        let created_at = output.producer.clock.when(step.now);
        let records: Vec<Record> =
            indexes.map(|index| made_of(partition, batch, index, created_at, step.keys)).collect();
        self.with_output(step, |producer, step| {
            for record in records {
                producer.send(step.now, record, None, step.keys, step.cluster, step.out);
            }
        });
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

    /// The records of a `poll()` are done, or given up: `sendOffsetsToTransaction()` and `commitTransaction()`, or `flush()`.
    /// False if there is nothing to wait for.
    pub(super) fn settle_output(&mut self, step: &mut Step) -> bool {
        if self.output.is_none() {
            return false;
        }
        type Act = fn(&mut Consumer, &mut Step) -> bool;
        entrance::<Act>(Consumer::settle_output_fetched_later)(self, step)
    }

    fn settle_output_fetched_later(&mut self, step: &mut Step) -> bool {
        let (is_exact, has_failed) = (self.is_exactly_once(), self.output_has_failed());
        let mut offsets = match self.commit_request(self.positions()) {
            Request::OffsetCommit(commit) => commit,
            _ => unreachable!("that is what it makes"),
        };
        let Some(output) = &mut self.output else { return false };
        if offsets.member_id != output.member.1 {
            (offsets.generation, offsets.member_id) = (output.member.0.unwrap_or(-1), output.member.1.clone());
        }
        output.awaits = Some(if is_exact { Awaits::Transaction } else { Awaits::Flush });
        output.commit = (is_exact && !has_failed).then_some(offsets);
        self.application = Application::Committing;
        if !is_exact {
            self.with_output(step, |producer, step| producer.flush(step.now, step.cluster, step.out));
        }
        self.look_at_output(step);
        true
    }

    /// The topic is gone that it has written to.
    pub fn drop_output(&mut self, step: &mut Step) {
        if self.output.is_none() {
            return;
        }
        type Act = fn(&mut Consumer, &mut Step);
        entrance::<Act>(Consumer::drop_output_fetched_later)(self, step);
    }

    fn drop_output_fetched_later(&mut self, step: &mut Step) {
        let was_waiting = self.output.as_ref().is_some_and(|output| output.awaits.is_some());
        self.end_output(step);
        self.output = None;
        (self.config.output_topic, self.config.processing_guarantee) = (None, ProcessingGuarantee::AtLeastOnce);
        if was_waiting {
            self.application = Application::Polling;
            self.progress(step);
        }
    }

    /// Goes on if what the application waits for has happened.
    pub(super) fn look_at_output(&mut self, step: &mut Step) {
        if self.output.is_none() {
            return;
        }
        type Act = fn(&mut Consumer, &mut Step);
        entrance::<Act>(Consumer::look_at_output_fetched_later)(self, step);
    }

    fn look_at_output_fetched_later(&mut self, step: &mut Step) {
        let is_waiting = matches!(self.application, Application::Committing);
        if !is_waiting || self.life != super::Life::Running {
            return;
        }
        let Some(Output { producer, awaits: Some(awaits), .. }) = &self.output else { return };
        match (*awaits, producer.phase()) {
            (Awaits::Flush, _) if producer.is_settled() => {
                self.stop_waiting();
                if self.is_closing {
                    self.close(step);
                } else {
                    self.application = Application::Committing;
                    self.commit(CommitKind::AfterWork, self.positions(), step);
                    self.progress(step);
                }
            }
            (Awaits::Transaction, Some(Phase::InTransaction)) => {
                let commit = self.output.as_mut().and_then(|output| output.commit.take());
                let Some(commit) = commit else { return };
                self.with_output(step, |producer, step| {
                    producer.end_transaction(step.now, Outcome::Commit, Some(commit), step.cluster, step.out);
                });
                self.look_at_output(step);
            }
            (Awaits::Transaction, Some(Phase::Ready)) => {
                let was_aborted = producer.transaction().and_then(|it| it.last) == Some(Outcome::Abort);
                self.stop_waiting();
                if was_aborted {
                    self.go_back(step);
                }
                if self.is_closing { self.close(step) } else { self.poll(step) }
            }
            (Awaits::Transaction, Some(Phase::Fenced)) => {
                let error = producer.last_error.unwrap_or(ErrorCode::ProducerFenced).name();
                self.stop_waiting();
                self.fail(format!("ProducerFencedException: {error}"), step);
            }
            _ => {}
        }
    }

    fn stop_waiting(&mut self) {
        if let Some(output) = &mut self.output {
            (output.awaits, output.commit, output.has_written) = (None, None, false);
        }
        self.application = Application::Polling;
    }

    /// To where the last `poll()` began, in the partitions that it still has.
    fn go_back(&mut self, step: &mut Step) {
        let Some(output) = &mut self.output else { return };
        let mut offsets = Vec::new();
        for (partition, offset) in std::mem::take(&mut output.before) {
            if let Some(position) = self.assignment.get_mut(&partition) {
                position.next = Some(offset);
                offsets.push((partition, offset));
            }
        }
        self.fetched.clear();
        self.observe(Fact::PositionsRestored { offsets }, step);
    }
}

/// The record that an application makes of another: of the same key, and of the same value where there is one to be read.
fn made_of(partition: &TopicPartition, batch: &Batch, index: u32, created_at: Time, keys: &Keys) -> Record {
    let records = &batch.records;
    let source: Name = format!("{partition}@{}", batch.offset(index)).into();
    let key = records.key(index);
    let value = match records.extra(index) {
        Some(extra) => extra.value.clone(),
        None => Some(Value::Text(source.as_str().into())),
    };
    let value_bytes = match &value {
        Some(Value::Text(text)) => text.len() as u32,
        _ => records.value_bytes(index),
    };
    Record {
        key,
        key_bytes: if key == KeyId::NONE { 0 } else { keys.bytes(key).map_or(0, |bytes| bytes.len() as u32) },
        value_bytes,
        created_at,
        extra: Some(Extra { value, headers: [(SOURCE_HEADER.into(), source)].into(), timestamp_us: None }),
    }
}
