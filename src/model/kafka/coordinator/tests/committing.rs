//! Committed offsets: who may write them, and when.

use super::Room;
use super::context::{name, orders};
use crate::model::fact::{Fact, GroupState};
use crate::model::kafka::message::ErrorCode;
use crate::model::log::Outcome;

#[test]
fn a_commit_of_the_current_generation_is_stored() {
    let (mut room, ids) = Room::stable(&["a"]);
    assert_eq!(room.commit(Some(&ids[0]), 1, 7), Ok(()));
    assert_eq!(room.fetch_offsets(), [Some(7), None]);
}

#[test]
fn a_commit_may_go_back_and_is_never_compared_with_the_log() {
    let (mut room, ids) = Room::stable(&["a"]);
    for offset in [u64::MAX, 0] {
        assert_eq!(room.commit(Some(&ids[0]), 1, offset), Ok(()));
        assert_eq!(room.fetch_offsets()[0], Some(offset));
    }
}

/// `testGenericGroupOffsetCommitWithIllegalGeneration`
#[test]
fn a_commit_of_another_generation_is_refused() {
    let (mut room, ids) = Room::stable(&["a"]);
    assert_eq!(room.commit(Some(&ids[0]), 2, 7), Err(ErrorCode::IllegalGeneration));
    assert_eq!(room.fetch_offsets(), [None, None]);
    let refused = Fact::CommitRefused { member: Some(ids[0].clone()), error: ErrorCode::IllegalGeneration };
    assert!(room.saw(&refused));
}

/// `testGenericGroupOffsetCommitWhileInCompletingRebalanceState`
#[test]
fn a_commit_while_the_leader_assigns_is_refused() {
    let (mut room, ids) = Room::formed(&["a"]);
    assert_eq!(room.commit(Some(&ids[0]), 1, 7), Err(ErrorCode::RebalanceInProgress));
}

#[test]
fn a_commit_while_members_prepare_to_rejoin_is_accepted() {
    let (mut room, ids) = Room::stable(&["a", "b"]);
    room.join(&ids[0]);
    assert_eq!(room.commit(Some(&ids[1]), 1, 7), Ok(()));
}

/// `testSimpleGroupOffsetCommit`
#[test]
fn a_commit_from_outside_is_taken_by_an_empty_group_only() {
    let mut room = Room::default();
    assert_eq!(room.commit(None, -1, 7), Ok(()));
    assert_eq!(room.fetch_offsets(), [Some(7), None]);
    let (mut room, _) = Room::stable(&["a"]);
    assert_eq!(room.commit(None, -1, 7), Err(ErrorCode::UnknownMemberId));
}

#[test]
fn a_commit_of_a_stranger_is_refused() {
    assert_eq!(Room::default().commit(Some(&name("x")), 1, 7), Err(ErrorCode::IllegalGeneration));
    let (mut room, _) = Room::stable(&["a"]);
    assert_eq!(room.commit(Some(&name("x")), 1, 7), Err(ErrorCode::UnknownMemberId));
}

#[test]
fn nobody_has_committed_for_a_group_that_nobody_knows() {
    assert_eq!(Room::default().fetch_offsets(), [None, None]);
}

#[test]
fn committed_offsets_outlive_the_members() {
    let (mut room, ids) = Room::stable(&["a"]);
    room.commit(Some(&ids[0]), 1, 7).unwrap();
    room.leave(&ids[0]).unwrap();
    assert_eq!(room.fetch_offsets(), [Some(7), None]);
}

#[test]
fn offsets_are_reset_only_while_the_group_is_empty() {
    let (mut room, ids) = Room::stable(&["a"]);
    assert_eq!(room.reset(0), Err(GroupState::Stable));
    room.leave(&ids[0]).unwrap();
    assert_eq!(room.reset(3), Ok(()));
    assert_eq!(room.fetch_offsets(), [Some(3), None]);
    assert!(room.facts.iter().any(|fact| matches!(fact, Fact::OffsetsReset { .. })));
}

/// `testFetchOffsetsWithPendingTransactionalOffsets`
#[test]
fn an_offset_that_an_open_transaction_may_change_is_not_told() {
    let (mut room, ids) = Room::stable(&["a"]);
    room.commit(Some(&ids[0]), 1, 3).expect("a commit of the current generation");
    assert_eq!(room.commit_in_transaction(&ids[0], 1, 7), Ok(()));
    assert_eq!(room.fetch_offsets_and_unstable(), (vec![None], vec![orders(0)]), "of the other partition it is told");
    room.end_transaction(Outcome::Abort);
    assert_eq!(room.fetch_offsets_and_unstable(), (vec![Some(3), None], vec![]));
}

/// `testReplayTransactionEndMarkerWithCommit`
#[test]
fn offsets_of_a_transaction_are_committed_by_its_marker() {
    let (mut room, ids) = Room::stable(&["a"]);
    assert_eq!(room.commit_in_transaction(&ids[0], 1, 7), Ok(()));
    assert_eq!(room.group_committed(), None);
    room.end_transaction(Outcome::Commit);
    assert_eq!(room.group_committed(), Some(7));
    assert!(room.saw(&Fact::OffsetsCommitted { offsets: vec![(orders(0), 7)] }));
}

#[test]
fn offsets_of_a_member_that_was_taken_out_are_refused_in_a_transaction_too() {
    let (mut room, ids) = Room::stable(&["a"]);
    assert_eq!(room.commit_in_transaction(&ids[0], 0, 7), Err(ErrorCode::IllegalGeneration));
    assert_eq!(room.commit_in_transaction(&name("x"), 1, 7), Err(ErrorCode::UnknownMemberId));
}
