//! The application: `while (true) { for (record : consumer.poll()) process(record); }`.

use super::commit::CommitKind;
use super::output::Event;
use super::{Consumer, Life, Step};
use crate::kernel::later::entrance;
use crate::kernel::{Delay, Span};
use crate::model::TopicPartition;
use crate::model::actor::{Effect, ProcessedRecords, Timer};
use crate::model::fact::Fact;
use crate::model::kafka::client::deadline;
use crate::model::kafka::config::{GroupProtocol, ProcessingGuarantee};
use crate::model::log::Batch;

/// Where the application's thread is.
#[derive(Clone, Debug)]
pub enum Application {
    /// Inside `poll()`, waiting for records or for the group.
    Polling,
    /// Processing what `poll()` returned.
    Working(Work),
    /// Inside `commitSync()`, without auto-commit.
    Committing,
}

/// Records `from..to` of a batch, by offset.
#[derive(Clone, Debug)]
pub struct Slice {
    pub partition: TopicPartition,
    pub batch: Batch,
    pub from: u64,
    pub to: u64,
}

/// The records of one `poll()`, and how far the application is.
#[derive(Clone, Debug)]
pub struct Work {
    slices: Vec<Slice>,
    /// The slice with the record in hand.
    current: usize,
    /// The record in hand.
    offset: u64,
}

/// How much the application finishes in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Portion {
    Record,
    Batch,
}

impl Work {
    pub(super) fn new(slices: Vec<Slice>) -> Option<Self> {
        let offset = slices.first()?.from;
        Some(Work { slices, current: 0, offset })
    }

    /// The record that is being processed: its partition, its batch, its offset.
    pub fn in_hand(&self) -> Option<(&TopicPartition, &Batch, u64)> {
        let slice = self.slices.get(self.current)?;
        let index = slice.batch.indexes(self.offset, slice.to).next()?;
        Some((&slice.partition, &slice.batch, slice.batch.offset(index)))
    }

    /// Finishes the record in hand, or with it the rest of its batch.
    fn finish_next(&mut self, portion: Portion) -> Option<ProcessedRecords> {
        let slice = self.slices.get(self.current)?;
        let (partition, batch, from) = (slice.partition.clone(), slice.batch.clone(), self.offset);
        let after = batch.indexes(from, slice.to).nth(1);
        let after = after.filter(|_| portion == Portion::Record).map(|index| batch.offset(index));
        // Up to the next record: a hole between them goes with the one before it.
        let to = after.unwrap_or(slice.to);
        self.offset = to;
        if to == slice.to {
            self.current += 1;
            self.offset = self.slices.get(self.current).map_or(to, |next| next.from);
        }
        Some(ProcessedRecords { partition, batch, from, to })
    }

    fn is_done(&self) -> bool {
        self.current == self.slices.len()
    }

    pub fn records(&self) -> u64 {
        self.slices.iter().map(|slice| slice.batch.count(slice.from, slice.to)).sum()
    }

    /// Finished ranges by partition, in the order of processing; neighbours joined.
    pub(super) fn done(&self) -> Vec<(TopicPartition, u64, u64)> {
        let mut ranges: Vec<(TopicPartition, u64, u64)> = Vec::new();
        for (n, slice) in self.slices.iter().enumerate().take(self.current + 1) {
            let to = if n < self.current { slice.to } else { self.offset };
            match ranges.last_mut() {
                Some((partition, _, end)) if *partition == slice.partition && *end == slice.from => *end = to,
                _ if to > slice.from => ranges.push((slice.partition.clone(), slice.from, to)),
                _ => {}
            }
        }
        ranges
    }
}

impl Consumer {
    /// Something changed: an application that waits inside `poll()` looks again.
    pub(super) fn progress(&mut self, step: &mut Step) {
        if self.life == Life::Running && matches!(self.application, Application::Polling) {
            self.poll(step);
        }
    }

    /// `poll()`: the group first, then commit if it is time, then records.
    pub(super) fn poll(&mut self, step: &mut Step) {
        self.application = Application::Polling;
        self.poll_deadline = None;
        step.out.disarm(Timer::MaxPoll);
        if self.topics.is_empty() {
            return;
        }
        let is_active = self.ensure_active(step);
        if self.life != Life::Running || !(is_active || self.reads_on()) {
            return;
        }
        if self.config.protocol == GroupProtocol::Share {
            if is_active {
                entrance::<fn(&mut Consumer, &mut Step)>(Consumer::poll_shared_fetched_later)(self, step);
            }
            return;
        }
        if is_active {
            self.auto_commit(step);
        }
        self.find_positions(step);
        if self.life != Life::Running {
            return;
        }
        self.mark_output();
        let work = Work::new(self.take_records(step));
        self.send_fetches(step);
        let Some(work) = work else { return };
        self.observe(Fact::Polled { records: work.records() as u32 }, step);
        if self.config.processing_guarantee == ProcessingGuarantee::AtMostOnce {
            self.arm_max_poll(step);
            self.in_hand = Some(work);
            self.application = Application::Committing;
            return self.commit(CommitKind::BeforeWork, self.positions(), step);
        }
        self.begin_work(work, step);
    }

    pub(super) fn begin_work(&mut self, work: Work, step: &mut Step) {
        self.application = Application::Working(work);
        self.arm_max_poll(step);
        self.arm_service(step);
    }

    pub(super) fn arm_max_poll(&mut self, step: &mut Step) {
        let until = deadline(step.now, self.config.max_poll_interval_ms);
        self.poll_deadline = Some(until);
        step.out.arm(Timer::MaxPoll, until);
    }

    /// The next thing the application finishes: the record in hand, or, where records take no time, the whole poll.
    pub(super) fn arm_service(&mut self, step: &mut Step) {
        let service = self.config.service_time.sample(&mut self.chance).as_micros();
        let slowed = u128::from(service) * u128::from(self.slowed_percent) / 100;
        step.out.arm(Timer::Service, step.now + Span::from_micros(slowed as u64));
    }

    pub(super) fn serve(&mut self, step: &mut Step) {
        let takes_no_time = self.config.service_time == Delay::Constant { us: Span::ZERO };
        let portion = if takes_no_time { Portion::Batch } else { Portion::Record };
        while !self.output_has_failed()
            && let Application::Working(work) = &mut self.application
            && let Some(processed) = work.finish_next(portion)
        {
            self.happens_to_output(Event::Writes(&processed), step);
            step.out.effects.push(Effect::Processed(processed));
            if portion == Portion::Record {
                break;
            }
        }
        let Application::Working(work) = &self.application else { return };
        if work.is_done() || self.output_has_failed() { self.finish_work(step) } else { self.arm_service(step) }
    }

    fn finish_work(&mut self, step: &mut Step) {
        self.report_work(step);
        if self.config.protocol == GroupProtocol::Share {
            entrance::<fn(&mut Consumer)>(Consumer::note_shared_work_fetched_later)(self);
        }
        self.application = Application::Polling;
        let waits_for_output = self.is_exactly_once() || self.is_closing || !self.polls_at_once();
        if waits_for_output && self.happens_to_output(Event::Settles, step) {
            return;
        }
        if self.is_closing {
            self.close(step);
        } else if self.polls_at_once() {
            self.poll(step);
        } else {
            self.application = Application::Committing;
            self.commit(CommitKind::AfterWork, self.positions(), step);
            self.progress(step);
        }
    }

    /// Nothing has to be committed after the work.
    fn polls_at_once(&self) -> bool {
        let commits_before = self.config.processing_guarantee == ProcessingGuarantee::AtMostOnce;
        self.config.enable_auto_commit || commits_before || self.config.protocol == GroupProtocol::Share
    }

    /// Says what was processed of the last poll; on its end, and when the process is killed in the middle.
    pub(super) fn report_work(&mut self, step: &mut Step) {
        let Application::Working(work) = &self.application else { return };
        for (partition, from, to) in work.done() {
            self.observe(Fact::Processed { partition, from, to }, step);
        }
    }
}
