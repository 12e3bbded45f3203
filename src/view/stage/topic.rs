//! A topic's card: its lanes, and where every group stands in them.
//!
//! A group has two places in a partition. The committed offset is the group's, kept by its coordinator: where the next
//! owner starts. The position is the live owner's: what its next `poll()` returns. A crash snaps the second back to the
//! first, and what lay between is processed twice.

use super::{CompactionView, FlagView, InFlightView, LaneView, Place, ReplicaView, TopicCard};
use crate::engine::{GroupSpec, Owner, World};
use crate::model::kafka::broker::{InFlight, Partition, SharePartition};
use crate::model::kafka::cluster::Replicas;
use crate::model::kafka::config::GroupProtocol;
use crate::model::kafka::coordinator::{Group, client_id_of};
use crate::model::kafka::message::BrokerId;
use crate::model::{Name, TopicPartition};

pub fn card(world: &World, name: &Name, place: Place) -> TopicCard {
    TopicCard {
        id: name.clone(),
        label: world.stage.label_of(name),
        place,
        replication: world.cluster.topics[name].config.replication_factor,
        lanes: lanes(world, name),
    }
}

/// The partitions of a topic, with their offsets and everybody's flags; none if there is no such topic.
pub fn lanes(world: &World, topic: &Name) -> Vec<LaneView> {
    let Some(found) = world.cluster.topics.get(topic) else { return Vec::new() };
    let readers: Vec<Reader> = world.groups.iter().map(|(name, spec)| Reader::new(world, name, spec)).collect();
    let partitions = found.partitions.iter().zip(0..);
    partitions.filter_map(|(replicas, n)| lane(world, TopicPartition::new(topic, n), replicas, &readers)).collect()
}

fn lane(world: &World, partition: TopicPartition, replicas: &Replicas, readers: &[Reader]) -> Option<LaneView> {
    let shown = world.shown_replica(&partition)?;
    let ids = |brokers: &[BrokerId]| brokers.iter().map(|broker| broker.0).collect();
    Some(LaneView {
        partition: partition.partition,
        leader: replicas.leader.map(|leader| leader.0),
        leader_epoch: replicas.leader_epoch,
        isr: ids(&replicas.isr),
        elr: ids(&replicas.elr),
        replicas: replicas.brokers.iter().filter_map(|&id| replica(world, &partition, replicas, id)).collect(),
        lost: world.lost_ranges(&partition),
        log_start: shown.log.start(),
        high_watermark: shown.high_watermark,
        last_stable: shown.last_stable(),
        log_end: shown.log.end(),
        compaction: compaction(world, &partition, shown, replicas),
        flags: readers.iter().filter_map(|reader| reader.flag(world, &partition)).collect(),
    })
}

fn compaction(world: &World, name: &TopicPartition, shown: &Partition, replicas: &Replicas) -> Option<CompactionView> {
    let config = &world.cluster.topics.get(&name.topic)?.config;
    if !config.cleanup_policy.compacts() {
        return None;
    }
    let dirtiness = shown.dirtiness(world.now, config);
    let broker = replicas.leader.and_then(|leader| world.brokers.get(&leader));
    Some(CompactionView {
        first_dirty: shown.first_dirty(),
        cleanable_until: dirtiness.until,
        clean_bytes: dirtiness.clean_bytes,
        cleanable_bytes: dirtiness.cleanable_bytes,
        dirty_ppm: dirtiness.ppm(),
        threshold_ppm: config.min_cleanable_dirty_ratio.ppm,
        next_check_in: broker.and_then(|broker| broker.next_cleaning).map(|at| at.since(world.now)),
    })
}

fn replica(world: &World, partition: &TopicPartition, replicas: &Replicas, id: BrokerId) -> Option<ReplicaView> {
    let broker = world.brokers.get(&id)?;
    let replica = broker.partitions.get(partition);
    let leadership = world.leader(partition).and_then(Partition::leadership);
    let caught_up_at = leadership.and_then(|leadership| leadership.followers.get(&id)?.caught_up_at);
    Some(ReplicaView {
        broker: id.0,
        in_sync: replicas.isr.contains(&id),
        alive: broker.life.has_process(),
        log_end: replica.map_or(0, |replica| replica.log.end()),
        high_watermark: replica.map_or(0, |replica| replica.high_watermark),
        caught_up: caught_up_at.map(|at| world.now.since(at)),
    })
}

/// A group, looked up once for all partitions: lanes are read for every frame.
pub struct Reader<'a> {
    name: &'a Name,
    spec: &'a GroupSpec,
    /// As its coordinator sees it.
    group: Option<&'a Group>,
}

impl<'a> Reader<'a> {
    pub fn new(world: &'a World, name: &'a Name, spec: &'a GroupSpec) -> Self {
        Reader { name, spec, group: world.group(name) }
    }

    /// Where the group stands in a partition; nowhere if it does not read the topic and never has.
    pub fn flag(&self, world: &World, partition: &TopicPartition) -> Option<FlagView> {
        let committed = self.group.and_then(|group| group.committed(partition));
        if committed.is_none() && !self.spec.topics.contains(&partition.topic) {
            return None;
        }
        if self.spec.config.protocol == GroupProtocol::Share {
            return self.share_flag(world, partition);
        }
        let (owner, unread_for) = match self.spec.ownership.owner(partition) {
            Some(Owner::Live(owner)) => (Some(owner.clone()), None),
            Some(Owner::Nobody { since, .. }) => (None, Some(world.now.since(*since))),
            None => (None, None),
        };
        let position = owner.as_ref().and_then(|owner| world.consumers.get(owner)?.assignment.get(partition)?.next);
        let end = world.shown_replica(partition)?.high_watermark;
        Some(FlagView {
            group: self.name.clone(),
            group_label: world.stage.label_of(self.name),
            hue: self.spec.hue,
            committed,
            position,
            owner,
            lag: committed.or(position).map(|next| end.saturating_sub(next)),
            unread_for,
            gap: self.spec.ownership.gap(partition),
            in_flight: Vec::new(),
        })
    }

    fn share_flag(&self, world: &World, partition: &TopicPartition) -> Option<FlagView> {
        let share = world.shared(self.name, partition);
        let end = world.shown_replica(partition)?.high_watermark;
        let in_flight = |(offset, record): (&u64, &InFlight)| InFlightView {
            offset: *offset,
            state: record.state,
            delivery_count: record.delivery_count,
            held: record.held.as_ref().map(|(member, until)| (client_id_of(member), until.since(world.now))),
        };
        Some(FlagView {
            group: self.name.clone(),
            group_label: world.stage.label_of(self.name),
            hue: self.spec.hue,
            committed: share.map(SharePartition::start),
            position: share.map(SharePartition::end),
            owner: None,
            lag: share.map(|share| end.saturating_sub(share.start())),
            unread_for: None,
            gap: None,
            in_flight: share.map_or_else(Vec::new, |share| share.records().iter().map(in_flight).collect()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Span;
    use crate::view::fixture::Run;

    fn lane_of(run: &Run, partition: usize) -> LaneView {
        lanes(run.world(), &"orders".into()).swap_remove(partition)
    }

    #[test]
    fn a_lane_shows_offsets_leader_and_replicas() {
        let mut run = Run::orders();
        run.until_secs(20);
        let lane = lane_of(&run, 1);
        assert_eq!(lane.log_start, 0);
        assert!(lane.high_watermark > 500 && lane.high_watermark <= lane.log_end);
        assert!(lane.isr.len() == 3 && Some(lane.isr[0]) == lane.leader);
    }

    #[test]
    fn a_flag_stands_at_the_committed_offset_and_the_position_is_ahead_of_it() {
        let mut run = Run::orders();
        run.until_secs(20);
        let lane = lane_of(&run, 0);
        let [flag] = &lane.flags[..] else { panic!("one group reads it") };
        let (committed, position) = (flag.committed.unwrap(), flag.position.unwrap());
        assert!(committed > 0 && committed < position && position <= lane.high_watermark);
        assert_eq!(flag.lag, Some(lane.high_watermark - committed));
        assert_eq!(flag.owner, Some("inventory-1".into()));
    }

    #[test]
    fn after_a_kill_nobody_reads_the_partitions_of_the_dead() {
        let mut run = Run::orders();
        run.until_secs(20);
        let owned = lane_of(&run, 2).flags[0].owner.clone();
        assert_eq!(owned, Some("inventory-2".into()));
        run.command(r#"{"type": "kill", "consumer": "inventory-2"}"#);
        run.until_secs(24);
        let flag = lane_of(&run, 2).flags.remove(0);
        assert_eq!((flag.owner, flag.position), (None, None));
        assert_eq!(flag.unread_for, Some(Span::from_secs(4)));
        assert_eq!(lane_of(&run, 0).flags[0].unread_for, None);
    }

    #[test]
    fn a_group_that_has_stopped_reading_a_topic_keeps_its_flag_where_it_committed() {
        let mut run = Run::orders();
        run.until_secs(20);
        run.command(r#"{"type": "unsubscribe", "group": "inventory", "topic": "orders"}"#);
        run.until_secs(30);
        let [flag] = &lane_of(&run, 0).flags[..] else { panic!("its offsets are still there") };
        assert!(flag.committed.is_some() && flag.owner.is_none());
    }

    #[test]
    fn a_group_that_reads_something_else_has_no_flag() {
        let mut run = Run::orders();
        run.command(r#"{"type": "add_group", "group": "mail"}"#);
        assert_eq!(lane_of(&run, 0).flags.len(), 1);
    }
}
