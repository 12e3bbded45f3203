//! What `kafka-consumer-groups --describe --group G` prints (`ConsumerGroupCommand`), and `kafka-topics --describe` for the
//! replicas of a broker.
//!
//! HOST is left out of the model: every client seems to run on the machine at hand.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::engine::World;
use crate::kernel::order::sort_by_key;
use crate::model::fact::GroupState;
use crate::model::kafka::cluster::Replicas;
use crate::model::kafka::coordinator::{Group, Member};
use crate::model::kafka::message::BrokerId;
use crate::model::{Name, TopicPartition};

const HOST: &str = "/127.0.0.1";

/// A line of the table; `None` is printed as `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeRow {
    pub group: Name,
    pub topic: Name,
    pub partition: u32,
    pub current_offset: Option<u64>,
    /// The high watermark: what ListOffsets calls the latest offset.
    pub log_end_offset: u64,
    pub lag: Option<u64>,
    pub consumer_id: Option<String>,
    pub host: Option<String>,
    pub client_id: Option<String>,
}

/// Members that have partitions, most partitions first; then committed offsets of partitions that nobody has.
pub fn describe(world: &World, group: &Name) -> Vec<DescribeRow> {
    // A share group's members own nothing and commit nothing; it is no consumer group to the tool.
    let Some(found) = world.group(group).filter(|group| group.protocol() != "share") else { return Vec::new() };
    let mut members = found.members();
    members.retain(|member| !member.assignment.is_empty());
    sort_by_key(&mut members, |member| (Reverse(member.assignment.len()), member.id));
    let mut rows = Vec::new();
    for member in &mut members {
        sort_by_key(&mut member.assignment, |partition| partition.partition);
        let of_member = |partition: &&TopicPartition| row(world, group, found, partition, Some(member));
        rows.extend(member.assignment.iter().filter_map(of_member));
    }
    let owned: BTreeSet<&TopicPartition> = members.iter().flat_map(|member| &member.assignment).copied().collect();
    let committed = found.committed_all();
    let unowned = committed.keys().filter(|partition| !owned.contains(partition));
    rows.extend(unowned.filter_map(|partition| row(world, group, found, partition, None)));
    rows
}

/// A replica on one broker: the columns of `kafka-topics --describe`, and how far its own log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaRow {
    pub topic: Name,
    pub partition: u32,
    /// `none` while nobody leads.
    pub leader: String,
    pub replicas: String,
    pub isr: String,
    pub high_watermark: u64,
    pub log_end: u64,
}

/// Every replica on a broker, in the order of topics and partitions.
pub fn replicas_on(world: &World, broker: BrokerId) -> Vec<ReplicaRow> {
    let on_broker = world.cluster.partitions().filter(|(_, replicas)| replicas.brokers.contains(&broker));
    let row = |(name, replicas): (TopicPartition, &Replicas)| {
        let own = world.brokers.get(&broker).and_then(|broker| broker.partitions.get(&name));
        ReplicaRow {
            partition: name.partition,
            leader: replicas.leader.map_or("none".into(), |leader| leader.0.to_string()),
            replicas: ids(&replicas.brokers),
            isr: ids(&replicas.isr),
            high_watermark: own.map_or(0, |replica| replica.high_watermark),
            log_end: own.map_or(0, |replica| replica.log.end()),
            topic: name.topic,
        }
    };
    on_broker.map(row).collect()
}

fn ids(brokers: &[BrokerId]) -> String {
    brokers.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(",")
}

/// What the tool says before the table, if anything.
pub fn notice(world: &World, group: &Name) -> Option<String> {
    let Some(found) = world.group(group) else {
        return Some(format!("Error: Consumer group '{group}' does not exist."));
    };
    match found.state() {
        GroupState::Empty => Some(format!("Consumer group '{group}' has no active members.")),
        GroupState::PreparingRebalance
        | GroupState::CompletingRebalance
        | GroupState::Assigning
        | GroupState::Reconciling => Some(format!("Warning: Consumer group '{group}' is rebalancing.")),
        GroupState::Stable | GroupState::Dead => None,
    }
}

/// None for a partition that is gone.
fn row(
    world: &World,
    name: &Name,
    group: &Group,
    partition: &TopicPartition,
    owner: Option<&Member<'_>>,
) -> Option<DescribeRow> {
    let end = world.shown_replica(partition)?.high_watermark;
    let committed = group.committed(partition);
    Some(DescribeRow {
        group: name.clone(),
        topic: partition.topic.clone(),
        partition: partition.partition,
        current_offset: committed,
        log_end_offset: end,
        lag: committed.map(|next| end.saturating_sub(next)),
        consumer_id: owner.map(|member| member.id.to_string()),
        host: owner.map(|_| HOST.to_owned()),
        client_id: owner.map(|member| member.client_id.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    fn inventory(run: &Run) -> Vec<DescribeRow> {
        describe(run.world(), &"inventory".into())
    }

    fn said(run: &Run, group: &str) -> Option<String> {
        notice(run.world(), &group.into())
    }

    #[test]
    fn the_member_with_most_partitions_comes_first_and_its_partitions_are_in_order() {
        let mut run = Run::orders();
        run.until_secs(20);
        let rows = inventory(&run);
        assert_eq!(rows.iter().map(|row| row.partition).collect::<Vec<_>>(), [0, 1, 2]);
        let clients: Vec<&str> = rows.iter().filter_map(|row| row.client_id.as_deref()).collect();
        assert_eq!(clients, ["inventory-1", "inventory-1", "inventory-2"]);
        assert_eq!(said(&run, "inventory"), None);
    }

    #[test]
    fn lag_is_the_log_end_less_the_committed_offset() {
        let mut run = Run::orders();
        run.until_secs(20);
        for row in inventory(&run) {
            assert_eq!(row.lag, Some(row.log_end_offset - row.current_offset.unwrap()));
            assert!(row.consumer_id.unwrap().starts_with(&row.client_id.unwrap()));
        }
    }

    #[test]
    fn before_the_first_commit_there_is_neither_an_offset_nor_a_lag() {
        let mut run = Run::orders();
        run.until_secs(8);
        assert!(inventory(&run).iter().all(|row| row.current_offset.is_none() && row.lag.is_none()));
        assert_eq!(inventory(&run).len(), 3);
    }

    #[test]
    fn a_group_without_members_shows_its_offsets_without_consumers() {
        let mut run = Run::orders();
        run.until_secs(20);
        run.command(r#"{"type": "stop_group", "group": "inventory"}"#);
        run.until_secs(21);
        assert_eq!(said(&run, "inventory").unwrap(), "Consumer group 'inventory' has no active members.");
        assert_eq!(inventory(&run).len(), 3);
        assert!(inventory(&run).iter().all(|row| row.consumer_id.is_none() && row.current_offset.is_some()));
    }

    #[test]
    fn the_tool_warns_of_a_rebalance_and_of_a_group_that_nobody_knows() {
        let mut run = Run::orders();
        run.until_secs(1);
        assert_eq!(said(&run, "inventory").unwrap(), "Warning: Consumer group 'inventory' is rebalancing.");
        assert_eq!(said(&run, "mail").unwrap(), "Error: Consumer group 'mail' does not exist.");
    }
}
