//! Faults of the network. Single messages that get lost are not told: there may be thousands.

use super::label;
use crate::engine::World;
use crate::model::fact::Fact;

pub fn sentence(world: &World, fact: &Fact) -> Option<String> {
    let between = |a, b| format!("between {} and {}", label(world, a), label(world, b));
    Some(match fact {
        Fact::LinkCut { a, b } => format!("the network is cut {}", between(a, b)),
        Fact::LinkRepaired { a, b } => format!("the network is whole again {}", between(a, b)),
        Fact::LinkHeld { a, b } => format!("messages are held {}", between(a, b)),
        Fact::LinkReleased { a, b } => format!("messages flow again {}", between(a, b)),
        Fact::NetworkChanged => "the network has another latency or loss".into(),
        _ => return None,
    })
}
