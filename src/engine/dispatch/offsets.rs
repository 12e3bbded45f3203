//! Rewinding: seek on live consumers, reset of a stopped group's committed offsets.

use crate::engine::command::{Scope, Target};
use crate::engine::{Cause, Simulation, World};
use crate::kernel::SortedMap;
use crate::model::actor::Out;
use crate::model::kafka::consumer::{Consumer, Life};
use crate::model::refusal::Refusal;
use crate::model::{Name, TopicPartition};

impl Simulation {
    pub(super) fn seek(&mut self, group: &Name, scope: &Scope, to: Target, cause: Cause) {
        let Ok(plan) = self.world.plan_seek(group, scope, to) else { return };
        for (consumer, partition, offset) in plan {
            self.with_consumer(&consumer, cause, |consumer, step| consumer.seek(&partition, offset, step));
        }
    }

    pub(super) fn reset_offsets(&mut self, group: &Name, scope: &Scope, to: Target, cause: Cause) {
        let Ok(offsets) = self.world.plan_reset(group, scope, to) else { return };
        let coordinator = self.world.cluster.coordinator(group);
        let Some(broker) = coordinator.and_then(|id| self.world.brokers.get_mut(&id)) else { return };
        let mut out = Out::default();
        let done = broker.coordinator.reset_offsets(self.world.now, group, offsets, &mut out);
        assert!(done.is_ok(), "the check of the command found {group} empty, and nothing has happened since");
        let endpoint = broker.endpoint;
        self.apply(endpoint, out, cause);
    }
}

impl Simulation {
    pub(super) fn delete_offsets(&mut self, group: &Name, scope: &Scope, cause: Cause) {
        let Ok(partitions) = self.world.plan_deletion(group, scope) else { return };
        let coordinator = self.world.cluster.coordinator(group);
        let Some(broker) = coordinator.and_then(|id| self.world.brokers.get_mut(&id)) else { return };
        let mut out = Out::default();
        broker.coordinator.delete_offsets(group, &partitions, &mut out);
        let endpoint = broker.endpoint;
        self.apply(endpoint, out, cause);
    }
}

impl World {
    /// Who seeks where; or why that cannot be.
    pub fn plan_seek(
        &self,
        group: &Name,
        scope: &Scope,
        to: Target,
    ) -> Result<Vec<(Name, TopicPartition, u64)>, Refusal> {
        let mut plan = Vec::new();
        for partition in self.in_scope(scope)? {
            let Some(owner) = self.live_owner(group, &partition) else { continue };
            if let Life::Hung(_) = owner.life {
                let message = format!("{} hangs outside poll() and cannot seek: restart it first", owner.name);
                return Err(Refusal::new("group", message));
            }
            let current = owner.assignment.get(&partition).and_then(|position| position.next);
            plan.push((owner.name.clone(), partition.clone(), self.offset_for(&partition, current, to)?));
        }
        if plan.is_empty() {
            let what = scope_text(scope);
            let message =
                format!("no live consumer of {group} reads {what}: start one, or reset the committed offsets");
            return Err(Refusal::new("group", message));
        }
        Ok(plan)
    }

    /// The new committed offsets; or why that cannot be. The group has to be empty, or its members would overwrite them.
    pub fn plan_reset(
        &self,
        group: &Name,
        scope: &Scope,
        to: Target,
    ) -> Result<SortedMap<TopicPartition, u64>, Refusal> {
        self.check_coordinator(group)?;
        if let Some(found) = self.group(group)
            && !matches!(found.state().name(), "Empty" | "Dead")
        {
            let state = found.state().name();
            let message = format!(
                "Assignments can only be reset if the group '{group}' is inactive, but the current state is {state}."
            );
            return Err(Refusal::new("group", message));
        }
        let committed = |partition: &TopicPartition| self.group(group)?.committed(partition);
        let plan = |partition: TopicPartition| {
            let offset = self.offset_for(&partition, committed(&partition), to)?;
            Ok((partition, offset))
        };
        self.in_scope(scope)?.into_iter().map(plan).collect()
    }

    /// Whose committed offsets are to be forgotten; or why that cannot be (`GroupCoordinator#deleteOffsets`).
    pub fn plan_deletion(&self, group: &Name, scope: &Scope) -> Result<Vec<TopicPartition>, Refusal> {
        self.check_coordinator(group)?;
        let Some(found) = self.group(group) else {
            return Err(Refusal::new("group", "The group id does not exist. (GROUP_ID_NOT_FOUND)"));
        };
        let partitions = self.in_scope(scope)?;
        if found.is_subscribed_to(&scope.topic) {
            let message = "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it. \
                           (GROUP_SUBSCRIBED_TO_TOPIC)";
            return Err(Refusal::new("topic", message));
        }
        Ok(partitions)
    }

    /// Whoever is asked for a group's offsets has to be there.
    pub fn check_coordinator(&self, group: &Name) -> Result<(), Refusal> {
        let coordinator = self.cluster.coordinator(group).and_then(|id| self.brokers.get(&id));
        if coordinator.is_none_or(|broker| !broker.life.has_process() || !broker.coordinates(group)) {
            let message = format!("nobody coordinates {group} at the moment (COORDINATOR_NOT_AVAILABLE)");
            return Err(Refusal::new("group", message));
        }
        Ok(())
    }

    fn in_scope(&self, scope: &Scope) -> Result<Vec<TopicPartition>, Refusal> {
        let unknown = || Refusal::new("topic", format!("there is no topic called {}", scope.topic));
        let topic = self.cluster.topics.get(&scope.topic).ok_or_else(unknown)?;
        let count = topic.partitions.len() as u32;
        match scope.partition {
            Some(partition) if partition >= count => {
                let message = format!("{} has the partitions 0 to {}", scope.topic, count - 1);
                Err(Refusal::new("partition", message))
            }
            Some(partition) => Ok(vec![TopicPartition::new(&scope.topic, partition)]),
            None => Ok((0..count).map(|partition| TopicPartition::new(&scope.topic, partition)).collect()),
        }
    }

    fn live_owner(&self, group: &Name, partition: &TopicPartition) -> Option<&Consumer> {
        self.consumers.values().find(|consumer| consumer.group == *group && consumer.assignment.contains_key(partition))
    }

    fn offset_for(&self, partition: &TopicPartition, current: Option<u64>, to: Target) -> Result<u64, Refusal> {
        let Some(leader) = self.leader(partition) else {
            let message = format!("nobody leads {partition} at the moment (LEADER_NOT_AVAILABLE)");
            return Err(Refusal::new("partition", message));
        };
        let (start, end) = (leader.log.start(), leader.high_watermark);
        Ok(match to {
            Target::Earliest => start,
            Target::Latest => end,
            Target::Offset { offset } => offset.clamp(start, end),
            Target::ShiftBy { by } => {
                let current = current.ok_or_else(|| {
                    let message = format!(
                        "Cannot shift offset for partition {partition} since there is no current committed offset"
                    );
                    Refusal::new("to", message)
                })?;
                current.saturating_add_signed(by).clamp(start, end)
            }
            Target::Time { at_us } => {
                let first = leader.log.offset_at(i64::try_from(at_us).unwrap_or(i64::MAX));
                first.map_or(end, |offset| offset.min(end))
            }
        })
    }
}

fn scope_text(scope: &Scope) -> String {
    match scope.partition {
        Some(partition) => format!("{}-{partition}", scope.topic),
        None => scope.topic.to_string(),
    }
}
