//! Producers come, change, publish and go.

use std::sync::Arc;

use crate::engine::command::Pace;
use crate::engine::{Actor, Cause, Simulation};
use crate::model::Name;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::config::ProducerConfig;
use crate::model::kafka::message::ProducerId;
use crate::model::kafka::producer::{Handmade, Pacing, Producer};
use crate::model::log::Outcome;
use crate::model::workload::{Rows, Workload};

impl Simulation {
    pub(super) fn add_producer(
        &mut self,
        name: &Name,
        topic: Option<Name>,
        config: ProducerConfig,
        workload: Workload,
        cause: Cause,
    ) {
        let endpoint = self.join(name, Actor::Producer(name.clone()));
        let producer = Producer::new(name.clone(), endpoint, ProducerId(u64::from(endpoint.0)), self.world.seed);
        self.world.producers.insert(name.clone(), producer);
        let cause = self.observe(Subject::Producer(name.clone()), Fact::Added, cause);
        self.with_producer(name, cause, |producer, now, _, cluster, out| {
            producer.configure(now, config, workload, cluster, out);
            producer.connect(now, topic, cluster, out);
        });
    }

    pub(super) fn remove_producer(&mut self, name: &Name, cause: Cause) {
        let Some(producer) = self.world.producers.remove(name) else { return };
        self.retire(producer.endpoint);
        self.world.departed.add_producer(&producer.counts);
        self.world.stage.remove(name);
        self.observe(Subject::Producer(name.clone()), Fact::Removed, cause);
    }

    pub(super) fn configure_producer(&mut self, name: &Name, config: ProducerConfig, workload: Workload, cause: Cause) {
        let cause = self.observe(Subject::Producer(name.clone()), Fact::Reconfigured, cause);
        self.with_producer(name, cause, |producer, now, _, cluster, out| {
            producer.configure(now, config, workload, cluster, out);
        });
    }

    pub(super) fn connect(&mut self, name: &Name, topic: Option<Name>, cause: Cause) {
        let fact = Fact::Connected { topic: topic.clone() };
        let cause = self.observe(Subject::Producer(name.clone()), fact, cause);
        self.with_producer(name, cause, |producer, now, _, cluster, out| producer.connect(now, topic, cluster, out));
    }

    pub(super) fn set_producing(&mut self, name: &Name, producing: bool, cause: Cause) {
        let fact = if producing { Fact::ProducingStarted } else { Fact::ProducingStopped };
        let cause = self.observe(Subject::Producer(name.clone()), fact, cause);
        self.with_producer(name, cause, |producer, now, _, _, out| producer.set_producing(now, producing, out));
    }

    pub(super) fn kill_producer(&mut self, name: &Name, cause: Cause) {
        self.with_producer(name, cause, |producer, _, _, _, out| producer.kill(out));
    }

    pub(super) fn restart_producer(&mut self, name: &Name, cause: Cause) {
        self.with_producer(name, cause, |producer, now, _, cluster, out| producer.restart(now, cluster, out));
    }

    pub(super) fn end_transaction(&mut self, name: &Name, outcome: Outcome, cause: Cause) {
        self.with_producer(name, cause, |producer, now, _, cluster, out| {
            producer.end_transaction(now, outcome, None, cluster, out);
        });
    }

    pub(super) fn publish(&mut self, name: &Name, made: &Handmade, cause: Cause) {
        self.with_producer(name, cause, |producer, now, keys, cluster, out| {
            producer.publish(now, made, keys, cluster, out);
        });
    }

    pub(super) fn replay(&mut self, name: &Name, rows: Arc<Rows>, pace: Pace, cause: Cause) {
        let pacing = match pace {
            Pace::Original { percent } => Pacing::Original { percent },
            Pace::Rate { per_second } => Pacing::Rate { per_second },
        };
        self.with_producer(name, cause, |producer, now, _, _, out| producer.start_replay(now, rows, pacing, out));
    }
}
