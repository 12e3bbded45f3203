//! An operator at the terminal: by keyboard alone, by mouse, and on a phone.

use serde_json::json;

use crate::harness::{Page, Screen, journey};
use crate::stage::{open, play_until};

/// Types a line and enters it.
async fn enter(page: &Page, line: &str) {
    page.type_text(line).await;
    page.key("Enter").await;
}

async fn prints(page: &Page, words: &str) {
    let printed = format!("document.querySelector('.terminal-lines').innerText.includes({})", json!(words));
    page.wait_until(&printed, &format!("the terminal prints: {words}")).await;
}

async fn field(page: &Page) -> String {
    let value = page.eval("document.querySelector('#terminal-line').value").await;
    value.as_str().expect("a text").to_owned()
}

async fn now(page: &Page) -> u64 {
    page.headwater("state().time_us").await.as_u64().expect("a moment")
}

#[tokio::test]
async fn offsets_are_reset_by_keyboard_once_the_group_is_stopped() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        page.key("`").await;
        page.wait_until("document.activeElement.id == 'terminal-line'", "the field has the focus").await;
        assert_eq!(field(&page).await, "", "the key that opens it is not typed");

        page.type_text("kafka-cons").await;
        page.key("Tab").await;
        page.type_text("u").await;
        page.key("Tab").await;
        page.type_text("--des").await;
        page.key("Tab").await;
        page.type_text("--group inv").await;
        page.key("Tab").await;
        assert_eq!(field(&page).await, "kafka-consumer-groups --describe --group inventory ");
        page.key("Enter").await;
        prints(&page, "CURRENT-OFFSET  LOG-END-OFFSET").await;
        page.screenshot("terminal").await;

        let reset = "kafka-consumer-groups --group inventory --topic orders --reset-offsets --to-earliest --execute";
        enter(&page, reset).await;
        prints(&page, "is inactive, but the current state is Stable.").await;
        enter(&page, "kill -TERM $(pgrep -f 'group inventory( |$)')").await;
        play_until(&page, now(&page).await + 10_000_000).await;
        page.click("Command line").await;
        page.key("ArrowUp").await;
        page.key("ArrowUp").await;
        assert_eq!(field(&page).await, reset);
        page.key("Enter").await;
        prints(&page, "NEW-OFFSET").await;
        let committed = "headwater.state().groups.inventory.offsets['orders-0'].committed";
        page.wait_until(&format!("{committed} === 0"), "the offset is the first").await;
        let commands = page.headwater("scenario().commands.map(command => command.type)").await;
        assert!(commands.as_array().expect("commands").contains(&json!("reset_offsets")), "{commands}");

        page.key("Escape").await;
        page.wait_until("document.activeElement.matches('.terminal-button')", "the focus is given back").await;
        page.reload().await;
        page.wait_until("window.headwater", "the page is back").await;
        page.key("`").await;
        page.wait_until("document.activeElement?.id == 'terminal-line'", "the field has the focus").await;
        page.key("ArrowUp").await;
        assert_eq!(field(&page).await, reset, "history outlasts the page");
    })
    .await;
}

#[tokio::test]
async fn what_the_mouse_does_is_written_down_as_one_would_have_typed_it() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Kill fraud-1").await;
        page.click("Terminal").await;
        prints(&page, "# kill -KILL $(pgrep -f 'client.id=fraud-1( |$)')").await;
    })
    .await;
}

#[tokio::test]
async fn records_are_typed_and_read_on_a_phone() {
    journey(Screen::Phone, async |page: Page| {
        open(&page).await;
        page.click("Terminal").await;
        page.wait_until("document.activeElement.id == 'terminal-line'", "the field has the focus").await;
        enter(&page, "kafka-console-producer --topic orders --property parse.key=true --property key.separator=:")
            .await;
        enter(&page, "order-1:rubber boots").await;
        page.click("End").await;
        let typed = now(&page).await;
        play_until(&page, typed + 5_000_000).await;
        page.click("Command line").await;
        enter(&page, "kafka-console-consumer --topic orders --from-beginning --property print.key=true").await;
        // The group that it makes waits for more members first, and then forms.
        let begun = now(&page).await;
        play_until(&page, begun + 6_000_000).await;
        prints(&page, "order-1\trubber boots").await;
        page.screenshot("terminal-phone").await;
        let widths = page.eval("[document.documentElement.scrollWidth, innerWidth]").await;
        assert_eq!(widths, json!([390, 390]), "wide lines scroll in their own box");
        page.click("End").await;
        prints(&page, "Processed a total of").await;
    })
    .await;
}
