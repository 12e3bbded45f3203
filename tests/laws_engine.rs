//! What holds of every run, whatever is done to it. Each law watches random runs, event by event.
//!
//! A law that breaks prints the run as a script for `tests/transcripts`, as a link and as a scenario for the playground.
//! `PROPTEST_CASES=2000 cargo test --test laws_engine` looks further than usual.

#[path = "reproduction"]
mod reproduction {
    pub mod case;
    pub mod recorded;
    pub mod seen;
}

mod laws_engine {
    pub mod causes;
    pub mod delivery;
    pub mod exactly_once;
    pub mod fault_points;
    pub mod offsets;
    pub mod order;
    pub mod ownership;
    pub mod pace;
    pub mod player;
    pub mod script;
    pub mod sharing;
    pub mod system;
}

use headwater::model::kafka::assignor::Assignor;
use headwater::model::kafka::config::{ConsumerConfig, GroupProtocol};
use laws_engine::causes::Causes;
use laws_engine::delivery::Delivery;
use laws_engine::exactly_once::ExactlyOnce;
use laws_engine::fault_points::all_faults_at_all_points;
use laws_engine::offsets::Committed;
use laws_engine::order::Order;
use laws_engine::ownership::OneOwner;
use laws_engine::pace::{Busy, any_busy};
use laws_engine::player::{Law, Player};
use laws_engine::script::{
    Script, any_pipeline_script, any_script, any_script_with_brokers, any_sharing_script, careful_script,
};
use laws_engine::sharing::Sharing;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};
use reproduction::case::reproducible;
use reproduction::recorded::scenario_of;

/// So many runs of some thousand events each, unless the environment asks for more.
const RUNS: u32 = 60;

fn config() -> Config {
    let asked = std::env::var("PROPTEST_CASES").is_ok();
    let config = Config { max_shrink_iters: 2_000, failure_persistence: None, ..Config::default() };
    if asked { config } else { Config { cases: RUNS, ..config } }
}

fn holds(script: &Script, mut law: impl Law) -> Result<(), TestCaseError> {
    let mut player = Player::new(script);
    reproducible(&mut player, Player::scenario, |player| player.play(script, &mut law).map_err(TestCaseError::fail))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_partition_has_at_most_one_live_owner_in_a_generation(script in any_script_with_brokers()) {
        holds(&script, OneOwner::default())?;
    }

    #[test]
    fn a_partition_is_written_and_read_in_order(script in any_script()) {
        holds(&script, Order::default())?;
    }

    #[test]
    fn nothing_acknowledged_goes_unprocessed_once_all_is_quiet(script in careful_script()) {
        holds(&script, Delivery::default())?;
    }

    #[test]
    fn no_committed_offset_is_beyond_the_log_end(script in any_script()) {
        holds(&script, Committed)?;
    }

    #[test]
    fn every_visible_change_has_an_observation_and_every_cause_leads_to_a_command(script in any_script_with_brokers()) {
        holds(&script, Causes::default())?;
    }

    #[test]
    fn a_share_group_gives_a_record_to_one_member_at_a_time_not_too_often_and_gets_done_with_all(
        script in any_sharing_script(),
    ) {
        holds(&script, Sharing::default())?;
    }

    #[test]
    fn every_visible_change_of_a_share_group_has_an_observation(script in any_sharing_script()) {
        holds(&script, Causes::default())?;
    }

    #[test]
    fn what_a_pipeline_writes_exactly_once_is_there_once(script in any_pipeline_script()) {
        holds(&script, ExactlyOnce)?;
    }

    #[test]
    fn every_visible_change_in_a_pipeline_has_an_observation(script in any_pipeline_script()) {
        holds(&script, Causes::default())?;
    }

    /// And so the scenario that a broken law prints shows the same.
    #[test]
    fn a_recorded_run_ends_the_same_in_however_many_steps_it_is_played(script in any_script_with_brokers()) {
        reproducible(&mut Player::new(&script), Player::scenario, |player| {
            player.play(&script, &mut ()).map_err(TestCaseError::fail)?;
            prop_assert_eq!(player.replayed(), player.simulation().digest().to_string());
            Ok(())
        })?;
    }

    /// What a producer does in one go where nothing else happens is what it would have done in many.
    #[test]
    fn a_busy_run_ends_the_same_in_however_many_steps_it_is_played(busy in any_busy(), budget in 1..50_u64) {
        ends_alike(&busy, budget)?;
    }

    #[test]
    fn what_is_done_to_the_picture_on_the_stage_is_of_no_influence(script in any_script_with_brokers()) {
        reproducible(&mut Player::new(&script), Player::scenario, |player| {
            player.play(&script, &mut ()).map_err(TestCaseError::fail)?;
            prop_assert_eq!(player.rearranged(&script), player.simulation().digest().to_string());
            Ok(())
        })?;
    }
}

fn ends_alike(busy: &Busy, budget: u64) -> Result<(), TestCaseError> {
    let mut in_one_go = busy.played(u64::MAX);
    reproducible(
        &mut in_one_go,
        |run| scenario_of(run, run.world().cluster.config.clone()),
        |in_one_go| {
            for budget in [1, budget] {
                let in_slices = busy.played(budget);
                prop_assert_eq!(in_slices.digest().to_string(), in_one_go.digest().to_string(), "{} at a time", budget);
                prop_assert_eq!(in_slices.events(), in_one_go.events(), "{} at a time", budget);
            }
            Ok(())
        },
    )
}

/// Of a rebalance of three members there are so many at the least.
const POINTS: u32 = 30;

fn is_got_over(protocol: &ConsumerConfig) {
    let points = all_faults_at_all_points(protocol).unwrap_or_else(|breach| panic!("{breach}"));
    assert!(points >= POINTS, "only {points} points were found at which something could go wrong");
}

#[test]
fn an_eager_rebalance_gets_over_any_fault_at_any_point() {
    is_got_over(&ConsumerConfig { assignors: vec![Assignor::Range], ..Default::default() });
}

#[test]
fn a_cooperative_rebalance_gets_over_any_fault_at_any_point() {
    is_got_over(&ConsumerConfig { assignors: vec![Assignor::CooperativeSticky], ..Default::default() });
}

#[test]
fn a_rebalance_of_the_consumer_protocol_gets_over_any_fault_at_any_point() {
    is_got_over(&ConsumerConfig { protocol: GroupProtocol::Consumer, ..Default::default() });
}
