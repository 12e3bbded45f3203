//! Out of the page and in again: documents by file, drop and paste, and pictures and tables on the way out.

use headwater::scenario::Scenario;
use headwater::scenario::link::{Link, encode};
use serde_json::{Value, json};

use crate::harness::{Page, Screen, journey};
use crate::stage::{open, play_until};

/// From now on what the page offers for download is kept in `window.saved`, by name.
async fn catch_downloads(page: &Page) {
    page.eval(
        "(() => {
            const blobs = new Map(), create = URL.createObjectURL;
            window.saved = {};
            URL.createObjectURL = blob => { const url = create(blob); blobs.set(url, blob); return url; };
            HTMLAnchorElement.prototype.click = function () {
                blobs.get(this.href).text().then(text => window.saved[this.download] = text);
            };
        })()",
    )
    .await;
}

async fn saved(page: &Page, name: &str) -> String {
    page.wait_until(&format!("window.saved['{name}'] !== undefined"), &format!("{name} is handed over")).await;
    page.eval(&format!("window.saved['{name}']")).await.as_str().expect("text").to_owned()
}

/// Drops a file on the page.
async fn drop_file(page: &Page, name: &str, text: &str) {
    let (name, text) = (Value::from(name), Value::from(text));
    page.eval(&format!(
        "(() => {{ const carried = new DataTransfer(); carried.items.add(new File([{text}], {name}));
            for (const kind of ['dragenter', 'dragover', 'drop'])
                document.body.dispatchEvent(new DragEvent(kind, {{ dataTransfer: carried, bubbles: true, cancelable: true }})); }})()"
    ))
    .await;
}

async fn paste(page: &Page, text: &str) {
    page.eval(&format!(
        "(() => {{ const carried = new DataTransfer(); carried.setData('text/plain', {});
            document.body.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: carried, bubbles: true }})); }})()",
        Value::from(text)
    ))
    .await;
}

#[tokio::test]
async fn an_exported_run_that_is_dropped_on_the_page_again_comes_to_the_same_digest() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        play_until(&page, 20_000_000).await;
        page.headwater("dispatch({ type: 'kill', consumer: 'inventory-2' })").await;
        play_until(&page, 40_000_000).await;
        let digest = page.headwater("digest()").await;
        catch_downloads(&page).await;
        page.click("Export").await;
        page.click("Scenario (JSON)").await;
        let document = saved(&page, "orders-fan-out.json").await;

        page.headwater("load('orders')").await;
        drop_file(&page, "from a friend.json", &document).await;
        page.wait_until("document.body.innerText.includes('from from a friend.json')", "the file is open").await;
        // It plays on as fast as it was played when it was exported, so it may be past that moment.
        page.headwater("pause()").await;
        page.headwater("seek(40000000)").await;
        page.wait_until("headwater.state().time_us == 40000000", "the run is at the moment of the export").await;
        assert_eq!(page.headwater("digest()").await, digest);
    })
    .await;
}

#[tokio::test]
async fn a_pasted_scenario_is_opened_and_pasted_records_are_offered_for_replay() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        paste(&page, r#"{"version": 1, "seed": 5, "title": "From the clipboard"}"#).await;
        page.wait_until("headwater.scenario().title == 'From the clipboard'", "the pasted scenario is open").await;
        paste(&page, "{\"order\": 1}\n{\"order\": 2}\n").await;
        page.wait_until(
            "document.querySelector('dialog')?.innerText.includes('Replay a file')",
            "records are replayed",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_pasted_link_is_opened_whatever_stands_around_it_and_a_broken_one_is_explained() {
    let shared =
        Link { at_us: Some(5_000_000), ..Link::of(Scenario { title: "From a link".into(), ..Scenario::empty() }) };
    let letters = encode(&shared).expect("short enough");
    journey(Screen::Desk, async move |page: Page| {
        open(&page).await;
        paste(&page, &format!("Press play on this: https://example.org/play/#{letters}. It breaks.")).await;
        page.wait_until("headwater.scenario().title == 'From a link'", "the link is open").await;
        page.wait_until("headwater.state().time_us >= 5000000", "at the moment that was shared").await;
        paste(&page, &format!("https://example.org/play/#{}", &letters[..letters.len() - 4])).await;
        page.wait_until(
            "document.querySelector('dialog[open]')?.innerText.includes('is cut off')",
            "the page says what is wrong with it",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_document_with_a_mistake_is_refused_with_file_path_and_line_and_nothing_is_lost() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        let text = "{\n  \"version\": 1,\n  \"seed\": 1,\n  \"commands\": [\n    {\"type\": \"kill\", \"consumr\": \"x\"}\n  ]\n}";
        drop_file(&page, "mistaken.json", text).await;
        page.wait_until("document.querySelector('dialog')", "the page says what is wrong").await;
        let said = page.eval("document.querySelector('dialog').innerText").await;
        let said = said.as_str().expect("text");
        for part in ["This scenario cannot be opened", "mistaken.json", "commands[0]", "consumr", "5"] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
        assert_eq!(page.headwater("scenario().name").await, json!("orders"));
    })
    .await;
}

#[tokio::test]
async fn pictures_and_a_table_leave_the_page() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        play_until(&page, 30_000_000).await;
        catch_downloads(&page).await;
        page.click("Export").await;
        page.click("Drawing (SVG)").await;
        let svg = saved(&page, "orders-fan-out.svg").await;
        assert!(svg.starts_with("<svg") && svg.contains(">inventory-1</text>"), "{svg}");

        page.click("Export").await;
        page.click("Metrics (CSV)").await;
        let csv = saved(&page, "orders-fan-out.csv").await;
        assert_eq!(csv.lines().count(), 302);

        page.click("Export").await;
        page.click("Picture (PNG)").await;
        assert!(saved(&page, "orders-fan-out.png").await.contains("PNG"));
    })
    .await;
}

#[tokio::test]
async fn the_stage_is_recorded_as_it_plays() {
    journey(Screen::Desk, async |page: Page| {
        open(&page).await;
        catch_downloads(&page).await;
        page.click("Export").await;
        page.click("Moving picture (WebM)").await;
        page.wait_until("document.body.innerText.includes('Recording 0:01')", "the recording goes on").await;
        page.click("Stop and save").await;
        assert!(saved(&page, "orders-fan-out.webm").await.contains("webm"));
        page.wait_until("!document.body.innerText.includes('Recording')", "the recording is over").await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_cannot_record_says_so() {
    journey(Screen::Desk, async |page: Page| {
        page.before_every_page("delete window.MediaRecorder").await;
        open(&page).await;
        page.click("Export").await;
        page.click("Moving picture (WebM)").await;
        page.wait_until("document.body.innerText.includes('This browser records no video')", "the page says why not")
            .await;
    })
    .await;
}
