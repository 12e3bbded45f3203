//! Committed offsets lie within the log.

use headwater::engine::{Observation, Simulation};

use super::player::{Law, Verdict};

pub struct Committed;

impl Law for Committed {
    fn watch(&mut self, simulation: &Simulation, seen: &[Observation]) -> Verdict {
        if seen.is_empty() {
            return Ok(());
        }
        let world = simulation.world();
        for name in world.groups.keys() {
            let Some(group) = world.group(name) else { continue };
            for (partition, offset) in group.committed_all() {
                let Some(leader) = world.leader(&partition) else { continue };
                if offset > leader.high_watermark || offset > leader.log.end() {
                    let (readable, end) = (leader.high_watermark, leader.log.end());
                    return Err(format!(
                        "{name} has committed {offset} of {partition}, which is readable up to {readable} and ends at {end}"
                    ));
                }
            }
        }
        Ok(())
    }
}
