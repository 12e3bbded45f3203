//! The first second.

use crate::harness::{Screen, journey};

#[tokio::test]
async fn the_page_opens_without_a_complaint_on_a_desk() {
    journey(Screen::Desk, async |page| page_starts(page).await).await;
}

#[tokio::test]
async fn the_page_opens_without_a_complaint_on_a_phone() {
    journey(Screen::Phone, async |page| page_starts(page).await).await;
}

async fn page_starts(page: crate::harness::Page) {
    page.open("").await;
    page.wait_until(
        "performance.getEntriesByType('resource').some(file => file.name.endsWith('.wasm') && file.responseEnd > 0)",
        "the engine has arrived",
    )
    .await;
    assert_eq!(page.eval("document.title").await, "Headwater, an event-stream playground");
}
