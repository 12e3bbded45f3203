//! Somebody replays a file of their own events.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use headwater::model::kafka::partitioner::partition_for_key;
use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Page, Point, Screen, journey};
use crate::stage::{card, coloured, comes_to, number, open_with};

const ROWS: u32 = 100_000;

const SYSTEM: &str = r#"{ version: 1, seed: 5, commands: [
    { type: "add_topic", topic: "orders", config: { partitions: 3 } },
    { type: "add_producer", producer: "till", topic: "orders" },
    { type: "add_group", group: "audit", topics: ["orders"],
        config: { "auto.offset.reset": "earliest", "max.poll.records": 5000 } },
    { type: "add_consumer", consumer: "audit-1", group: "audit" },
    { type: "place", node: "till", x: 24, y: 160 },
    { type: "place", node: "orders", x: 320, y: 120 },
    { type: "place", node: "audit", x: 800, y: 120 },
] }"#;

fn key(row: u32) -> String {
    format!("order-{}", row % 977)
}

/// A hundred thousand good rows, ten to a millisecond, and three lines that are none: 11, 50,000 and the last.
fn events(folder: &Path) -> PathBuf {
    let mut text = String::new();
    for row in 0..ROWS {
        match row {
            10 => text.push_str("{\"order\": \"order-1\", \"ts\": \n"),
            49_998 => text.push_str("{\"ts\": \"2026-03-01T12:00:05Z\", \"total\": 7}\n"),
            _ => {}
        }
        let (ms, key) = (row / 10, key(row));
        let _ = writeln!(
            text,
            "{{\"order\": \"{key}\", \"ts\": \"2026-03-01T12:00:{:02}.{:03}Z\", \"total\": {row}}}",
            ms / 1_000,
            ms % 1_000
        );
    }
    text.push_str("{\"order\": \"order-1\", \"ts\": \"yesterday\"}\n");
    let file = folder.join("orders.ndjson");
    std::fs::write(&file, text).expect("the temporary folder can be written");
    file
}

/// Keeps the page's reading from getting any further, until `go on reading`.
async fn hold_reading(page: &Page) {
    page.eval(
        "void (() => {
            const read = Blob.prototype.arrayBuffer;
            let pieces = 0, go;
            const gate = new Promise(done => go = done);
            Blob.prototype.arrayBuffer = async function () { if (++pieces > 3) await gate; return read.call(this); };
            window.goOnReading = () => { Blob.prototype.arrayBuffer = read; go(); };
        })()",
    )
    .await;
}

async fn says(page: &Page, words: &str) {
    page.wait_until(&format!("document.querySelector('dialog').textContent.includes({})", json!(words)), words).await;
}

#[tokio::test]
async fn a_file_of_a_hundred_thousand_rows_with_three_bad_lines_is_replayed() {
    journey(Screen::Desk, async |page: Page| {
        let folder = TempDir::new().expect("a temporary folder");
        let file = events(folder.path());
        open_with(&page, SYSTEM).await;
        let (corner, end) = card(&page, "orders").await;
        let empty = coloured(&page, corner, end).await;
        page.click("producer till").await;
        page.click("Replay a file…").await;
        page.wait_until("document.querySelector('dialog input[type=file]')", "the page asks for a file").await;
        page.choose_file(&file).await;
        page.choose("Key", "order").await;
        page.choose("Timestamp", "ts").await;

        page.choose("Bad lines", "stop").await;
        page.click("Read the file").await;
        says(&page, "line 11: malformed JSON").await;

        // What was chosen is still there.
        page.choose("Bad lines", "skip").await;
        hold_reading(&page).await;
        page.click("Read the file").await;
        page.wait_until("document.querySelector('dialog progress').value > 0", "a part of it was read").await;
        page.click("Cancel").await;
        page.eval("goOnReading()").await;
        page.click("Read the file").await;

        says(&page, "100,000 rows read, 3 bad lines skipped.").await;
        for line in [
            "line 11: malformed JSON",
            "line 50000: no field \"order\"",
            "line 100003: field \"ts\" is not a timestamp: yesterday",
        ] {
            says(&page, line).await;
        }
        page.click("Publish 100,000 rows").await;

        page.headwater("speed(10)").await;
        page.click("Play").await;
        comes_to(&page, "state().counters.produced", &json!(ROWS)).await;
        comes_to(&page, "state().groups.audit.processed", &json!(ROWS)).await;
        let ends = page.eval("headwater.state().topics.orders.partitions.map(p => p.log_end)").await;
        let mut expected = [0_u32; 3];
        (0..ROWS).for_each(|row| expected[partition_for_key(key(row).as_bytes(), 3) as usize] += 1);
        assert_eq!(ends, json!(expected), "every row is where Kafka would put its key");
        assert!(coloured(&page, corner, end).await > empty + 1_000, "the lanes are full of cells");
    })
    .await;
}

#[tokio::test]
async fn a_dropped_file_keeps_its_spacing_and_a_group_goes_to_the_time_of_its_records() {
    journey(Screen::Desk, async |page: Page| {
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("orders.csv");
        let rows = (0..60).map(|second| format!("order-1,2026-03-01 12:00:{second:02},{second}\n"));
        std::fs::write(&file, format!("order,at,total\n{}", rows.collect::<String>())).expect("it can be written");
        open_with(&page, SYSTEM).await;
        page.drop_file(&file, Point { x: 700.0, y: 500.0 }).await;
        page.choose("Key", "order").await;
        page.choose("Timestamp", "at").await;
        page.click("Read the file").await;
        page.click("Publish 60 rows").await;

        page.headwater("play({ until_us: 30500000 })").await;
        page.headwater("speed(100)").await;
        page.wait_until("!headwater.state().playing", "half a minute has passed").await;
        assert_eq!(number(&page, "state().counters.produced").await, 31, "one a second, as in the file");

        page.headwater("play({ until_us: 65000000 })").await;
        page.wait_until("!headwater.state().playing", "the file is through").await;
        // On its title: in its middle is a consumer.
        let (corner, _) = card(&page, "audit").await;
        let title = Point { x: corner.x + 60.0, y: corner.y + 16.0 };
        page.drag(title, title).await;
        page.choose("To", "a point").await;
        page.write("Time, or a record's date", "2026-03-01 12:00:45").await;
        page.click("Seek on the live consumers").await;
        let partition = partition_for_key(b"order-1", 3);
        comes_to(&page, &format!("state().groups.audit.offsets['orders-{partition}'].position"), &json!(45)).await;
    })
    .await;
}

/// Far more than local storage takes, and quick to make: a number a line.
fn large_file(folder: &Path) -> PathBuf {
    let file = folder.join("numbers.ndjson");
    let rows = (0..ROWS).map(|row| format!("{{\"n\":{row},\"about\":\"{}\"}}\n", "x".repeat(40)));
    std::fs::write(&file, rows.collect::<String>()).expect("the temporary folder can be written");
    file
}

async fn replay_large_file(page: &Page, folder: &TempDir) {
    open_with(page, SYSTEM).await;
    page.click("producer till").await;
    page.click("Replay a file…").await;
    page.wait_until("document.querySelector('dialog input[type=file]')", "the page asks for a file").await;
    page.choose_file(&large_file(folder.path())).await;
    page.click("Read the file").await;
    page.click("Publish 100,000 rows").await;
}

async fn chip_says(page: &Page, words: &str) {
    page.wait_until(&format!("document.querySelector('.kept')?.textContent == '{words}'"), words).await;
}

#[tokio::test]
async fn the_replay_of_a_large_file_survives_a_reload_in_each_of_two_tabs() {
    journey(Screen::Desk, async |page: Page| {
        let folder = TempDir::new().expect("a temporary folder");
        replay_large_file(&page, &folder).await;
        chip_says(&page, "saved").await;
        page.headwater("seek(3000000)").await;
        let digest = page.headwater("digest()").await;
        let first = page.tab().await;

        // The same file in another tab is the same rows, and its run is another.
        page.new_tab().await;
        replay_large_file(&page, &folder).await;
        page.headwater("dispatch({ type: 'kill', consumer: 'audit-1' })").await;
        chip_says(&page, "saved").await;
        page.close_tab(&first).await;
        page.reload().await;
        page.click("My scenarios").await;
        page.wait_until("document.querySelectorAll('dialog [aria-label^=\"Open \"]').length == 2", "both are there").await;
        let oldest = "[...document.querySelectorAll('dialog [aria-label^=\"Open \"]')].at(-1)";
        page.eval(&format!("void {oldest}.click()")).await;
        page.wait_until(
            "headwater.scenario().commands.some(it => it.rows?.length == 100000) && headwater.state().time_us == 3000000",
            "all rows are there again",
        )
        .await;
        assert_eq!(page.headwater("digest()").await, digest);
        chip_says(&page, "saved").await;
    })
    .await;
}

#[tokio::test]
async fn where_a_large_file_cannot_be_kept_or_is_gone_the_page_says_so_and_works() {
    journey(Screen::Desk, async |page: Page| {
        let folder = TempDir::new().expect("a temporary folder");
        page.before_every_page(
            "IDBObjectStore.prototype.put = new Proxy(IDBObjectStore.prototype.put, { apply(put, store, given) {
                if (window.isFull) throw new DOMException('no', 'QuotaExceededError');
                return Reflect.apply(put, store, given);
            } });
            window.isFull = true;",
        )
        .await;
        replay_large_file(&page, &folder).await;
        page.wait_until("document.body.innerText.includes('storage for this page is full')", "it is said").await;
        chip_says(&page, "not saved").await;
        page.eval("void (isFull = false)").await;
        page.headwater("dispatch({ type: 'kill', consumer: 'audit-1' })").await;
        chip_says(&page, "saved").await;

        page.eval("new Promise(done => indexedDB.deleteDatabase('headwater').onsuccess = () => done(0))").await;
        page.reload().await;
        page.click("Continue").await;
        page.wait_until(
            "document.body.innerText.includes('the file that it replays is gone from the browser')",
            "it is said what is missing",
        )
        .await;
        let kept = page.eval("Object.keys(localStorage).filter(key => key.startsWith('headwater.run.')).length").await;
        assert_eq!(kept, 1, "the rest is kept as it is");
    })
    .await;
}
