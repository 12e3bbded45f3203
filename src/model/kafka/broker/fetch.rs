//! Fetch requests, of consumers and followers: answered at once if there is enough to read, else when there is, or when
//! `fetch.max.wait.ms` is over.

use super::Broker;
use super::partition::Partition;
use crate::kernel::later::entrance;
use crate::kernel::{Endpoint, Time};
use crate::model::TopicPartition;
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::IsolationLevel;
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{
    BrokerId, Correlation, ErrorCode, Fetch, FetchPartition, FetchedPartition, Response,
};

#[derive(Clone, Debug)]
pub struct WaitingFetch {
    /// Many wait, and come and go: what moves to make room for them is small.
    fetch: Box<Fetch>,
}

impl Broker {
    pub(super) fn fetch(&mut self, now: Time, caller: Caller, fetch: Fetch, cluster: &Cluster, out: &mut Out) {
        if let Some(follower) = fetch.replica {
            self.confirm_all(now, follower, &fetch, cluster, out);
        }
        if self.has_enough(&fetch) {
            return caller.answer(self.read_all(&fetch), out);
        }
        let Caller { endpoint: from, correlation } = caller;
        out.arm(Timer::FetchWait { from, correlation }, now + fetch.max_wait);
        self.waiting_fetches.insert((from, correlation), WaitingFetch { fetch: Box::new(fetch) });
    }

    /// A follower's fetch offsets are its log ends, if its log agrees with the leader's: the high watermark may advance by
    /// them, and the follower may be in sync again.
    fn confirm_all(&mut self, now: Time, follower: BrokerId, fetch: &Fetch, cluster: &Cluster, out: &mut Out) {
        for asked in &fetch.partitions {
            let Some(partition) = self.partitions.get_mut(&asked.partition) else { continue };
            if partition.refusal(asked).is_some() || partition.divergence(asked).is_some() {
                continue;
            }
            partition.note_fetch(now, follower, asked.offset);
            let proposal = partition.expand_isr(self.id, &asked.partition, follower, &self.metadata);
            let has_moved = partition.advance_high_watermark(now, self.lag_max, &self.metadata);
            let to = partition.high_watermark;
            if let Some(proposal) = proposal {
                self.propose(proposal, cluster, out);
            }
            if has_moved {
                out.observe(Subject::Partition(asked.partition.clone()), Fact::HighWatermarkAdvanced { to });
                self.answer_fetches_of(&asked.partition, out);
            }
        }
        self.answer_replicated(now, out);
    }

    /// Answers the fetches that wait for this partition and now have enough.
    pub(super) fn answer_fetches_of(&mut self, name: &TopicPartition, out: &mut Out) {
        let concerns = |waiting: &WaitingFetch| waiting.fetch.partitions.iter().any(|asked| asked.partition == *name);
        let ready: Vec<(Endpoint, Correlation)> = self
            .waiting_fetches
            .iter()
            .filter(|(_, waiting)| concerns(waiting) && self.has_enough(&waiting.fetch))
            .map(|(&caller, _)| caller)
            .collect();
        for (from, correlation) in ready {
            out.disarm(Timer::FetchWait { from, correlation });
            self.end_wait(from, correlation, out);
        }
        if !self.waiting_shares.is_empty() {
            type Answer = fn(&mut Broker, &TopicPartition, &mut Out);
            entrance::<Answer>(Broker::answer_shares_of_fetched_later)(self, name, out);
        }
    }

    /// Answers a waiting fetch with whatever there is.
    pub(super) fn end_wait(&mut self, endpoint: Endpoint, correlation: Correlation, out: &mut Out) {
        if let Some(WaitingFetch { fetch }) = self.waiting_fetches.remove(&(endpoint, correlation)) {
            Caller { endpoint, correlation }.answer(self.read_all(&fetch), out);
        }
    }

    /// Enough bytes, or something that cannot wait: an error, or a log that goes another way.
    fn has_enough(&self, fetch: &Fetch) -> bool {
        let mut bytes = 0;
        for asked in &fetch.partitions {
            let Some(partition) = self.partitions.get(&asked.partition) else { return true };
            if partition.refusal(asked).is_some() || partition.divergence(asked).is_some() {
                return true;
            }
            bytes += partition.log.bytes_available(asked.offset, limit(partition, fetch), fetch.min_bytes);
            if bytes >= fetch.min_bytes {
                return true;
            }
        }
        false
    }

    fn read_all(&self, fetch: &Fetch) -> Response {
        let mut left = fetch.max_bytes;
        let mut partitions = Vec::new();
        for asked in &fetch.partitions {
            let fetched = self.read_one(asked, fetch, left);
            left = left.saturating_sub(fetched.batches.iter().map(|batch| batch.bytes()).sum());
            partitions.push(fetched);
        }
        Response::Fetch { partitions }
    }

    /// `left`: what remains of `fetch.max.bytes`; once it is used up, the remaining partitions get nothing this time.
    fn read_one(&self, asked: &FetchPartition, fetch: &Fetch, left: u64) -> FetchedPartition {
        let mut fetched = FetchedPartition {
            partition: asked.partition.clone(),
            error: Some(ErrorCode::UnknownTopicOrPartition),
            leader_epoch: asked.leader_epoch,
            log_start: 0,
            high_watermark: 0,
            log_end: 0,
            aborted: Vec::new(),
            diverging: None,
            batches: Vec::new(),
        };
        let Some(partition) = self.partitions.get(&asked.partition) else { return fetched };
        fetched.error = partition.refusal(asked);
        fetched.log_start = partition.log.start();
        fetched.high_watermark = partition.high_watermark;
        fetched.log_end = partition.log.end();
        fetched.diverging = partition.divergence(asked);
        if fetched.error.is_none() && fetched.diverging.is_none() {
            let limit = if left == 0 { asked.offset } else { limit(partition, fetch) };
            let read = partition.log.read(asked.offset, limit, fetch.max_partition_bytes.min(left));
            fetched.batches = read.unwrap_or_default();
            if fetch.isolation == IsolationLevel::ReadCommitted
                && let Some(last) = fetched.batches.last()
            {
                let aborted = partition.transactions.aborted_within(asked.offset, last.end_offset());
                fetched.aborted = aborted.into_iter().map(|aborted| (aborted.producer, aborted.first)).collect();
            }
        }
        fetched
    }
}

impl Partition {
    /// Why a fetch is refused. A follower whose log goes another way is told so before its offset is looked at.
    fn refusal(&self, asked: &FetchPartition) -> Option<ErrorCode> {
        if !self.leads() {
            return Some(ErrorCode::NotLeaderOrFollower);
        }
        if asked.leader_epoch != self.leader_epoch {
            let is_old = asked.leader_epoch < self.leader_epoch;
            return Some(if is_old { ErrorCode::FencedLeaderEpoch } else { ErrorCode::UnknownLeaderEpoch });
        }
        let is_out_of_range = asked.offset < self.log.start() || asked.offset > self.log.end();
        (is_out_of_range && self.divergence(asked).is_none()).then_some(ErrorCode::OffsetOutOfRange)
    }

    /// The largest epoch that both logs may have, and where it ends in this one, if that is before the follower's end.
    fn divergence(&self, asked: &FetchPartition) -> Option<(u32, u64)> {
        let last_epoch = asked.last_epoch?;
        let (epoch, end) = self.epochs.end_of(last_epoch, self.log.end())?;
        (epoch < last_epoch || end < asked.offset).then_some((epoch, end))
    }
}

/// A follower reads to the log end, a consumer to the high watermark, or, if it wants committed records only, to the last
/// stable offset (`FetchIsolation`).
fn limit(partition: &Partition, fetch: &Fetch) -> u64 {
    match (fetch.replica, fetch.isolation) {
        (Some(_), _) => partition.log.end(),
        (None, isolation) => partition.readable_to(isolation),
    }
}
