//! The vote for an assignor (`ClassicGroupTest#testSelectProtocol`).

use super::Room;
use crate::kernel::Span;
use crate::model::kafka::assignor::Assignor::{self, Range, RoundRobin};

/// What a group comes to whose members prefer these, each in this order.
fn elected(preferences: &[&[Assignor]]) -> Assignor {
    let mut room = Room::default();
    let ids: Vec<_> = (0..preferences.len()).map(|n| room.new_id(&n.to_string())).collect();
    let ask = |(id, wishes): (_, &&[Assignor])| room.join_with(id, |request| request.protocols = wishes.to_vec());
    let joins: Vec<_> = ids.iter().zip(preferences).map(ask).collect();
    room.advance(Span::from_secs(10));
    room.joined(joins[0]).protocol
}

#[test]
fn a_member_alone_gets_what_it_likes_best() {
    assert_eq!(elected(&[&[RoundRobin, Range]]), RoundRobin);
}

#[test]
fn an_assignor_that_not_all_support_cannot_win() {
    assert_eq!(elected(&[&[RoundRobin, Range], &[RoundRobin, Range], &[Range]]), Range);
}

#[test]
fn of_those_that_all_support_the_most_votes_win() {
    assert_eq!(elected(&[&[Range, RoundRobin], &[RoundRobin, Range], &[RoundRobin, Range]]), RoundRobin);
}

/// Java: bucket 9 of 16 for `range`, 10 for `roundrobin`.
#[test]
fn of_two_that_tie_the_first_in_kafkas_hash_map_wins() {
    assert_eq!(elected(&[&[RoundRobin, Range], &[Range, RoundRobin]]), Range);
    assert_eq!(elected(&[&[Range, RoundRobin], &[RoundRobin, Range]]), Range);
}
