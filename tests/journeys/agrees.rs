//! The run in the browser is the run of the native engine, to the bit, however the page is drawn.

use headwater::kernel::Time;
use headwater::scenario::{Run, catalog};
use serde_json::json;

use crate::harness::{Page, Screen, journey};
use crate::stage::{open, play_until};

fn native_digest(scenario: &str, until: Time) -> String {
    let mut run = Run::start(&catalog::find(scenario).expect("it is in the catalogue")).expect("it starts");
    run.run_until(until, u64::MAX).expect("no command is refused");
    run.simulation().digest().to_string()
}

#[tokio::test]
async fn every_scenario_of_the_catalogue_runs_to_the_same_digest_natively_and_in_wasm() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        for scenario in catalog::all() {
            let run = page.headwater(&format!("run('{}', {{ until_us: 60000000 }})", scenario.name)).await;
            assert_eq!(run["digest"], json!(native_digest(&scenario.name, Time::from_secs(60))), "{}", scenario.name);
        }
    })
    .await;
}

/// Draws the page so many times a second; `on` and `off`: visible for so many milliseconds, then hidden for so many.
async fn draw(page: &Page, frames_per_second: u32, on: u32, off: u32) {
    page.eval(&format!(
        "void (window.requestAnimationFrame = frame => {{
            const hidden = {off} > 0 && performance.now() % ({on} + {off}) > {on};
            return setTimeout(() => hidden ? window.requestAnimationFrame(frame) : frame(performance.now()),
                1000 / {frames_per_second});
        }})"
    ))
    .await;
}

#[tokio::test]
async fn the_run_does_not_depend_on_the_frame_rate_nor_on_whether_anybody_looks() {
    let expected = native_digest("orders", Time::from_secs(40));
    journey(Screen::Desk, async move |page: Page| {
        open(&page).await;
        for (frames_per_second, on, off) in [(30, 1, 0), (60, 1, 0), (240, 1, 0), (60, 150, 150)] {
            page.headwater("load('orders')").await;
            draw(&page, frames_per_second, on, off).await;
            play_until(&page, 40_000_000).await;
            assert_eq!(page.headwater("digest()").await, json!(expected), "{frames_per_second} frames a second");
        }
    })
    .await;
}
