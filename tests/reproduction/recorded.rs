//! What was done in a run, as a document.

use headwater::engine::Simulation;
use headwater::scenario::Scenario;

/// The recorded run, as a document that opens at the moment it has reached; the network is as it was to begin with.
pub fn scenario_of(simulation: &Simulation) -> Scenario {
    let world = simulation.world();
    Scenario {
        seed: world.seed,
        cluster: world.cluster.config.clone(),
        opens_at_ms: simulation.now().as_millis(),
        commands: simulation.commands().iter().map(|timed| timed.clone().into()).collect(),
        ..Scenario::empty()
    }
}
