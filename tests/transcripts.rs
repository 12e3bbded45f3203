//! Small runs as scripts: commands, and below `---` what they come to. Each is named for what it shows.
//!
//! `UPDATE_GOLDENFILES=1 cargo test --test transcripts` writes the outcomes anew. Look at the difference, and keep it only
//! if you can say why each line of it changed.

mod transcripts {
    mod ask;
    pub mod player;
    mod show;
    mod text;
    mod verbs;
}

use std::path::{Path, PathBuf};

use transcripts::player::Player;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts")
}

macro_rules! scripts {
    ($($name:ident)*) => {
        const SCRIPTS: &[&str] = &[$(stringify!($name)),*];

        $(#[test]
        fn $name() {
            let path = folder().join(concat!(stringify!($name), ".script"));
            goldenscript::run(&mut Player::new(), path).expect("the script can be read and played");
        })*
    };
}

scripts! {
    a_batch_leaves_when_it_has_lingered_or_is_full
    a_batch_that_is_given_up_does_not_make_others_be_written_twice
    a_batch_that_the_leader_has_forgotten_is_given_up_and_not_written_again
    a_broker_that_is_shut_down_hands_its_partitions_over_first
    a_broker_that_restarts_quickly_waits_until_its_old_session_is_over
    a_chain_of_causes_leads_from_a_moved_partition_to_the_kill
    a_chain_of_causes_leads_through_a_transaction
    a_compacted_topic_is_not_deleted_by_retention_but_its_records_can_be_deleted
    a_consumer_reads_over_the_holes_of_a_compacted_log
    a_consumer_that_goes_on_after_hanging_processes_twice
    a_consumer_that_hangs_is_out_after_max_poll_interval
    a_consumer_that_knows_an_eager_assignor_too_rebalances_eagerly
    a_consumer_that_leaves_frees_its_partitions_at_once
    a_consumer_too_many_has_nothing_to_do
    a_consumer_with_a_fast_clock_is_out_before_max_poll_interval
    a_consumer_with_a_slow_clock_sends_its_heartbeats_too_late
    a_coordinator_that_dies_leaves_its_markers_to_the_next
    a_coordinator_that_restarts_alone_still_knows_what_was_committed
    a_crash_before_the_commit_repeats_records
    a_follower_joins_the_in_sync_replicas_once_it_has_all_from_before_the_leaders_epoch
    a_follower_that_falls_behind_leaves_the_in_sync_replicas
    a_follower_that_had_at_its_last_fetch_all_that_there_was_before_is_in_sync
    a_follower_that_is_too_far_behind_begins_anew_at_the_leaders_log_start
    a_full_buffer_makes_every_batch_leave_at_once
    a_full_group_turns_consumers_away
    a_group_is_behind_because_nobody_reads_or_somebody_is_slow_or_there_is_too_much
    a_group_that_has_formed_no_generation_yet_begins_anew_with_the_next_coordinator
    a_group_that_runs_takes_nobody_who_speaks_the_other_protocol
    a_group_without_a_topic_waits_to_be_subscribed
    a_key_of_every_unicode_plane_is_a_key
    a_killed_consumer_keeps_its_partitions_until_its_session_times_out
    a_late_reader_of_a_compacted_log_sees_the_last_value_of_every_key
    a_leader_that_is_cut_off_is_deposed_and_its_own_records_are_cut_off
    a_log_is_cleaned_when_more_than_its_dirty_ratio_is_dirty
    a_member_that_comes_too_late_cannot_acknowledge_what_another_has
    a_member_that_leaves_gives_back_what_it_has_not_processed
    a_member_that_was_taken_out_cannot_commit_its_transaction
    a_new_instance_of_a_producer_fences_the_last_one_off
    a_part_answers_to_its_label_too
    a_partition_whose_broker_takes_nothing_is_left_out
    a_partitioned_consumer_is_out_and_comes_back
    a_paused_producer_still_publishes_by_hand
    a_producer_gives_up_after_its_delivery_timeout
    a_producer_stamps_records_with_its_own_clock
    a_producer_whose_buffer_is_full_stands_still
    a_producer_with_too_long_a_transaction_timeout_is_refused
    a_record_has_a_life_from_its_making_to_its_last_reading
    a_record_is_processed_again_because_its_reader_resumed_before_it
    a_record_of_a_transaction_lives_on_once_it_is_committed
    a_record_that_is_never_acknowledged_is_archived_after_its_last_delivery
    a_removed_consumer_says_goodbye_first
    a_removed_topic_takes_its_offsets_along
    a_restarted_consumer_is_a_new_member
    a_retry_of_an_idempotent_producer_is_no_duplicate
    a_retry_without_idempotence_can_change_the_order
    a_retry_without_idempotence_writes_twice
    a_session_that_is_over_takes_a_member_out_of_a_share_group
    a_share_group_begins_at_the_end_unless_told_otherwise_and_cannot_be_rewound
    a_share_group_has_only_so_many_records_in_flight
    a_slow_consumer_falls_behind
    a_static_leader_that_restarts_is_told_to_assign_nothing
    a_static_member_of_the_consumer_protocol_is_back_in_the_same_epoch
    a_static_member_that_restarts_in_time_causes_no_rebalance
    a_static_member_that_stays_away_keeps_its_partitions_until_its_session_is_over
    a_stopped_group_changes_its_protocol_and_keeps_its_offsets
    a_tombstone_goes_with_a_later_cleaning_after_delete_retention
    a_tombstone_that_is_not_the_last_of_its_key_goes_at_once
    a_topic_is_configured_while_it_is_used
    a_topic_rolls_to_a_new_segment_when_the_old_one_is_full
    a_topic_rolls_to_a_new_segment_when_the_old_one_is_old
    a_topic_that_grows_raises_the_epoch_of_a_group_with_the_consumer_protocol
    a_transaction_holds_back_what_others_committed_behind_its_beginning
    a_transaction_is_read_once_it_is_committed
    a_transaction_that_its_producer_leaves_open_is_aborted_after_its_timeout
    acks_say_when_a_record_counts_as_acknowledged
    added_partitions_move_keys_and_are_noticed_with_the_next_metadata
    an_elected_replica_is_seen_to_take_over_what_its_predecessor_still_sends
    an_empty_group_waits_for_more_members_before_it_begins
    an_idempotent_producer_keeps_the_order_of_what_it_retries
    an_instance_id_is_not_given_away_while_its_member_may_still_run
    an_open_transaction_keeps_its_log_from_being_cleaned
    an_unclean_election_loses_what_the_new_leader_lacks
    another_leader_goes_on_where_a_share_group_was
    auto_offset_reset_says_where_a_group_without_commits_begins
    cleaned_segments_are_joined_up_to_segment_bytes
    compact_and_delete_do_both
    compaction_keeps_the_last_value_of_every_key
    cooperative_rebalancing_stops_only_what_moves
    deleted_records_leave_a_consumer_out_of_range
    every_completed_join_is_a_generation
    every_rebalance_says_why
    every_replica_cleans_its_own_log
    groups_read_independently_of_each_other
    held_messages_arrive_in_order_when_they_are_released
    in_the_consumer_protocol_a_hung_member_leaves_after_max_poll_interval
    in_the_consumer_protocol_a_slow_member_holds_up_only_what_it_gives_up
    in_the_consumer_protocol_the_broker_says_how_long_a_session_lasts
    keys_decide_the_partition
    leadership_goes_back_to_preferred_replicas_every_five_minutes
    lost_messages_are_sent_again_until_they_arrive
    max_compaction_lag_cleans_a_log_that_is_not_dirty_enough
    members_of_a_share_group_share_the_records_of_one_partition
    offsets_are_deleted_when_nobody_subscribes_to_their_topic
    offsets_by_time_of_a_compacted_log_are_those_of_what_is_left
    offsets_expire_when_a_group_has_been_empty_for_long_enough
    offsets_in_a_transaction_count_once_it_is_committed
    offsets_of_a_running_group_cannot_be_reset
    offsets_of_a_stopped_group_can_be_reset_anywhere_in_the_log
    records_are_lost_because_the_network_was_cut_for_too_long
    records_of_a_replayed_file_keep_their_keys_and_their_gaps
    records_without_a_key_are_refused_in_a_compacted_topic
    records_without_a_key_fill_one_partition_at_a_time
    replicas_are_spread_over_racks
    retention_by_size_deletes_whole_segments_and_keeps_up_to_one_too_many
    retention_by_time_deletes_segments_whose_newest_record_is_old_the_active_one_too
    retention_deletes_nothing_above_the_high_watermark
    seeking_moves_a_live_group
    the_active_segment_is_never_cleaned
    the_committed_offset_follows_the_position
    the_consumer_protocol_moves_a_partition_in_three_steps
    the_coordinator_moves_with_its_broker
    the_coordinators_range_assignor_divides_topics_of_one_size_alike
    the_dirtiest_log_is_cleaned_first
    the_end_of_a_log_is_elsewhere_for_who_reads_what_is_committed
    the_last_batch_of_a_producer_stays_when_it_is_empty
    the_range_assignor_gives_each_member_a_range_of_every_topic
    the_records_of_a_killed_member_are_on_offer_when_their_lock_is_over
    the_round_robin_assignor_deals_all_partitions_out_one_by_one
    the_sticky_assignor_gives_back_what_a_member_had
    what_cannot_be_done_is_refused_with_its_field_and_a_reason
    what_is_not_on_every_replica_cannot_be_read
    what_is_younger_than_min_compaction_lag_is_not_cleaned
    what_was_aborted_is_compacted_away_and_markers_follow
    with_acks_0_nobody_hears_of_a_loss
    with_acks_1_a_record_dies_with_its_leader
    with_acks_all_and_one_in_sync_replica_a_record_dies_with_its_disk
    with_at_most_once_a_crash_loses_what_was_in_hand
    with_eligible_leader_replicas_a_partition_survives_the_loss_of_its_last_leader
    with_exactly_once_a_crash_repeats_the_work_and_not_the_output
    with_explicit_acknowledgement_records_are_accepted_released_or_rejected
    with_min_insync_replicas_2_nothing_is_written_when_two_brokers_fail
    with_min_insync_replicas_2_one_broker_may_fail
    without_an_unclean_election_a_partition_waits_for_its_last_in_sync_replica
    without_auto_commit_every_poll_is_committed_after_the_work
    without_transactions_a_crash_repeats_the_output_too
}

#[test]
fn no_script_is_forgotten() {
    let found = std::fs::read_dir(folder()).expect("the scripts are beside this file").filter_map(|entry| {
        let path = entry.expect("a readable folder").path();
        let is_script = path.extension().is_some_and(|extension| extension == "script");
        is_script.then(|| path.file_stem().expect("a name").to_string_lossy().into_owned())
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    let mut listed = SCRIPTS.to_vec();
    listed.sort_unstable();
    assert_eq!(found, listed);
}
