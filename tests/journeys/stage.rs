//! What journeys ask the page for: a small scenario to act in, moments to stop at, and what the canvas shows.

use serde_json::Value;

use crate::harness::{Page, Point};

/// Opens the page on a scenario, paused at its beginning.
pub async fn open_with(page: &Page, scenario: &str) {
    open(page).await;
    page.headwater(&format!("load({scenario})")).await;
    page.headwater("pause()").await;
}

/// Opens the page on the opening scene.
pub async fn open(page: &Page) {
    page.open("").await;
    page.wait_until("window.headwater && window.headwater.state().time_us > 0", "the opening scene runs").await;
}

/// Plays to this moment exactly, as fast as it goes.
pub async fn play_until(page: &Page, us: u64) {
    page.headwater("pause()").await;
    page.headwater("speed(1000)").await;
    page.headwater(&format!("play({{ until_us: {us} }})")).await;
    page.wait_until("!window.headwater.state().playing", "the run has come to the moment at which it pauses").await;
    assert_eq!(page.headwater("state().time_us").await, us);
}

/// Waits until `window.headwater.{expression}` has this value: what a hand did takes the page a moment.
pub async fn comes_to(page: &Page, expression: &str, value: &Value) {
    let condition = format!("JSON.stringify(window.headwater.{expression}) == {}", Value::from(value.to_string()));
    page.wait_until(&condition, &format!("{expression} comes to {value}")).await;
}

pub async fn number(page: &Page, expression: &str) -> u64 {
    let value = page.headwater(expression).await;
    value.as_u64().unwrap_or_else(|| panic!("`{expression}` is a whole number, not {value}"))
}

/// How many pixels of the stage's canvas are coloured between two points of the window: cells and packets are, wires
/// from producers and empty lanes are not.
pub async fn coloured(page: &Page, from: Point, to: Point) -> u64 {
    let script = format!(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {{
            const canvas = document.querySelector('.stage-area canvas'), box = canvas.getBoundingClientRect();
            const scale = canvas.width / box.width;
            const at = (x, y) => [(x - box.left) * scale, (y - box.top) * scale];
            const [[x0, y0], [x1, y1]] = [at({}, {}), at({}, {})];
            const {{ data }} = canvas.getContext('2d').getImageData(x0, y0, x1 - x0, y1 - y0);
            let coloured = 0;
            for (let i = 0; i < data.length; i += 4) {{
                const [r, g, b, a] = data.slice(i, i + 4);
                if (a > 120 && Math.max(r, g, b) - Math.min(r, g, b) > 40) coloured += 1;
            }}
            done(coloured);
        }})))",
        from.x, from.y, to.x, to.y
    );
    let count: Value = page.eval(&script).await;
    count.as_u64().expect("a count of pixels")
}

/// Where a part's card is: its corners in the window.
pub async fn card(page: &Page, node: &str) -> (Point, Point) {
    let script = format!(
        "(() => {{ const b = document.querySelector('[data-node=\"{node}\"]').getBoundingClientRect();
            return [b.left, b.top, b.right, b.bottom]; }})()"
    );
    let found = page.eval(&script).await;
    let side = |n: usize| found[n].as_f64().expect("a side of the card");
    (Point { x: side(0), y: side(1) }, Point { x: side(2), y: side(3) })
}

/// Presses Tab until the thing of this name has the focus.
pub async fn tab_to(page: &Page, name: &str) {
    for _ in 0..150 {
        page.key("Tab").await;
        let focused = page.eval("document.activeElement.ariaLabel || document.activeElement.textContent").await;
        if focused == name {
            return;
        }
    }
    panic!("Tab does not come to \"{name}\"");
}
