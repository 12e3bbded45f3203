//! The first second.

use crate::harness::{Page, Screen, journey};

#[tokio::test]
async fn the_page_opens_without_a_complaint_on_a_desk() {
    journey(Screen::Desk, async |page| page_starts(page).await).await;
}

#[tokio::test]
async fn the_page_opens_without_a_complaint_on_a_phone() {
    journey(Screen::Phone, async |page| page_starts(page).await).await;
}

async fn page_starts(page: Page) {
    page.open("").await;
    page.wait_until(
        "performance.getEntriesByType('resource').some(file => file.name.endsWith('.wasm') && file.responseEnd > 0)",
        "the engine has arrived",
    )
    .await;
    assert_eq!(page.eval("document.title").await, "Headwater, an event-stream playground");
}

/// What a link carries is data, and stays data even if somebody gets it into the page.
#[tokio::test]
async fn a_script_that_is_slipped_into_the_page_does_not_run() {
    journey(Screen::Desk, async |page| {
        page.open("").await;
        page.eval(
            "void document.body.append(Object.assign(document.createElement('script'), { text: 'slipped = 1' }))",
        )
        .await;
        assert_eq!(page.eval("typeof slipped").await, "undefined");
        let complaints = page.console_errors().await;
        assert!(complaints.iter().any(|complaint| complaint.contains("Content Security Policy")), "{complaints:?}");
    })
    .await;
}
