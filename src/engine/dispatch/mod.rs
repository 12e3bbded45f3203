//! Commands: first checked, then carried out. A command that is refused has changed nothing.

mod brokers;
mod check;
mod clocks;
mod consumers;
mod labels;
mod names;
mod network;
mod offsets;
mod parts;
mod producers;
mod room;

use super::command::{Command, Switch};
use super::{Cause, Place, Simulation, World};
use crate::kernel::later::entrance;
use crate::kernel::{Endpoint, Time};
use crate::model::actor::Out;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::consumer::{Consumer, Step};
use crate::model::kafka::producer::Producer;
use crate::model::workload::Keys;
use crate::model::{Name, TopicPartition};

impl Simulation {
    /// Carries out a command that was found to be in order.
    pub(super) fn perform(&mut self, command: Command, cause: Cause) {
        if command.is_rare() {
            type Perform = fn(&mut Simulation, Command, Cause);
            return entrance::<Perform>(Simulation::perform_fetched_later)(self, command, cause);
        }
        match command {
            Command::AddTopic { topic, config } => self.add_topic(&topic, config, cause),
            Command::RemoveTopic { topic } => self.remove_topic(&topic, cause),
            Command::AddPartitions { topic, total } => self.add_partitions(&topic, total, cause),
            Command::AddProducer { producer, topic, config, workload } => {
                self.add_producer(&producer, topic, config, workload, cause);
            }
            Command::RemoveProducer { producer } => self.remove_producer(&producer, cause),
            Command::Connect { producer, topic } => self.connect(&producer, topic, cause),
            Command::SetProducing { producer, producing } => {
                self.set_producing(&producer, producing == Switch::On, cause);
            }
            Command::KillProducer { producer } => self.kill_producer(&producer, cause),
            Command::RestartProducer { producer } => self.restart_producer(&producer, cause),
            Command::AddGroup { group, topics, config } => self.add_group(&group, topics, config, cause),
            Command::RemoveGroup { group } => self.remove_group(&group, cause),
            Command::Subscribe { group, topic } => self.subscribe(&group, topic, cause),
            Command::Unsubscribe { group, topic } => self.unsubscribe(&group, &topic, cause),

            Command::AddConsumer { consumer, group } => self.add_consumer(&consumer, &group, cause),
            Command::RemoveConsumer { consumer } => self.remove_consumer(&consumer, cause),
            Command::Kill { consumer } => self.with_consumer(&consumer, cause, Consumer::kill),
            Command::Hang { consumer } => self.with_consumer(&consumer, cause, Consumer::hang),
            Command::Unhang { consumer } => self.with_consumer(&consumer, cause, Consumer::unhang),
            Command::SlowDown { consumer, percent } => self.slow_down(&consumer, percent, cause),
            Command::Leave { consumer } => self.with_consumer(&consumer, cause, Consumer::leave),
            Command::Restart { consumer } => self.restart(&consumer, cause),

            Command::Seek { group, scope, to } => self.seek(&group, &scope, to, cause),
            Command::ResetOffsets { group, scope, to } => self.reset_offsets(&group, &scope, to, cause),
            Command::StopGroup { group } => self.stop_group(&group, cause),
            Command::StartGroup { group } => self.start_group(&group, cause),
            Command::Rename { node, label } => self.rename(&node, label, cause),
            Command::Place { node, x, y } => {
                self.world.stage.put(&node, Place { x, y });
                self.observe(Subject::Stage, Fact::Placed { node, x, y }, cause);
            }
            on_brokers => self.perform_on_brokers(on_brokers, cause),
        }
    }

    /// Those that are rare.
    fn perform_fetched_later(&mut self, command: Command, cause: Cause) {
        match command {
            Command::ConfigureTopic { topic, config } => self.configure_topic(&topic, config, cause),

            Command::ConfigureProducer { producer, config, workload } => {
                self.configure_producer(&producer, config, workload, cause);
            }
            Command::EndTransaction { producer, outcome } => self.end_transaction(&producer, outcome, cause),
            Command::Publish { producer, key, value, headers, partition, count } => {
                let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
                let made = crate::model::kafka::producer::Handmade { key, value, headers, partition, count };
                self.publish(&producer, &made, cause);
            }
            Command::Replay { producer, rows, pace } => self.replay(&producer, rows, pace, cause),

            Command::ConfigureGroup { group, config } => self.configure_group(&group, config, cause),
            Command::SetClock { client, drift_ppm, ahead_ms } => self.set_clock(&client, drift_ppm, ahead_ms, cause),
            Command::DeleteOffsets { group, scope } => self.delete_offsets(&group, &scope, cause),

            Command::Partition { a, b } => self.cut(&a, &b, cause),
            Command::Repair { a, b } => self.repair(&a, &b, cause),
            Command::Hold { a, b } => self.hold(&a, &b, cause),
            Command::Release { a, b } => self.release(&a, &b, cause),
            Command::SetNetwork { client_latency, loss_ppm } => {
                let config = &mut self.world.cluster.config;
                (config.client_latency, config.loss_ppm) = (client_latency, loss_ppm);
                self.observe(Subject::Network, Fact::NetworkChanged, cause);
            }

            Command::WipeBroker { broker } => self.wipe_broker(&broker, cause),
            Command::DeleteRecords { topic, partition, before } => {
                self.delete_records(&TopicPartition::new(&topic, partition), before, cause);
            }
            Command::ElectLeaders { election, topic, partition } => {
                self.elect_leaders(election, topic.as_ref(), partition, cause);
            }
            _ => unreachable!("it is not rare"),
        }
    }

    /// What brokers and their controller are told.
    fn perform_on_brokers(&mut self, command: Command, cause: Cause) {
        match command {
            Command::AddBroker { broker, rack } => self.add_broker(&broker, rack, cause),
            Command::KillBroker { broker } => self.kill_broker(&broker, cause),
            Command::ShutDownBroker { broker } => self.shut_down_broker(&broker, cause),
            Command::RestartBroker { broker } => self.restart_broker(&broker, cause),
            _ => unreachable!("it is rare, or was carried out"),
        }
    }

    fn rename(&mut self, node: &Name, label: String, cause: Cause) {
        self.world.stage.label(node, label.clone());
        self.observe(Subject::Stage, Fact::Renamed { node: node.clone(), label }, cause);
    }

    /// Lets a consumer do something, and carries out what it asks for.
    fn with_consumer(&mut self, name: &Name, cause: Cause, act: impl FnOnce(&mut Consumer, &mut Step)) {
        let mut out = Out::default();
        let World { now, clocks, cluster, consumers, keys, .. } = &mut self.world;
        let Some(consumer) = consumers.get_mut(name) else { return };
        let now = clocks.of(consumer.endpoint).count(*now);
        act(consumer, &mut Step { now, cluster, keys, out: &mut out });
        let endpoint = consumer.endpoint;
        self.apply(endpoint, out, cause);
    }

    fn with_producer(
        &mut self,
        name: &Name,
        cause: Cause,
        act: impl FnOnce(&mut Producer, Time, &mut Keys, &Cluster, &mut Out),
    ) {
        let mut out = Out::default();
        let world = &mut self.world;
        let Some(producer) = world.producers.get_mut(name) else { return };
        let now = world.clocks.of(producer.endpoint).count(world.now);
        act(producer, now, &mut world.keys, &world.cluster, &mut out);
        let endpoint = producer.endpoint;
        self.apply(endpoint, out, cause);
    }

    /// Takes an actor off the network; what is on its way to it will find nobody.
    fn retire(&mut self, endpoint: Endpoint) {
        self.disarm_all(endpoint);
        self.world.clocks.forget(endpoint);
        self.world.actors[endpoint.0 as usize] = None;
    }
}
