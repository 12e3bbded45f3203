//! A group's card, from two sources: the engine's account of the group, which is there from the start, and what the
//! coordinator has of it, which begins with the first JoinGroup or commit.

use super::topic::Reader;
use super::{GroupCard, Place, member};
use crate::engine::{GroupSpec, World};
use crate::model::fact::GroupState;
use crate::model::kafka::coordinator::{ClassicGroup, ConsumerGroup, Group};
use crate::model::{Name, TopicPartition};

pub fn card(world: &World, name: &Name, spec: &GroupSpec, place: Place) -> GroupCard {
    let group = world.group(name);
    GroupCard {
        id: name.clone(),
        label: world.stage.label_of(name),
        place,
        hue: spec.hue,
        topics: spec.topics.clone(),
        output: spec.config.output_topic.clone(),
        guarantee: spec.config.processing_guarantee.name(),
        state: group.map_or(GroupState::Empty, Group::state).name(),
        phase: group.and_then(|group| phase(world, group)),
        generation: group.map_or(0, Group::generation),
        protocol: group.map_or(spec.config.protocol.name(), Group::protocol),
        assignor: group.and_then(Group::assignor),
        leader: group.and_then(|group| Some(group.leader()?.client_id.clone())),
        members: world.members(name).map(|consumer| member::card(world, consumer)).collect(),
        lag: lag(world, name, spec),
        processed: spec.ledger.processed,
        duplicates: spec.ledger.duplicates,
        problem: spec.topics.is_empty().then(|| "not subscribed: connect it to a topic".into()),
    }
}

/// What goes on between two generations.
fn phase(world: &World, group: &Group) -> Option<String> {
    match (group.as_classic(), group.as_consumer()) {
        (Some(classic), _) => rebalance(world, group, classic),
        (_, Some(consumer)) => reconciliation(consumer),
        _ => None,
    }
}

fn rebalance(world: &World, group: &Group, classic: &ClassicGroup) -> Option<String> {
    match classic.state() {
        GroupState::PreparingRebalance if classic.is_in_initial_delay() => {
            let left = classic.join_deadline()?.since(world.now);
            Some(format!("{left} of the initial delay left"))
        }
        GroupState::PreparingRebalance => {
            let progress = classic.rebalance_progress()?;
            let (missing, of) = (progress.of - progress.done, progress.of);
            Some(format!("waiting for {missing} of {} to rejoin", members(of)))
        }
        GroupState::CompletingRebalance => {
            let leader = world.stage.label_of(group.leader()?.client_id);
            Some(format!("waiting for {leader}, the leader, to assign"))
        }
        _ => None,
    }
}

/// There is no common phase in the consumer protocol: every member is on its own way.
fn reconciliation(group: &ConsumerGroup) -> Option<String> {
    let of = group.members().len() as u32;
    match group.state() {
        GroupState::Assigning => Some("the next heartbeat has the target worked out".into()),
        GroupState::Reconciling => Some(format!("{} of {} at the target", group.reconciled(), members(of))),
        _ => None,
    }
}

fn members(count: u32) -> String {
    format!("{count} {}", if count == 1 { "member" } else { "members" })
}

/// Over all partitions of the topics it reads.
fn lag(world: &World, name: &Name, spec: &GroupSpec) -> u64 {
    let reader = Reader::new(world, name, spec);
    let topics = spec.topics.iter().filter_map(|topic| Some((topic, world.cluster.topics.get(topic)?)));
    let partitions = topics.flat_map(|(name, topic)| {
        (0..topic.partitions.len() as u32).map(|partition| TopicPartition::new(name, partition))
    });
    partitions.filter_map(|partition| reader.flag(world, &partition)?.lag).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;
    use crate::view::stage::stage;

    fn inventory(run: &Run) -> GroupCard {
        let mut groups = stage(run.world()).groups;
        groups.retain(|group| group.id.as_str() == "inventory");
        groups.remove(0)
    }

    #[test]
    fn a_new_group_counts_its_initial_delay_down() {
        let mut run = Run::orders();
        run.until_secs(2);
        let card = inventory(&run);
        assert_eq!(card.state, "PreparingRebalance");
        let phase = card.phase.unwrap();
        assert!(phase.starts_with("1") && phase.ends_with(" s of the initial delay left"), "{phase}");
    }

    #[test]
    fn a_stable_group_shows_its_generation_its_assignor_and_its_leader() {
        let mut run = Run::orders();
        run.until_secs(20);
        let card = inventory(&run);
        assert_eq!((card.state, card.generation, card.assignor), ("Stable", 1, Some("range")));
        assert_eq!((card.phase, card.problem), (None, None));
        assert!(card.leader.is_some_and(|leader| run.world().consumers.contains_key(&leader)));
        assert!(card.processed > 1_000 && card.duplicates == 0);
        assert!(card.lag < 700, "auto-commit every 5 s at 100 records a second: {}", card.lag);
    }

    #[test]
    fn a_rebalance_says_how_many_it_waits_for() {
        let mut run = Run::orders();
        run.until_secs(20);
        run.command(r#"{"type": "add_consumer", "consumer": "inventory-3", "group": "inventory"}"#);
        run.until_millis(20_100);
        assert_eq!(inventory(&run).phase.as_deref(), Some("waiting for 2 of 3 members to rejoin"));
    }

    #[test]
    fn a_group_that_reads_nothing_says_what_to_do() {
        let mut run = Run::orders();
        run.command(r#"{"type": "unsubscribe", "group": "inventory", "topic": "orders"}"#);
        assert_eq!(inventory(&run).problem.as_deref(), Some("not subscribed: connect it to a topic"));
    }
}
