//! The life of a broker's process, and how it keeps in touch with the controller (`BrokerLifecycleManager`).

use std::sync::Arc;

use super::Broker;
use crate::kernel::{Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::cluster::{Cluster, MetadataImage};
use crate::model::kafka::message::{Correlation, ErrorCode, Message, Request, ShutDown};

/// `replica.high.watermark.checkpoint.interval.ms`.
const CHECKPOINT_INTERVAL: Span = Span::from_secs(5);

/// When a broker looks for the first time for segments to delete (`log.initial.task.delay.ms`).
const RETENTION_DELAY: Span = Span::from_secs(30);

/// How long a broker waits before it asks again to be registered.
const REGISTRATION_BACKOFF: Span = Span::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    Running,
    /// A controlled shutdown: others take over what it leads, then it ends.
    ShuttingDown,
    /// The process died at this moment.
    Dead(Time),
    /// It was shut down in good order.
    Stopped(Time),
}

impl Life {
    pub fn has_process(self) -> bool {
        matches!(self, Life::Running | Life::ShuttingDown)
    }
}

impl Broker {
    /// Sets the clocks of a process that begins.
    pub fn start_clocks(&self, now: Time, cluster: &Cluster, out: &mut Out) {
        let config = &cluster.config;
        out.arm(Timer::BrokerHeartbeat, now + Span::from_millis(config.broker_heartbeat_interval_ms));
        out.arm(Timer::IsrCheck, now + Span::from_millis(config.replica_lag_time_max_ms / 2));
        out.arm(Timer::Checkpoint, now + CHECKPOINT_INTERVAL);
        out.arm(Timer::Retention, now + RETENTION_DELAY);
    }

    /// Starts the process on what is on the disk. It is of use once the controller has registered it.
    pub fn start(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.incarnation += 1;
        self.registered = false;
        self.metadata = Arc::default();
        self.partitions.values_mut().for_each(|partition| partition.recover());
        out.observe(self.subject(), Fact::Started);
        self.start_clocks(now, cluster, out);
        self.speak_to_controller(now, cluster, out);
        self.life = Life::Running;
    }

    /// A broker that has just been added: its process starts for the first time.
    pub fn join(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.incarnation = 0;
        self.life = Life::Stopped(now);
        self.start(now, cluster, out);
    }

    /// The process dies without a word; its disk stays as it is.
    pub fn kill(&mut self, now: Time, out: &mut Out) {
        self.life = Life::Dead(now);
        out.observe(self.subject(), Fact::Killed);
        self.forget_process();
    }

    /// The disk dies, and the process with it.
    pub fn wipe(&mut self, now: Time, out: &mut Out) {
        self.life = Life::Dead(now);
        out.observe(self.subject(), Fact::DiskLost);
        self.forget_process();
        self.partitions.clear();
        self.coordinator = Default::default();
    }

    /// Asks the controller to let others lead first.
    pub fn shut_down(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.life = Life::ShuttingDown;
        out.observe(self.subject(), Fact::ShuttingDown);
        self.speak_to_controller(now, cluster, out);
    }

    /// Whether its process runs, and the controller knows it.
    pub fn is_registered(&self) -> bool {
        self.life.has_process() && self.registered
    }

    /// How often its process has started.
    pub fn incarnation(&self) -> u32 {
        self.incarnation
    }

    fn forget_process(&mut self) {
        self.next_cleaning = None;
        self.next_lock = None;
        self.shares.clear();
        self.waiting_shares.clear();
        self.waiting_fetches.clear();
        self.producing.clear();
        self.fetchers.clear();
        self.forget_transacting();
    }

    fn subject(&self) -> Subject {
        Subject::Broker(self.id.name())
    }

    /// Says that it is alive, or wants to be taken for it. What was proposed and not answered is proposed again.
    pub(super) fn speak_to_controller(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        let interval = Span::from_millis(cluster.config.broker_heartbeat_interval_ms);
        let (broker, incarnation) = (self.id, self.incarnation);
        let request = if self.registered {
            out.arm(Timer::BrokerHeartbeat, now + interval);
            let wants_shut_down = self.life == Life::ShuttingDown;
            let metadata_version = self.metadata.version;
            Request::BrokerHeartbeat { broker, incarnation, metadata_version, wants_shut_down }
        } else {
            out.arm(Timer::BrokerHeartbeat, now + interval.min(REGISTRATION_BACKOFF));
            let shut_down = if matches!(self.life, Life::Stopped(_)) { ShutDown::Clean } else { ShutDown::Unclean };
            Request::BrokerRegistration { broker, incarnation, rack: self.rack.clone(), shut_down }
        };
        out.send(cluster.controller, Message::Request { correlation: Correlation(0), request });
        let id = self.id;
        let waiting = self.partitions.iter().filter_map(|(name, partition)| partition.proposal(id, name));
        waiting.for_each(|proposal| self.propose(proposal, cluster, out));
    }

    /// Registered, it knows what to lead and to follow; a heartbeat at once brings it into service.
    pub(super) fn take_registration(
        &mut self,
        now: Time,
        result: Result<Arc<MetadataImage>, ErrorCode>,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        if let Ok(metadata) = result
            && !self.registered
        {
            self.registered = true;
            self.apply_metadata(now, metadata, out);
            self.see_to_markers(now, cluster, out);
            self.speak_to_controller(now, cluster, out);
        }
    }

    pub(super) fn take_heartbeat(
        &mut self,
        now: Time,
        may_shut_down: bool,
        metadata: Option<Arc<MetadataImage>>,
        out: &mut Out,
    ) {
        if let Some(metadata) = metadata {
            self.apply_metadata(now, metadata, out);
        }
        if may_shut_down && self.life == Life::ShuttingDown {
            self.partitions.values_mut().for_each(|partition| partition.write_checkpoint());
            self.life = Life::Stopped(now);
            out.observe(self.subject(), Fact::ShutDown);
            self.forget_process();
        }
    }

    pub(super) fn write_checkpoints(&mut self, now: Time, out: &mut Out) {
        self.partitions.values_mut().for_each(|partition| partition.write_checkpoint());
        out.arm(Timer::Checkpoint, now + CHECKPOINT_INTERVAL);
    }
}
