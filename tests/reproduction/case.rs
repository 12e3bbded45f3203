//! A case of a law that says, when it fails, how to see its run.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use headwater::scenario::Scenario;
use proptest::test_runner::TestCaseError;

use super::seen::how_to_see;

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
