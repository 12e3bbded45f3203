//! `send()` does not return yet (`KafkaProducer#doSend`, `BufferPool`): nobody has told who leads, a transaction is being
//! ended, or `buffer.memory` is all in use.
//!
//! While it waits for memory the application stands still: its workload makes nothing, a file that it replays stops, and it
//! commits no transaction. All batches leave at once then, however short they have lingered. After `max.block.ms` the record
//! fails with a `BufferExhaustedException`, and the next one's wait begins. What is published by hand waits behind it.
//!
//! Left out: `max.block.ms` for the other two. There the records of a workload wait for as long as it takes.

use super::Producer;
use crate::kernel::{Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::Fact;
use crate::model::kafka::client::deadline;
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::message::{BrokerId, ErrorCode};
use crate::model::log::{BATCH_OVERHEAD_BYTES, Record};

/// A record on its way into the accumulator.
#[derive(Clone, Debug)]
pub struct Sending {
    pub record: Record,
    /// Where its application wants it.
    pub partition: Option<u32>,
    /// Of its key.
    pub hash: Option<i32>,
}

/// The application waits for buffer memory.
#[derive(Clone, Copy, Debug)]
pub struct Stall {
    pub began_at: Time,
    /// When the record that waits now came to wait.
    record_at: Time,
}

impl Producer {
    /// Whether the application waits in `send()` for buffer memory, and since when.
    pub fn stall(&self) -> Option<Stall> {
        self.stall
    }

    /// How many bytes of `buffer.memory` are in use.
    pub fn buffer_in_use(&self) -> u64 {
        self.accumulator.in_use()
    }

    /// `send()` returns to those who waited in it, the oldest first, if it can. True if to any.
    pub(super) fn unblock(&mut self, now: Time, out: &mut Out) -> bool {
        if self.leaders.is_none() || self.blocked.is_empty() || !self.may_write() {
            return false;
        }
        self.begin_transaction(now, out);
        let mut has_returned = false;
        while let Some(sending) = self.blocked.pop_front() {
            if self.stall.is_some() {
                self.accumulator.waited = now.since(self.clock.count(sending.record.created_at));
            }
            let appended = self.append(now, sending);
            self.accumulator.waited = Span::ZERO;
            match appended {
                Ok(_) => has_returned = true,
                Err(sending) => {
                    let is_another = has_returned || self.stall.is_none();
                    self.wait_for_memory(now, sending, is_another, out);
                    return has_returned;
                }
            }
        }
        self.go_on(now, out);
        has_returned
    }

    /// There is no memory for this record, the first of those that wait. `is_another`: its wait begins now.
    pub(super) fn wait_for_memory(&mut self, now: Time, sending: Sending, is_another: bool, out: &mut Out) {
        let fits = BATCH_OVERHEAD_BYTES + sending.record.bytes() <= u64::from(self.config.buffer());
        self.blocked.push_front(sending);
        if !is_another {
            return;
        }
        let is_first = self.stall.is_none();
        let began_at = self.stall.map_or(now, |stall| stall.began_at);
        self.stall = Some(Stall { began_at, record_at: now });
        // There never will be for one that is larger than the whole buffer.
        out.arm(Timer::Block, deadline(now, if fits { u64::from(self.config.max_block_ms) } else { 0 }));
        if is_first {
            let fact = Fact::SendBlocked { bytes: self.accumulator.in_use(), broker: self.fullest_broker() };
            out.observe(self.subject(), fact);
            self.schedule_arrival(now, out);
        }
    }

    /// For whom most of the memory is in use.
    pub fn fullest_broker(&self) -> Option<BrokerId> {
        self.leaders.as_ref()?.get(self.accumulator.fullest()? as usize)?.leader
    }

    /// Nobody waits for memory any more: the application goes on.
    fn go_on(&mut self, now: Time, out: &mut Out) {
        let Some(stall) = self.stall.take() else { return };
        out.disarm(Timer::Block);
        out.observe(self.subject(), Fact::SendUnblocked { after: now.since(stall.began_at) });
        self.resume(now, out);
        self.commit_if_late(now, out);
    }

    /// Records are made again, what was due meanwhile at once.
    pub(super) fn resume(&mut self, now: Time, out: &mut Out) {
        self.schedule_arrival(now, out);
        if self.replay.as_mut().is_some_and(|replay| std::mem::take(&mut replay.is_late)) {
            out.arm(Timer::Replay, now);
        }
    }

    /// The record has waited for `max.block.ms`.
    pub(super) fn give_up_waiting(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        let Some(stall) = self.stall else { return };
        self.blocked.pop_front();
        self.counts.failed += 1;
        self.last_error = Some("BufferExhaustedException");
        out.observe(self.subject(), Fact::BufferExhausted { after: now.since(stall.record_at) });
        self.fail_transaction(ErrorCode::RequestTimedOut, out);
        if self.blocked.is_empty() {
            self.go_on(now, out);
        } else {
            self.stall = Some(Stall { record_at: now, ..stall });
            out.arm(Timer::Block, deadline(now, u64::from(self.config.max_block_ms)));
        }
        self.send_ready(now, cluster, out);
    }

    /// What waits for memory was to be written in a transaction that is aborted.
    pub(super) fn throw_from_send(&mut self, now: Time, out: &mut Out) {
        if self.stall.is_some() {
            self.counts.failed += self.blocked.drain(..).count() as u64;
            self.go_on(now, out);
        }
    }

    /// The client is gone, and those who waited in `send()` with it.
    pub(super) fn forget_blocked(&mut self, out: &mut Out) {
        self.counts.failed += self.blocked.drain(..).count() as u64;
        if self.stall.take().is_some() {
            out.disarm(Timer::Block);
        }
    }
}

impl Stall {
    pub fn length(&self, now: Time) -> Span {
        now.since(self.began_at)
    }
}
