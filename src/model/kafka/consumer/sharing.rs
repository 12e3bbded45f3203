//! A member of a share group (KIP-932; `KafkaShareConsumer`): it has no positions and commits no offsets. A fetch acquires
//! records for it, and what it did with them goes back with the next one.
//!
//! With implicit acknowledgement the next `poll()` accepts all that the last one returned. With explicit acknowledgement the
//! application says for each record whether it is done (accept), is to be offered again (release), or can never be processed
//! (reject); here chance decides, in the shares that the configuration gives.
//!
//! Left out: renewing a lock, `commitSync()` between polls, and fetching ahead: a lock begins when records are acquired, so
//! that the next are fetched when those at hand are done.

use std::collections::VecDeque;

use super::application::{Slice, Work};
use super::{Application, Consumer, Purpose, Step};
use crate::kernel::{Ppm, SortedMap, Span};
use crate::model::TopicPartition;
use crate::model::fact::Fact;
use crate::model::kafka::config::AcknowledgementMode;
use crate::model::kafka::message::{
    AcknowledgeType, Acknowledgement, BrokerId, ErrorCode, Request, ShareFetch, SharedPartition,
};

/// What a member has acquired and not processed yet, and what it has to say of what it did.
#[derive(Clone, Debug, Default)]
pub struct Sharing {
    acquired: VecDeque<Slice>,
    acknowledgements: Vec<Acknowledgement>,
}

impl Sharing {
    /// Records at hand that the application has not seen.
    pub fn records(&self) -> u64 {
        self.acquired.iter().map(|slice| slice.to - slice.from).sum()
    }

    pub fn forget(&mut self, is_kept: impl Fn(&TopicPartition) -> bool) {
        self.acquired.retain(|slice| is_kept(&slice.partition));
    }
}

impl Consumer {
    /// `poll()` of a member in good standing.
    pub(super) fn poll_shared_fetched_later(&mut self, step: &mut Step) {
        let Some(work) = Work::new(self.take_shared()) else { return self.send_share_fetches(step) };
        self.send_acknowledgements(step);
        self.observe(Fact::Polled { records: work.records() as u32 }, step);
        self.application = Application::Working(work);
        self.arm_max_poll(step);
        self.arm_service(step);
    }

    /// `max.poll.records` at most.
    fn take_shared(&mut self) -> Vec<Slice> {
        let mut room = u64::from(self.config.max_poll_records);
        let mut slices = Vec::new();
        while room > 0
            && let Some(mut slice) = self.sharing.acquired.pop_front()
        {
            let to = slice.to.min(slice.from + room);
            room -= to - slice.from;
            if to < slice.to {
                self.sharing.acquired.push_front(Slice { from: to, ..slice.clone() });
                slice.to = to;
            }
            slices.push(slice);
        }
        slices
    }

    fn send_share_fetches(&mut self, step: &mut Step) {
        let mut wanted: SortedMap<BrokerId, Vec<TopicPartition>> = SortedMap::new();
        for name in self.assignment.keys() {
            if let Some((leader, _)) = self.leader_of(name) {
                wanted.entry(leader).or_default().push(name.clone());
            }
        }
        for (leader, partitions) in wanted {
            let is_fetching = |purpose: &Purpose| matches!(purpose, Purpose::ShareFetch(broker) if *broker == leader);
            let is_connected = self.requests.connect(step.now, step.cluster.endpoint(leader), step.out);
            let Some(member_id) = self.membership.member_id.clone() else { return };
            if !is_connected || self.is_waiting_for(is_fetching) {
                continue;
            }
            let fetch = ShareFetch {
                group: self.group.clone(),
                member_id,
                max_wait: Span::from_millis(self.config.fetch_max_wait_ms),
                max_records: self.config.max_poll_records,
                max_bytes: u64::from(self.config.max_partition_fetch_bytes),
                acknowledgements: self.acknowledgements_of(&partitions),
                partitions,
                auto_offset_reset: self.config.share_auto_offset_reset,
            };
            let to = step.cluster.endpoint(leader);
            self.ask_broker(to, Request::ShareFetch(fetch), Purpose::ShareFetch(leader), step);
        }
    }

    /// Takes out what there is to say of these partitions.
    fn acknowledgements_of(&mut self, partitions: &[TopicPartition]) -> Vec<Acknowledgement> {
        let all = std::mem::take(&mut self.sharing.acknowledgements);
        let (these, others) = all.into_iter().partition(|one| partitions.contains(&one.partition));
        self.sharing.acknowledgements = others;
        these
    }

    /// What was done is said at once where no fetch is to be sent that could take it along.
    fn send_acknowledgements(&mut self, step: &mut Step) {
        self.each_acknowledgement(step, |consumer, leader, request, step| {
            consumer.ask_broker(step.cluster.endpoint(leader), request, Purpose::ShareAcknowledge, step);
        });
    }

    fn each_acknowledgement(
        &mut self,
        step: &mut Step,
        mut send: impl FnMut(&mut Consumer, BrokerId, Request, &mut Step),
    ) {
        let Some(member_id) = self.membership.member_id.clone() else { return };
        let mut by_leader: SortedMap<BrokerId, Vec<Acknowledgement>> = SortedMap::new();
        for one in std::mem::take(&mut self.sharing.acknowledgements) {
            if let Some((leader, _)) = self.leader_of(&one.partition) {
                by_leader.entry(leader).or_default().push(one);
            }
        }
        for (leader, acknowledgements) in by_leader {
            let (group, member_id) = (self.group.clone(), member_id.clone());
            let request = Request::ShareAcknowledge { group, member_id, acknowledgements, leaves: false };
            send(self, leader, request, step);
        }
    }

    pub(super) fn take_acquired(
        &mut self,
        partitions: Vec<SharedPartition>,
        refused: Vec<(TopicPartition, ErrorCode)>,
        step: &mut Step,
    ) {
        self.acknowledged(refused, step);
        for SharedPartition { partition, error, acquired } in partitions {
            if error.is_some() {
                self.forget_leader(&partition, step);
                continue;
            }
            let slices = acquired.into_iter().map(|one| Slice {
                partition: partition.clone(),
                batch: one.batch,
                from: one.from,
                to: one.to,
            });
            self.sharing.acquired.extend(slices);
        }
    }

    /// What was refused is offered to others, or was already.
    pub(super) fn acknowledged(&mut self, refused: Vec<(TopicPartition, ErrorCode)>, step: &mut Step) {
        for (partition, error) in refused {
            self.observe(Fact::AcknowledgeRefused { partition, error }, step);
        }
    }

    /// Notes what the application did with the records of a poll.
    pub(super) fn note_shared_work_fetched_later(&mut self) {
        let Application::Working(work) = &self.application else { return };
        for (partition, from, to) in work.done() {
            match self.config.share_acknowledgement_mode {
                AcknowledgementMode::Implicit => self.note(&partition, from, to, AcknowledgeType::Accept),
                AcknowledgementMode::Explicit => {
                    for offset in from..to {
                        let kind = self.judge();
                        self.note(&partition, offset, offset + 1, kind);
                    }
                }
            }
        }
    }

    fn judge(&mut self) -> AcknowledgeType {
        let percent = |percent: u32| Ppm(percent * 10_000);
        if self.chance.happens(percent(self.config.release_percent)) {
            AcknowledgeType::Release
        } else if self.chance.happens(percent(self.config.reject_percent)) {
            AcknowledgeType::Reject
        } else {
            AcknowledgeType::Accept
        }
    }

    /// Neighbours of one kind are one.
    fn note(&mut self, partition: &TopicPartition, from: u64, to: u64, kind: AcknowledgeType) {
        match self.sharing.acknowledgements.last_mut() {
            Some(last) if last.partition == *partition && last.to == from && last.kind == kind => last.to = to,
            _ => self.sharing.acknowledgements.push(Acknowledgement { partition: partition.clone(), from, to, kind }),
        }
    }

    /// `close()`: says what was done, and gives the rest back.
    pub(super) fn give_back_shared_fetched_later(&mut self, step: &mut Step) {
        let Some(member_id) = self.membership.member_id.clone() else { return };
        let leaders: SortedMap<BrokerId, ()> =
            self.assignment.keys().filter_map(|name| Some((self.leader_of(name)?.0, ()))).collect();
        for leader in leaders.into_keys() {
            let led: Vec<TopicPartition> = self
                .assignment
                .keys()
                .filter(|name| self.leader_of(name).is_some_and(|(broker, _)| broker == leader))
                .cloned()
                .collect();
            let acknowledgements = self.acknowledgements_of(&led);
            let (group, member_id) = (self.group.clone(), member_id.clone());
            let request = Request::ShareAcknowledge { group, member_id, acknowledgements, leaves: true };
            self.requests.send_and_forget(step.cluster.endpoint(leader), request, step.out);
        }
    }
}
