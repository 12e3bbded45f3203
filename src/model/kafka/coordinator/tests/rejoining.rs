//! Members that join again: when it disturbs the others and when not.

use super::Room;
use super::context::{REBALANCE, SESSION, name};
use crate::kernel::Span;
use crate::model::fact::{Fact, GroupState, RebalanceReason, RemovalReason};
use crate::model::kafka::message::ErrorCode;

/// `testJoinGroupFromUnchangedFollowerDoesNotRebalance`
#[test]
fn a_follower_that_comes_back_unchanged_gets_the_current_generation() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    let join = room.join(&ids[1]);
    assert_eq!(room.joined(join).generation, 1);
    assert_eq!(room.state(), GroupState::Stable);
}

/// `testJoinGroupFromUnchangedLeaderShouldRebalance`
#[test]
fn a_leader_that_comes_back_unchanged_makes_the_group_rebalance() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    let join = room.join(&ids[0]);
    assert!(room.is_waiting(join));
    assert!(room.saw(&Fact::RebalanceStarted { reason: RebalanceReason::LeaderRejoined(ids[0].clone()) }));
    room.join(&ids[1]);
    assert_eq!(room.joined(join).generation, 2);
}

/// `testJoinGroupExistingMemberUpdatedMetadataTriggersRebalance`
#[test]
fn a_follower_that_changes_its_subscription_makes_the_group_rebalance() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    let both = vec![name("orders"), name("payments")];
    room.join_with(&ids[1], |request| request.metadata.topics = both.clone());
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    assert!(room.saw(&Fact::RebalanceStarted { reason: RebalanceReason::SubscriptionChanged(ids[1].clone()) }));
    let join = room.join(&ids[0]);
    assert_eq!(room.joined(join).members[1].metadata.topics, both);
}

#[test]
fn while_the_leader_assigns_an_unchanged_member_gets_the_same_generation_again() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    let (first, second) = (room.join(&ids[0]), room.join(&ids[1]));
    assert_eq!(room.joined(first).generation, 1);
    assert_eq!(room.joined(first).members.len(), 2, "the leader gets the list again too");
    assert_eq!(room.joined(second).generation, 1);
    assert_eq!(room.state(), GroupState::CompletingRebalance);
}

#[test]
fn while_the_leader_assigns_a_changed_member_starts_another_rebalance() {
    let (mut room, ids) = Room::formed(&["a", "b"]);
    let waiting = room.sync(&ids[1], 1, &[]);
    room.join_with(&ids[1], |request| request.metadata.topics = vec![]);
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    assert_eq!(room.share(waiting), Err(ErrorCode::RebalanceInProgress));
}

/// `testCompleteJoinRemoveNotYetRejoinedDynamicMembers`
#[test]
fn a_member_that_does_not_rejoin_in_time_is_removed() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    let join = room.join(&ids[0]);
    for _ in 0..6 {
        room.advance(Span::from_secs(5));
        if room.is_waiting(join) {
            assert_eq!(room.heartbeat(&ids[1], 1), Err(ErrorCode::RebalanceInProgress));
        }
    }
    assert_eq!(room.joined(join).generation, 2);
    assert_eq!(room.members(), ids[..1]);
    let removed = Fact::MemberRemoved { member: ids[1].clone(), why: RemovalReason::DidNotRejoin };
    assert!(room.saw(&removed));
}

#[test]
fn the_rebalance_timeout_is_the_longest_that_any_member_asks_for() {
    let (mut room, ids) = Room::stable(&["a", "b", "c"]);
    room.join_with(&ids[0], |request| request.rebalance_timeout = REBALANCE + REBALANCE);
    assert_eq!(room.group().join_deadline(), Some(room.now + REBALANCE + REBALANCE));
    room.join(&ids[0]);
    room.join(&ids[1]);
    room.join(&ids[2]);
    assert_eq!(room.group().sync_deadline(), Some(room.now + REBALANCE));
}

/// `testElectNewJoinedLeader`
#[test]
fn a_leader_that_does_not_rejoin_hands_over_to_one_that_did() {
    let (mut room, ids) = Room::stable(&["a", "b", "c"]);
    room.leave(&ids[1]).unwrap();
    let join = room.join(&ids[2]);
    room.advance(SESSION);
    assert_eq!(room.joined(join).leader, ids[2]);
    assert_eq!(room.joined(join).members.len(), 1);
}
