//! Fetch requests, of consumers and followers: answered at once if there is enough to read, else when there is, or when
//! `fetch.max.wait.ms` is over.

use super::Broker;
use super::partition::Partition;
use crate::kernel::{Endpoint, Time};
use crate::model::TopicPartition;
use crate::model::actor::{Out, Timer};
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{Correlation, ErrorCode, Fetch, FetchedPartition, Response};

#[derive(Clone, Debug)]
pub struct WaitingFetch {
    fetch: Fetch,
}

impl Broker {
    pub(super) fn fetch(&mut self, now: Time, caller: Caller, fetch: Fetch, out: &mut Out) {
        if let Some(follower) = fetch.replica {
            self.confirm_all(follower, &fetch, out);
        }
        if self.has_enough(&fetch) {
            return caller.answer(self.read_all(&fetch), out);
        }
        let Caller { endpoint: from, correlation } = caller;
        out.arm(Timer::FetchWait { from, correlation }, now + fetch.max_wait);
        self.waiting_fetches.insert((from, correlation), WaitingFetch { fetch });
    }

    /// A follower's fetch offsets are its log ends; the high watermark may advance by them.
    fn confirm_all(&mut self, follower: crate::model::kafka::message::BrokerId, fetch: &Fetch, out: &mut Out) {
        for (name, offset) in &fetch.partitions {
            if let Some(partition) = self.partitions.get_mut(name) {
                partition.confirm(follower, *offset);
            }
            if self.advance_high_watermark(name, out) {
                self.answer_fetches_of(name, out);
            }
        }
        self.answer_replicated(out);
    }

    /// Answers the fetches that wait for this partition and now have enough.
    pub(super) fn answer_fetches_of(&mut self, name: &TopicPartition, out: &mut Out) {
        let concerns = |waiting: &WaitingFetch| waiting.fetch.partitions.iter().any(|(wanted, _)| wanted == name);
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
    }

    /// Answers a waiting fetch with whatever there is.
    pub(super) fn end_wait(&mut self, endpoint: Endpoint, correlation: Correlation, out: &mut Out) {
        if let Some(WaitingFetch { fetch }) = self.waiting_fetches.remove(&(endpoint, correlation)) {
            Caller { endpoint, correlation }.answer(self.read_all(&fetch), out);
        }
    }

    /// Enough bytes, or something that cannot wait: an error.
    fn has_enough(&self, fetch: &Fetch) -> bool {
        let mut bytes = 0;
        for (name, offset) in &fetch.partitions {
            let Some(partition) = self.partitions.get(name).filter(|partition| partition.leads()) else { return true };
            if *offset < partition.log.start() || *offset > partition.log.end() {
                return true;
            }
            bytes += partition.log.bytes_available(*offset, limit(partition, fetch), fetch.min_bytes);
            if bytes >= fetch.min_bytes {
                return true;
            }
        }
        false
    }

    fn read_all(&self, fetch: &Fetch) -> Response {
        let mut left = fetch.max_bytes;
        let mut partitions = Vec::new();
        for (name, offset) in &fetch.partitions {
            let fetched = self.read_one(name, *offset, fetch, left);
            left = left.saturating_sub(fetched.batches.iter().map(|batch| batch.bytes()).sum());
            partitions.push(fetched);
        }
        Response::Fetch { partitions }
    }

    /// `left`: what remains of `fetch.max.bytes`; once it is used up, the remaining partitions get nothing this time.
    fn read_one(&self, name: &TopicPartition, offset: u64, fetch: &Fetch, left: u64) -> FetchedPartition {
        let failed = |error| FetchedPartition {
            partition: name.clone(),
            error: Some(error),
            log_start: 0,
            high_watermark: 0,
            batches: Vec::new(),
        };
        let Some(partition) = self.partitions.get(name) else { return failed(ErrorCode::UnknownTopicOrPartition) };
        if !partition.leads() {
            return failed(ErrorCode::NotLeaderOrFollower);
        }
        let limit = if left == 0 { offset } else { limit(partition, fetch) };
        match partition.log.read(offset, limit, fetch.max_partition_bytes.min(left)) {
            Err(_) => failed(ErrorCode::OffsetOutOfRange),
            Ok(batches) => FetchedPartition {
                partition: name.clone(),
                error: None,
                log_start: partition.log.start(),
                high_watermark: partition.high_watermark,
                batches,
            },
        }
    }
}

/// A follower reads to the log end, a consumer to the high watermark (`FetchIsolation`).
fn limit(partition: &Partition, fetch: &Fetch) -> u64 {
    match fetch.replica {
        Some(_) => partition.log.end(),
        None => partition.high_watermark,
    }
}
