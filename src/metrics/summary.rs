//! A run in a dozen numbers: what the headless runner prints and the page's `run` resolves to.

use serde::Serialize;

use super::group_lag;
use crate::engine::{GroupSpec, Simulation, Totals, World};
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::fact::GroupState;

/// Field names are part of the public surface; parts that were removed from the stage stay in the totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Sixteen hex digits; equal runs have equal digests on every platform.
    pub digest: String,
    /// Virtual time.
    pub simulated_us: u64,
    /// Packets that arrived and timers that fired.
    pub events: u64,
    /// Records that applications made, sent or not.
    pub produced: u64,
    pub acknowledged: u64,
    /// Records processed, over all groups.
    pub processed: u64,
    /// Of those, processed by the same group before.
    pub duplicates: u64,
    /// Acknowledged, and then gone from the log.
    pub lost: u64,
    /// Of records with the same key, processed for the first time after a later one, within a group.
    pub out_of_order: u64,
    pub groups: SortedMap<Name, GroupSummary>,
    /// Real time, from whoever has a clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wall_us: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupSummary {
    /// `Empty` before anybody has joined.
    pub state: GroupState,
    pub generation: i32,
    /// Members as the coordinator knows them: a killed one is among them until its session times out.
    pub members: u32,
    pub processed: u64,
    pub duplicates: u64,
    pub out_of_order: u64,
    pub lag: u64,
}

impl Summary {
    pub fn of(simulation: &Simulation) -> Self {
        let world = simulation.world();
        let Totals { produced, acknowledged, processed, duplicates, out_of_order } = world.totals();
        let groups = world.groups.iter();
        Summary {
            digest: simulation.digest().to_string(),
            simulated_us: world.now.as_micros(),
            events: simulation.events(),
            produced,
            acknowledged,
            processed,
            duplicates,
            lost: world.lost(),
            out_of_order,
            groups: groups.map(|(name, spec)| (name.clone(), GroupSummary::of(world, name, spec))).collect(),
            wall_us: None,
        }
    }
}

impl GroupSummary {
    fn of(world: &World, name: &Name, spec: &GroupSpec) -> Self {
        let group = world.group(name);
        GroupSummary {
            state: group.map_or(GroupState::Empty, |group| group.state()),
            generation: group.map_or(0, |group| group.generation()),
            members: group.map_or(0, |group| group.members().len() as u32),
            processed: spec.ledger.processed,
            duplicates: spec.ledger.duplicates,
            out_of_order: spec.ledger.out_of_order,
            lag: group_lag(world, name),
        }
    }
}
