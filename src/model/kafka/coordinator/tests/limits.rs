//! `group.max.size`, and how long offsets are kept.

use super::Room;
use super::context::{name, orders};
use crate::kernel::Span;
use crate::model::fact::{Fact, GroupState};
use crate::model::kafka::message::ErrorCode;

const fn days(count: u64) -> Span {
    Span::from_secs(count * 86_400)
}

/// `testDynamicMembersJoinGroupWithMaxSizeAndRequiredKnownMember`
#[test]
fn a_full_group_takes_nobody_else() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    room.cluster.config.group_max_size = 2;
    let join = room.join_as(None, "c", |_| {});
    assert_eq!(room.join_error(join), ErrorCode::GroupMaxSizeReached);
    let join = room.join(&ids[0]);
    assert!(room.is_waiting(join), "who is a member may come again");
}

#[test]
fn a_group_that_was_made_smaller_loses_who_comes_last() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    room.cluster.config.group_max_size = 1;
    let first = room.join(&ids[0]);
    let last = room.join(&ids[1]);
    assert_eq!(room.join_error(last), ErrorCode::GroupMaxSizeReached);
    assert_eq!(room.members(), ids[..1]);
    room.leave(&ids[1]).unwrap_err();
    room.join(&ids[0]);
    assert!(room.is_waiting(first), "an earlier request of the same member is never answered");
}

/// `testCleanupExpiredOffsets`, `testOffsetExpirationCondition`
#[test]
fn an_empty_group_forgets_its_offsets_a_week_after_its_last_member_went() {
    let (mut room, ids) = Room::stable(&["a"]);
    room.commit(Some(&ids[0]), 1, 7).unwrap();
    room.leave(&ids[0]).unwrap();
    room.advance(days(7) - Span::from_secs(10));
    assert_eq!(room.fetch_offsets()[0], Some(7));
    room.advance(Span::from_secs(1_200));
    assert_eq!(room.fetch_offsets()[0], None);
    assert!(room.saw(&Fact::OffsetsExpired { partitions: vec![orders(0)] }));
    assert!(room.saw(&Fact::StateChanged { from: GroupState::Empty, to: GroupState::Dead }));
    assert!(room.coordinator.group(&name("g")).is_none(), "nothing is left of the group");
}

#[test]
fn a_stable_group_keeps_the_offsets_of_what_it_reads() {
    let (mut room, ids) = Room::stable(&["a"]);
    room.commit(Some(&ids[0]), 1, 7).unwrap();
    for _ in 0..(8 * 86_400 / 9) {
        room.advance(Span::from_secs(9));
        room.heartbeat(&ids[0], 1).unwrap();
    }
    assert_eq!(room.fetch_offsets()[0], Some(7));
}

#[test]
fn offsets_of_nobody_expire_a_week_after_they_were_committed() {
    let mut room = Room::default();
    room.commit(None, -1, 7).unwrap();
    room.advance(days(6));
    room.commit(None, -1, 8).unwrap();
    room.advance(days(6));
    assert_eq!(room.fetch_offsets()[0], Some(8));
    room.advance(days(2));
    assert_eq!(room.fetch_offsets()[0], None);
}
