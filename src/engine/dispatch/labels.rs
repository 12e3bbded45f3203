//! Commands may name a part by its label.

use crate::engine::Simulation;
use crate::engine::command::Command;
use crate::model::Name;

impl Simulation {
    /// Replaces labels by the ids they stand for.
    pub(in crate::engine) fn resolve_labels(&self, mut command: Command) -> Command {
        for name in named(&mut command) {
            if !self.world.has_part(name)
                && let Some(id) = self.world.stage.labelled(name.as_str())
            {
                *name = id.clone();
            }
        }
        command
    }
}

/// The parts that a command speaks of as existing; not the one that it adds.
fn named(command: &mut Command) -> Vec<&mut Name> {
    use Command as C;
    match command {
        C::AddTopic { .. } => vec![],
        C::RemoveTopic { topic }
        | C::AddPartitions { topic, .. }
        | C::ConfigureTopic { topic, .. }
        | C::DeleteRecords { topic, .. } => vec![topic],
        C::AddProducer { topic, .. } => topic.iter_mut().collect(),
        C::RemoveProducer { producer }
        | C::ConfigureProducer { producer, .. }
        | C::Publish { producer, .. }
        | C::Replay { producer, .. }
        | C::SetProducing { producer, .. }
        | C::KillProducer { producer }
        | C::RestartProducer { producer }
        | C::EndTransaction { producer, .. } => vec![producer],
        C::Connect { producer, topic } => [producer].into_iter().chain(topic).collect(),
        C::AddGroup { topics, config, .. } => topics.iter_mut().chain(&mut config.output_topic).collect(),
        C::ConfigureGroup { group, config } => [group].into_iter().chain(&mut config.output_topic).collect(),
        C::AddConsumer { group, .. } | C::RemoveGroup { group } | C::StopGroup { group } | C::StartGroup { group } => {
            vec![group]
        }
        C::Subscribe { group, topic } | C::Unsubscribe { group, topic } => vec![group, topic],
        C::RemoveConsumer { consumer }
        | C::Kill { consumer }
        | C::Hang { consumer }
        | C::Unhang { consumer }
        | C::SlowDown { consumer, .. }
        | C::Leave { consumer }
        | C::Restart { consumer } => vec![consumer],
        C::SetClock { client, .. } => vec![client],
        C::Seek { group, scope, .. } | C::ResetOffsets { group, scope, .. } | C::DeleteOffsets { group, scope } => {
            vec![group, &mut scope.topic]
        }
        C::Partition { a, b } | C::Repair { a, b } | C::Hold { a, b } | C::Release { a, b } => vec![a, b],
        C::SetNetwork { .. } | C::AddBroker { .. } => vec![],
        C::KillBroker { broker }
        | C::WipeBroker { broker }
        | C::ShutDownBroker { broker }
        | C::RestartBroker { broker } => vec![broker],
        C::ElectLeaders { topic, .. } => topic.iter_mut().collect(),
        C::Rename { node, .. } | C::Place { node, .. } => vec![node],
    }
}
