//! Groups move with the leadership of their partitions of `__consumer_offsets`.
//!
//! The internal topic has no logs here: what the last coordinator knew is handed to the next one when that one learns that
//! it leads. So a group survives as long as any in-sync replica of its partition does.

use super::{Cause, Simulation, World};
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::actor::Out;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::broker::Broker;
use crate::model::kafka::coordinator::Group;
use crate::model::kafka::message::BrokerId;

/// Who has the state of each group that ever moved: the broker, and which start of its process.
#[derive(Clone, Debug, Default)]
pub struct Holders(SortedMap<Name, (BrokerId, u32)>);

impl Holders {
    pub fn forget(&mut self, group: &Name) {
        self.0.remove(group);
    }

    /// The group as its last coordinator knew it.
    pub fn last_state<'a>(&self, group: &Name, brokers: &'a SortedMap<BrokerId, Broker>) -> Option<&'a Group> {
        let on = |broker: &BrokerId| brokers.get(broker)?.coordinator.group(group);
        let of_holder = self.0.get(group).and_then(|(holder, _)| on(holder));
        of_holder.or_else(|| brokers.keys().find_map(on))
    }
}

impl Simulation {
    /// A broker has learned something new of the metadata.
    pub(super) fn move_groups(&mut self, id: BrokerId, cause: Cause) {
        let names: Vec<Name> = self.world.groups.keys().cloned().collect();
        for group in names {
            let Some(broker) = self.world.brokers.get(&id) else { return };
            let leads = broker.metadata.coordinator(&group) == Some(id);
            if !leads && broker.coordinator.group(&group).is_some() {
                self.unload(id, &group, cause);
            } else if leads {
                self.load(id, &group, cause);
            }
        }
    }

    fn unload(&mut self, id: BrokerId, group: &Name, cause: Cause) {
        let still_needed = self.world.is_only_copy(id, group);
        let Some(broker) = self.world.brokers.get_mut(&id) else { return };
        let kept = still_needed.then(|| broker.coordinator.group(group).cloned()).flatten();
        let mut out = Out::default();
        broker.coordinator.unload(group, &mut out);
        kept.into_iter().for_each(|group| broker.coordinator.keep(group));
        let endpoint = broker.endpoint;
        self.apply(endpoint, out, cause);
    }

    fn load(&mut self, id: BrokerId, group: &Name, cause: Cause) {
        let World { now, brokers, cluster, holders, .. } = &mut self.world;
        let Some(broker) = brokers.get(&id) else { return };
        let this = (id, broker.incarnation());
        let holder = holders.0.get(group).copied();
        let is_here = broker.coordinator.group(group).is_some();
        if holder == Some(this) || (holder.is_none() && is_here && this.1 == 1) {
            holders.0.insert(group.clone(), this);
            return;
        }
        let Some(found) = holders.last_state(group, brokers).cloned() else { return };
        holders.0.insert(group.clone(), this);
        let mut out = Out::default();
        out.observe(Subject::Group(group.clone()), Fact::CoordinatorMoved { broker: Some(id) });
        let Some(broker) = brokers.get_mut(&id) else { return };
        broker.coordinator.load(*now, cluster, found, &mut out);
        let endpoint = broker.endpoint;
        self.apply(endpoint, out, cause);
    }
}

impl World {
    /// Whether nobody has taken over yet what this broker knows of the group. A broker that coordinated it before, and
    /// died, may have an older state of it on its disk.
    fn is_only_copy(&self, id: BrokerId, group: &Name) -> bool {
        if let Some((holder, _)) = self.holders.0.get(group) {
            return *holder == id;
        }
        let others = self.brokers.values().filter(|broker| broker.id != id);
        others.filter_map(|broker| broker.coordinator.group(group)).next().is_none()
    }

    /// The groups on this broker whose state other in-sync replicas have too.
    pub(super) fn groups_of_others(&self, id: BrokerId) -> Vec<Group> {
        let Some(broker) = self.brokers.get(&id) else { return Vec::new() };
        let has_others = |group: &Name| self.cluster.offsets_replicas(group).isr.iter().any(|&other| other != id);
        let kept = broker.coordinator.groups().filter(|(name, _)| has_others(name));
        kept.map(|(_, group)| group.clone()).collect()
    }
}
