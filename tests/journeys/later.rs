//! What is fetched later: the first minute does without it, whoever wants it waits, and no failure is for good.
//!
//! The page has to be split, as `scripts/build` does it.

use crate::harness::{Page, Point, Screen, journey, journey_with_site};
use crate::stage::card;

/// Keeps the second part from a page until `release()` is called there: as on a slow network, or a broken one.
async fn withhold(page: &Page, meanwhile: &str) {
    let script = format!(
        "{{
            const fetched = window.fetch;
            const released = new Promise(done => {{ window.release = done; }});
            let isReleased = false;
            released.then(() => {{ isReleased = true; }});
            window.fetch = async (what, ...how) => {{
                if (/_later\\.wasm$/.test(what) && !isReleased) {meanwhile};
                return fetched(what, ...how);
            }};
        }}"
    );
    page.before_every_page(&script).await;
}

async fn says(page: &Page, text: &str) {
    page.wait_until(&format!("document.body.innerText.includes({text:?})"), &format!("the page says “{text}”")).await;
}

async fn undoes(page: &Page, what: &str) {
    let button = "document.querySelector('button[aria-label=\"Undo\"]')";
    page.wait_until(&format!("{button}?.title.includes({what:?})"), &format!("“{what}” could be undone")).await;
}

#[tokio::test]
async fn the_first_minute_does_without_the_second_part_and_what_is_opened_then_opens_when_it_is_here() {
    journey(Screen::Desk, async |page: Page| {
        withhold(&page, "await released").await;
        page.open("").await;
        page.wait_until("document.querySelector('[data-node=\"inventory\"]')", "the opening scene is there").await;
        says(&page, "One moment…").await;

        page.click("Kill inventory-2").await;
        undoes(&page, "inventory-2").await;
        page.click("Pause").await;
        let flag = page.find("analytics committed offset, orders-0").await;
        page.drag(flag, Point { x: flag.x - 50.0, ..flag }).await;
        undoes(&page, "analytics").await;
        page.click("Undo").await;
        undoes(&page, "inventory-2").await;
        page.click("Producer").await;
        page.wait_until("document.querySelectorAll('[data-node^=\"producer\"]').length == 1", "it is on the stage")
            .await;
        page.click("Step").await;
        page.click("Play").await;

        page.click("Keyboard shortcuts").await;
        assert_eq!(page.eval("window.headwater === undefined && !document.querySelector('dialog')").await, true);
        page.eval("release()").await;
        page.wait_until("document.querySelector('dialog[open]')", "the dialog opens by itself").await;
        says(&page, "in the accumulator").await;
    })
    .await;
}

#[tokio::test]
async fn no_button_moves_from_under_the_pointer_when_the_second_part_comes() {
    journey(Screen::Desk, async |page: Page| {
        withhold(&page, "await released").await;
        page.open("").await;
        page.wait_until("document.querySelector('[data-node=\"inventory\"]')", "the opening scene is there").await;
        // Marks come and go while time passes.
        page.click("Pause").await;
        let places = "[...document.querySelectorAll(':is(.header, .palette, .transport) :is(button, select, input)')].map(it => {
            const { x, y, width, height } = it.getBoundingClientRect();
            return [it.ariaLabel ?? it.textContent, x, y, width, height];
        })";
        let before = page.eval(places).await;
        page.eval("release()").await;
        page.wait_until("window.headwater", "the second part is there").await;
        page.wait_until("document.querySelectorAll('.header option').length > 1", "there is more to choose from").await;
        assert_eq!(page.eval(places).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_fetched_is_said_to_whoever_waits_and_fetched_again() {
    journey(Screen::Desk, async |page: Page| {
        withhold(&page, "throw new TypeError('the network is gone')").await;
        page.open("").await;
        page.wait_until("document.querySelector('[data-node=\"inventory\"]')", "the opening scene is there").await;
        let (from, _) = card(&page, "analytics").await;
        page.drag(Point { x: from.x + 20.0, y: from.y + 12.0 }, Point { x: from.x + 20.0, y: from.y + 12.0 }).await;
        says(&page, "could not be fetched").await;
        page.eval("release()").await;
        page.wait_until("document.querySelector('.inspector [role=tab]')", "the inspector is there in the end").await;
        page.click("Export").await;
        page.wait_until("document.querySelector('dialog[open]')", "everything opens at once from now on").await;
    })
    .await;
}

#[tokio::test]
async fn everything_opens_without_a_network_after_the_first_visit() {
    journey_with_site(Screen::Desk, async |page: Page, site| {
        page.open("").await;
        page.wait_until("navigator.serviceWorker.controller", "the service worker looks after the page").await;
        site.stop();
        page.reload().await;
        page.wait_until("window.headwater", "both parts are there").await;
        page.click("Share").await;
        page.wait_until("document.querySelector('dialog[open]')", "the dialog opens").await;
    })
    .await;
}

#[tokio::test]
async fn a_page_that_breaks_before_its_second_part_is_here_hands_over_the_run_once_it_is() {
    journey(Screen::Desk, async |page: Page| {
        withhold(&page, "await released").await;
        page.open("").await;
        page.wait_until("document.querySelector('[data-node=\"inventory\"]')", "the opening scene is there").await;
        page.click("Kill inventory-2").await;
        undoes(&page, "inventory-2").await;
        // At once: the page has something new to show all the time.
        page.eval(
            "void (Node.prototype.insertBefore = () => { throw new Error('this browser is broken'); },
                [...document.querySelectorAll('.palette button')].forEach(button => button.click()))",
        )
        .await;
        says(&page, "Something broke").await;
        page.eval("release()").await;
        says(&page, "Something broke; your run is saved").await;
        page.wait_until("document.querySelector('a[download]')", "it can be downloaded").await;
        let kept = page.eval("localStorage[Object.keys(localStorage).find(key => key.includes('.run.rescued'))]").await;
        assert!(kept.as_str().is_some_and(|text| text.contains("\"kill\"")), "it is kept as well: {kept}");
        // They are all of this breakage.
        page.console_errors().await;
    })
    .await;
}
