//! Somebody kills a consumer and watches what its group does.

use serde_json::json;

use crate::harness::{Page, Screen, journey};
use crate::stage::{comes_to, number, open, play_until};

const GROUP: &str = "state().groups.inventory";

#[tokio::test]
async fn the_partitions_of_a_killed_member_move_exactly_when_its_session_times_out() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        let victim = format!("{GROUP}.members['inventory-2']");
        let owned = page.headwater(&format!("{victim}.assigned")).await;
        assert_ne!(owned, json!([]), "the victim reads something");
        let heard_of = number(&page, &format!("{victim}.session_ends_us")).await - 6_000_000;
        assert!(heard_of <= number(&page, "state().time_us").await, "its session ends 6 s after its last heartbeat");

        page.click("Kill inventory-2").await;
        comes_to(&page, &format!("{victim}.state"), &json!("killed")).await;
        // A heartbeat that was on its way when it died still counts.
        play_until(&page, number(&page, "state().time_us").await + 500_000).await;
        let ends = number(&page, &format!("{victim}.session_ends_us")).await;
        let fuse = "Number(document.querySelector('[aria-label=\"session timeout of inventory-2\"]').ariaValueNow)";
        let long = page.eval(fuse).await.as_f64().expect("the fuse has a value");
        play_until(&page, ends - 1).await;
        page.wait_until(&format!("{fuse} < {long}"), "the fuse has burnt down").await;
        assert_eq!(page.headwater(&format!("{GROUP}.state")).await, "Stable");

        play_until(&page, ends).await;
        assert_eq!(page.headwater(&format!("{GROUP}.state")).await, "PreparingRebalance");
        play_until(&page, ends + 4_000_000).await;
        assert_eq!(page.headwater(&format!("{GROUP}.state")).await, "Stable");
        let all = json!([["orders", 0], ["orders", 1], ["orders", 2]]);
        assert_eq!(page.headwater(&format!("{GROUP}.members['inventory-1'].assigned")).await, all);
    })
    .await;
}

#[tokio::test]
async fn a_member_that_leaves_gives_its_partitions_up_at_once() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        page.headwater("dispatch({ type: 'leave', consumer: 'inventory-2' })").await;
        let now = number(&page, "state().time_us").await;
        play_until(&page, now + 4_500_000).await;
        let assigned = page.headwater(&format!("{GROUP}.members['inventory-1'].assigned")).await;
        assert_eq!(assigned.as_array().map(Vec::len), Some(3), "well before the session timeout of 6 s");
    })
    .await;
}
