//! Topics and groups come, change and go.

use std::sync::Arc;

use crate::engine::{Actor, Cause, GroupSpec, Ledger, Ownership, Simulation, World};
use crate::kernel::Chance;
use crate::model::Name;
use crate::model::actor::Out;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::config::{ConsumerConfig, ProcessingGuarantee, TopicConfig};
use crate::model::kafka::consumer::Consumer;
use crate::model::kafka::message::BrokerId;

impl Simulation {
    pub(super) fn add_topic(&mut self, topic: &Name, config: TopicConfig, cause: Cause) {
        let mut chance = Chance::of(self.world.seed, &format!("placement {topic}"));
        let World { controller, cluster, .. } = &mut self.world;
        controller.create_topic(topic, config, cluster, &mut chance);
        let cause = self.observe(Subject::Topic(topic.clone()), Fact::Added, cause);
        self.tell_brokers(cause);
    }

    /// Deletes a topic with its records and offsets. Who used it is disconnected from it.
    pub(super) fn remove_topic(&mut self, topic: &Name, cause: Cause) {
        let cause = self.observe(Subject::Topic(topic.clone()), Fact::Removed, cause);
        let connected = |(name, producer): (&Name, &crate::model::kafka::producer::Producer)| {
            (producer.topic.as_ref() == Some(topic)).then(|| name.clone())
        };
        let producers: Vec<Name> = self.world.producers.iter().filter_map(connected).collect();
        self.world.cluster.topics.remove(topic);
        self.world.cluster.version += 1;
        self.world.cluster.share_states.retain(|(_, partition), _| partition.topic != *topic);
        self.world.acknowledged.forget(topic);
        self.world.stage.remove(topic);
        self.tell_brokers(cause);
        for broker in self.world.brokers.values_mut() {
            broker.coordinator.remove_topic(topic);
        }
        self.world.groups.values_mut().for_each(|spec| spec.ledger.forget(topic));
        producers.iter().for_each(|producer| self.connect(producer, None, cause));
        let subscribed = |spec: &GroupSpec| spec.topics.contains(topic);
        let groups: Vec<Name> =
            self.world.groups.iter().filter(|(_, spec)| subscribed(spec)).map(|(name, _)| name.clone()).collect();
        groups.iter().for_each(|group| self.unsubscribe(group, topic, cause));
        self.end_output_to(topic, cause);
    }

    /// Who wrote its output to a topic that is gone only reads from now on.
    fn end_output_to(&mut self, topic: &Name, cause: Cause) {
        let writes = |spec: &GroupSpec| spec.config.output_topic.as_ref() == Some(topic);
        let groups: Vec<Name> =
            self.world.groups.iter().filter(|(_, spec)| writes(spec)).map(|(name, _)| name.clone()).collect();
        for group in groups {
            let mut config = self.world.groups[&group].config.clone();
            (config.output_topic, config.processing_guarantee) = (None, ProcessingGuarantee::AtLeastOnce);
            self.configure_group(&group, config, cause);
            let members: Vec<Name> = self.world.members(&group).map(|consumer| consumer.name.clone()).collect();
            members.iter().for_each(|member| self.with_consumer(member, cause, Consumer::drop_output));
        }
    }

    pub(super) fn add_partitions(&mut self, topic: &Name, total: u32, cause: Cause) {
        let placed = self.world.cluster.topics.get(topic).map_or(0, |topic| topic.partitions.len());
        let mut chance = Chance::of(self.world.seed, &format!("placement {topic} from {placed}"));
        let World { controller, cluster, .. } = &mut self.world;
        controller.place_partitions(topic, total, cluster, &mut chance);
        let cause = self.observe(Subject::Topic(topic.clone()), Fact::PartitionsAdded { total }, cause);
        self.tell_brokers(cause);
    }

    pub(super) fn configure_topic(&mut self, topic: &Name, config: TopicConfig, cause: Cause) {
        let cluster = &mut self.world.cluster;
        let Some(found) = cluster.topics.get_mut(topic).map(Arc::make_mut) else { return };
        found.config = config;
        cluster.version += 1;
        let cause = self.observe(Subject::Topic(topic.clone()), Fact::Reconfigured, cause);
        self.tell_brokers(cause);
    }

    /// What somebody asked for is there at once, on every broker that hears the controller.
    pub(in crate::engine) fn tell_brokers(&mut self, cause: Cause) {
        let metadata = Arc::new(self.world.controller.metadata(&self.world.cluster));
        let ids: Vec<BrokerId> = self.world.brokers.keys().copied().collect();
        for id in ids {
            let mut out = Out::default();
            let World { now, cluster, brokers, network, .. } = &mut self.world;
            let Some(broker) = brokers.get_mut(&id) else { continue };
            let is_reached = !network.is_partitioned(cluster.controller, broker.endpoint)
                && !network.is_held(cluster.controller, broker.endpoint);
            if !is_reached || !broker.is_registered() {
                continue;
            }
            broker.apply_metadata(*now, metadata.clone(), &mut out);
            broker.see_to_markers(*now, cluster, &mut out);
            let endpoint = broker.endpoint;
            self.apply(endpoint, out, cause);
        }
    }

    pub(super) fn add_group(&mut self, group: &Name, topics: Vec<Name>, config: ConsumerConfig, cause: Cause) {
        let taken = |hue: &u32| self.world.groups.values().any(|spec| spec.hue == *hue);
        let hue = (0..).find(|hue| !taken(hue)).unwrap_or(0);
        let spec = GroupSpec { topics, config, ledger: Ledger::default(), ownership: Ownership::default(), hue };
        self.world.groups.insert(group.clone(), spec);
        self.observe(Subject::Group(group.clone()), Fact::Added, cause);
    }

    pub(super) fn remove_group(&mut self, group: &Name, cause: Cause) {
        let members: Vec<Name> = self.world.members(group).map(|consumer| consumer.name.clone()).collect();
        members.iter().for_each(|member| self.remove_consumer(member, cause));
        let ids: Vec<BrokerId> = self.world.brokers.keys().copied().collect();
        for id in ids {
            let mut out = Out::default();
            let Some(broker) = self.world.brokers.get_mut(&id) else { continue };
            broker.coordinator.remove_group(group, &mut out);
            broker.forget_share_group(group);
            let endpoint = broker.endpoint;
            self.apply(endpoint, out, cause);
        }
        self.world.holders.forget(group);
        self.world.cluster.share_states.retain(|(name, _), _| name != group);
        self.world.cluster.transactions.forget_group(group);
        if let Some(spec) = self.world.groups.remove(group) {
            self.world.departed.add_group(&spec.ledger);
        }
        self.world.stage.remove(group);
        self.observe(Subject::Group(group.clone()), Fact::Removed, cause);
    }

    pub(super) fn configure_group(&mut self, group: &Name, config: ConsumerConfig, cause: Cause) {
        let Some(spec) = self.world.groups.get_mut(group) else { return };
        spec.config = config;
        self.observe(Subject::Group(group.clone()), Fact::Reconfigured, cause);
    }

    pub(super) fn subscribe(&mut self, group: &Name, topic: Name, cause: Cause) {
        let Some(spec) = self.world.groups.get_mut(group) else { return };
        spec.topics.push(topic.clone());
        let cause = self.observe(Subject::Group(group.clone()), Fact::Subscribed { topic }, cause);
        self.resubscribe(group, cause);
    }

    pub(super) fn unsubscribe(&mut self, group: &Name, topic: &Name, cause: Cause) {
        let Some(spec) = self.world.groups.get_mut(group) else { return };
        spec.topics.retain(|subscribed| subscribed != topic);
        let fact = Fact::Unsubscribed { topic: topic.clone() };
        let cause = self.observe(Subject::Group(group.clone()), fact, cause);
        self.resubscribe(group, cause);
    }

    fn resubscribe(&mut self, group: &Name, cause: Cause) {
        let topics = self.world.groups[group].topics.clone();
        let members: Vec<Name> = self.world.members(group).map(|consumer| consumer.name.clone()).collect();
        for member in members {
            self.with_consumer(&member, cause, |consumer, step| consumer.subscribe(topics.clone(), step));
        }
    }

    /// A new part's place on the network.
    pub(super) fn join(&mut self, name: &Name, actor: Actor) -> crate::kernel::Endpoint {
        self.world.join(name.as_str(), actor)
    }
}
