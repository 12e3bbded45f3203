//! The harness itself, on a page of its own: each verb does what it says, and a journey can fail.

use std::path::Path;

use serde_json::json;

use crate::harness::{Page, Point, Screen, journey_in};

async fn try_out(screen: Screen, steps: impl AsyncFnOnce(Page) + 'static) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys/fixture");
    journey_in(&fixture, screen, async |page: Page| {
        page.open("").await;
        steps(page).await;
    })
    .await;
}

#[tokio::test]
async fn a_mouse_clicks_what_has_the_name_wherever_it_is() {
    try_out(Screen::Desk, async |page| {
        page.click("Count").await;
        page.click("Far below").await;
        assert_eq!(page.headwater("seen").await, json!(["Count by mouse", "Far below by mouse"]));
    })
    .await;
}

#[tokio::test]
async fn a_finger_taps_and_drags() {
    try_out(Screen::Phone, async |page| {
        assert_eq!(page.eval("[innerWidth, innerHeight, devicePixelRatio]").await, json!([390, 844, 2]));
        page.click("Count").await;
        page.drag(page.find("ball").await, page.find("hole").await).await;
        assert_eq!(page.headwater("seen").await, json!(["Count by touch", "dropped at 250"]));
    })
    .await;
}

#[tokio::test]
async fn a_mouse_drags_from_one_point_to_another() {
    try_out(Screen::Desk, async |page| {
        assert_eq!(page.eval("[innerWidth, innerHeight, devicePixelRatio]").await, json!([1440, 900, 1]));
        let ball = page.find("ball").await;
        page.drag(ball, Point { x: ball.x + 100.0, ..ball }).await;
        assert_eq!(page.headwater("seen").await, json!(["dropped at 130"]));
    })
    .await;
}

#[tokio::test]
async fn a_visitor_may_prefer_the_dark() {
    try_out(Screen::Desk, async |page| {
        page.prefers("color-scheme", "dark").await;
        assert_eq!(page.eval("matchMedia('(prefers-color-scheme: dark)').matches").await, true);
        page.prefers("color-scheme", "light").await;
        assert_eq!(page.eval("matchMedia('(prefers-color-scheme: dark)').matches").await, false);
    })
    .await;
}

#[tokio::test]
async fn keys_arrive_alone_together_and_as_text() {
    try_out(Screen::Desk, async |page| {
        page.key("Escape").await;
        page.key("Control+z").await;
        page.click("Name").await;
        page.type_text("ok").await;
        assert_eq!(page.headwater("seen").await, json!(["Escape", "control Control", "control z", "o", "k"]));
        assert_eq!(page.eval("document.querySelector('input').value").await, "ok");
    })
    .await;
}

#[tokio::test]
async fn waiting_ends_when_the_condition_holds_and_promises_are_awaited() {
    try_out(Screen::Desk, async |page| {
        page.eval("void setTimeout(() => window.later = true, 100)").await;
        page.wait_until("window.later", "the timer fired").await;
        assert_eq!(page.headwater("late()").await, 42);
    })
    .await;
}

#[tokio::test]
async fn complaints_can_be_asked_for() {
    try_out(Screen::Desk, async |page| {
        page.click("Complain").await;
        let complaints = page.console_errors().await;
        assert!(complaints.iter().any(|complaint| complaint.contains("a complaint")), "{complaints:?}");
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "the page complained")]
async fn a_journey_with_an_unexpected_complaint_fails() {
    try_out(Screen::Desk, async |page| page.click("Complain").await).await;
}

#[tokio::test]
#[should_panic(expected = "one thing named \"Nothing\" should be on the page")]
async fn a_journey_that_looks_for_what_is_not_there_fails() {
    try_out(Screen::Desk, async |page| page.click("Nothing").await).await;
}
