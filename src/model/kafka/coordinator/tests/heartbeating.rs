//! Heartbeats, and what silence leads to.

use super::Room;
use super::context::{SESSION, name};
use crate::kernel::Span;
use crate::model::fact::{Fact, GroupState, RebalanceReason};
use crate::model::kafka::message::ErrorCode;

/// `testHeartbeatDuringPreparingRebalance`
#[test]
fn a_heartbeat_during_a_rebalance_tells_the_member_to_join_again() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    room.join(&ids[0]);
    assert_eq!(room.heartbeat(&ids[1], 1), Err(ErrorCode::RebalanceInProgress));
}

/// `testHeartbeatDuringCompletingRebalance`
#[test]
fn a_heartbeat_while_the_leader_assigns_is_accepted() {
    let (mut room, ids) = Room::formed(&["a"]);
    assert_eq!(room.heartbeat(&ids[0], 1), Ok(()));
}

/// `testHeartbeatIllegalGeneration`
#[test]
fn a_heartbeat_of_another_generation_is_refused() {
    let (mut room, ids) = Room::stable(&["a"]);
    for (other, which) in [(0, "one before"), (2, "one to come")] {
        assert_eq!(room.heartbeat(&ids[0], other), Err(ErrorCode::IllegalGeneration), "{which}");
    }
}

/// `testHeartbeatUnknownMemberExistingGroup`, `testHeartbeatUnknownGroup`
#[test]
fn a_heartbeat_of_a_stranger_is_refused() {
    assert_eq!(Room::default().heartbeat(&name("x"), 1), Err(ErrorCode::UnknownMemberId));
    let (mut room, _) = Room::stable(&["a"]);
    assert_eq!(room.heartbeat(&name("x"), 1), Err(ErrorCode::UnknownMemberId));
}

/// `testClassicGroupMemberSessionTimeout`
#[test]
fn a_member_that_is_silent_for_its_session_timeout_is_removed() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    room.advance(SESSION - Span::from_millis(1));
    room.heartbeat(&ids[0], 1).unwrap();
    assert_eq!(room.members(), ids);
    room.advance(Span::from_millis(1));
    assert_eq!(room.members(), ids[..1]);
    assert!(room.saw(&Fact::MemberTimedOut { member: ids[1].clone(), silent_for: SESSION }));
    assert!(room.saw(&Fact::RebalanceStarted { reason: RebalanceReason::SessionTimeout(ids[1].clone()) }));
    assert_eq!(room.heartbeat(&ids[0], 1), Err(ErrorCode::RebalanceInProgress));
}

/// `testClassicGroupMemberHeartbeatMaintainsSession`
#[test]
fn heartbeats_keep_a_member_in() {
    let (mut room, ids) = Room::stable(&["a"]);
    for _ in 0..5 {
        room.advance(SESSION - Span::from_millis(1));
        assert_eq!(room.heartbeat(&ids[0], 1), Ok(()));
    }
    assert_eq!(room.state(), GroupState::Stable);
}

#[test]
fn a_commit_keeps_a_member_in_as_a_heartbeat_does() {
    let (mut room, ids) = Room::stable(&["a"]);
    room.advance(SESSION - Span::from_millis(1));
    room.commit(Some(&ids[0]), 1, 5).unwrap();
    assert_eq!(room.group().member(&ids[0]).unwrap().session_deadline, Some(room.now + SESSION));
}

/// `testClassicGroupMemberSessionTimeoutDuringRebalance`
#[test]
fn a_member_that_dies_during_a_rebalance_lets_the_others_go_on() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    let join = room.join(&ids[0]);
    room.advance(SESSION - Span::from_millis(1));
    assert!(room.is_waiting(join));
    room.advance(Span::from_millis(1));
    assert_eq!(room.joined(join).generation, 2, "not only after the rebalance timeout");
}

#[test]
fn who_waits_in_a_rebalance_cannot_be_late() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    room.join(&ids[0]);
    assert_eq!(room.heartbeat(&ids[0], 1), Err(ErrorCode::RebalanceInProgress));
    assert_eq!(room.group().member(&ids[0]).unwrap().session_deadline, None);
    room.advance(SESSION - Span::from_millis(1));
    room.heartbeat(&ids[1], 1).unwrap_err();
    room.advance(SESSION - Span::from_millis(1));
    assert_eq!(room.members(), ids);
}

#[test]
fn a_member_alone_that_dies_leaves_an_empty_group_in_the_next_generation() {
    let (mut room, _) = Room::stable(&["a"]);
    room.advance(SESSION);
    assert_eq!(room.state(), GroupState::Empty);
    assert_eq!(room.group().generation(), 2);
    assert_eq!(room.group().leader(), None);
    assert_eq!(room.group().protocol(), None);
    assert!(room.saw(&Fact::Emptied { generation: 2 }));
}
