//! Groups, as their coordinator tells.

use super::parts::come_or_gone;
use super::{counted, label, member, offsets, partitions};
use crate::engine::World;
use crate::model::Name;
use crate::model::fact::{Fact, RebalanceReason, RemovalReason};
use crate::model::kafka::coordinator::MemberState;

pub fn sentence(world: &World, name: &Name, fact: &Fact) -> Option<String> {
    let group = label(world, name);
    let who = |id: &Name| member(world, id);
    Some(match fact {
        Fact::Reconfigured => format!("{group} has another configuration, for members that start from now on"),
        Fact::Subscribed { topic } => format!("{group} subscribes to {}", label(world, topic)),
        Fact::Unsubscribed { topic } => format!("{group} does not read {} any more", label(world, topic)),

        Fact::RebalanceStarted { reason } => format!("{group} rebalances because {}", because(world, reason)),
        Fact::InitialDelayExtended { until } => {
            format!("{group} waits for more members until {until} (group.initial.rebalance.delay.ms)")
        }
        Fact::GenerationFormed { generation, members, leader, protocol } => {
            let members = counted(members.len() as u64, "member");
            let leader = who(leader);
            format!(
                "{group} formed generation {generation} of {members}; {leader} leads it and assigns by {}",
                protocol.name()
            )
        }
        Fact::AssignmentDecided { generation } => {
            format!("{group} is stable in generation {generation}: the leader has assigned the partitions")
        }
        Fact::Emptied { .. } => format!("{group} has no members left"),

        Fact::MemberJoined { member } => format!("{} joined {group}", who(member)),
        Fact::MemberLeft { member } => format!("{} left {group}", who(member)),
        Fact::MemberTimedOut { member, silent_for } => {
            let member = who(member);
            format!("{member} sent no heartbeat for {silent_for} (session.timeout.ms) and was taken out of {group}")
        }
        Fact::MemberRemoved { member, why } => removed(&who(member), &group, *why),
        Fact::OffsetsReset { offsets: reset } => format!("the offsets of {group} were reset: {}", offsets(reset)),
        Fact::CommitRefused { member, error } => {
            let member = member.as_ref().map_or_else(|| "somebody from outside".into(), who);
            format!("{group} refused a commit of {member} ({})", error.name())
        }
        Fact::PendingOffsetsDropped { partitions: dropped } => {
            format!("{group} drops the offsets of an aborted transaction, of {}", partitions(dropped))
        }
        Fact::StaticMemberReplaced { member, .. } => {
            format!("{} is back in its place in {group} (group.instance.id)", who(member))
        }
        Fact::StaticMemberLeft { member } => {
            format!("{} has left {group} for now and keeps its place until its session times out", who(member))
        }
        Fact::OffsetsExpired { partitions: expired } => {
            format!("{group} forgets its offsets of {} (offsets.retention.minutes)", partitions(expired))
        }
        Fact::OffsetsDeleted { partitions: deleted } if deleted.is_empty() => {
            format!("{group} had no offsets there to delete")
        }
        Fact::OffsetsDeleted { partitions: deleted } => {
            format!("the offsets of {group} in {} were deleted", partitions(deleted))
        }
        Fact::GroupEpochBumped { epoch, reason } => {
            format!("{group} is in epoch {epoch} because {}", because(world, reason))
        }
        Fact::TargetAssigned { epoch, assignor: "simple" } => {
            format!("from epoch {epoch} on every member of {group} may read every partition of its topics")
        }
        Fact::TargetAssigned { epoch, assignor } => {
            format!("the coordinator has assigned the partitions of {group} anew for epoch {epoch}, by {assignor}")
        }
        Fact::MemberReconciled { member, epoch, state } => reconciled(&who(member), *epoch, *state),
        other => return come_or_gone("consumer group", &group, other),
    })
}

fn because(world: &World, reason: &RebalanceReason) -> String {
    let who = |id: &Name| member(world, id);
    match reason {
        RebalanceReason::MemberJoined(id) => format!("{} joined", who(id)),
        RebalanceReason::MemberLeft(id) => format!("{} left", who(id)),
        RebalanceReason::SessionTimeout(id) => format!("the session of {} timed out", who(id)),
        RebalanceReason::LeaderRejoined(id) => format!("{}, its leader, joined again", who(id)),
        RebalanceReason::SubscriptionChanged(id) => format!("{} changed its subscription", who(id)),
        RebalanceReason::SyncTimeout => "not every member synced in time".into(),
        RebalanceReason::StaticMemberReplaced(id) => format!("{} came back", who(id)),
        RebalanceReason::RevocationTimeout(id) => format!("{} did not give its partitions up in time", who(id)),
        RebalanceReason::MemberRejoined(id) => format!("{} joined again", who(id)),
        RebalanceReason::TopicsChanged => "a topic that it reads has changed".into(),
    }
}

fn reconciled(member: &str, epoch: i32, state: MemberState) -> String {
    match state {
        MemberState::Stable => format!("{member} is in epoch {epoch} with all that it is to read"),
        MemberState::UnrevokedPartitions => {
            format!("{member} has to give partitions up before it leaves epoch {epoch}")
        }
        MemberState::UnreleasedPartitions => {
            format!("{member} is in epoch {epoch} and waits for partitions that others still hold")
        }
    }
}

fn removed(member: &str, group: &str, why: RemovalReason) -> String {
    match why {
        RemovalReason::DidNotRejoin => {
            format!("{member} did not rejoin in time (max.poll.interval.ms) and was taken out of {group}")
        }
        RemovalReason::DidNotSync => {
            format!("{member} did not sync in time (max.poll.interval.ms) and was taken out of {group}")
        }
        RemovalReason::DidNotRevoke => {
            format!("{member} did not give partitions up in time (max.poll.interval.ms) and was taken out of {group}")
        }
        RemovalReason::NeverUsedItsId => {
            format!("a member id that {group} had given to {member} was never used and has expired")
        }
    }
}
