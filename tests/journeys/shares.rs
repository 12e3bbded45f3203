//! Somebody shares a run, and somebody else follows the link.

use std::cell::RefCell;
use std::rc::Rc;

use headwater::engine::Command;
use headwater::scenario::link::{Link, encode};
use headwater::scenario::{Bookmark, Scenario, Timed, catalog};
use serde_json::{Value, json};

use crate::harness::{Page, Screen, journey};
use crate::stage::{comes_to, number, open, play_until};

fn orders() -> Scenario {
    catalog::find("orders").expect("the opening scene")
}

async fn text(page: &Page, expression: &str) -> String {
    page.eval(expression).await.as_str().unwrap_or_default().to_owned()
}

/// Waits for a dialog of this name.
async fn dialog(page: &Page, name: &str) {
    page.wait_until(&format!("document.querySelector('dialog[open][aria-label=\"{name}\"]')"), name).await;
}

/// What the share dialog offers, from the `#` on.
async fn shared(page: &Page) -> String {
    page.click("Share").await;
    dialog(page, "Share this run").await;
    let address = text(page, "document.getElementById('share-link').value").await;
    let (_, letters) = address.split_once('#').expect("a link");
    format!("#{letters}")
}

#[tokio::test]
async fn a_copied_link_opens_in_a_fresh_profile_to_the_same_digest_at_the_same_time() {
    let taken: Rc<RefCell<(String, Value)>> = Rc::default();
    let given = taken.clone();
    journey(Screen::Desk, async move |page: Page| {
        open(&page).await;
        page.click("Pause").await;
        page.click("Kill inventory-2").await;
        comes_to(&page, "state().groups.inventory.members['inventory-2'].state", &json!("killed")).await;
        play_until(&page, 31_000_000).await;
        let digest = page.headwater("digest()").await;
        let link = shared(&page).await;
        page.click("Copy").await;
        page.wait_until("document.querySelector('.copy').textContent == 'Copied'", "the link is on the clipboard")
            .await;
        *given.borrow_mut() = (link, digest);
    })
    .await;

    let (link, digest) = taken.take();
    assert!(link.len() < 400, "{link}");
    journey(Screen::Desk, async move |page: Page| {
        page.open(&link).await;
        page.wait_until(
            "window.headwater && headwater.state().time_us >= 31000000",
            "the link opens where it was shared",
        )
        .await;
        page.click("Pause").await;
        page.headwater("seek(31000000)").await;
        assert_eq!(page.headwater("digest()").await, digest);
        assert_eq!(page.headwater("state().groups.inventory.members['inventory-2'].state").await, "killed");
        assert_eq!(page.eval("history.length").await, 2, "a link adds nothing to go back to");
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_cut_off_says_so_and_offers_what_is_left() {
    let whole = encode(&Link::of(orders())).expect("short enough");
    let mut long = orders();
    let later = (1..30).map(|second| Timed {
        at_us: second * 1_000_000,
        command: Command::Place { node: "orders".into(), x: 300 + second as i32, y: 7 * second as i32 },
    });
    long.commands.extend(later);
    let long = encode(&Link::of(long)).expect("short enough");
    journey(Screen::Phone, async move |page: Page| {
        page.open(&format!("#{}", &long[..long.len() - 20])).await;
        dialog(&page, "This link cannot be read").await;
        let said = text(&page, "document.querySelector('dialog .problem').textContent").await;
        assert!(said.starts_with("The link is cut off: "), "{said}");
        page.click("Open what was saved").await;
        page.wait_until("headwater.scenario().commands.length > 20", "the commands that were whole are there").await;

        // Another link is followed in the same window: no new page, nothing lost if it is wrong.
        page.eval("location.hash = '1' + 'x'.repeat(40)").await;
        dialog(&page, "This link cannot be read").await;
        page.click("Go on without it").await;
        page.eval(&format!("location.hash = '{whole}'")).await;
        let commands = orders().commands.len();
        page.wait_until(&format!("headwater.scenario().commands.length == {commands}"), "the whole link opens").await;
    })
    .await;
}

#[tokio::test]
async fn a_run_to_be_watched_is_not_changed_until_a_copy_is_opened() {
    let link = Link { at_us: Some(20_000_000), is_paused: true, is_read_only: true, ..Link::of(orders()) };
    let letters = encode(&link).expect("short enough");
    journey(Screen::Desk, async move |page: Page| {
        page.open(&format!("#{letters}")).await;
        comes_to(&page, "state().time_us", &json!(20_000_000)).await;
        assert_eq!(page.headwater("state().playing").await, false);
        let victim = "state().groups.inventory.members['inventory-2'].state";
        page.click("Kill inventory-2").await;
        page.find("Open a copy to change").await;
        assert_ne!(page.headwater(victim).await, "killed");
        let refused = page.eval("(() => { try { headwater.dispatch({ type: 'kill', consumer: 'inventory-2' }) } catch (error) { return error.message } })()").await;
        assert_eq!(refused, "read only: this run is here to be watched; open a copy to change it");
        page.click("Open a copy").await;
        page.click("Kill inventory-2").await;
        comes_to(&page, victim, &json!("killed")).await;
    })
    .await;
}

#[tokio::test]
async fn an_embedded_playground_shows_stage_and_transport_only() {
    journey(Screen::Desk, async |page: Page| {
        page.open("#embed=1").await;
        page.wait_until("window.headwater && headwater.state().time_us > 0", "it runs").await;
        page.find("Pause").await;
        page.find("consumer inventory-1").await;
        assert_eq!(page.eval("document.querySelectorAll('.header, .palette, .inspector').length").await, 0);
        page.click("Pause").await;
        let whole = "document.querySelector('.whole-page')";
        page.eval(&format!("{whole}.addEventListener('click', event => event.preventDefault())")).await;
        page.click("Open in Headwater").await;
        let address = text(&page, &format!("{whole}.href")).await;
        assert!(address.contains("#1") && !address.contains("embed"), "{address}");
    })
    .await;
}

#[tokio::test]
async fn a_page_drives_the_playground_that_it_embeds() {
    journey(Screen::Desk, async |page: Page| {
        page.open("embed-example.html").await;
        page.wait_until("document.documentElement.dataset.ready", "the playground in the frame answers").await;
        page.click("Kill inventory-2").await;
        let says = "document.getElementById('says').textContent";
        page.wait_until(&format!("{says}.includes('inventory-2 (killed)')"), "the consumer in the frame is dead").await;
        page.click("Go to the timeout").await;
        page.wait_until(&format!("/inventory-1 .[a-z]+. reads 0, 1, 2/.test({says})"), "the group has noticed").await;
    })
    .await;
}

/// What would run, or be an element, if any text of a link were taken for markup.
const INJECTIONS: [&str; 6] = [
    "<img src=x onerror=\"window.injected=1\">",
    "<script>window.injected=2</script>",
    "\"><svg onload=window.injected=3>",
    "'-window.injected=4-'",
    "javascript:window.injected=5",
    "{{window.injected=6}}</title></textarea><style>*{display:none}</style>",
];

/// Every text that a link can hold is one of them, as far as it may be.
fn hostile() -> Scenario {
    let [image, script, svg, quote, address, style] = INJECTIONS;
    let read = |command: Value| Timed { at_us: 0, command: serde_json::from_value(command).expect("a command") };
    let commands = [
        json!({ "type": "add_topic", "topic": "t" }),
        json!({ "type": "add_producer", "producer": image, "topic": "t",
            "workload": { "arrivals": { "kind": "constant", "per_second": 4 }, "keys": { "kind": "uniform", "prefix": script, "count": 3 } } }),
        json!({ "type": "add_group", "group": svg, "topics": ["t"], "config": { "auto.offset.reset": "earliest" } }),
        json!({ "type": "add_consumer", "consumer": quote, "group": svg }),
        json!({ "type": "rename", "node": "t", "label": style }),
        json!({ "type": "publish", "producer": image, "key": address, "value": image, "headers": { script: svg } }),
        json!({ "type": "place", "node": "t", "x": 300, "y": 60 }),
        json!({ "type": "place", "node": svg, "x": 760, "y": 60 }),
        json!({ "type": "place", "node": image, "x": 20, "y": 60 }),
    ];
    Scenario {
        name: script.into(),
        title: style.into(),
        about: image.into(),
        commands: commands.map(read).into(),
        bookmarks: vec![Bookmark { at_us: 2_000_000, name: image.into() }],
        ..Scenario::empty()
    }
}

#[tokio::test]
async fn texts_from_a_link_are_texts_and_never_markup() {
    let letters = encode(&Link { at_us: Some(5_000_000), ..Link::of(hostile()) }).expect("short enough");
    journey(Screen::Desk, async move |page: Page| {
        page.open(&format!("#{letters}")).await;
        page.wait_until("window.headwater && headwater.state().time_us >= 5000000", "it runs").await;
        let clean = async |place: &str| {
            assert_eq!(page.eval("typeof window.injected").await, "undefined", "{place}");
            let strays = page
                .eval("document.querySelectorAll('body img, body script, body style, body svg[onload]').length")
                .await;
            assert_eq!(strays, 0, "{place}");
        };
        clean("the stage").await;
        let parts = number(&page, "state() && document.querySelectorAll('[data-node]').length").await;
        assert!(parts >= 4, "{parts} parts are on the stage");
        for part in 0..parts {
            page.eval(&format!("document.querySelectorAll('[data-node]')[{part}].focus()")).await;
            page.key("Enter").await;
            clean("the inspector").await;
            let tabs = page.eval("document.querySelectorAll('.tab').length").await.as_u64().unwrap_or(0);
            for tab in 0..tabs {
                page.eval(&format!("document.querySelectorAll('.tab')[{tab}].click()")).await;
                page.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))").await;
                clean("a tab of the inspector").await;
            }
        }
        page.click("Share").await;
        dialog(&page, "Share this run").await;
        clean("the share dialog").await;
        let frame = text(&page, "document.getElementById('share-frame').value").await;
        assert_eq!(frame.matches('<').count(), 2, "only the frame's own tags: {frame}");
    })
    .await;
}
