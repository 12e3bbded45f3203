//! What is done with the producer within a consumer's process, where there is one.

use super::{Awaits, Event, Output, SOURCE_HEADER};
use crate::kernel::{SortedMap, Time};
use crate::model::actor::{Effect, Out, ProcessedRecords, Timer};
use crate::model::fact::Fact;
use crate::model::kafka::config::{ProcessingGuarantee, ProducerConfig};
use crate::model::kafka::consumer::commit::CommitKind;
use crate::model::kafka::consumer::{Application, Consumer, Life, Step};
use crate::model::kafka::message::{ErrorCode, ProducerId, Request};
use crate::model::kafka::producer::{Phase, Producer};
use crate::model::log::{Batch, Extra, Outcome, Record, Value};
use crate::model::workload::{KeyId, Keys};
use crate::model::{Name, TopicPartition};

impl Consumer {
    pub(super) fn happen_fetched_later(&mut self, event: Event, step: &mut Step) {
        match event {
            Event::Begins(seed) => self.begin_output(seed, step),
            Event::Ends => self.end_output(step),
            Event::Receives(message) => self.let_output(step, |producer, step| {
                producer.receive(step.now, message, step.cluster, step.out);
            }),
            Event::Wakes(timer) => {
                self.let_output(step, |producer, step| producer.wake(step.now, timer, step.cluster, step.out));
            }
            Event::Disconnected(from) => {
                self.let_output(step, |producer, step| producer.disconnected(step.now, from, step.cluster, step.out));
            }
            Event::Writes(processed) => self.write_output(processed, step),
            Event::Settles => self.settle_output(step),
            Event::GoesOn => self.go_on(step),
            Event::Loses => self.lose_output(step),
        }
    }

    fn begin_output(&mut self, seed: u64, step: &mut Step) {
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
            before: SortedMap::new(),
            member: (None, None),
            has_written: false,
        });
        output.producer.clock = self.clock;
        output.producer.config = config;
        output.producer.topic = Some(topic);
        self.with_output(step, |producer, step| producer.restart(step.now, step.cluster, step.out));
    }

    fn end_output(&mut self, step: &mut Step) {
        self.with_output(step, |producer, step| producer.kill(step.out));
        self.rest();
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

    /// Afterwards the application may have what it waits for.
    fn let_output(&mut self, step: &mut Step, act: impl FnOnce(&mut Producer, &mut Step)) {
        self.with_output(step, act);
        self.go_on(step);
    }

    fn write_output(&mut self, processed: &ProcessedRecords, step: &mut Step) {
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

    fn settle_output(&mut self, step: &mut Step) {
        let (is_exact, has_failed) = (self.is_exactly_once(), self.output_has_failed());
        let mut offsets = match self.commit_request(self.positions()) {
            Request::OffsetCommit(commit) => commit,
            _ => unreachable!("that is what it makes"),
        };
        let Some(output) = &mut self.output else { return };
        if offsets.member_id != output.member.1 {
            (offsets.generation, offsets.member_id) = (output.member.0.unwrap_or(-1), output.member.1.clone());
        }
        let awaits = if is_exact { Awaits::Transaction((!has_failed).then_some(offsets)) } else { Awaits::Flush };
        output.awaits = Some(awaits);
        self.application = Application::Committing;
        if !is_exact {
            self.with_output(step, |producer, step| producer.flush(step.now, step.cluster, step.out));
        }
        self.go_on(step);
    }

    fn lose_output(&mut self, step: &mut Step) {
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
    fn go_on(&mut self, step: &mut Step) {
        let is_waiting = matches!(self.application, Application::Committing);
        if !is_waiting || self.life != Life::Running {
            return;
        }
        let Some(Output { producer, awaits: Some(awaits), .. }) = &mut self.output else { return };
        match (awaits, producer.phase()) {
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
            // Not before every `send()` has returned.
            (Awaits::Transaction(commit), Some(Phase::InTransaction)) if producer.stall().is_none() => {
                let Some(commit) = commit.take() else { return };
                self.with_output(step, |producer, step| {
                    producer.end_transaction(step.now, Outcome::Commit, Some(commit), step.cluster, step.out);
                });
                self.go_on(step);
            }
            (Awaits::Transaction(_), Some(Phase::Ready)) => {
                let was_aborted = producer.transaction().and_then(|it| it.last) == Some(Outcome::Abort);
                self.stop_waiting();
                if was_aborted {
                    self.go_back(step);
                }
                if self.is_closing { self.close(step) } else { self.poll(step) }
            }
            (Awaits::Transaction(_), Some(Phase::Fenced)) => {
                let error = producer.last_error.unwrap_or(ErrorCode::ProducerFenced.name());
                self.stop_waiting();
                self.fail(format!("ProducerFencedException: {error}"), step);
            }
            _ => {}
        }
    }

    fn stop_waiting(&mut self) {
        self.rest();
        self.application = Application::Polling;
    }

    /// Nothing is under way any more.
    fn rest(&mut self) {
        if let Some(output) = &mut self.output {
            (output.awaits, output.has_written) = (None, false);
        }
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
