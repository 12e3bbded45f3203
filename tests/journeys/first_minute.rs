//! The first minute: a kill, a rewind, a link; with the keyboard alone, and by touch.

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{number, open, tab_to};

/// The one hint on the page, which points at what the words are about.
async fn hint_says(page: &Page, words: &str) {
    let condition = format!("document.querySelector('.hint')?.innerText.includes('{words}')");
    page.wait_until(&condition, &format!("a hint says “{words}”")).await;
}

#[tokio::test]
async fn the_first_minute_works_with_the_keyboard_alone() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        hint_says(&page, "Kill inventory-2").await;
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
        hint_says(&page, "share it").await;
        tab_to(&page, "Share").await;
        page.key("Enter").await;
        page.wait_until("document.querySelector('dialog[open]').innerText.includes('Share')", "the link is shown")
            .await;
        page.wait_until("!document.querySelector('.hint')", "nothing is left to hint at").await;
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
        hint_says(&page, "share it").await;
        page.click("Share").await;
        page.wait_until("document.querySelector('dialog[open]').innerText.includes('Share')", "the link is shown")
            .await;
    })
    .await;
}
