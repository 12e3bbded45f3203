//! AlterPartition: a leader proposes other in-sync replicas (`ReplicationControlManager#alterPartition`).

use super::election::{Elected, set_isr};
use super::{Controller, Step};
use crate::model::fact::ElectionReason;
use crate::model::kafka::cluster::Replicas;
use crate::model::kafka::message::{AlterPartition, ErrorCode};

impl Controller {
    /// Taken over only from the leader itself, made with the newest knowledge of the partition, and without anybody who
    /// is out of service.
    pub(super) fn alter_partition(&mut self, proposal: AlterPartition, step: &mut Step) -> Result<(), ErrorCode> {
        let replicas = step.cluster.replicas(&proposal.partition).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        self.validate(&proposal, replicas)?;
        self.change(
            step,
            ElectionReason::Preferred,
            |name, _| *name == proposal.partition,
            |_, replicas, rules| {
                set_isr(replicas, proposal.isr.clone(), rules);
                Elected::Same
            },
        );
        Ok(())
    }

    fn validate(&self, proposal: &AlterPartition, replicas: &Replicas) -> Result<(), ErrorCode> {
        if replicas.leader != Some(proposal.broker) {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        if proposal.leader_epoch != replicas.leader_epoch {
            return Err(ErrorCode::FencedLeaderEpoch);
        }
        if proposal.partition_epoch != replicas.partition_epoch {
            return Err(ErrorCode::InvalidUpdateVersion);
        }
        let is_ineligible = |broker: &_| !self.is_in_service(*broker) || !replicas.brokers.contains(broker);
        if proposal.isr.iter().any(is_ineligible) {
            return Err(ErrorCode::IneligibleReplica);
        }
        Ok(())
    }
}
