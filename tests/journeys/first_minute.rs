//! The first minute: a kill, a rewind, an event by hand; with the keyboard alone, and by touch.

use serde_json::json;

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{comes_to, number, open};

/// Presses Tab until the thing of this name has the focus.
async fn tab_to(page: &Page, name: &str) {
    for _ in 0..150 {
        page.key("Tab").await;
        let focused = page.eval("document.activeElement.ariaLabel || document.activeElement.textContent").await;
        if focused == name {
            return;
        }
    }
    panic!("Tab does not come to \"{name}\"");
}

#[tokio::test]
async fn the_first_minute_works_with_the_keyboard_alone() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        tab_to(&page, "Kill inventory-2").await;
        page.key("Enter").await;
        page.wait_until("headwater.state().groups.inventory.members['inventory-2'].state == 'killed'", "it is dead")
            .await;

        let position = "state().groups.analytics.offsets['orders-0'].position";
        tab_to(&page, "analytics committed offset, orders-0").await;
        page.headwater("pause()").await;
        let before = number(&page, position).await;
        for _ in 0..8 {
            page.key("ArrowLeft").await;
        }
        page.key("Enter").await;
        page.wait_until(&format!("headwater.{position} < {before}"), "the group was rewound").await;

        tab_to(&page, "Publish through checkout").await;
        let published = number(&page, "state().counters.produced").await;
        page.key("Enter").await;
        tab_to(&page, "Publish").await;
        page.key("Enter").await;
        comes_to(&page, "state().counters.produced", &json!(published + 1)).await;
    })
    .await;
}

#[tokio::test]
async fn the_first_minute_works_by_touch_on_a_phone() {
    journey(Screen::Phone, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        page.click("Kill inventory-2").await;
        page.wait_until("headwater.state().groups.inventory.members['inventory-2'].state == 'killed'", "it is dead")
            .await;
        page.click("Fit everything").await;

        let position = "state().groups.analytics.offsets['orders-0'].position";
        let before = number(&page, position).await;
        let flag = page.find("analytics committed offset, orders-0").await;
        page.drag(flag, Point { x: flag.x - 50.0, ..flag }).await;
        page.wait_until(&format!("headwater.{position} < {before}"), "the group was rewound").await;

        page.click("Publish through checkout").await;
        let published = number(&page, "state().counters.produced").await;
        page.click("Publish").await;
        comes_to(&page, "state().counters.produced", &json!(published + 1)).await;
    })
    .await;
}
