//! The consumer protocol (KIP-848): epochs, the target, and how members are led there.

use super::Room;
use super::context::{name, orders};
use crate::kernel::Span;
use crate::model::fact::{Fact, GroupState, RebalanceReason, RemovalReason};
use crate::model::kafka::coordinator::MemberState::{Stable, UnreleasedPartitions, UnrevokedPartitions};
use crate::model::kafka::message::ErrorCode;
use crate::model::{Name, TopicPartition};

const SESSION: Span = Span::from_secs(45);

fn parts(of: std::ops::Range<u32>) -> Vec<TopicPartition> {
    of.map(orders).collect()
}

/// `a` alone on six partitions.
fn one() -> (Room, Name) {
    let mut room = Room::with_topic(6);
    let a = name("a");
    let answer = room.enter(&a).unwrap();
    assert_eq!(answer.assignment, Some(parts(0..6)));
    (room, a)
}

/// `a` and `b`, three partitions each, both at epoch 2.
fn two() -> (Room, Name, Name) {
    let (mut room, a) = one();
    let b = name("b");
    room.enter(&b).unwrap();
    let kept = room.beat(&a, 1).unwrap().assignment.unwrap();
    room.beat_owning(&a, 1, &kept).unwrap();
    room.beat(&b, 2).unwrap();
    assert_eq!(room.state_of_consumers(), GroupState::Stable);
    (room, a, b)
}

/// `testMemberJoinsEmptyConsumerGroup`
#[test]
fn the_first_member_gets_epoch_1_and_everything() {
    let (room, a) = one();
    let group = room.consumers();
    assert_eq!((group.epoch(), group.target_epoch()), (1, 1));
    assert_eq!(group.member(&a).map(|member| (member.epoch, member.state)), Some((1, Stable)));
    assert_eq!(group.state(), GroupState::Stable);
    assert!(room.saw(&Fact::GroupEpochBumped { epoch: 1, reason: RebalanceReason::MemberJoined(a) }));
}

/// `testNewJoiningMemberTriggersNewTargetAssignment`
#[test]
fn a_member_that_joins_waits_for_what_others_have_to_give_up() {
    let (mut room, a) = one();
    let b = name("b");
    let answer = room.enter(&b).unwrap();
    assert_eq!((answer.member_epoch, answer.assignment), (2, Some(vec![])));
    let group = room.consumers();
    assert_eq!(group.target(&b).len(), 3);
    assert_eq!(group.member(&b).unwrap().state, UnreleasedPartitions);
    assert_eq!(group.member(&a).unwrap().epoch, 1, "nobody has told it yet");
    assert_eq!(group.state(), GroupState::Reconciling);
}

/// `testReconciliationProcess`, `CurrentAssignmentBuilderTest`
#[test]
fn a_partition_moves_in_three_steps_told_given_up_taken() {
    let (mut room, a) = one();
    let b = name("b");
    room.enter(&b).unwrap();

    let told = room.beat(&a, 1).unwrap();
    assert_eq!(told.member_epoch, 1, "it stays in its epoch until it has given them up");
    let kept = told.assignment.unwrap();
    assert_eq!(kept.len(), 3);
    assert_eq!(room.consumers().member(&a).unwrap().state, UnrevokedPartitions);
    assert_eq!(room.beat(&b, 2).unwrap().assignment, None, "they are not free yet");

    assert_eq!(room.beat_owning(&a, 1, &kept).unwrap().member_epoch, 2);
    assert_eq!(room.consumers().state(), GroupState::Reconciling);
    assert_eq!(room.beat(&b, 2).unwrap().assignment.map(|list| list.len()), Some(3));
    assert_eq!(room.consumers().state(), GroupState::Stable);
}

#[test]
fn a_member_that_does_not_say_what_it_owns_may_still_own_it() {
    let (mut room, a) = one();
    room.enter(&name("b")).unwrap();
    room.beat(&a, 1).unwrap();
    room.beat(&a, 1).unwrap();
    assert_eq!(room.consumers().member(&a).unwrap().state, UnrevokedPartitions);
    room.beat_owning(&a, 1, &parts(0..6)).unwrap();
    assert_eq!(room.consumers().member(&a).unwrap().state, UnrevokedPartitions, "it says that it does");
}

/// `testUpdatingSubscriptionTriggersNewTargetAssignment`
#[test]
fn a_changed_subscription_raises_the_epoch() {
    let (mut room, a) = one();
    let answer = room.beat_with(&a, 1, |request| request.topics = Some(vec![])).unwrap();
    assert_eq!(answer.assignment, Some(vec![]));
    assert!(room.saw(&Fact::GroupEpochBumped { epoch: 2, reason: RebalanceReason::SubscriptionChanged(a) }));
}

#[test]
fn a_topic_that_grows_raises_the_epoch_with_the_next_heartbeat() {
    let (mut room, a) = one();
    room.grow_topic(8);
    assert_eq!(room.consumers().epoch(), 1);
    assert_eq!(room.beat(&a, 1).unwrap().assignment, Some(parts(0..8)));
    assert!(room.saw(&Fact::GroupEpochBumped { epoch: 2, reason: RebalanceReason::TopicsChanged }));
}

/// `testLeavingMemberBumpsGroupEpoch`
#[test]
fn a_member_that_leaves_raises_the_epoch_and_the_next_heartbeat_works_the_target_out() {
    let (mut room, a, b) = two();
    room.beat_with(&b, -1, |_| {}).unwrap();
    let group = room.consumers();
    assert_eq!((group.epoch(), group.target_epoch(), group.state()), (3, 2, GroupState::Assigning));
    assert_eq!(room.beat(&a, 2).unwrap().assignment, Some(parts(0..6)));
}

/// `testSessionTimeoutExpiration`
#[test]
fn a_silent_member_is_removed() {
    let (mut room, a, b) = two();
    room.advance(SESSION - Span::from_secs(1));
    room.beat(&a, 2).unwrap();
    room.advance(Span::from_secs(1));
    assert!(room.saw(&Fact::MemberTimedOut { member: b.clone(), silent_for: SESSION }));
    assert_eq!(room.beat(&b, 2), Err(ErrorCode::UnknownMemberId));
    assert_eq!(room.beat(&a, 2).unwrap().assignment, Some(parts(0..6)));
}

/// `testRebalanceTimeoutExpiration`
#[test]
fn a_member_that_gives_nothing_up_is_removed_after_its_rebalance_timeout() {
    let (mut room, a) = one();
    let b = name("b");
    room.enter(&b).unwrap();
    room.beat(&a, 1).unwrap();
    for _ in 0..3 {
        room.advance(Span::from_secs(10));
        let _ = (room.beat(&a, 1), room.beat(&b, 2));
    }
    assert!(room.saw(&Fact::MemberRemoved { member: a.clone(), why: RemovalReason::DidNotRevoke }));
    assert_eq!(room.beat(&a, 1), Err(ErrorCode::UnknownMemberId));
    assert_eq!(room.consumers().member(&b).unwrap().assigned.len(), 6);
}

/// `testConsumerGroupMemberEpochValidation`
#[test]
fn an_epoch_that_is_not_the_members_is_fenced_but_the_one_before_may_be_a_lost_answer() {
    let (mut room, a, _) = two();
    assert_eq!(room.beat(&a, 3), Err(ErrorCode::FencedMemberEpoch));
    assert_eq!(room.beat(&a, 1), Err(ErrorCode::FencedMemberEpoch), "it does not say what it owns");
    assert_eq!(room.beat_owning(&a, 1, &parts(0..6)), Err(ErrorCode::FencedMemberEpoch), "more than it should");
    let kept: Vec<TopicPartition> = room.consumers().member(&a).unwrap().assigned.iter().cloned().collect();
    assert_eq!(room.beat_owning(&a, 1, &kept).map(|answer| answer.member_epoch), Ok(2));
    assert_eq!(room.beat(&name("x"), 1), Err(ErrorCode::UnknownMemberId));
}

/// `testStaticMemberGetsBackAssignmentUponRejoin`, `testNoGroupEpochBumpWhenStaticMemberTemporarilyLeaves`
#[test]
fn a_static_member_that_is_back_in_time_gets_what_it_had_in_the_same_epoch() {
    let mut room = Room::with_topic(6);
    let (a, again) = (name("a"), name("a-again"));
    room.enter_as(&a, Some("i1")).unwrap();
    room.beat_with(&a, -2, |request| request.instance_id = Some(name("i1"))).unwrap();
    assert_eq!(room.consumers().epoch(), 1);
    assert_eq!(room.consumers().member(&a).unwrap().assigned.len(), 6);
    let answer = room.enter_as(&again, Some("i1")).unwrap();
    assert_eq!((answer.member_epoch, answer.assignment), (1, Some(parts(0..6))));
    assert_eq!(room.consumers().epoch(), 1);
    assert!(room.saw(&Fact::StaticMemberReplaced { member: again, was: a }));
}

#[test]
fn a_static_member_that_is_not_back_in_time_is_removed() {
    let mut room = Room::with_topic(6);
    let a = name("a");
    room.enter_as(&a, Some("i1")).unwrap();
    room.beat_with(&a, -2, |request| request.instance_id = Some(name("i1"))).unwrap();
    room.advance(SESSION);
    assert_eq!(room.consumers().state(), GroupState::Empty);
    assert_eq!(room.consumers().epoch(), 2);
}

/// `testShouldThrownUnreleasedInstanceIdExceptionWhenNewMemberJoinsWithInUseInstanceId`
#[test]
fn an_instance_id_that_is_in_use_is_not_given_away() {
    let mut room = Room::with_topic(6);
    room.enter_as(&name("a"), Some("i1")).unwrap();
    assert_eq!(room.enter_as(&name("b"), Some("i1")), Err(ErrorCode::UnreleasedInstanceId));
    let other = room.beat_with(&name("b"), 1, |request| request.instance_id = Some(name("i1")));
    assert_eq!(other, Err(ErrorCode::FencedInstanceId));
}

/// `testConsumerGroupStates`
#[test]
fn the_group_goes_through_its_states() {
    let (mut room, a, b) = two();
    room.beat_with(&a, -1, |_| {}).unwrap();
    room.beat_with(&b, -1, |_| {}).unwrap();
    let states = room.facts.iter().filter_map(|fact| match fact {
        Fact::StateChanged { to, .. } => Some(*to),
        _ => None,
    });
    use GroupState::{Assigning, Empty, Reconciling, Stable};
    assert_eq!(states.collect::<Vec<_>>(), [Stable, Reconciling, Stable, Assigning, Empty]);
}

#[test]
fn a_full_group_takes_nobody_else() {
    let (mut room, a) = one();
    room.cluster.config.group_consumer_max_size = 1;
    assert_eq!(room.enter(&name("b")), Err(ErrorCode::GroupMaxSizeReached));
    assert!(room.beat(&a, 1).is_ok());
}

/// `testConsumerGroupOffsetCommitWithStaleMemberEpoch`
#[test]
fn a_commit_of_another_epoch_is_stale() {
    let (mut room, a) = one();
    assert_eq!(room.commit(Some(&a), 1, 7), Ok(()));
    assert_eq!(room.commit(Some(&a), 0, 8), Err(ErrorCode::StaleMemberEpoch));
    assert_eq!(room.commit(Some(&name("x")), 1, 8), Err(ErrorCode::UnknownMemberId));
    assert_eq!(room.commit(None, -1, 8), Err(ErrorCode::UnknownMemberId));
    assert_eq!(room.fetch_offsets()[0], Some(7));
}

#[test]
fn a_group_changes_its_protocol_when_it_is_empty_and_keeps_its_offsets() {
    let (mut room, a) = one();
    room.commit(Some(&a), 1, 7).unwrap();
    let join = room.join_as(None, "c", |_| {});
    assert_eq!(room.join_error(join), ErrorCode::InconsistentGroupProtocol);
    room.beat_with(&a, -1, |_| {}).unwrap();
    let id = room.new_id("c");
    room.join(&id);
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    assert_eq!(room.fetch_offsets()[0], Some(7));
    assert_eq!(room.enter(&a), Err(ErrorCode::GroupIdNotFound), "now it has members that speak the other");
}
