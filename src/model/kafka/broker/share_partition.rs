//! A partition as one share group reads it (KIP-932; `SharePartition`): which records are on offer, in whose hands, or done.
//!
//! ```text
//!   before the start: done    start (SPSO) ── in flight: at most so many ──▶ end (SPEO)    from here on: not looked at yet
//!
//!               acquire               accept
//!   Available ──────────▶ Acquired ──────────▶ Acknowledged
//!       ▲                  │     │   reject
//!       └── release, lock ─┘     └───────────▶ Archived ◀── the delivery count has reached its limit
//!           over, leaving
//! ```
//!
//! Records are acquired by whole batches, as far as a batch's records are available. Left out: batches of state that are
//! kept as one while all their records are alike, and the share session: a member that is killed keeps what it acquired
//! until its lock is over, as in Kafka before it noticed broken connections.

use crate::kernel::{SortedMap, Span, Time};
use crate::model::Name;
use crate::model::kafka::message::{AcknowledgeType, ErrorCode};
use crate::model::log::Batch;

/// The state of a record that is in flight (`RecordState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordState {
    Available,
    Acquired,
    Acknowledged,
    Archived,
}

impl RecordState {
    pub fn name(self) -> &'static str {
        match self {
            RecordState::Available => "Available",
            RecordState::Acquired => "Acquired",
            RecordState::Acknowledged => "Acknowledged",
            RecordState::Archived => "Archived",
        }
    }

    /// Nothing becomes of it any more.
    pub fn is_final(self) -> bool {
        matches!(self, RecordState::Acknowledged | RecordState::Archived)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlight {
    pub state: RecordState,
    /// How often it was acquired.
    pub delivery_count: u32,
    /// In whose hands, and until when.
    pub held: Option<(Name, Time)>,
}

/// The limits that a broker sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `group.share.record.lock.duration.ms`.
    pub lock: Span,
    /// `group.share.delivery.count.limit`.
    pub deliveries: u32,
    /// `group.share.partition.max.record.locks`.
    pub in_flight: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharePartition {
    /// The share-partition start offset (SPSO): everything before is done.
    start: u64,
    /// The share-partition end offset (SPEO): nobody has acquired anything from here on.
    end: u64,
    /// By offset, between the two. Offsets that have no record have no entry.
    records: SortedMap<u64, InFlight>,
}

/// Records `from..to` of a batch, acquired by one member for the so-manieth time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquired {
    pub batch: Batch,
    pub from: u64,
    pub to: u64,
    pub delivery_count: u32,
}

/// What became of records that a member had in its hands, counted: of all of `from..to` that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub member: Name,
    pub from: u64,
    pub to: u64,
    pub accepted: u32,
    /// On offer again.
    pub released: u32,
    pub archived: u32,
}

impl Settled {
    fn of(member: Name, offset: u64) -> Self {
        Settled { member, from: offset, to: offset + 1, accepted: 0, released: 0, archived: 0 }
    }

    fn count(&mut self, state: RecordState) {
        match state {
            RecordState::Acknowledged => self.accepted += 1,
            RecordState::Archived => self.archived += 1,
            RecordState::Available | RecordState::Acquired => self.released += 1,
        }
    }
}

impl SharePartition {
    /// Begins to read at this offset (`share.auto.offset.reset`).
    pub fn starting_at(offset: u64) -> Self {
        SharePartition { start: offset, end: offset, records: SortedMap::new() }
    }

    pub fn start(&self) -> u64 {
        self.start
    }

    pub fn end(&self) -> u64 {
        self.end
    }

    /// What is in flight, by offset.
    pub fn records(&self) -> &SortedMap<u64, InFlight> {
        &self.records
    }

    /// Where to read: the first record on offer, or what nobody has looked at yet; nothing while as many are in flight as may
    /// be (`canAcquireRecords`).
    pub fn next_fetch(&self, limits: &Limits) -> Option<u64> {
        let on_offer = self.records.iter().find(|(_, record)| record.state == RecordState::Available);
        let has_room = self.end - self.start < limits.in_flight;
        on_offer.map(|(offset, _)| *offset).or_else(|| has_room.then_some(self.end))
    }

    /// Gives a member what is on offer in these batches, whole batches until it has `most` records or more.
    pub fn acquire(
        &mut self,
        now: Time,
        member: &Name,
        batches: &[Batch],
        most: u64,
        limits: &Limits,
    ) -> Vec<Acquired> {
        let mut acquired: Vec<Acquired> = Vec::new();
        let mut taken = 0;
        for batch in batches {
            let has_room = self.end - self.start < limits.in_flight;
            let is_new = batch.end_offset() > self.end;
            let to = if has_room { batch.end_offset() } else { self.end };
            if taken >= most || to <= batch.base_offset {
                break;
            }
            for index in batch.indexes(self.start, to) {
                let offset = batch.offset(index);
                if offset >= self.end {
                    let record = InFlight { state: RecordState::Available, delivery_count: 0, held: None };
                    self.records.insert(offset, record);
                }
                let Some(record) = self.records.get_mut(&offset) else { continue };
                if record.state != RecordState::Available {
                    continue;
                }
                record.state = RecordState::Acquired;
                record.delivery_count += 1;
                record.held = Some((member.clone(), now + limits.lock));
                taken += 1;
                push(&mut acquired, batch, offset, record.delivery_count);
            }
            if is_new && !has_room {
                break;
            }
            self.end = self.end.max(to);
        }
        self.advance();
        acquired
    }

    /// What was on offer at offsets `from..to` and is in none of the batches that were read from there is archived: it was
    /// compacted away. (A real client acknowledges it as a gap.)
    pub fn note_gone(&mut self, from: u64, to: u64, batches: &[Batch]) {
        let is_there = |offset: u64| batches.iter().any(|batch| batch.index_of(offset).is_some());
        for (offset, record) in self.records.iter_mut() {
            let is_read = (from..to).contains(offset) && record.state == RecordState::Available;
            if is_read && !is_there(*offset) {
                record.state = RecordState::Archived;
            }
        }
        self.advance();
    }

    /// A member says what it did with the records at offsets `from..to`: all of them, or none, are taken note of.
    /// `INVALID_RECORD_STATE` if one of them is not in its hands; what is before the start is done already.
    pub fn acknowledge(
        &mut self,
        member: &Name,
        (from, to): (u64, u64),
        kind: AcknowledgeType,
        limits: &Limits,
    ) -> Result<Vec<Settled>, ErrorCode> {
        let within = |offset: &u64| (from.max(self.start)..to).contains(offset);
        let is_held = |record: &InFlight| record.held.as_ref().is_some_and(|(holder, _)| holder == member);
        let is_foreign = |(offset, record): (&u64, &InFlight)| within(offset) && !is_held(record);
        if to > self.end || self.records.iter().any(is_foreign) {
            return Err(ErrorCode::InvalidRecordState);
        }
        let to_state = match kind {
            AcknowledgeType::Accept => RecordState::Acknowledged,
            AcknowledgeType::Release => RecordState::Available,
            AcknowledgeType::Reject => RecordState::Archived,
        };
        Ok(self.settle(|offset, _| (from..to).contains(&offset), to_state, limits))
    }

    /// Whatever this member has in its hands is on offer again: it left.
    pub fn release(&mut self, member: &Name, limits: &Limits) -> Vec<Settled> {
        let is_its = |_, record: &InFlight| record.held.as_ref().is_some_and(|(holder, _)| holder == member);
        self.settle(is_its, RecordState::Available, limits)
    }

    /// Locks that are over: what they held is on offer again.
    pub fn expire(&mut self, now: Time, limits: &Limits) -> Vec<Settled> {
        let is_over = |_, record: &InFlight| record.held.as_ref().is_some_and(|(_, until)| *until <= now);
        self.settle(is_over, RecordState::Available, limits)
    }

    /// When the next lock is over.
    pub fn next_expiry(&self) -> Option<Time> {
        self.records.values().filter_map(|record| record.held.as_ref()).map(|(_, until)| *until).min()
    }

    /// The log begins later now: what was before is archived.
    pub fn note_log_start(&mut self, log_start: u64) {
        if log_start > self.start {
            self.records.retain(|offset, _| *offset >= log_start);
            self.start = log_start;
            self.end = self.end.max(log_start);
            self.advance();
        }
    }

    /// As another leader reads it from what was written down: nobody holds anything, and what was acquired and not settled
    /// was never written.
    pub fn reloaded(mut self) -> Self {
        for record in self.records.values_mut() {
            if record.state == RecordState::Acquired {
                record.delivery_count -= 1;
                (record.state, record.held) = (RecordState::Available, None);
            }
        }
        self
    }

    /// Records that are held change their state; what was delivered too often is archived instead of offered again. Each run
    /// of one member's is told for itself.
    fn settle(&mut self, is_it: impl Fn(u64, &InFlight) -> bool, to: RecordState, limits: &Limits) -> Vec<Settled> {
        let mut settled: Vec<Settled> = Vec::new();
        for (offset, record) in self.records.iter_mut() {
            if record.state != RecordState::Acquired || !is_it(*offset, record) {
                continue;
            }
            let Some((member, _)) = record.held.take() else { continue };
            let is_too_often = to == RecordState::Available && record.delivery_count >= limits.deliveries;
            record.state = if is_too_often { RecordState::Archived } else { to };
            match settled.last_mut() {
                Some(last) if last.member == member && last.to == *offset => last.to = offset + 1,
                _ => settled.push(Settled::of(member, *offset)),
            }
            settled.last_mut().into_iter().for_each(|last| last.count(record.state));
        }
        self.advance();
        settled
    }

    /// The start moves over what is done.
    fn advance(&mut self) {
        let open = self.records.iter().find(|(_, record)| !record.state.is_final());
        self.start = open.map_or(self.end, |(offset, _)| *offset);
        let start = self.start;
        self.records.retain(|offset, _| *offset >= start);
    }
}

/// Joined to the last if it goes on where that ended.
fn push(acquired: &mut Vec<Acquired>, batch: &Batch, offset: u64, delivery_count: u32) {
    match acquired.last_mut() {
        Some(last)
            if last.batch.base_offset == batch.base_offset
                && last.to == offset
                && last.delivery_count == delivery_count =>
        {
            last.to = offset + 1;
        }
        _ => acquired.push(Acquired { batch: batch.clone(), from: offset, to: offset + 1, delivery_count }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::log::{PartitionLog, Record, Records};
    use crate::model::workload::KeyId;

    const LIMITS: Limits = Limits { lock: Span::from_secs(30), deliveries: 3, in_flight: 10 };

    /// Batches of so many records.
    fn log(batches: &[u32]) -> PartitionLog {
        let mut log = PartitionLog::new(1 << 30, Span::from_secs(3_600));
        for &records in batches {
            let mut columns = Records::default();
            for _ in 0..records {
                let (key, created_at) = (KeyId::NONE, Time::ZERO);
                columns.push(Record { key, key_bytes: 0, value_bytes: 1, created_at, extra: None });
            }
            log.append(0, None, columns.seal());
        }
        log
    }

    fn acquire(
        share: &mut SharePartition,
        log: &PartitionLog,
        secs: u64,
        member: &str,
        most: u64,
    ) -> Vec<(u64, u64, u32)> {
        let Some(from) = share.next_fetch(&LIMITS) else { return Vec::new() };
        let batches = log.read(from, log.end(), u64::MAX).unwrap();
        let acquired = share.acquire(Time::from_secs(secs), &member.into(), &batches, most, &LIMITS);
        acquired.iter().map(|one| (one.from, one.to, one.delivery_count)).collect()
    }

    /// Accepted, released and archived.
    fn counted(settled: &[Settled]) -> (u32, u32, u32) {
        let add =
            |sum: (u32, u32, u32), run: &Settled| (sum.0 + run.accepted, sum.1 + run.released, sum.2 + run.archived);
        settled.iter().fold((0, 0, 0), add)
    }

    fn states(share: &SharePartition) -> String {
        let letter = |record: &InFlight| match record.state {
            RecordState::Available => 'v',
            RecordState::Acquired => 'q',
            RecordState::Acknowledged => 'k',
            RecordState::Archived => 'x',
        };
        share.records.values().map(letter).collect()
    }

    #[test]
    fn whole_batches_are_acquired_until_there_are_as_many_records_as_were_asked_for() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[3, 3, 3]));
        assert_eq!(acquire(&mut share, &log, 0, "a", 4), [(0, 3, 1), (3, 6, 1)]);
        assert_eq!(acquire(&mut share, &log, 0, "b", 1), [(6, 9, 1)]);
        assert_eq!((share.start(), share.end(), &*states(&share)), (0, 9, "qqqqqqqqq"));
    }

    /// testCanAcquireRecordsWithCachedDataAndLimitReached
    #[test]
    fn with_as_many_in_flight_as_may_be_only_what_is_on_offer_again_can_be_acquired() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[12, 5]));
        assert_eq!(acquire(&mut share, &log, 0, "a", 100), [(0, 12, 1)], "a batch is not divided");
        assert_eq!(share.next_fetch(&LIMITS), None);
        share.acknowledge(&"a".into(), (4, 6), AcknowledgeType::Release, &LIMITS).unwrap();
        assert_eq!(share.next_fetch(&LIMITS), Some(4));
        assert_eq!(acquire(&mut share, &log, 0, "b", 100), [(4, 6, 2)]);
        assert_eq!(share.next_fetch(&LIMITS), None);
    }

    #[test]
    fn the_start_moves_over_what_is_done_and_no_further() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[6]));
        acquire(&mut share, &log, 0, "a", 100);
        share.acknowledge(&"a".into(), (2, 4), AcknowledgeType::Accept, &LIMITS).unwrap();
        assert_eq!((share.start(), &*states(&share)), (0, "qqkkqq"), "later records may be done first");
        share.acknowledge(&"a".into(), (0, 2), AcknowledgeType::Reject, &LIMITS).unwrap();
        assert_eq!((share.start(), &*states(&share)), (4, "qq"));
    }

    /// testAcknowledgeWithAnotherMember
    #[test]
    fn what_another_member_holds_cannot_be_acknowledged() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[3, 3]));
        acquire(&mut share, &log, 0, "a", 1);
        acquire(&mut share, &log, 0, "b", 1);
        let mixed = share.acknowledge(&"a".into(), (2, 4), AcknowledgeType::Accept, &LIMITS);
        assert_eq!(mixed, Err(ErrorCode::InvalidRecordState));
        assert_eq!(states(&share), "qqqqqq", "all or nothing");
        let beyond = share.acknowledge(&"a".into(), (2, 9), AcknowledgeType::Accept, &LIMITS);
        assert_eq!(beyond, Err(ErrorCode::InvalidRecordState));
    }

    /// testReleaseAcquiredRecordsAfterDifferentAcknowledges
    #[test]
    fn a_member_that_leaves_releases_what_it_has_not_acknowledged() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[6, 2]));
        acquire(&mut share, &log, 0, "a", 1);
        acquire(&mut share, &log, 0, "b", 1);
        share.acknowledge(&"a".into(), (1, 2), AcknowledgeType::Accept, &LIMITS).unwrap();
        share.acknowledge(&"a".into(), (2, 3), AcknowledgeType::Reject, &LIMITS).unwrap();
        share.acknowledge(&"a".into(), (3, 4), AcknowledgeType::Release, &LIMITS).unwrap();
        let released = share.release(&"a".into(), &LIMITS);
        assert_eq!(counted(&released), (0, 3, 0));
        assert_eq!(states(&share), "vkxvvvqq");
        assert_eq!(acquire(&mut share, &log, 0, "b", 100), [(0, 1, 2), (3, 6, 2)]);
    }

    /// testAcquisitionLockTimeoutCauseMaxDeliveryCountExceed
    #[test]
    fn a_lock_that_is_over_puts_records_on_offer_until_they_were_delivered_too_often() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[2]));
        for delivery in 1..=3 {
            let at = u64::from(delivery) * 100;
            assert_eq!(acquire(&mut share, &log, at, "a", 100), [(0, 2, delivery)]);
            assert_eq!(share.expire(Time::from_secs(at + 29), &LIMITS), [], "it holds for 30 s");
            let over = share.expire(Time::from_secs(at + 30), &LIMITS);
            let expected = if delivery < 3 { (0, 2, 0) } else { (0, 0, 2) };
            assert_eq!(counted(&over), expected);
        }
        assert_eq!((share.start(), share.next_fetch(&LIMITS)), (2, Some(2)));
    }

    #[test]
    fn what_was_compacted_away_while_it_was_on_offer_is_done() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[1, 1, 1]));
        assert_eq!(acquire(&mut share, &log, 0, "a", 100).len(), 3);
        share.release(&"a".into(), &LIMITS);
        let left = log.read(2, log.end(), u64::MAX).unwrap();
        share.note_gone(0, 3, &left);
        assert_eq!((share.start(), share.next_fetch(&LIMITS), &*states(&share)), (2, Some(2), "v"));
        share.note_gone(2, 3, &[]);
        assert_eq!((share.start(), share.next_fetch(&LIMITS)), (3, Some(3)));
    }

    #[test]
    fn another_leader_knows_only_the_deliveries_that_were_settled() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[2]));
        acquire(&mut share, &log, 0, "a", 100);
        share.acknowledge(&"a".into(), (0, 1), AcknowledgeType::Release, &LIMITS).unwrap();
        let mut next = share.reloaded();
        assert_eq!(acquire(&mut next, &log, 1, "b", 100), [(0, 1, 2), (1, 2, 1)]);
    }

    #[test]
    fn records_before_the_log_start_are_done() {
        let (mut share, log) = (SharePartition::starting_at(0), log(&[6]));
        acquire(&mut share, &log, 0, "a", 100);
        share.note_log_start(4);
        assert_eq!((share.start(), share.end(), &*states(&share)), (4, 6, "qq"));
        assert!(share.acknowledge(&"a".into(), (0, 6), AcknowledgeType::Accept, &LIMITS).is_ok());
        assert_eq!(share.start(), 6);
    }

    proptest! {
        /// Two members that fetch, acknowledge, leave and are forgotten, in any order.
        #[test]
        fn nothing_is_in_two_hands_delivered_too_often_or_forgotten(
            acts in prop::collection::vec((0u8..6, 0u8..2, 0u64..24, 1u64..8, 0u64..40), 1..60),
        ) {
            let (mut share, log) = (SharePartition::starting_at(0), log(&[4, 1, 7, 3, 5, 4]));
            let mut now = 0;
            for (act, member, from, length, later) in acts {
                now += later;
                let name: Name = ["a", "b"][member as usize].into();
                share.expire(Time::from_secs(now), &LIMITS);
                let before = share.clone();
                let kinds = [AcknowledgeType::Accept, AcknowledgeType::Release, AcknowledgeType::Reject];
                match act {
                    0 | 1 => {
                        for (from, to, _) in acquire(&mut share, &log, now, name.as_str(), length) {
                            let was_free = |offset| before.records.get(&offset).is_none_or(|record| record.state == RecordState::Available);
                            prop_assert!((from..to).all(was_free), "{from}..{to}");
                        }
                    }
                    5 => {
                        share.release(&name, &LIMITS);
                    }
                    kind => {
                        let asked = share.acknowledge(&name, (from, from + length), kinds[kind as usize - 2], &LIMITS);
                        prop_assert!(asked.is_ok() || share == before);
                    }
                }
                prop_assert!(share.start >= before.start && share.end >= before.end && share.start <= share.end);
                for (offset, record) in &share.records {
                    prop_assert!((share.start..share.end).contains(offset));
                    prop_assert!(record.delivery_count <= LIMITS.deliveries);
                    prop_assert_eq!(record.held.is_some(), record.state == RecordState::Acquired);
                }
                for (offset, record) in before.records.iter().filter(|(_, record)| record.state.is_final()) {
                    prop_assert!(share.records.get(offset).is_none_or(|now| now == record), "what is done stays done");
                }
            }
            // Once all is quiet: whoever fetches and accepts gets to the end.
            share.expire(Time::from_secs(now + 60), &LIMITS);
            for _ in 0..100 {
                for (from, to, _) in acquire(&mut share, &log, now + 60, "c", 100) {
                    share.acknowledge(&"c".into(), (from, to), AcknowledgeType::Accept, &LIMITS).unwrap();
                }
            }
            prop_assert_eq!((share.start, share.end), (log.end(), log.end()));
        }
    }
}
