//! How long a visitor waits who drags the time line, in a real browser: `scripts/build`, then
//! `cargo test --features journeys --bench scrub_in_browser`. Only the page's own work is measured, so nothing but the page
//! has to be optimised.
//!
//! In the runs of `benches/scrub.rs`, on the page in `dist/`. The scrubber is set to two hundred moments all over the run,
//! in an order that jumps about. What is measured goes from its input to the frame that finds the page there: a whole
//! frame at the least, and the longest is what a slow frame adds.

mod runs;

#[allow(dead_code, reason = "a journey has more hands than this needs")]
#[path = "../tests/journeys/harness/mod.rs"]
mod harness;

use std::time::Duration;

use harness::{Page, Screen, journey_within};
use runs::{RUNS, Run, percentiles};

const LIMIT: Duration = Duration::from_secs(1_800);

const MOMENTS: u64 = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for run in RUNS {
        journey_within(LIMIT, Screen::Desk, async move |page| measure(&page, &run).await).await;
    }
}

async fn measure(page: &Page, run: &Run) {
    page.open("").await;
    page.wait_until("window.headwater && window.headwater.state().time_us > 0", "the page runs").await;
    page.headwater(&format!("load({})", (run.scenario)().to_json())).await;
    page.headwater("pause()").await;
    for second in 1..=run.end_s {
        page.headwater(&format!("seek({})", second * 1_000_000)).await;
        if second == run.end_s / 2 {
            page.headwater(&format!("dispatch({{ type: 'kill', consumer: '{}' }})", run.victim)).await;
        }
    }
    let records = page.headwater("state().counters.produced").await;
    page.wait_until(
        &format!("+document.querySelector('.scrubber').max >= {}", run.end_s * 1_000),
        "the line shows all",
    )
    .await;
    let mut took = Vec::new();
    for n in 0..MOMENTS {
        let ms = run.end_s * 1_000 / MOMENTS * (n * 37 % MOMENTS) + 1;
        took.push(page.eval(&going_to(ms)).await.as_f64().expect("a number of milliseconds"));
    }
    took.sort_by(f64::total_cmp);
    let [median, p99, most] = percentiles(&took);
    println!("{}: {records} records", run.name);
    println!("  a seek takes {median:.0} ms at the median, {p99:.0} ms at p99, {most:.0} ms at the most");
}

/// A script that comes to the milliseconds it took to go there.
fn going_to(ms: u64) -> String {
    format!(
        "(async () => {{
            const slider = document.querySelector('.scrubber');
            await new Promise(requestAnimationFrame);
            const began = performance.now();
            slider.value = {ms};
            slider.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
            do await new Promise(requestAnimationFrame); while (headwater.state().time_us != {ms} * 1000);
            return performance.now() - began;
        }})()"
    )
}
