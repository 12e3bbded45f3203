//! Is a command in order? The answer names the field at fault.

use super::brokers::broker_id;
use crate::engine::Simulation;
use crate::engine::command::{Command, Pace};
use crate::kernel::later::entrance;
use crate::kernel::{Delay, Ppm};
use crate::model::kafka::broker::{self, Broker};
use crate::model::kafka::config::{
    BROKERS_MAX, ConsumerConfig, GroupProtocol, PARTITIONS_MAX, ProducerConfig, TopicConfig,
};
use crate::model::kafka::consumer::{Consumer, Life};
use crate::model::kafka::producer::Phase;
use crate::model::refusal::{Refusal, check_delay, within};
use crate::model::workload::Workload;
use crate::model::{Name, TopicPartition};

/// By hand, in one command.
const PUBLISH_MAX: u32 = 100_000;

impl Simulation {
    pub(in crate::engine) fn check(&self, command: &Command) -> Result<(), Refusal> {
        if command.is_rare() {
            type Check = fn(&Simulation, &Command) -> Result<(), Refusal>;
            return entrance::<Check>(Simulation::check_fetched_later)(self, command);
        }
        let world = &self.world;
        match command {
            Command::AddTopic { topic, config } => self.check_new_topic(topic, config),
            Command::RemoveTopic { topic } => self.has_topic(topic),
            Command::AddPartitions { topic, total } => self.check_partitions(topic, *total),
            Command::AddProducer { producer, topic, config, workload } => {
                self.check_new_producer(producer, topic.as_ref())?;
                check_producer_config(config, workload)
            }
            Command::RemoveProducer { producer }
            | Command::SetProducing { producer, .. }
            | Command::RestartProducer { producer } => self.has_producer(producer),
            Command::KillProducer { producer } => self.check_running(producer),
            Command::Connect { producer, topic } => {
                self.has_producer(producer)?;
                topic.iter().try_for_each(|topic| self.has_topic(topic))
            }
            Command::AddGroup { group, topics, config } => self.check_new_group(group, topics, config),
            Command::RemoveGroup { group } | Command::StopGroup { group } | Command::StartGroup { group } => {
                self.has_group(group)
            }
            Command::Subscribe { group, topic } => self.check_subscribe(group, topic),
            Command::Unsubscribe { group, topic } => self.check_unsubscribe(group, topic),
            Command::AddConsumer { consumer, group } => {
                world.check_new_part("consumer", consumer)?;
                self.has_group(group)
            }
            Command::RemoveConsumer { consumer } | Command::Restart { consumer } => self.consumer(consumer).map(|_| ()),
            Command::Kill { consumer }
            | Command::Hang { consumer }
            | Command::Unhang { consumer }
            | Command::Leave { consumer } => self.check_life(consumer, command),
            Command::SlowDown { consumer, percent } => {
                self.consumer(consumer)?;
                within("percent", *percent, 1, 100_000)
            }
            Command::Seek { group, scope, to } => {
                self.has_offsets(group)?;
                world.plan_seek(group, scope, *to).map(|_| ())
            }
            Command::ResetOffsets { group, scope, to } => {
                self.has_offsets(group)?;
                world.plan_reset(group, scope, *to).map(|_| ())
            }
            Command::Rename { node, label } => self.check_rename(node, label),
            Command::Place { node, .. } => self.has_part(node),
            on_brokers => self.check_on_brokers(on_brokers),
        }
    }

    /// Those that are rare.
    fn check_fetched_later(&self, command: &Command) -> Result<(), Refusal> {
        let world = &self.world;
        match command {
            Command::ConfigureTopic { topic, config } => self.check_topic_config(topic, config),
            Command::EndTransaction { producer, .. } => self.check_transaction(producer),
            Command::ConfigureProducer { producer, config, workload } => {
                self.has_producer(producer)?;
                check_producer_config(config, workload)
            }
            Command::Publish { .. } => self.check_publish(command),
            Command::Replay { producer, pace, .. } => self.check_replay(producer, *pace),
            Command::ConfigureGroup { group, config } => {
                self.has_group(group)?;
                self.check_group_config(config, &world.groups[group].topics)
            }
            Command::SetClock { client, drift_ppm, ahead_ms } => world.check_clock(client, *drift_ppm, *ahead_ms),
            Command::DeleteOffsets { group, scope } => world.plan_deletion(group, scope).map(|_| ()),
            Command::Partition { a, b }
            | Command::Repair { a, b }
            | Command::Hold { a, b }
            | Command::Release { a, b } => self.check_link(a, b),
            Command::SetNetwork { client_latency, loss_ppm } => check_network(client_latency, *loss_ppm),
            Command::WipeBroker { broker } => self.broker(broker).map(|_| ()),
            Command::DeleteRecords { topic, partition, before } => self.check_deletion(topic, *partition, *before),
            Command::ElectLeaders { topic, partition, .. } => self.check_election(topic.as_ref(), *partition),
            _ => unreachable!("it is not rare"),
        }
    }

    fn check_new_producer(&self, producer: &Name, topic: Option<&Name>) -> Result<(), Refusal> {
        self.world.check_new_part("producer", producer)?;
        topic.map_or(Ok(()), |topic| self.has_topic(topic))
    }

    fn check_new_topic(&self, topic: &Name, config: &TopicConfig) -> Result<(), Refusal> {
        self.world.check_new_topic_name(topic)?;
        config.validate(self.world.cluster.brokers.len() as u32)?;
        self.world.check_room_for("partitions", config.partitions, config.replication_factor)?;
        self.check_any_broker()
    }

    fn check_new_group(&self, group: &Name, topics: &[Name], config: &ConsumerConfig) -> Result<(), Refusal> {
        self.world.check_new_part("group", group)?;
        for (n, topic) in topics.iter().enumerate() {
            self.has_topic(topic)?;
            if topics[..n].contains(topic) {
                return Err(Refusal::new("topics", format!("{topic} is named twice")));
            }
        }
        self.check_group_config(config, topics)
    }

    fn check_group_config(&self, config: &ConsumerConfig, topics: &[Name]) -> Result<(), Refusal> {
        if let Some(output) = &config.output_topic {
            known(self.world.cluster.topics.contains_key(output), "topic", output)
                .map_err(|refusal| Refusal::new("output_topic", refusal.message))?;
            if topics.contains(output) {
                let message = format!("the group reads {output}: it would never come to an end with its own output");
                return Err(Refusal::new("output_topic", message));
            }
        }
        config.validate(&self.world.cluster.config)
    }

    fn check_running(&self, producer: &Name) -> Result<(), Refusal> {
        self.has_producer(producer)?;
        if self.world.producers[producer].is_running {
            return Ok(());
        }
        Err(Refusal::new("producer", format!("{producer} does not run: restart it first")))
    }

    fn check_transaction(&self, producer: &Name) -> Result<(), Refusal> {
        self.check_running(producer)?;
        let refuse = |message: String| Err(Refusal::new("producer", message));
        match self.world.producers[producer].phase() {
            Some(Phase::InTransaction) => Ok(()),
            Some(phase) => refuse(format!("{producer} has no transaction to end: it is {}", phase.name())),
            None => refuse(format!("{producer} has no transactional.id")),
        }
    }

    fn has_topic(&self, topic: &Name) -> Result<(), Refusal> {
        let is_there = self.world.cluster.topics.contains_key(topic);
        known(is_there, "topic", topic)
    }

    fn has_producer(&self, producer: &Name) -> Result<(), Refusal> {
        known(self.world.producers.contains_key(producer), "producer", producer)
    }

    fn has_group(&self, group: &Name) -> Result<(), Refusal> {
        known(self.world.groups.contains_key(group), "group", group)
    }

    fn consumer(&self, name: &Name) -> Result<&Consumer, Refusal> {
        known(self.world.consumers.contains_key(name), "consumer", name)?;
        Ok(&self.world.consumers[name])
    }

    fn has_part(&self, node: &Name) -> Result<(), Refusal> {
        known(self.world.has_part(node), "node", node)
    }

    fn check_partitions(&self, topic: &Name, total: u32) -> Result<(), Refusal> {
        self.has_topic(topic)?;
        within("total", total, 1, PARTITIONS_MAX)?;
        self.check_any_broker()?;
        let now = self.world.cluster.topics[topic].partitions.len() as u32;
        if total <= now {
            let message = format!("{topic} has {now} partitions; their number can only grow (INVALID_PARTITIONS)");
            return Err(Refusal::new("total", message));
        }
        let replication_factor = self.world.cluster.topics[topic].config.replication_factor;
        self.world.check_room_for("total", total - now, replication_factor)
    }

    fn check_topic_config(&self, topic: &Name, config: &TopicConfig) -> Result<(), Refusal> {
        self.has_topic(topic)?;
        let now = &self.world.cluster.topics[topic].config;
        let sizes = [
            ("partitions", config.partitions, now.partitions, "their number is raised with add_partitions"),
            ("replication.factor", config.replication_factor, now.replication_factor, "a topic keeps its own"),
        ];
        for (field, given, is, why) in sizes {
            if given != is {
                return Err(Refusal::new(field, format!("{topic} has {is}, not {given}: {why}")));
            }
        }
        // A topic that was made when there were more brokers keeps what it has.
        config.validate((self.world.cluster.brokers.len() as u32).max(now.replication_factor))
    }

    fn check_publish(&self, command: &Command) -> Result<(), Refusal> {
        let Command::Publish { producer, key, value, partition, count, .. } = command else { return Ok(()) };
        let topic = self.check_connected(producer)?;
        within("count", *count, 1, PUBLISH_MAX)?;
        let config = &self.world.producers[producer].config;
        let (most, property) = match config.max_request_size <= config.buffer() {
            true => (config.max_request_size as usize, "max.request.size"),
            false => (config.buffer() as usize, "buffer.memory"),
        };
        let (key, value) = (key.as_ref().map_or(0, String::len), value.as_ref().map_or(0, String::len));
        if key + value > most {
            let field = if key > value { "key" } else { "value" };
            let bytes = key + value;
            let message =
                format!("the record would have {bytes} bytes, more than {property}, {most} (RecordTooLargeException)");
            return Err(Refusal::new(field, message));
        }
        let partitions = self.world.cluster.topics[topic].partitions.len() as u32;
        match partition {
            Some(partition) => within("partition", *partition, 0, partitions - 1),
            None => Ok(()),
        }
    }

    /// The topic that a producer publishes to.
    fn check_connected(&self, producer: &Name) -> Result<&Name, Refusal> {
        self.has_producer(producer)?;
        let topic = self.world.producers[producer].topic.as_ref();
        let refusal = || Refusal::new("topic", format!("{producer} is not connected: connect it to a topic first"));
        topic.ok_or_else(refusal)
    }

    fn check_replay(&self, producer: &Name, pace: Pace) -> Result<(), Refusal> {
        self.check_connected(producer)?;
        match pace {
            Pace::Original { percent } => within("percent", percent, 0, 1_000_000),
            Pace::Rate { per_second } if per_second.as_milli() == 0 => {
                Err(Refusal::new("per_second", "a rate above 0 is needed, or the file is never published"))
            }
            Pace::Rate { .. } => Ok(()),
        }
    }

    /// A share group has no committed offsets that could be moved.
    fn has_offsets(&self, group: &Name) -> Result<(), Refusal> {
        self.has_group(group)?;
        if self.world.groups[group].config.protocol == GroupProtocol::Share {
            let message =
                format!("{group} is a share group: where it begins to read follows from what is acknowledged");
            return Err(Refusal::new("group", message));
        }
        Ok(())
    }

    fn check_subscribe(&self, group: &Name, topic: &Name) -> Result<(), Refusal> {
        self.has_group(group)?;
        self.has_topic(topic)?;
        let spec = &self.world.groups[group];
        if spec.topics.contains(topic) {
            return Err(Refusal::new("topic", format!("{group} reads {topic} already")));
        }
        if spec.config.output_topic.as_ref() == Some(topic) {
            let message = format!("{group} writes to {topic}: it would never come to an end with its own output");
            return Err(Refusal::new("topic", message));
        }
        Ok(())
    }

    fn check_unsubscribe(&self, group: &Name, topic: &Name) -> Result<(), Refusal> {
        self.has_group(group)?;
        if !self.world.groups[group].topics.contains(topic) {
            return Err(Refusal::new("topic", format!("{group} does not read {topic}")));
        }
        Ok(())
    }

    fn check_life(&self, name: &Name, command: &Command) -> Result<(), Refusal> {
        let life = self.consumer(name)?.life;
        let refuse = |message: String| Err(Refusal::new("consumer", message));
        match (command, life) {
            (Command::Unhang { .. }, Life::Hung(_)) => Ok(()),
            (Command::Unhang { .. }, _) => refuse(format!("{name} does not hang")),
            (Command::Leave { .. }, Life::Hung(_)) => {
                refuse(format!("{name} hangs, so it cannot call close(): kill or restart it"))
            }
            (Command::Hang { .. }, Life::Hung(_)) => refuse(format!("{name} hangs already")),
            (_, life) if life.has_process() => Ok(()),
            _ => refuse(format!("{name} does not run: restart it first")),
        }
    }

    /// What brokers and their controller can be told.
    fn check_on_brokers(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::AddBroker { broker, rack } => self.check_new_broker(broker, rack.as_ref()),
            Command::KillBroker { broker } | Command::ShutDownBroker { broker } => {
                self.check_broker_life(broker, command)
            }
            Command::RestartBroker { broker } => self.broker(broker).map(|_| ()),
            _ => unreachable!("it is rare, or has been checked"),
        }
    }

    fn broker(&self, name: &Name) -> Result<&Broker, Refusal> {
        let refusal = || Refusal::new("broker", format!("there is no broker called {name}"));
        self.world.broker(name).ok_or_else(refusal)
    }

    fn check_new_broker(&self, name: &Name, rack: Option<&Name>) -> Result<(), Refusal> {
        self.world.check_new_name("broker", name.as_str())?;
        if broker_id(name).is_none() {
            return Err(Refusal::new("broker", "a broker is called broker-N, with a number from 1 on"));
        }
        within("brokers", self.world.brokers.len() as u32 + 1, 1, BROKERS_MAX)?;
        match rack.map(Name::as_str) {
            Some(rack) if rack.trim().is_empty() => Err(Refusal::new("rack", "a name is needed")),
            _ => Ok(()),
        }
    }

    fn check_broker_life(&self, name: &Name, command: &Command) -> Result<(), Refusal> {
        let life = self.broker(name)?.life;
        let refuse = |message: String| Err(Refusal::new("broker", message));
        match (command, life) {
            (Command::ShutDownBroker { .. }, broker::Life::ShuttingDown) => refuse(format!("{name} is shutting down")),
            (_, life) if life.has_process() => Ok(()),
            _ => refuse(format!("{name} does not run: restart it first")),
        }
    }

    /// Somebody has to lead new partitions.
    fn check_any_broker(&self) -> Result<(), Refusal> {
        let world = &self.world;
        if world.brokers.keys().any(|&broker| world.controller.is_in_service(broker)) {
            return Ok(());
        }
        Err(Refusal::new("replication.factor", "no broker is in service (INVALID_REPLICATION_FACTOR)"))
    }

    fn check_deletion(&self, topic: &Name, partition: u32, before: Option<u64>) -> Result<(), Refusal> {
        self.check_election(Some(topic), Some(partition))?;
        let name = TopicPartition::new(topic, partition);
        let leader = self.world.cluster.leader(&name).and_then(|leader| self.world.brokers.get(&leader));
        let leads = |broker: &&Broker| broker.life.has_process();
        let Some(replica) = leader.filter(leads).and_then(|broker| broker.partitions.get(&name)) else {
            let message = format!("nobody leads {name} at the moment (LEADER_NOT_AVAILABLE)");
            return Err(Refusal::new("partition", message));
        };
        match before {
            Some(before) if before > replica.high_watermark => {
                let high_watermark = replica.high_watermark;
                let message = format!("{before} is beyond the high watermark, {high_watermark} (OFFSET_OUT_OF_RANGE)");
                Err(Refusal::new("before", message))
            }
            _ => Ok(()),
        }
    }

    fn check_election(&self, topic: Option<&Name>, partition: Option<u32>) -> Result<(), Refusal> {
        let Some(topic) = topic else { return Ok(()) };
        self.has_topic(topic)?;
        let partitions = self.world.cluster.topics[topic].partitions.len() as u32;
        partition.map_or(Ok(()), |partition| within("partition", partition, 0, partitions - 1))
    }

    fn check_link(&self, a: &Name, b: &Name) -> Result<(), Refusal> {
        for (field, name) in [("a", a), ("b", b)] {
            if self.world.endpoints(name).is_empty() {
                return Err(Refusal::new(field, format!("{name} is nobody on the network")));
            }
        }
        Ok(())
    }

    fn check_rename(&self, node: &Name, label: &str) -> Result<(), Refusal> {
        self.has_part(node)?;
        if self.world.stage.label_of(node) == label || node.as_str() == label {
            return Ok(());
        }
        self.world.check_new_name("label", label)
    }
}

fn check_producer_config(config: &ProducerConfig, workload: &Workload) -> Result<(), Refusal> {
    config.validate()?;
    workload.validate(config.max_request_size.min(config.buffer()))
}

fn check_network(client_latency: &Delay, loss: Ppm) -> Result<(), Refusal> {
    check_delay("client_latency", client_latency)?;
    within("loss_ppm", loss.0, 0, 1_000_000)
}

fn known(is_there: bool, kind: &str, name: &Name) -> Result<(), Refusal> {
    if is_there { Ok(()) } else { Err(Refusal::new(kind, format!("there is no {kind} called {name}"))) }
}
