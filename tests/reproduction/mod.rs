//! How to see a run again in which a law was broken: as a script for `tests/transcripts`, as a link and as a scenario for the
//! playground.

use std::any::Any;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use headwater::engine::Simulation;
use headwater::scenario::Scenario;
use headwater::scenario::link::{Link, encode};
use proptest::test_runner::TestCaseError;

/// Carries out a case; if it fails or panics, the failure says how to see the run again.
pub fn reproducible<R>(
    run: &mut R,
    scenario: impl Fn(&R) -> Scenario,
    case: impl FnOnce(&mut R) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let outcome = catch_unwind(AssertUnwindSafe(|| case(run)));
    let failure = match outcome {
        Ok(Err(TestCaseError::Fail(reason))) => reason.to_string(),
        Ok(outcome) => return outcome,
        Err(panic) => text_of(&*panic),
    };
    Err(TestCaseError::fail(format!("{failure}\n\n{}", how_to_see(&scenario(run)))))
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// The recorded run, as a document that opens at the moment it has reached; the network is as it was to begin with.
pub fn scenario_of(simulation: &Simulation) -> Scenario {
    let world = simulation.world();
    Scenario {
        seed: world.seed,
        cluster: world.cluster.config.clone(),
        opens_at_ms: simulation.now().as_millis(),
        commands: simulation.commands().iter().map(|timed| timed.clone().into()).collect(),
        ..Scenario::empty()
    }
}

pub fn how_to_see(scenario: &Scenario) -> String {
    let link =
        encode(&Link::of(scenario.clone())).map_or_else(|refusal| refusal.to_string(), |link| format!("#{link}"));
    let document = serde_json::to_string(scenario).expect("plain data");
    format!("As a script:\n{}\nAs a link:\n{link}\n\nAs a scenario:\n{document}", script_of(scenario))
}

fn script_of(scenario: &Scenario) -> String {
    let cluster = serde_json::to_value(&scenario.cluster).expect("plain data");
    let properties = cluster.as_object().into_iter().flatten();
    let properties: String = properties.map(|(name, value)| format!(" {name}='{value}'")).collect();
    let mut script = format!("cluster seed={}{properties}\n", scenario.seed);
    let mut now = 0;
    for timed in &scenario.commands {
        if timed.at_us > now {
            let _ = writeln!(script, "run until={}us", timed.at_us);
            now = timed.at_us;
        }
        let _ = writeln!(script, "command '{}'", serde_json::to_string(&timed.command).expect("plain data"));
    }
    let _ = writeln!(script, "run until={}ms", scenario.opens_at_ms);
    script
}
