//! Somebody goes back in time, does something else, and compares; takes it back; and asks why.

use serde_json::json;

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{comes_to, number, open, play_until};

const VICTIM: &str = "state().groups.inventory.members['inventory-2'].state";

async fn kill(page: &Page, consumer: &str) {
    page.headwater(&format!("dispatch({{ type: 'kill', consumer: '{consumer}' }})")).await;
}

#[tokio::test]
async fn a_run_is_scrubbed_back_changed_and_compared_with_what_it_was() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        kill(&page, "inventory-2").await;
        play_until(&page, 40_000_000).await;
        let end = page.headwater("digest()").await;

        let slider = page.find("Time").await;
        page.drag(slider, Point { x: slider.x - 200.0, ..slider }).await;
        page.wait_until("headwater.state().time_us < 35000000", "the past is shown").await;
        assert_eq!(page.headwater("state().playing").await, json!(false));

        page.click("Kill fraud-1").await;
        page.find("Return to the other run").await;
        let changed = page.headwater("state().time_us").await.as_u64().expect("a moment");
        play_until(&page, changed + 20_000_000).await;
        page.click("Runs").await;
        page.click("Compare with Original run").await;
        page.find("What happened otherwise").await;
        page.key("Escape").await;

        page.click("Runs").await;
        page.click("Go to Original run").await;
        page.wait_until("headwater.state().groups.fraud.members['fraud-1'].state != 'killed'", "fraud-1 lives here")
            .await;
        page.headwater("seek(40000000)").await;
        assert_eq!(page.headwater("digest()").await, end, "the run that was left is as it was");
    })
    .await;
}

#[tokio::test]
async fn going_back_and_comparing_works_by_touch_on_a_phone() {
    journey(Screen::Phone, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        play_until(&page, 40_000_000).await;
        let slider = page.find("Time").await;
        page.drag(slider, Point { x: slider.x - 60.0, ..slider }).await;
        page.wait_until("headwater.state().time_us < 35000000", "the past is shown").await;
        kill(&page, "fraud-1").await;
        page.find("Return to the other run").await;
        page.click("Runs").await;
        page.click("Compare with Original run").await;
        page.find("What happened otherwise").await;
    })
    .await;
}

#[tokio::test]
async fn a_group_is_run_again_with_another_protocol_and_both_runs_are_compared() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        kill(&page, "inventory-2").await;
        play_until(&page, 40_000_000).await;
        page.eval("document.querySelector('[data-node=\"inventory\"]').focus()").await;
        page.key("Enter").await;
        page.click("Compare with consumer").await;
        page.find("What happened otherwise").await;
        page.key("Escape").await;
        page.click("Runs").await;
        page.click("Go to inventory speaks consumer").await;
        page.wait_until("headwater.state().groups.inventory.protocol == 'consumer'", "the new run is shown").await;
        page.wait_until("headwater.state().time_us == 40000000", "at the moment that was shown").await;
    })
    .await;
}

#[tokio::test]
async fn an_edit_is_undone_and_redone_with_the_keyboard() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        let before = page.headwater("digest()").await;
        kill(&page, "inventory-2").await;
        comes_to(&page, VICTIM, &json!("killed")).await;
        page.find("Undo").await;
        page.key("Control+z").await;
        page.wait_until(&format!("headwater.{VICTIM} != 'killed'"), "it lives again").await;
        assert_eq!(page.headwater("digest()").await, before);
        page.key("Control+y").await;
        comes_to(&page, VICTIM, &json!("killed")).await;
    })
    .await;
}

#[tokio::test]
async fn an_edit_made_in_the_past_is_undone_and_the_run_that_was_left_is_there_as_it_was() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        play_until(&page, 40_000_000).await;
        let end = page.headwater("digest()").await;
        page.headwater("seek(25000000)").await;
        let before = page.headwater("digest()").await;
        let victim = "state().groups.fraud.members['fraud-1'].state";

        page.click("Kill fraud-1").await;
        page.find("Return to the other run").await;
        page.key("Control+z").await;
        page.wait_until(&format!("headwater.{victim} != 'killed'"), "it lives again").await;
        assert_eq!(page.headwater("digest()").await, before, "at the same moment");
        let runs = "document.querySelectorAll('.branch').length";
        page.wait_until(&format!("{runs} == 1"), "the run that began here is gone").await;
        let offers =
            page.eval("document.querySelector('.toasts').textContent.includes('Return to the other run')").await;
        assert_eq!(offers, false, "there is no other run to return to");

        page.key("Control+y").await;
        comes_to(&page, victim, &json!("killed")).await;
        page.wait_until(&format!("{runs} == 2"), "it is there again").await;
        page.key("Control+z").await;
        page.wait_until(&format!("headwater.{victim} != 'killed'"), "it lives again").await;
        page.headwater("seek(40000000)").await;
        assert_eq!(page.headwater("digest()").await, end, "nothing that was recorded is lost");
    })
    .await;
}

#[tokio::test]
async fn why_leads_from_a_rebalance_back_to_the_kill() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        let killed = number(&page, "state().time_us").await;
        kill(&page, "inventory-2").await;
        play_until(&page, killed + 20_000_000).await;
        page.click("Step to…").await;
        page.click("Previous rebalance").await;
        page.key("Escape").await;
        page.wait_until(
            "[...document.querySelectorAll('.mark-rebalance .mark-shape')].at(-1)?.ariaLabel.includes('inventory')",
            "the rebalance has a mark",
        )
        .await;
        page.eval(
            "void [...document.querySelectorAll('.mark-rebalance [aria-label^=\"Why inventory\"]')].at(-1).click()",
        )
        .await;
        page.wait_until(
            "document.querySelector('.chain .is-root')?.textContent.includes('kill inventory-2')",
            "the root",
        )
        .await;
        page.eval("void document.querySelector('.chain .is-root .moment').click()").await;
        comes_to(&page, "state().time_us", &json!(killed)).await;
    })
    .await;
}
