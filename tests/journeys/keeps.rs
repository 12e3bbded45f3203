//! Nothing is lost: going on after a reload, two tabs, storage that refuses, damaged entries, one's own scenarios.

use serde_json::{Value, json};

use crate::harness::{Page, Screen, journey};
use crate::stage::{number, open, play_until};

/// Waits until what was done is kept.
async fn is_kept(page: &Page) {
    page.wait_until("document.querySelector('.kept')?.textContent == 'saved'", "the header says that the run is kept")
        .await;
}

async fn kill(page: &Page, consumer: &str) {
    page.headwater(&format!("dispatch({{ type: 'kill', consumer: '{consumer}' }})")).await;
}

async fn kept_runs(page: &Page) -> usize {
    let keys = page.eval("Object.keys(localStorage).filter(key => key.startsWith('headwater.run.'))").await;
    keys.as_array().expect("a list").len()
}

async fn sees(page: &Page, text: &str) {
    let condition = format!("document.body.innerText.includes({})", Value::from(text));
    page.wait_until(&condition, &format!("the page says “{text}”")).await;
}

#[tokio::test]
async fn a_visitor_who_reloads_in_the_middle_goes_on_where_they_were() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        play_until(&page, 25_000_000).await;
        kill(&page, "inventory-2").await;
        play_until(&page, 31_000_000).await;
        let digest = page.headwater("digest()").await;
        is_kept(&page).await;
        page.reload().await;
        sees(&page, "Continue where you left off?").await;
        sees(&page, "Orders fan-out · 0:31 · 1 action").await;
        page.headwater("pause()").await;
        page.click("Continue").await;
        page.wait_until("headwater.state().time_us == 31000000", "the run is at the moment at which it was left").await;
        assert_eq!(page.headwater("digest()").await, digest);
        assert_eq!(page.headwater("state().groups.inventory.members['inventory-2'].state").await, "killed");
        is_kept(&page).await;
        assert_eq!(kept_runs(&page).await, 1, "the same run goes on, not a copy of it");
    })
    .await;
}

#[tokio::test]
async fn every_course_of_a_run_and_what_can_be_undone_survives_a_reload() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.headwater("pause()").await;
        play_until(&page, 30_000_000).await;
        kill(&page, "inventory-2").await;
        play_until(&page, 35_000_000).await;
        page.headwater("seek(25000000)").await;
        kill(&page, "fraud-1").await;
        page.find("Return to the other run").await;
        is_kept(&page).await;
        page.reload().await;
        sees(&page, "1 action · 2 runs").await;
        page.click("Continue").await;
        page.wait_until("headwater.state().time_us == 25000000", "the run is at the moment at which it was left").await;
        page.click("Runs").await;
        page.click("Go to Original run").await;
        page.wait_until("headwater.state().groups.fraud.members['fraud-1'].state != 'killed'", "fraud-1 lives here")
            .await;
        page.key("Control+z").await;
        sees(&page, "Undone: kill inventory-2").await;
    })
    .await;
}

#[tokio::test]
async fn the_first_visit_and_a_visit_without_an_action_are_offered_nothing() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.reload().await;
        page.wait_until("window.headwater && headwater.state().time_us > 15300000", "the opening scene plays").await;
        assert_eq!(page.eval("document.querySelectorAll('.offer').length").await, 0);
        assert_eq!(kept_runs(&page).await, 0);
    })
    .await;
}

#[tokio::test]
async fn two_tabs_keep_a_run_each() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        kill(&page, "inventory-2").await;
        is_kept(&page).await;
        let first = page.tab().await;

        page.new_tab().await;
        open(&page).await;
        // The other tab is open: there is nothing to go on with.
        kill(&page, "inventory-1").await;
        is_kept(&page).await;
        assert_eq!(kept_runs(&page).await, 2);
        page.close_tab(&first).await;

        assert_eq!(page.eval("document.querySelectorAll('.offer').length").await, 0);
        kill(&page, "notification-1").await;
        let runs =
            "Object.keys(localStorage).filter(key => key.startsWith('headwater.run.')).map(key => localStorage[key])";
        let own = format!("{runs}.filter(run => run.includes('\"actions\":2'))");
        page.wait_until(&format!("{own}.length == 1"), "this tab's run has both of its actions").await;
        let others = format!("{runs}.filter(run => run.includes('\"actions\":1')).length");
        assert_eq!(page.eval(&others).await, 1, "the other tab's run is as it was");
    })
    .await;
}

#[tokio::test]
async fn where_storage_is_refused_the_page_works_and_says_so_once_there_is_something_to_lose() {
    journey(Screen::Desk, async |page: Page| {
        page.before_every_page(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
        )
        .await;
        open(&page).await;
        assert_eq!(page.eval("document.querySelectorAll('.toast').length").await, 0, "a first look is left in peace");
        kill(&page, "inventory-2").await;
        sees(&page, "This browser keeps nothing for this page").await;
        sees(&page, "not saved").await;
        let before = number(&page, "state().time_us").await;
        page.wait_until(&format!("headwater.state().time_us > {before}"), "the run goes on").await;
    })
    .await;
}

#[tokio::test]
async fn a_full_storage_is_said_and_kept_again_once_there_is_room() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.eval(
            "(() => { let text = 'x'.repeat(1 << 20), n = 0;
                while (text.length > 8) { try { localStorage['full' + n++] = text; } catch { text = text.slice(text.length / 2); } } })()",
        )
        .await;
        kill(&page, "inventory-2").await;
        sees(&page, "storage for this page is full").await;
        page.eval("void Object.keys(localStorage).filter(key => key.startsWith('full')).forEach(key => localStorage.removeItem(key))")
            .await;
        kill(&page, "notification-1").await;
        is_kept(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_damaged_run_is_kept_aside_and_offered_for_download() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.eval("void (localStorage['headwater.run.aa-0'] = '{\"headwater\":1,\"name\":\"torn\",\"saved_ms\":1}\\n{\"version\":1,')").await;
        page.reload().await;
        sees(&page, "Your last run cannot be opened").await;
        page.eval("void (localStorage['headwater.run.bb-0'] = 'not even a label')").await;
        page.click("My scenarios").await;
        sees(&page, "Cannot be opened").await;
        page.click("Download headwater.run.bb-0").await;
        assert_eq!(page.eval("localStorage['headwater.run.bb-0']").await, "not even a label");
        assert!(page.eval("localStorage['headwater.run.aa-0']").await.is_string());
    })
    .await;
}

#[tokio::test]
async fn a_scenario_is_saved_under_a_name_duplicated_deleted_and_put_back() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        kill(&page, "inventory-2").await;
        page.click("My scenarios").await;
        page.click("Name").await;
        page.key("Control+a").await;
        page.type_text("Monday").await;
        page.click("Save the run on the stage").await;
        page.click("Duplicate Monday").await;
        page.click("Delete Monday").await;
        page.find("Open Monday 2").await;
        page.click("Undo deleting Monday").await;
        page.click("Rename Monday 2").await;
        page.key("Control+a").await;
        page.type_text("Tuesday").await;
        page.key("Enter").await;
        page.find("Open Monday").await;
        page.click("Open Tuesday").await;
        page.wait_until(
            "document.querySelector('[aria-label=Scenario]').selectedOptions[0].text == 'Tuesday'",
            "it is open",
        )
        .await;
        assert_eq!(page.headwater("state().groups.inventory.members['inventory-2'].state").await, json!("killed"));
    })
    .await;
}
