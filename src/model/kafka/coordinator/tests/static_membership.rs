//! Static members: `group.instance.id`.

use super::Room;
use super::context::{SESSION, Ticket, name, orders};
use crate::kernel::Span;
use crate::model::Name;
use crate::model::fact::{Fact, GroupState, RebalanceReason};
use crate::model::kafka::message::ErrorCode;

/// Static members `i1`, `i2`, ... in a stable generation 1; the first leads and the n-th reads partition n.
fn stable(count: u32) -> (Room, Vec<Name>) {
    let (mut room, ids) = formed(count);
    let shares: Vec<(&Name, u32)> = ids.iter().zip(0..).collect();
    for id in &ids[1..] {
        room.sync(id, 1, &[]);
    }
    room.sync(&ids[0], 1, &shares);
    assert_eq!(room.state(), GroupState::Stable);
    (room, ids)
}

fn formed(count: u32) -> (Room, Vec<Name>) {
    let mut room = Room::default();
    let joins: Vec<Ticket> = (1..=count).map(|n| room.join_static(&format!("i{n}"))).collect();
    room.advance(Span::from_secs(6));
    let ids = joins.into_iter().map(|join| room.joined(join).member_id.clone()).collect();
    (room, ids)
}

#[test]
fn a_static_member_is_in_at_once_under_an_id_that_begins_with_its_own() {
    let (_, ids) = formed(1);
    assert!(ids[0].as_str().starts_with("i1-"), "{}", ids[0]);
}

/// `testReplaceStaticMemberInStableStateNoError`
#[test]
fn a_static_member_that_restarts_takes_its_place_without_a_rebalance() {
    let (mut room, ids) = stable(2);
    let join = room.join_static("i2");
    let joined = room.joined(join).clone();
    assert_eq!((joined.generation, joined.skip_assignment), (1, false));
    assert_eq!(room.state(), GroupState::Stable);
    assert_eq!(room.share_after_sync(&joined.member_id, "i2", 1), Ok(vec![orders(1)]));
    assert!(room.saw(&Fact::StaticMemberReplaced { member: joined.member_id, was: ids[1].clone() }));
}

#[test]
fn a_leader_that_restarts_leads_on_and_need_not_assign() {
    let (mut room, _) = stable(2);
    let join = room.join_static("i1");
    let joined = room.joined(join).clone();
    assert!(joined.skip_assignment);
    assert_eq!((&joined.leader, joined.members.len()), (&joined.member_id, 2));
    assert_eq!(room.share_after_sync(&joined.member_id, "i1", 1), Ok(vec![orders(0)]));
}

/// `testStaticMemberFenceDuplicateRejoinedFollower`
#[test]
fn of_two_with_one_instance_id_the_older_is_fenced_off() {
    let (mut room, ids) = stable(2);
    room.join_static("i2");
    assert_eq!(room.heartbeat_as(&ids[1], "i2", 1), Err(ErrorCode::FencedInstanceId));
    assert_eq!(room.commit_as(&ids[1], "i2", 1), Err(ErrorCode::FencedInstanceId));
    assert_eq!(room.leave_as(&ids[1], "i2"), Err(ErrorCode::FencedInstanceId));
    assert_eq!(room.share_after_sync(&ids[1], "i2", 1), Err(ErrorCode::FencedInstanceId));
    assert_eq!(room.heartbeat_as(&ids[0], "i3", 1), Err(ErrorCode::UnknownMemberId));
}

/// `testReplaceStaticMemberInCompletingRebalanceStateTriggersRebalance`
#[test]
fn while_the_leader_assigns_a_static_member_that_restarts_starts_another_rebalance() {
    let (mut room, ids) = formed(2);
    let waiting = room.sync(&ids[1], 1, &[]);
    let join = room.join_static("i2");
    assert_eq!(room.share(waiting), Err(ErrorCode::FencedInstanceId));
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    assert!(room.is_waiting(join));
    room.join_as(Some(ids[0].clone()), "i1", |request| request.instance_id = Some(name("i1")));
    assert_eq!(room.joined(join).generation, 2);
}

#[test]
fn whoever_waits_under_the_instance_id_is_sent_away_when_another_comes() {
    let (mut room, ids) = stable(2);
    let waiting = room.join_as(Some(ids[0].clone()), "i1", |request| request.instance_id = Some(name("i1")));
    let join = room.join_static("i1");
    assert_eq!(room.join_error(waiting), ErrorCode::FencedInstanceId);
    assert!(room.is_waiting(join));
}

/// `testGroupStuckInRebalanceTimeoutDueToNonjoinedStaticMember`
#[test]
fn a_static_member_that_is_away_keeps_its_place_and_makes_the_others_wait() {
    let (mut room, ids) = stable(2);
    let join = room.join_as(Some(ids[0].clone()), "i1", |request| request.instance_id = Some(name("i1")));
    room.advance(SESSION - Span::from_millis(1));
    assert!(room.is_waiting(join));
    room.advance(Span::from_millis(1));
    assert_eq!(room.joined(join).members.len(), 1, "its session is over");
}

/// `testStaticMemberLeaderFailToRejoinBeforeRebalanceTimeout`
#[test]
fn a_static_leader_that_is_away_is_kept_and_another_leads() {
    let (mut room, ids) = stable(2);
    let rejoin = |request: &mut crate::model::kafka::message::JoinGroup| {
        request.instance_id = Some(name("i2"));
        request.metadata.topics = vec![name("payments")];
    };
    let join = room.join_as(Some(ids[1].clone()), "i2", rejoin);
    for _ in 0..5 {
        room.advance(Span::from_secs(6));
        let _ = room.heartbeat_as(&ids[0], "i1", 1);
    }
    let joined = room.joined(join);
    assert_eq!((&joined.leader, joined.members.len()), (&ids[1], 2));
}

/// `testStaticMembersValidBatchLeaveGroup`
#[test]
fn a_static_member_can_be_told_to_leave() {
    let (mut room, ids) = stable(2);
    assert_eq!(room.leave_as(&ids[1], "i2"), Ok(()));
    assert_eq!(room.members(), ids[..1]);
    assert!(room.saw(&Fact::RebalanceStarted { reason: RebalanceReason::MemberLeft(ids[1].clone()) }));
}
