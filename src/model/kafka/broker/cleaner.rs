//! The cleaner of compacted logs: which log is to be cleaned, and from where to where (`LogCleaner`, `LogCleanerManager`).
//!
//! Every broker cleans its own replicas, leaders' and followers' alike, each by what it knows: so the replicas of a partition
//! differ in which holes they have, and in nothing else. We model one cleaner thread that takes the dirtiest log first and
//! sleeps for `log.cleaner.backoff.ms` when none is dirty enough; it also deletes what retention wants from these logs. Left
//! out: the time that cleaning takes, `log.cleaner.threads`, the size of the offset map, and `__consumer_offsets`.

use super::{Broker, Partition};
use crate::kernel::{Span, Time};
use crate::model::TopicPartition;
use crate::model::actor::{Out, Timer};
use crate::model::fact::{CleaningReason, Fact, Subject};
use crate::model::kafka::config::TopicConfig;
use crate::model::log::{Batch, Cleaned, Cleaning, Dirtiness, Kind, Stamp};

impl Broker {
    /// Begins to look for dirty logs, if it has any that are to be kept clean.
    pub(super) fn start_cleaner(&mut self, now: Time, out: &mut Out) {
        let compacts = |name: &TopicPartition| {
            self.metadata.topics.get(&name.topic).is_some_and(|topic| topic.config.cleanup_policy.compacts())
        };
        if self.next_cleaning.is_none() && self.partitions.keys().any(compacts) {
            let next = now + self.cleaner_backoff;
            self.next_cleaning = Some(next);
            out.arm(Timer::Cleaner, next);
        }
    }

    /// Cleans every log that is dirty enough, the dirtiest first.
    pub(super) fn clean_logs(&mut self, now: Time, out: &mut Out) {
        while let Some((name, until, why)) = self.dirtiest(now) {
            self.clean(now, &name, until, why, out);
        }
        let id = self.id;
        for (name, partition) in self.partitions.iter_mut() {
            let topic = self.metadata.topics.get(&name.topic);
            if let Some(topic) = topic.filter(|topic| topic.config.cleanup_policy.compacts()) {
                partition.delete_all(id, name, now, &topic.config, out);
            }
        }
        self.next_cleaning = None;
        self.start_cleaner(now, out);
    }

    /// The log to clean next, up to where, and why (`LogCleanerManager#grabFilthiestCompactedLog`).
    fn dirtiest(&self, now: Time) -> Option<(TopicPartition, u64, CleaningReason)> {
        let mut dirtiest: Option<(u32, (TopicPartition, u64, CleaningReason))> = None;
        for (name, partition) in &self.partitions {
            let Some(topic) = self.metadata.topics.get(&name.topic) else { continue };
            if !topic.config.cleanup_policy.compacts() {
                continue;
            }
            let dirtiness = partition.dirtiness(now, &topic.config);
            let Some(why) = partition.needs_cleaning(now, &dirtiness, &topic.config) else { continue };
            if dirtiest.as_ref().is_none_or(|(most, _)| dirtiness.ppm() > *most) {
                dirtiest = Some((dirtiness.ppm(), (name.clone(), dirtiness.until, why)));
            }
        }
        dirtiest.map(|(_, found)| found)
    }

    fn clean(&mut self, now: Time, name: &TopicPartition, until: u64, why: CleaningReason, out: &mut Out) {
        let Some(topic) = self.metadata.topics.get(&name.topic) else { return };
        let Some(partition) = self.partitions.get_mut(name) else { return };
        let (broker, first_dirty) = (self.id, partition.first_dirty());
        let delete_retention = Span::from_millis(topic.config.delete_retention_ms);
        let Cleaned { removed, tombstones_removed, bytes_before, bytes_after } =
            partition.clean(&Cleaning { now, first_dirty, until, delete_retention });
        let (from, to) = (first_dirty, until);
        let fact = Fact::Cleaned { broker, from, to, removed, tombstones_removed, bytes_before, bytes_after, why };
        out.observe(Subject::Partition(name.clone()), fact);
    }
}

impl Partition {
    /// How dirty the log is. What is not yet committed or not yet decided, what is too young, and the active segment cannot be cleaned
    /// (`LogCleanerManager#cleanableOffsets`).
    pub fn dirtiness(&self, now: Time, config: &TopicConfig) -> Dirtiness {
        let lag = Span::from_millis(config.min_compaction_lag_ms);
        let young = (lag > Span::ZERO).then(|| self.log.first_younger(self.first_dirty(), now, lag)).flatten();
        self.log.dirtiness(self.first_dirty(), self.last_stable().min(young.unwrap_or(u64::MAX)))
    }

    /// Where the dirty part begins.
    pub fn first_dirty(&self) -> u64 {
        self.cleaned_to.max(self.log.start())
    }

    /// Why the log is to be cleaned now, if it is.
    pub fn needs_cleaning(&self, now: Time, dirtiness: &Dirtiness, config: &TopicConfig) -> Option<CleaningReason> {
        if dirtiness.cleanable_bytes == 0 {
            return None;
        }
        let oldest = || self.log.oldest_dirty(self.first_dirty());
        let is_overdue = |most: Span| oldest().is_some_and(|oldest| now.since(oldest) > most);
        if dirtiness.exceeds(config.min_cleanable_dirty_ratio.ppm) {
            return Some(CleaningReason::DirtyRatio(dirtiness.ppm()));
        }
        config.max_compaction_lag().is_some_and(is_overdue).then_some(CleaningReason::MaxCompactionLag)
    }

    fn clean(&mut self, cleaning: &Cleaning) -> Cleaned {
        let mut log = std::mem::take(&mut self.log);
        let is_aborted = |stamp: &Stamp, batch: &Batch| {
            stamp.kind == Kind::Transactional && self.transactions.is_aborted(stamp.producer, batch.base_offset)
        };
        let cleaned = log.clean(cleaning, |stamp, batch| self.is_last_of(stamp, batch, cleaning.now), is_aborted);
        self.log = log;
        self.cleaned_to = cleaning.until;
        cleaned
    }
}
