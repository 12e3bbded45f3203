//! A real client and ours, through the same: what librdkafka's rebalance callbacks said (`tests/traces/`, recorded by
//! `tests/recorder/record.py` against its own mock cluster), and what our consumers' do when the same is done to them at the
//! same moments.
//!
//! Compared are, for every member, its callbacks in their order, whether they were incremental, and the partitions in each;
//! who came before whom; the offset at which each partition was read on; and when all that was.
//!
//! Where the recorded client or its brokers are by nature not Kafka's own, this is compared instead:
//! - Member ids are drawn by lot in the mock, and librdkafka's sticky assignors and the mock's target for the consumer protocol
//!   break ties in another way than Kafka's. So one renaming of the partitions is looked for under which the *whole* trace is
//!   the same: how many go to whom, what one gives up and another gets, is compared in full. With more than two members the
//!   mock's target moves more than it has to, and Kafka's does not; so traces of that protocol have two.
//! - After the first, the mock ends every join phase of the classic protocol by time, `session.timeout.ms` less a second; a
//!   Kafka coordinator ends it when all members are in. The mock also rebalances when the last member has left, so that
//!   whoever comes next may find a phase on its way instead of an initial delay. For every such phase since the last deed, a
//!   recorded callback may be late by so much.
//! - The mock does not wait longer for a new group's first members because another has started meanwhile; Kafka does.
//! - A client that closes accepts both kinds of calls in its last callback; which kind it was is not compared.

mod client_traces {
    pub mod play;
    pub mod same;
    pub mod trace;
}

use client_traces::play::play;
use client_traces::same::compare;
use client_traces::trace::Trace;

fn is_the_same(name: &str) {
    let recorded = Trace::read(name);
    let ours = play(&recorded);
    if let Err(difference) = compare(&recorded, &ours) {
        panic!("{name}: {difference}\n\n{recorded}\n{ours}");
    }
}

#[test]
fn members_that_start_together_get_their_ranges_at_once() {
    is_the_same("join_together");
}

#[test]
fn a_second_member_makes_the_first_give_everything_up_before_both_get_something() {
    is_the_same("join");
}

#[test]
fn a_member_that_closes_gives_up_first_and_the_other_takes_over() {
    is_the_same("leave");
}

#[test]
fn a_killed_member_is_replaced_when_its_session_is_over() {
    is_the_same("kill");
}

#[test]
fn a_frozen_member_loses_its_partitions_when_it_wakes() {
    is_the_same("freeze");
}

#[test]
fn a_member_that_does_not_poll_loses_its_partitions_when_it_polls_again() {
    is_the_same("hang");
}

#[test]
fn a_cooperative_member_gives_up_only_what_another_gets_one_generation_later() {
    is_the_same("cooperative_handover");
}

#[test]
fn a_cooperative_member_keeps_what_it_has_while_it_takes_over_from_a_killed_one() {
    is_the_same("cooperative_kill");
}

#[test]
fn in_the_consumer_protocol_a_member_gets_a_partition_once_another_has_given_it_up() {
    is_the_same("consumer_handover");
}

#[test]
fn in_the_consumer_protocol_a_member_that_closes_is_replaced_with_the_next_heartbeat() {
    is_the_same("consumer_leave");
}

#[test]
fn in_the_consumer_protocol_a_killed_member_is_replaced_when_the_brokers_session_is_over() {
    is_the_same("consumer_kill");
}

#[test]
fn a_member_resumes_where_another_has_committed() {
    is_the_same("resume");
}

#[test]
fn a_member_begins_anew_where_a_crashed_one_has_not_committed() {
    is_the_same("resume_after_a_crash");
}
