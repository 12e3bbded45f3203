//! The controller: which brokers are in service, and who leads what.
//!
//! In Kafka: `QuorumController`, `ClusterControlManager`, `ReplicationControlManager`. Brokers register and send
//! heartbeats; one that is silent for `broker.session.timeout.ms` is fenced: it leaves every set of in-sync replicas, and
//! others are elected where it led. Leaders propose changes of their in-sync replicas (AlterPartition), and the
//! controller takes them over if they were made with the newest knowledge. Whatever changes is sent to all brokers.
//!
//! We model registration with incarnations, sessions and fencing, controlled shutdown, elections (clean, preferred,
//! unclean), eligible leader replicas behind their feature flag, and placement over racks.
//!
//! Left out:
//! - The controllers' own quorum (Raft). There is one controller, on a machine called `controller`, and it does not fail.
//! - The metadata log. Brokers are sent the whole image instead of records; what an administrator asks for (a topic, more
//!   partitions) is there at once on every broker that can be reached, since CreateTopics waits for that too.
//! - Reassignment of replicas, and changes of a topic's configuration.
//! - Directories of disks: a broker has one, and a disk that was replaced by an empty one is not recognised as such.
//! - Batching: an AlterPartition is about one partition, with one of them in flight.

mod alter_partition;
mod election;
mod placement;
mod service;

use std::sync::Arc;

pub use self::election::Election;
use self::election::{Elected, Rules, elect};
use self::placement::{Placer, Usable};
use super::cluster::{Cluster, MetadataImage, OFFSETS_TOPIC, Replicas, Topic, topic_id};
use super::config::TopicConfig;
use super::message::{BrokerId, Correlation, Message, Request, Response};
use crate::kernel::{Chance, Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::{ElectionReason, Fact, Subject};
use crate::model::{Name, TopicPartition};

/// What the controller keeps apart from the cluster's metadata.
#[derive(Clone, Debug, Default)]
pub struct Controller {
    registrations: SortedMap<BrokerId, Registration>,
}

#[derive(Clone, Debug)]
pub struct Registration {
    pub rack: Option<Name>,
    /// Which start of the broker's process this is.
    incarnation: u32,
    pub service: Service,
    heard_at: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    InService,
    /// A controlled shutdown: it leads and is in sync no more, but still answers.
    ShuttingDown,
    Fenced,
}

/// What every rule needs while one message or timer is handled.
struct Step<'a> {
    now: Time,
    cluster: &'a mut Cluster,
    out: &'a mut Out,
}

impl Controller {
    /// The brokers that a cluster begins with are in service.
    pub fn take_in(&mut self, broker: BrokerId, rack: Option<Name>) {
        let registration = Registration { rack, incarnation: 1, service: Service::InService, heard_at: Time::ZERO };
        self.registrations.insert(broker, registration);
    }

    pub fn registration(&self, broker: BrokerId) -> Option<&Registration> {
        self.registrations.get(&broker)
    }

    /// Sets the clocks of the sessions that the run begins with.
    pub fn start(&self, cluster: &Cluster, out: &mut Out) {
        for &broker in self.registrations.keys() {
            out.arm(Timer::BrokerSession { broker }, Time::ZERO + session_timeout(cluster));
        }
    }

    pub fn receive(&mut self, now: Time, from: Endpoint, message: Message, cluster: &mut Cluster, out: &mut Out) {
        let Message::Request { correlation, request } = message else { return };
        let step = &mut Step { now, cluster, out };
        let response = match request {
            Request::BrokerRegistration { broker, incarnation, rack, shut_down } => {
                Response::BrokerRegistration(self.register(broker, incarnation, rack, shut_down, step))
            }
            Request::BrokerHeartbeat { broker, incarnation, metadata_version, wants_shut_down } => {
                self.heartbeat(broker, incarnation, metadata_version, wants_shut_down, step)
            }
            Request::AlterPartition(proposal) => {
                let partition = proposal.partition.clone();
                Response::AlterPartition { result: self.alter_partition(proposal, step), partition }
            }
            _ => return,
        };
        step.out.send(from, Message::Response { correlation, response });
    }

    pub fn fire(&mut self, now: Time, timer: &Timer, cluster: &mut Cluster, out: &mut Out) {
        let step = &mut Step { now, cluster, out };
        match timer {
            Timer::BrokerSession { broker } => self.expire_session(*broker, step),
            Timer::LeaderBalance => self.balance(step),
            _ => {}
        }
    }

    /// Elections that somebody asked for (`kafka-leader-election`), of one partition, one topic, or all.
    pub fn elect_leaders(
        &mut self,
        now: Time,
        scope: (Option<&Name>, Option<u32>),
        election: Election,
        cluster: &mut Cluster,
        out: &mut Out,
    ) {
        let (topic, partition) = scope;
        let step = &mut Step { now, cluster, out };
        let is_meant = |name: &TopicPartition| {
            topic.is_none_or(|topic| name.topic == *topic) && partition.is_none_or(|number| name.partition == number)
        };
        self.change(
            step,
            ElectionReason::Preferred,
            |name, _| is_meant(name),
            |this, replicas, rules| elect(replicas, election, rules, |broker| this.is_in_service(broker)),
        );
    }

    /// `auto.leader.rebalance.enable`: preferred replicas lead again, where they are in sync and alive.
    fn balance(&mut self, step: &mut Step) {
        self.change(
            step,
            ElectionReason::Preferred,
            |_, replicas| !is_led_by_preferred(replicas),
            |this, replicas, rules| elect(replicas, Election::Preferred, rules, |broker| this.is_in_service(broker)),
        );
    }

    /// The next round of [`Controller::balance`], if there is anything for it to do.
    fn arm_balance(&self, step: &mut Step) {
        let topics = step.cluster.topics.values().chain([&step.cluster.offsets]);
        if topics.flat_map(|topic| &topic.partitions).any(|replicas| !is_led_by_preferred(replicas)) {
            let every = Span::from_secs(step.cluster.config.leader_imbalance_check_interval_s).as_micros();
            let next = (step.now.as_micros() / every + 1) * every;
            step.out.arm(Timer::LeaderBalance, Time::from_micros(next));
        }
    }

    /// Changes every partition that is concerned, internal ones too; tells what came of it, and all brokers.
    fn change(
        &self,
        step: &mut Step,
        why: ElectionReason,
        is_concerned: impl Fn(&TopicPartition, &Replicas) -> bool,
        change: impl Fn(&Self, &mut Replicas, Rules) -> Elected,
    ) {
        let has_elr = step.cluster.config.eligible_leader_replicas_version == 1;
        let offsets = (Name::from(OFFSETS_TOPIC), step.cluster.offsets.clone());
        let topics = step.cluster.topics.iter().map(|(name, topic)| (name.clone(), topic.clone()));
        let topics: Vec<(Name, Arc<Topic>)> = topics.chain([offsets]).collect();
        let version = step.cluster.version;
        for (name, topic) in topics {
            let mut changed: Option<Topic> = None;
            for (number, before) in (0..).zip(&topic.partitions) {
                let partition = TopicPartition::new(&name, number);
                if !is_concerned(&partition, before) {
                    continue;
                }
                let min_isr = before.effective_min_isr(&topic.config);
                let may_be_unclean = topic.config.unclean_leader_election_enable;
                let mut replicas = before.clone();
                let elected = change(self, &mut replicas, Rules { min_isr, may_be_unclean, has_elr });
                if replicas == *before {
                    continue;
                }
                if name.as_str() != OFFSETS_TOPIC {
                    observe(&partition, before, &replicas, elected, why, step.out);
                }
                changed.get_or_insert_with(|| Topic::clone(&topic)).partitions[number as usize] = replicas;
            }
            if let Some(changed) = changed {
                step.cluster.replace(&name, changed);
                step.cluster.version = version + 1;
            }
        }
        if step.cluster.version > version {
            self.publish(step);
            self.arm_balance(step);
        }
    }

    /// Sends the metadata as they are now to every broker.
    fn publish(&self, step: &mut Step) {
        step.cluster.version += 1;
        let metadata = Arc::new(self.metadata(step.cluster));
        for &endpoint in step.cluster.brokers.values() {
            step.out.send(endpoint, Message::MetadataLog(metadata.clone()));
        }
    }

    pub fn metadata(&self, cluster: &Cluster) -> MetadataImage {
        let in_service = self.registrations.keys().copied().filter(|&broker| self.is_in_service(broker));
        MetadataImage {
            version: cluster.version,
            topics: cluster.topics.clone(),
            offsets: cluster.offsets.clone(),
            in_service: in_service.collect(),
        }
    }

    pub fn is_in_service(&self, broker: BrokerId) -> bool {
        self.registrations.get(&broker).is_some_and(|registration| registration.service == Service::InService)
    }

    /// When it last heard of a broker, whose session runs.
    pub fn heard_at(&self, broker: BrokerId) -> Option<Time> {
        let registration = self.registrations.get(&broker)?;
        (registration.service != Service::Fenced).then_some(registration.heard_at)
    }

    /// Creates a topic and places its replicas.
    pub fn create_topic(&self, topic: &Name, config: TopicConfig, cluster: &mut Cluster, chance: &mut Chance) {
        cluster.version += 1;
        let (id, partitions) = (topic_id(topic, cluster.version), config.partitions);
        cluster.topics.insert(topic.clone(), Arc::new(Topic { id, config, partitions: Vec::new() }));
        self.place_partitions(topic, partitions, cluster, chance);
    }

    /// Adds partitions until there are `total`; those there are stay where they are.
    pub fn place_partitions(&self, topic: &Name, total: u32, cluster: &mut Cluster, chance: &mut Chance) {
        cluster.version += 1;
        let usable = self.registrations.iter().map(|(&id, registration)| Usable {
            id,
            rack: registration.rack.clone(),
            fenced: registration.service != Service::InService,
        });
        let mut placer = Placer::new(&usable.collect::<Vec<_>>(), chance);
        let Some(topic) = cluster.topics.get_mut(topic).map(Arc::make_mut) else { return };
        topic.config.partitions = total;
        for _ in topic.partitions.len() as u32..total {
            let brokers = placer.place(topic.config.replication_factor, chance);
            topic.partitions.push(Replicas::new(brokers, |broker| self.is_in_service(broker)));
        }
    }
}

fn is_led_by_preferred(replicas: &Replicas) -> bool {
    replicas.leader == Some(replicas.brokers[0])
}

fn session_timeout(cluster: &Cluster) -> Span {
    Span::from_millis(cluster.config.broker_session_timeout_ms)
}

/// Says what became of a partition.
fn observe(
    partition: &TopicPartition,
    before: &Replicas,
    now: &Replicas,
    elected: Elected,
    why: ElectionReason,
    out: &mut Out,
) {
    let subject = || Subject::Partition(partition.clone());
    let missing = |from: &Replicas, than: &Replicas| -> Vec<BrokerId> {
        from.isr.iter().copied().filter(|broker| !than.isr.contains(broker)).collect()
    };
    let (gone, joined) = (missing(before, now), missing(now, before));
    if !gone.is_empty() {
        out.observe(subject(), Fact::IsrShrunk { isr: now.isr.clone(), out: gone });
    } else if !joined.is_empty() {
        out.observe(subject(), Fact::IsrExpanded { isr: now.isr.clone(), joined });
    }
    if before.leader_epoch != now.leader_epoch {
        let why = match elected {
            Elected::Unclean(leader) => ElectionReason::Unclean(leader),
            _ => why,
        };
        let (leader, epoch, isr) = (now.leader, now.leader_epoch, now.isr.clone());
        out.observe(subject(), Fact::LeaderElected { leader, epoch, isr, why });
    }
}

/// Of requests whose answers speak for themselves.
pub const UNCORRELATED: Correlation = Correlation(0);
