//! How a journey is run: a static host for the page, a fresh browser, a deadline, and an end that leaves nothing behind.

mod browser;
mod forms;
mod page;
mod pointer;
mod site;

use std::any::type_name;
use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::{JoinError, LocalSet, spawn_local};
use tokio::time::timeout;

pub use browser::Screen;
pub use page::Page;
pub use pointer::Point;
pub use site::Site;

use browser::Browser;

/// No journey takes this long; one that does hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs a journey on the page in `dist/`. It fails if a step fails, if it hangs, or if the page complained on its
/// console; a failed one leaves a picture of its end in the target folder.
pub async fn journey(screen: Screen, steps: impl AsyncFnOnce(Page) + 'static) {
    journey_within(LIMIT, screen, steps).await;
}

/// The same for steps that take the static host in hand: stop it, change what it serves.
pub async fn journey_with_site<S: AsyncFnOnce(Page, Site) + 'static>(screen: Screen, steps: S) {
    let site = Site::serve(&dist()).await;
    let at = site.clone();
    travel(&site.address, screen, name_of::<S>(), async move |page| steps(page, at).await).await;
}

/// The same on any folder of files.
pub async fn journey_in<S: AsyncFnOnce(Page) + 'static>(folder: &Path, screen: Screen, steps: S) {
    let site = Site::serve(folder).await;
    travel(&site.address, screen, name_of::<S>(), steps).await;
}

/// The same for steps that take longer than any journey.
pub async fn journey_within<S: AsyncFnOnce(Page) + 'static>(limit: Duration, screen: Screen, steps: S) {
    let site = Site::serve(&dist()).await;
    travel_within(limit, &site.address, screen, name_of::<S>(), steps).await;
}

fn dist() -> PathBuf {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    assert!(dist.join("index.html").exists(), "there is no page to visit in {}: run scripts/build", dist.display());
    dist
}

async fn travel(address: &str, screen: Screen, name: String, steps: impl AsyncFnOnce(Page) + 'static) {
    travel_within(LIMIT, address, screen, name, steps).await;
}

async fn travel_within(
    limit: Duration,
    address: &str,
    screen: Screen,
    name: String,
    steps: impl AsyncFnOnce(Page) + 'static,
) {
    let browser = Browser::launch(screen).await;
    let page = Page::new(browser.client.clone(), address.to_owned(), screen);
    let outcome = run(limit, page.clone(), steps).await;
    let complaints = page.console_errors().await;
    if outcome.is_err() || !complaints.is_empty() {
        page.screenshot(&name).await;
    }
    browser.close().await;
    if let Err(failure) = outcome {
        if !complaints.is_empty() {
            eprintln!("the page complained:\n{}", complaints.join("\n"));
        }
        resume_unwind(failure.into_panic());
    }
    assert!(complaints.is_empty(), "the page complained:\n{}", complaints.join("\n"));
}

/// The steps in a task of their own, so that a step that panics does not keep the browser from being closed.
async fn run(limit: Duration, page: Page, steps: impl AsyncFnOnce(Page) + 'static) -> Result<(), JoinError> {
    let steps = async move { timeout(limit, steps(page)).await.expect("a journey ends in time") };
    LocalSet::new().run_until(async { spawn_local(steps).await }).await
}

/// What is called `journeys::opens::the_page_opens::{{closure}}` goes by `the_page_opens`.
fn name_of<S>() -> String {
    let mut words = type_name::<S>().rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.find(|word| !word.is_empty() && *word != "closure").unwrap_or("journey").to_owned()
}

/// Where pictures go.
fn picture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journeys");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder.join(format!("{name}.png"))
}
