//! Fetching ahead of `poll()` (`Fetcher`): one request a broker at a time, for the partitions with nothing buffered.

use std::collections::VecDeque;

use super::application::Slice;
use super::{Consumer, Purpose, Step};
use crate::kernel::{SortedMap, Span};
use crate::model::TopicPartition;
use crate::model::fact::{Fact, ResetReason};
use crate::model::kafka::message::{BrokerId, ErrorCode, Fetch, FetchPartition, FetchedPartition, ProducerId, Request};
use crate::model::log::{Batch, Kind};

/// What one response brought of one partition (`CompletedFetch`).
#[derive(Clone, Debug)]
pub struct Fetched {
    pub partition: TopicPartition,
    /// The next offset to hand out.
    next: u64,
    batches: VecDeque<Batch>,
}

impl Fetched {
    pub fn records(&self) -> u64 {
        self.batches.iter().map(|batch| batch.count(self.next, batch.end_offset())).sum()
    }

    /// At most `most` records, as slices of batches. Holes that a cleaning left count for nothing and are passed over: a slice
    /// begins where the position is, and the position ends behind a batch, whatever is left of it.
    fn take(&mut self, most: u64, slices: &mut Vec<Slice>) -> u64 {
        let mut taken = 0;
        while let Some(batch) = self.batches.front() {
            let left = batch.indexes(self.next, batch.end_offset());
            let room = (most - taken).min(u64::from(u32::MAX)) as u32;
            let to = if left.len() as u32 <= room { batch.end_offset() } else { batch.offset(left.start + room) };
            let records = batch.count(self.next, to);
            if records > 0 {
                slices.push(Slice { partition: self.partition.clone(), batch: batch.clone(), from: self.next, to });
            } else if !left.is_empty() {
                break;
            }
            taken += records;
            self.next = to;
            if batch.end_offset() == to {
                self.batches.pop_front();
            }
        }
        taken
    }
}

/// What the application gets of a fetch (`CompletedFetch#nextFetchedRecord`): of aborted transactions nothing but offsets. Such
/// a transaction begins where the leader says, and ends with its marker.
fn without_aborted(batches: Vec<Batch>, aborted: &[(ProducerId, u64)]) -> VecDeque<Batch> {
    let mut to_come = aborted.iter().peekable();
    let mut open: Vec<ProducerId> = Vec::new();
    let shown = |batch: Batch| {
        let Some(stamp) = batch.stamp else { return batch };
        while let Some(&(producer, _)) = to_come.next_if(|(_, first)| *first < batch.end_offset()) {
            open.push(producer);
        }
        match stamp.kind {
            Kind::Transactional if open.contains(&stamp.producer) => batch.emptied(),
            Kind::Plain | Kind::Transactional => batch,
            Kind::Marker { .. } => {
                open.retain(|producer| *producer != stamp.producer);
                batch
            }
        }
    };
    batches.into_iter().map(shown).collect()
}

impl Consumer {
    pub(super) fn send_fetches(&mut self, step: &mut Step) {
        // Whoever is asked already, on a connection that stands.
        let asked: Vec<BrokerId> = self.requests.waiting().filter_map(Purpose::fetched_from).collect();
        let mut wanted: SortedMap<BrokerId, Vec<FetchPartition>> = SortedMap::new();
        for (name, position) in &self.assignment {
            let (Some(offset), Some((leader, leader_epoch))) = (position.next, self.leader_of(name)) else { continue };
            if asked.contains(&leader) {
                continue;
            }
            let is_buffered = self.fetched.iter().any(|fetched| fetched.partition == *name);
            if !is_buffered && !position.is_paused {
                let fetch = FetchPartition { partition: name.clone(), offset, leader_epoch, last_epoch: None };
                wanted.entry(leader).or_default().push(fetch);
            }
        }
        for (leader, partitions) in wanted {
            if self.requests.connect(step.now, step.cluster.endpoint(leader), step.out) {
                self.fetch_from(leader, partitions, step);
            }
        }
    }

    fn fetch_from(&mut self, leader: BrokerId, partitions: Vec<FetchPartition>, step: &mut Step) {
        let asked = partitions.iter().map(|asked| (asked.partition.clone(), asked.offset)).collect();
        let fetch = Fetch {
            replica: None,
            isolation: self.config.isolation_level,
            max_wait: Span::from_millis(self.config.fetch_max_wait_ms),
            min_bytes: u64::from(self.config.fetch_min_bytes),
            max_bytes: u64::from(self.config.fetch_max_bytes),
            max_partition_bytes: u64::from(self.config.max_partition_fetch_bytes),
            partitions,
        };
        let purpose = Purpose::Fetch(leader, asked);
        self.ask_broker(step.cluster.endpoint(leader), Request::Fetch(fetch), purpose, step);
    }

    /// Buffers what came, unless the position has moved since it was asked for.
    pub(super) fn take_fetched(
        &mut self,
        asked: &[(TopicPartition, u64)],
        partitions: Vec<FetchedPartition>,
        step: &mut Step,
    ) {
        for fetched in partitions {
            let offset = asked.iter().find(|(name, _)| *name == fetched.partition).map(|(_, offset)| *offset);
            let position = self.assignment.get(&fetched.partition).filter(|position| !position.is_paused);
            let position = position.and_then(|position| position.next);
            if offset.is_none() || offset != position {
                continue;
            }
            match fetched.error {
                Some(ErrorCode::OffsetOutOfRange) => {
                    self.request_reset(fetched.partition, ResetReason::OutOfRange, step);
                }
                Some(_) => self.forget_leader(&fetched.partition, step),
                None => self.buffer(fetched, position),
            }
        }
    }

    fn buffer(&mut self, fetched: FetchedPartition, position: Option<u64>) {
        let FetchedPartition { partition, batches, aborted, .. } = fetched;
        if let (Some(next), false) = (position, batches.is_empty()) {
            self.fetched.push_back(Fetched { partition, next, batches: without_aborted(batches, &aborted) });
        }
    }

    /// What `poll()` returns: up to `max.poll.records`, oldest response first. Positions move with it, also over what has no
    /// record for the application.
    pub(super) fn take_records(&mut self, step: &mut Step) -> Vec<Slice> {
        let mut room = u64::from(self.config.max_poll_records);
        let mut slices = Vec::new();
        let mut read_over = Vec::new();
        while room > 0
            && let Some(mut fetched) = self.fetched.pop_front()
        {
            let from = fetched.next;
            room -= fetched.take(room, &mut slices);
            read_over.push(Fact::ReadOver { partition: fetched.partition.clone(), from, to: fetched.next });
            if let Some(position) = self.assignment.get_mut(&fetched.partition) {
                position.next = Some(fetched.next);
            }
            if !fetched.batches.is_empty() {
                self.fetched.push_front(fetched);
            }
        }
        if slices.is_empty() {
            read_over.into_iter().for_each(|fact| self.observe(fact, step));
        }
        slices
    }
}
