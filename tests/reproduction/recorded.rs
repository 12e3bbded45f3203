//! What was done in a run, as a document.

use headwater::engine::Simulation;
use headwater::model::kafka::config::ClusterConfig;
use headwater::scenario::Scenario;

/// The recorded run, as a document that opens at the moment it has reached. Commands may have changed the cluster since its
/// beginning, so that has to be given.
pub fn scenario_of(simulation: &Simulation, beginning: ClusterConfig) -> Scenario {
    Scenario {
        seed: simulation.world().seed,
        cluster: beginning,
        opens_at_ms: simulation.now().as_millis(),
        commands: simulation.commands().iter().map(|timed| timed.clone().into()).collect(),
        ..Scenario::empty()
    }
}
