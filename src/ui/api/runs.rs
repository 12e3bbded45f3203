//! Runs of their own, beside the one on show: `run` and `bench`, with the results of the headless runner.

use js_sys::{Error, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

use super::{calls, input};
use crate::engine::Progress;
use crate::kernel::{Span, Time};
use crate::metrics::{Summary, bench};
use crate::model::refusal::Refusal;
use crate::scenario::{Run, Scenario};
use crate::ui::browser::window::{now, pause};

/// As the headless runner's.
const UNTIL: Time = Time::from_secs(60);
/// Some 10 ms of work; then the page may draw a frame.
const BUDGET: u64 = 10_000;
const RECORDS: u64 = 1_000_000;

pub fn run(scenario: JsValue, options: &JsValue) -> Result<Promise, Error> {
    let (scenario, until) = (input::run(scenario)?.scenario, input::until(options)?.unwrap_or(UNTIL));
    Ok(future_to_promise(async move {
        let began = now();
        let summary = summary(&scenario, until).await;
        let summary = summary.map_err(|refusal| Error::new(&refusal.to_string()))?;
        Ok(calls::plain(&Summary { wall_us: Some((now() - began).as_micros()), ..summary })?)
    }))
}

async fn summary(scenario: &Scenario, until: Time) -> Result<Summary, Refusal> {
    scenario.check()?;
    let mut run = Run::start(scenario)?;
    while run.now() < until {
        // In parts, so that observations that nobody asked for do not pile up.
        let stop = until.min(run.now() + Span::from_secs(1));
        while run.run_until(stop, BUDGET)? == Progress::OutOfBudget {
            run.take_observations();
            pause().await;
        }
        run.take_observations();
    }
    Ok(Summary::of(run.simulation()))
}

/// The engine's speed in this browser. It holds the page up while it measures, or the page would be measured too.
pub fn measure(options: &JsValue) -> Result<Promise, Error> {
    let records = if options.is_object() { Reflect::get(options, &"records".into())? } else { JsValue::UNDEFINED };
    let records = match records.as_f64() {
        None if records.is_undefined() => RECORDS,
        Some(records) if (1.0..=1e9).contains(&records) => records as u64,
        _ => return Err(Error::new("records is a whole number from 1 to 1,000,000,000")),
    };
    Ok(future_to_promise(async move {
        pause().await;
        let began = now();
        let outcome = bench::run(records);
        Ok(calls::plain(&outcome.timed(now() - began))?)
    }))
}
