//! Somebody drags a group's flag back and watches it read again.

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{number, open, play_until};

const FLAG: &str = "inventory committed offset, orders-0";

#[tokio::test]
async fn records_are_processed_again_after_a_flag_was_dragged_back() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        let position = "state().groups.inventory.offsets['orders-0'].position";
        let (before, twice) = (number(&page, position).await, number(&page, "state().counters.duplicates").await);
        let flag = page.find(FLAG).await;
        page.drag(flag, Point { x: flag.x - 120.0, ..flag }).await;
        page.wait_until(&format!("headwater.{position} < {before}"), "the consumer reads on from further back").await;
        let back = number(&page, position).await;

        play_until(&page, number(&page, "state().time_us").await + 8_000_000).await;
        assert!(number(&page, position).await >= before, "it has caught up");
        let repeated = number(&page, "state().counters.duplicates").await - twice;
        assert!(repeated >= before - back, "{repeated} of {} were counted as read twice", before - back);
        assert_eq!(number(&page, "state().groups.fraud.duplicates").await, 0, "the other groups read on");
    })
    .await;
}

#[tokio::test]
async fn offsets_of_a_group_that_runs_are_not_reset_and_the_reason_is_given() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        let refusal = page
            .eval(
                "(() => { try { headwater.dispatch({ type: 'reset_offsets', group: 'inventory', topic: 'orders',
                    to: { kind: 'earliest' } }); return ''; } catch (error) { return error.message; } })()",
            )
            .await;
        let text = refusal.as_str().expect("a message");
        assert!(text.contains("can only be reset if the group 'inventory' is inactive"), "{text}");
    })
    .await;
}
