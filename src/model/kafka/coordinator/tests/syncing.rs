//! SyncGroup: the leader's assignment and those who wait for it.

use super::Room;
use super::context::{REBALANCE, SESSION, name, orders};
use crate::kernel::Span;
use crate::model::fact::{Fact, GroupState, RebalanceReason, RemovalReason};
use crate::model::kafka::message::ErrorCode;

/// `testSyncGroupFollowerAfterLeader`
#[test]
fn a_follower_that_syncs_after_the_leader_gets_its_share_at_once() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    let leader = room.sync(&ids[0], 1, &[(&ids[0], 0), (&ids[1], 1)]);
    assert_eq!(room.share(leader), Ok(vec![orders(0)]));
    assert_eq!(room.state(), GroupState::Stable);
    let follower = room.sync(&ids[1], 1, &[]);
    assert_eq!(room.share(follower), Ok(vec![orders(1)]));
}

/// `testSyncGroupLeaderAfterFollower`
#[test]
fn a_follower_that_syncs_first_waits_for_the_leader() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    let follower = room.sync(&ids[1], 1, &[]);
    assert!(room.is_waiting(follower));
    let progress = room.group().rebalance_progress().unwrap();
    assert_eq!((progress.done, progress.of), (1, 2));
    room.sync(&ids[0], 1, &[(&ids[1], 3)]);
    assert_eq!(room.share(follower), Ok(vec![orders(3)]));
    assert!(room.saw(&Fact::AssignmentDecided { generation: 1 }));
}

/// `testSyncGroupEmptyAssignment`
#[test]
fn a_member_that_the_leader_leaves_out_gets_an_empty_assignment() {
    let (mut room, ids) = Room::formed(&["a"]);
    let sync = room.sync(&ids[0], 1, &[]);
    assert_eq!(room.share(sync), Ok(vec![]));
}

/// `testLeaderFailureInSyncGroup`
#[test]
fn when_the_leader_dies_before_it_syncs_the_others_are_told_to_join_again() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    let follower = room.sync(&ids[1], 1, &[]);
    room.advance(SESSION);
    assert_eq!(room.share(follower), Err(ErrorCode::RebalanceInProgress));
    let join = room.join(&ids[1]);
    assert_eq!(room.joined(join).generation, 2);
    assert_eq!(room.joined(join).leader, ids[1]);
}

/// `testRebalanceTimesOutWhenSyncRequestIsNotReceivedFromFollowers`
#[test]
fn a_follower_that_does_not_sync_within_the_rebalance_timeout_is_removed() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    room.sync(&ids[0], 1, &[]);
    heartbeat_through(&mut room, &ids, REBALANCE);
    assert_eq!(room.members(), ids[..1]);
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    let removed = Fact::MemberRemoved { member: ids[1].clone(), why: RemovalReason::DidNotSync };
    assert!(room.saw(&removed));
    assert!(room.saw(&Fact::RebalanceStarted { reason: RebalanceReason::SyncTimeout }));
}

/// `testRebalanceTimesOutWhenSyncRequestIsNotReceivedFromLeaders`
#[test]
fn a_leader_that_does_not_sync_within_the_rebalance_timeout_is_removed() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    let follower = room.sync(&ids[1], 1, &[]);
    heartbeat_through(&mut room, &ids[..1], REBALANCE);
    assert_eq!(room.share(follower), Err(ErrorCode::RebalanceInProgress));
    assert_eq!(room.members(), ids[1..]);
    assert_eq!(room.group().leader(), Some(&ids[1]));
}

#[test]
fn once_all_have_synced_nobody_is_removed_for_it() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    assert_eq!(room.group().sync_deadline(), None);
    heartbeat_through(&mut room, &ids, REBALANCE + REBALANCE);
    assert_eq!(room.state(), GroupState::Stable);
}

#[test]
fn who_waits_for_the_leader_cannot_be_late() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    room.sync(&ids[1], 1, &[]);
    heartbeat_through(&mut room, &ids[..1], SESSION + SESSION);
    assert_eq!(room.members(), ids);
    assert_eq!(room.group().member(&ids[1]).unwrap().session_deadline, None);
    room.sync(&ids[0], 1, &[]);
    assert_eq!(room.group().member(&ids[1]).unwrap().session_deadline, Some(room.now + SESSION));
}

#[test]
fn a_sync_of_a_stranger_or_of_another_generation_or_too_early_is_refused() {
    let (mut room, ids) = Room::stable(&["a"]);
    let stranger = room.sync(&name("x"), 1, &[]);
    assert_eq!(room.share(stranger), Err(ErrorCode::UnknownMemberId));
    let old = room.sync(&ids[0], 0, &[]);
    assert_eq!(room.share(old), Err(ErrorCode::IllegalGeneration));
    let b = room.new_id("b");
    room.join(&b);
    let early = room.sync(&ids[0], 1, &[]);
    assert_eq!(room.share(early), Err(ErrorCode::RebalanceInProgress));
}

/// Lets `span` pass while these members heartbeat.
fn heartbeat_through(room: &mut Room, ids: &[crate::model::Name], span: Span) {
    let until = room.now + span;
    while room.now < until {
        for id in ids {
            assert_eq!(room.heartbeat(id, 1), Ok(()));
        }
        room.advance(Span::from_secs(5));
    }
}
