//! Somebody handles what is on the stage, by hand and by keyboard: nothing moves beneath them, and nothing hides.

use serde_json::json;

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{card, coloured, comes_to, open, open_with, play_until};

const EMPTY: &str = "{ version: 1, seed: 3, commands: [] }";

/// Whether all of it is on the stage.
fn in_view(element: &str) -> String {
    format!(
        "(() => {{ const part = ({element}).getBoundingClientRect();
            const stage = document.querySelector('.stage').getBoundingClientRect();
            return part.left >= stage.left && part.right <= stage.right && part.top >= stage.top
                && part.bottom <= stage.bottom; }})()"
    )
}

/// Waits until the canvas has been the same for some frames.
async fn stands_still(page: &Page) {
    page.eval(
        "new Promise(done => {
            let last, same = 0;
            const look = () => {
                const now = document.querySelector('.stage-area canvas').toDataURL();
                same = now == last ? same + 1 : 0;
                last = now;
                if (same > 5) done(0); else requestAnimationFrame(look);
            };
            look();
        })",
    )
    .await;
}

/// Selects everything on the stage and presses Delete.
async fn delete_everything(page: &Page) {
    page.eval("void document.querySelector('.stage').focus()").await;
    page.key("Control+a").await;
    page.key("Delete").await;
}

#[tokio::test]
async fn what_the_keyboard_comes_to_is_brought_into_view() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        for _ in 0..4 {
            page.click("Zoom in").await;
        }
        page.eval("void document.querySelector('[data-node=checkout]').focus()").await;
        let mut seen = 0;
        for _ in 0..40 {
            page.key("Tab").await;
            let scrolled = "[...document.querySelectorAll('*')].filter(all => all.matches('main, main *') \
                && (all.scrollLeft || all.scrollTop)).map(all => all.className)";
            assert_eq!(page.eval(scrolled).await, json!([]), "the browser has scrolled the stage");
            // A card may be larger than the stage by now; what is on it is not.
            if page.eval("document.activeElement.matches('.stage-layer button, .stage-layer .flag')").await == true {
                let sentence = "what has the focus is on the stage";
                page.wait_until(&in_view("document.activeElement"), sentence).await;
                seen += 1;
            }
        }
        assert!(seen > 20, "{seen} controls had the focus");
    })
    .await;
}

#[tokio::test]
async fn flags_can_be_taken_hold_of_where_they_are_painted_after_a_jump_in_time() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        for to in [36_000_000, 22_400_000, 30_000_000] {
            play_until(&page, 38_000_000.max(to)).await;
            page.headwater(&format!("seek({to})")).await;
            stands_still(&page).await;
            let handles = page
                .eval(
                    "[...document.querySelectorAll('.flag')].map(flag => {
                        const box = flag.getBoundingClientRect();
                        return [flag.ariaLabel, box.left, box.top];
                    })",
                )
                .await;
            for handle in handles.as_array().expect("a list") {
                let side = |n: usize| handle[n].as_f64().expect("a side of the handle");
                let corner = Point { x: side(1), y: side(2) };
                let painted = coloured(&page, corner, Point { x: corner.x + 10.0, y: corner.y + 8.0 }).await;
                assert!(painted > 8, "no flag is painted beneath {handle} at {to}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn delete_removes_all_that_is_selected_and_one_undo_brings_it_back() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        for _ in 0..4 {
            delete_everything(&page).await;
            comes_to(&page, "state().topics", &json!({})).await;
            comes_to(&page, "state().groups", &json!({})).await;
            page.key("Control+z").await;
            page.wait_until("Object.keys(headwater.state().groups).length == 4", "all groups are back").await;
            page.wait_until("document.querySelector('[data-node=fraud]')", "and on the stage").await;
        }
        assert_eq!(page.eval("document.querySelectorAll('.toast').length").await, 1, "one says what was undone");
    })
    .await;
}

#[tokio::test]
async fn escape_puts_back_whatever_is_dragged() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        let before = page.headwater("scenario().commands.length").await;

        let flag = page.find("inventory committed offset, orders-0").await;
        page.pull(flag, Point { x: flag.x - 120.0, ..flag }).await;
        page.wait_until("document.querySelector('.popover')", "it says what letting go would do").await;
        page.key("Escape").await;
        page.wait_until("!document.querySelector('.popover')", "it does not any more").await;
        page.let_go().await;

        let (corner, _) = card(&page, "checkout").await;
        let head = Point { x: corner.x + 60.0, y: corner.y + 12.0 };
        page.pull(head, Point { y: head.y + 90.0, ..head }).await;
        page.eval("void document.activeElement.blur()").await;
        page.key("Escape").await;
        page.let_go().await;
        page.wait_until("!document.querySelector('.is-moving')", "the card is let go of").await;
        assert_eq!(card(&page, "checkout").await.0, corner);

        let topic = page.find("Topic").await;
        page.pull(topic, Point { x: topic.x + 300.0, ..topic }).await;
        page.wait_until("document.querySelector('.ghost')", "a topic is dragged").await;
        page.key("Escape").await;
        page.let_go().await;
        page.wait_until("!document.querySelector('.ghost')", "the topic is not dragged any more").await;
        assert_eq!(page.headwater("scenario().commands.length").await, before, "nothing was done");
    })
    .await;
}

#[tokio::test]
async fn the_first_part_on_an_empty_stage_stays_where_it_was_dropped() {
    journey(Screen::Desk, async |page: Page| {
        let dropped = async |kind: &str, node: &str, to: Point| {
            page.drag(page.find(kind).await, to).await;
            page.wait_until(&format!("document.querySelector('[data-node=\"{node}\"]')"), "it is there").await;
            stands_still(&page).await;
            let (corner, _) = card(&page, node).await;
            // The grid has steps of eight.
            let (dx, dy) = ((corner.x - to.x).abs(), (corner.y - to.y).abs());
            assert!(dx <= 5.0 && dy <= 5.0, "{kind} was dropped at {to:?} and stands at {corner:?}");
        };
        open_with(&page, EMPTY).await;
        dropped("Producer", "producer-1", Point { x: 218.0, y: 260.0 }).await;
        dropped("Topic", "topic-1", Point { x: 500.0, y: 250.0 }).await;
        delete_everything(&page).await;
        comes_to(&page, "state().topics", &json!({})).await;
        dropped("Topic", "topic-1", Point { x: 300.0, y: 320.0 }).await;
    })
    .await;
}

#[tokio::test]
async fn a_part_added_by_a_click_and_a_stage_of_another_size_are_in_view() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        page.resize(1_024, 700).await;
        let all = in_view_all();
        page.wait_until(&all, "everything is on the smaller stage").await;

        page.click("Zoom in").await;
        page.resize(1_100, 700).await;
        page.click("Zoom out").await;
        for (kind, node) in [("Topic", "topic-1"), ("Consumer group", "group-1")] {
            page.click(kind).await;
            page.wait_until(&format!("headwater.scenario().commands.some(c => c.node == '{node}')"), "it is added")
                .await;
            let sentence = format!("all of {node} is on the stage");
            page.wait_until(&in_view(&format!("document.querySelector('[data-node=\"{node}\"]')")), &sentence).await;
        }
    })
    .await;
}

fn in_view_all() -> String {
    format!("[...document.querySelectorAll('.node')].every(node => {})", in_view("node"))
}
