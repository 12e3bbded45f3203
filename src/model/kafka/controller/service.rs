//! Brokers come into service and go out of it: registrations, heartbeats, sessions (`ClusterControlManager`,
//! `BrokerHeartbeatManager`).

use std::sync::Arc;

use super::election::{Elected, Election, Rules, elect, remove_from_isr};
use super::{Controller, Registration, Service, Step, session_timeout};
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{ElectionReason, Fact, Subject};
use crate::model::kafka::cluster::{MetadataImage, Replicas};
use crate::model::kafka::message::{BrokerId, ErrorCode, Response, ShutDown};

impl Controller {
    /// A process that starts while the session of the one before still runs has to wait until that is over.
    pub(super) fn register(
        &mut self,
        broker: BrokerId,
        incarnation: u32,
        rack: Option<Name>,
        shut_down: ShutDown,
        step: &mut Step,
    ) -> Result<Arc<MetadataImage>, ErrorCode> {
        let known = self.registrations.get(&broker);
        if known.is_some_and(|known| known.incarnation != incarnation && known.service != Service::Fenced) {
            return Err(ErrorCode::DuplicateBrokerRegistration);
        }
        let registration = Registration { rack, incarnation, service: Service::Fenced, heard_at: step.now };
        self.registrations.insert(broker, registration);
        if shut_down == ShutDown::Unclean && step.cluster.config.eligible_leader_replicas_version == 1 {
            self.distrust(broker, step);
        }
        step.cluster.version += 1;
        Ok(Arc::new(self.metadata(step.cluster)))
    }

    /// After an unclean shutdown the end of its logs may be missing: with eligible leader replicas, it is none
    /// (`handleUncleanBrokerShutdown`).
    fn distrust(&mut self, broker: BrokerId, step: &mut Step) {
        self.change(
            step,
            ElectionReason::BrokerFenced(broker),
            |_, replicas| replicas.isr.contains(&broker) || replicas.elr.contains(&broker),
            |this, replicas, rules| {
                remove_from_isr(replicas, broker, rules);
                replicas.elr.retain(|&eligible| eligible != broker);
                this.elect_anyone(replicas, rules)
            },
        );
    }

    pub(super) fn heartbeat(
        &mut self,
        broker: BrokerId,
        incarnation: u32,
        metadata_version: u64,
        wants_shut_down: bool,
        step: &mut Step,
    ) -> Response {
        let known = self.registrations.get_mut(&broker).filter(|known| known.incarnation == incarnation);
        let Some(registration) = known else { return Response::Refused(ErrorCode::StaleBrokerEpoch) };
        registration.heard_at = step.now;
        step.out.arm(Timer::BrokerSession { broker }, step.now + session_timeout(step.cluster));
        let service = registration.service;
        let mut may_shut_down = false;
        if wants_shut_down {
            if service == Service::InService {
                self.begin_shutdown(broker, step);
            }
            may_shut_down = !leads_any(step, broker);
            if may_shut_down {
                self.let_go(broker, step);
            }
        } else if service == Service::Fenced && metadata_version >= step.cluster.version {
            self.unfence(broker, step);
        }
        let metadata = (metadata_version < step.cluster.version).then(|| Arc::new(self.metadata(step.cluster)));
        Response::BrokerHeartbeat { may_shut_down, metadata }
    }

    fn set_service(&mut self, broker: BrokerId, service: Service) {
        if let Some(registration) = self.registrations.get_mut(&broker) {
            registration.service = service;
        }
    }

    pub(super) fn expire_session(&mut self, broker: BrokerId, step: &mut Step) {
        let Some(registration) = self.registrations.get(&broker) else { return };
        if registration.service == Service::Fenced {
            return;
        }
        let silent_for = Some(step.now.since(registration.heard_at));
        self.set_service(broker, Service::Fenced);
        step.out.observe(Subject::Broker(broker.name()), Fact::Fenced { silent_for });
        self.withdraw(broker, ElectionReason::BrokerFenced(broker), step);
    }

    /// A controlled shutdown: others lead before it goes.
    fn begin_shutdown(&mut self, broker: BrokerId, step: &mut Step) {
        self.set_service(broker, Service::ShuttingDown);
        self.withdraw(broker, ElectionReason::ControlledShutdown(broker), step);
    }

    fn let_go(&mut self, broker: BrokerId, step: &mut Step) {
        self.set_service(broker, Service::Fenced);
        step.out.disarm(Timer::BrokerSession { broker });
        step.out.observe(Subject::Broker(broker.name()), Fact::Fenced { silent_for: None });
        self.publish(step);
    }

    /// Takes a broker out of every set of in-sync replicas, and has others elected where it led.
    fn withdraw(&mut self, broker: BrokerId, why: ElectionReason, step: &mut Step) {
        let version = step.cluster.version;
        self.change(
            step,
            why,
            |_, replicas| replicas.brokers.contains(&broker),
            |this, replicas, rules| {
                remove_from_isr(replicas, broker, rules);
                this.elect_anyone(replicas, rules)
            },
        );
        if step.cluster.version == version {
            self.publish(step);
        }
    }

    fn unfence(&mut self, broker: BrokerId, step: &mut Step) {
        self.set_service(broker, Service::InService);
        step.out.observe(Subject::Broker(broker.name()), Fact::Unfenced);
        let version = step.cluster.version;
        self.change(
            step,
            ElectionReason::BrokerUnfenced(broker),
            |_, replicas| replicas.brokers.contains(&broker) && replicas.leader.is_none(),
            |this, replicas, rules| this.elect_anyone(replicas, rules),
        );
        if step.cluster.version == version {
            self.publish(step);
        }
        self.arm_balance(step);
    }

    fn elect_anyone(&self, replicas: &mut Replicas, rules: Rules) -> Elected {
        let election = if rules.may_be_unclean { Election::Unclean } else { Election::Clean };
        elect(replicas, election, rules, |broker| self.is_in_service(broker))
    }
}

fn leads_any(step: &Step, broker: BrokerId) -> bool {
    let topics = step.cluster.topics.values().chain([&step.cluster.offsets]);
    topics.flat_map(|topic| &topic.partitions).any(|replicas| replicas.leader == Some(broker))
}
