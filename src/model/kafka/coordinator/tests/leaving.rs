//! LeaveGroup, and who leads afterwards.

use super::Room;
use super::context::name;
use crate::kernel::Span;
use crate::model::actor::{Effect, Out};
use crate::model::fact::{Fact, GroupState, RebalanceReason};
use crate::model::kafka::message::ErrorCode;

/// `testValidLeaveGroup`
#[test]
fn a_member_that_leaves_is_gone_at_once_and_the_others_rebalance() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    assert_eq!(room.leave(&ids[1]), Ok(()));
    assert_eq!(room.members(), ids[..1]);
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    assert!(room.saw(&Fact::RebalanceStarted { reason: RebalanceReason::MemberLeft(ids[1].clone()) }));
}

#[test]
fn the_last_member_that_leaves_empties_the_group() {
    let (mut room, ids) = Room::stable(&["a"]);
    room.leave(&ids[0]).unwrap();
    assert_eq!(room.state(), GroupState::Empty);
    assert_eq!(room.group().generation(), 2);
    room.advance(Span::from_secs(1_000));
    assert_eq!(room.group().generation(), 2, "no timer is left behind");
}

#[test]
fn a_stranger_cannot_leave() {
    assert_eq!(Room::default().leave(&name("x")), Err(ErrorCode::UnknownMemberId));
    let (mut room, _) = Room::stable(&["a"]);
    assert_eq!(room.leave(&name("x")), Err(ErrorCode::UnknownMemberId));
}

#[test]
fn a_leader_that_leaves_hands_over_to_another_member() {
    let (mut room, ids) = Room::stable(&["a", "b", "c"]);
    room.leave(&ids[0]).unwrap();
    assert_eq!(room.group().leader(), Some(&ids[1]));
    assert!(room.saw(&Fact::LeaderChanged { leader: Some(ids[1].clone()) }));
}

#[test]
fn a_member_that_leaves_was_the_last_one_a_rebalance_waited_for() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    let join = room.join(&ids[0]);
    assert!(room.is_waiting(join));
    room.leave(&ids[1]).unwrap();
    assert_eq!(room.joined(join).generation, 2);
}

#[test]
fn a_deleted_group_leaves_no_timer_running() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    room.new_id("c");
    room.join(&ids[0]);
    let mut out = Out::default();
    room.coordinator.remove_group(&name("g"), &mut out);
    let stopped = out.effects.iter().filter(|effect| matches!(effect, Effect::Disarm { .. })).count();
    assert_eq!(stopped, 5, "two sessions, a pending id, the join phase and the sync phase");
    assert!(room.coordinator.group(&name("g")).is_none());
}
