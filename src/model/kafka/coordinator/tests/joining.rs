//! New members: their ids, the initial delay, who is not let in.

use super::Room;
use super::context::{SESSION, name};
use crate::kernel::{Span, Time};
use crate::model::fact::{Fact, GroupState, RemovalReason};
use crate::model::kafka::assignor::Assignor;
use crate::model::kafka::coordinator::client_id_of;
use crate::model::kafka::message::ErrorCode;

const DELAY: Span = Span::from_secs(3);

#[test]
fn a_new_member_is_handed_an_id_that_begins_with_its_client_id() {
    let mut room = Room::default();
    let id = room.new_id("inventory-1");
    let uuid = id.as_str().strip_prefix("inventory-1-").unwrap();
    let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(client_id_of(&id).as_str(), "inventory-1");
    assert!(room.members().is_empty(), "an id makes no member");
    assert_ne!(room.new_id("inventory-1"), id);
}

#[test]
fn the_same_run_hands_out_the_same_ids() {
    assert_eq!(Room::default().new_id("a"), Room::default().new_id("a"));
}

/// `testDelayInitialRebalanceByGroupInitialRebalanceDelayOnEmptyGroup`
#[test]
fn the_first_member_waits_for_the_initial_delay() {
    let mut room = Room::default();
    let a = room.new_id("a");
    let join = room.join(&a);
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    assert_eq!(room.group().join_deadline(), Some(Time::ZERO + DELAY));
    room.advance(DELAY - Span::from_millis(1));
    assert!(room.is_waiting(join));
    room.advance(Span::from_millis(1));
    assert_eq!(room.joined(join).generation, 1);
    assert_eq!(room.joined(join).leader, a);
}

/// `testResetRebalanceDelayWhenNewMemberJoinsGroupDuringInitialRebalance`
#[test]
fn another_join_during_the_initial_delay_extends_it() {
    let mut room = Room::default();
    let (a, b) = (room.new_id("a"), room.new_id("b"));
    let first = room.join(&a);
    room.advance(Span::from_secs(2));
    let second = room.join(&b);
    room.advance(Span::from_secs(1));
    assert!(room.is_waiting(first));
    assert!(room.saw(&Fact::InitialDelayExtended { until: Time::from_secs(6) }));
    room.advance(DELAY);
    assert_eq!(room.joined(first).generation, 1);
    assert_eq!(room.joined(second).generation, 1);
}

/// `testDelayRebalanceUptoRebalanceTimeout`
#[test]
fn the_initial_delay_is_never_extended_beyond_the_rebalance_timeout() {
    let mut room = Room::default();
    let ids: Vec<_> = ["a", "b", "c", "d"].map(|client| room.new_id(client)).into();
    let mut joins = Vec::new();
    for id in &ids[..3] {
        joins.push(room.join_with(id, |request| request.rebalance_timeout = Span::from_secs(8)));
        room.advance(Span::from_millis(2_500));
    }
    joins.push(room.join(&ids[3]));
    assert!(room.is_waiting(joins[0]));
    room.advance(Span::from_millis(500));
    assert!(joins.iter().all(|join| room.joined(*join).generation == 1), "8 s are over");
}

#[test]
fn a_member_that_leaves_does_not_cut_the_initial_delay_short() {
    let mut room = Room::default();
    let (a, b) = (room.new_id("a"), room.new_id("b"));
    let first = room.join(&a);
    room.join(&b);
    room.leave(&b).unwrap();
    assert!(room.is_waiting(first));
}

#[test]
fn a_session_timeout_outside_the_brokers_limits_is_refused() {
    let mut room = Room::default();
    for seconds in [5, 1_801] {
        let join = room.join_as(None, "a", |request| request.session_timeout = Span::from_secs(seconds));
        assert_eq!(room.join_error(join), ErrorCode::InvalidSessionTimeout);
    }
}

#[test]
fn an_id_that_nobody_handed_out_is_not_known() {
    let mut room = Room::default();
    let join = room.join(&name("a-stranger"));
    assert_eq!(room.join_error(join), ErrorCode::UnknownMemberId);
    room.new_id("a");
    let join = room.join(&name("a-stranger"));
    assert_eq!(room.join_error(join), ErrorCode::UnknownMemberId);
}

/// `testJoinGroupInconsistentGroupProtocol`
#[test]
fn a_member_without_a_common_assignor_is_refused() {
    let (mut room, _) = Room::stable(&["a"]);
    let join = room.join_as(None, "b", |request| request.protocols = vec![Assignor::RoundRobin]);
    assert_eq!(room.join_error(join), ErrorCode::InconsistentGroupProtocol);
    assert_eq!(room.state(), GroupState::Stable);
}

/// `testGenerationIdIncrementsOnRebalance`
#[test]
fn a_new_member_makes_a_stable_group_rebalance_and_starts_the_next_generation() {
    let (mut room, ids) = Room::stable(&["a"]);
    let b = room.new_id("b");
    assert_eq!(room.state(), GroupState::Stable, "an id alone disturbs nobody");
    let second = room.join(&b);
    assert_eq!(room.state(), GroupState::PreparingRebalance);
    let progress = room.group().rebalance_progress().unwrap();
    assert_eq!((progress.done, progress.of), (1, 2));
    let first = room.join(&ids[0]);
    assert_eq!(room.joined(first).generation, 2, "as soon as all are in");
    assert_eq!(room.joined(second).generation, 2);
}

#[test]
fn the_member_list_goes_to_the_leader_only() {
    let mut room = Room::default();
    let (a, b) = (room.new_id("a"), room.new_id("b"));
    let (first, second) = (room.join(&a), room.join(&b));
    room.advance(DELAY + DELAY);
    let topics = vec![name("orders")];
    let told: Vec<_> =
        room.joined(first).members.iter().map(|it| (it.member_id.clone(), it.metadata.topics.clone())).collect();
    assert_eq!(told, [(a, topics.clone()), (b, topics)]);
    assert_eq!(room.joined(second).members, []);
}

/// `testSecondMemberPartiallyJoinAndTimeout`
#[test]
fn an_id_that_is_not_used_holds_a_rebalance_up_until_it_expires() {
    let (mut room, ids) = Room::stable(&["a"]);
    let pending = room.new_id("b");
    let join = room.join(&ids[0]);
    room.advance(SESSION - Span::from_millis(1));
    assert!(room.is_waiting(join));
    room.advance(Span::from_millis(1));
    assert_eq!(room.joined(join).generation, 2);
    assert!(room.saw(&Fact::MemberRemoved { member: pending, why: RemovalReason::NeverUsedItsId }));
}

#[test]
fn a_pending_id_that_leaves_lets_the_others_go_on() {
    let (mut room, ids) = Room::stable(&["a"]);
    let pending = room.new_id("b");
    let join = room.join(&ids[0]);
    assert!(room.is_waiting(join));
    room.leave(&pending).unwrap();
    assert_eq!(room.joined(join).generation, 2);
}

#[test]
fn a_member_that_asks_again_while_it_waits_is_answered_once_and_to_its_last_request() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    let lost = room.join(&ids[0]);
    let again = room.join(&ids[0]);
    room.join(&ids[1]);
    assert!(room.is_waiting(lost));
    assert_eq!(room.joined(again).generation, 2);
    let rejoined = Fact::MemberRejoined { member: ids[0].clone() };
    assert_eq!(room.facts.iter().filter(|fact| **fact == rejoined).count(), 1);
}

#[test]
fn a_new_member_waits_five_minutes_for_its_first_generation_and_no_longer() {
    let (mut room, ids) = Room::stable(&["a"]);
    room.join_with(&ids[0], |request| request.rebalance_timeout = Span::from_secs(3_600));
    room.sync(&ids[0], 2, &[]);
    let b = room.new_id("b");
    let join = room.join(&b);
    for _ in 0..60 {
        assert!(room.is_waiting(join));
        assert_eq!(room.heartbeat(&ids[0], 2), Err(ErrorCode::RebalanceInProgress));
        room.advance(Span::from_secs(5));
    }
    assert_eq!(room.join_error(join), ErrorCode::UnknownMemberId);
}
