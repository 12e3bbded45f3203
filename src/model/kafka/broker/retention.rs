//! What goes from the beginning of a log: whole segments, by age and by size, and what somebody deleted (`LogManager`).
//!
//! Every replica does this for itself. A consumer whose position is before the new log start finds it out of range.

use super::{Broker, Partition};
use crate::kernel::{Span, Time};
use crate::model::TopicPartition;
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, RetentionReason, Subject};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::TopicConfig;
use crate::model::kafka::message::BrokerId;

impl Broker {
    pub(super) fn delete_old_segments(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        let id = self.id;
        for (name, partition) in self.partitions.iter_mut() {
            let Some(topic) = self.metadata.topics.get(&name.topic) else { continue };
            // Those that are compacted are the cleaner's business.
            if !topic.config.cleanup_policy.compacts() {
                partition.delete_all(id, name, now, &topic.config, out);
            }
        }
        let interval = Span::from_millis(cluster.config.log_retention_check_interval_ms);
        out.arm(Timer::Retention, now + interval);
    }

    /// DeleteRecords: the log begins at `before` from now on. Files that are wholly below go with the next check.
    pub fn delete_records(&mut self, name: &TopicPartition, before: u64, out: &mut Out) {
        let Some(partition) = self.partitions.get_mut(name) else { return };
        if partition.raise_start(before) {
            let fact = Fact::RecordsDeleted { log_start: partition.log.start() };
            out.observe(Subject::Partition(name.clone()), fact);
            self.answer_fetches_of(name, out);
        }
    }
}

impl Partition {
    /// Deletes what may go for any reason, and says so (`UnifiedLog#deleteOldSegments`).
    pub(super) fn delete_all(
        &mut self,
        broker: BrokerId,
        name: &TopicPartition,
        now: Time,
        config: &TopicConfig,
        out: &mut Out,
    ) {
        for why in [RetentionReason::LogStart, RetentionReason::Size, RetentionReason::Time] {
            let segments = self.delete_for(why, now, config);
            if segments > 0 {
                let fact = Fact::SegmentsDeleted { broker, segments, log_start: self.log.start(), why };
                out.observe(Subject::Partition(name.clone()), fact);
            }
        }
    }

    /// Deletes what may go for this reason; says how many segments.
    fn delete_for(&mut self, why: RetentionReason, now: Time, config: &TopicConfig) -> u32 {
        let (start, limit) = (self.log.start(), self.high_watermark);
        let by_policy = config.cleanup_policy.deletes();
        let too_many = u64::try_from(config.retention_bytes).ok().filter(|_| by_policy);
        let too_old = u64::try_from(config.retention_ms).ok().filter(|_| by_policy).map(Span::from_millis);
        self.log.delete_old_segments(limit, |segment, bytes| match why {
            RetentionReason::LogStart => segment.end_offset() <= start,
            // One more segment stays than would fit: without it the log would be shorter than it may be.
            RetentionReason::Size => too_many.is_some_and(|most| bytes >= most + segment.bytes),
            RetentionReason::Time => too_old.is_some_and(|span| now.since(segment.newest()) > span),
        })
    }
}
