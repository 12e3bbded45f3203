//! Hands: finding a control by the name that assistive technology reads out, and real pointer and key input on it.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::{Page, Screen};

/// A point of the window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// Roles that repeat the name of what they stand in.
const TEXT: [&str; 4] = ["StaticText", "InlineTextBox", "LabelText", "none"];

impl Page {
    /// The middle of the one thing on the page with this accessible name, once there is one and it stays where it is for
    /// a frame; scrolled into view.
    pub async fn find(&self, name: &str) -> Point {
        let mut last = None;
        for _ in 0..100 {
            let node = self.node(name).await;
            let now = self.middle(&node["backendDOMNodeId"]).await;
            if now.is_some() && now == last {
                break;
            }
            last = now;
            self.eval("new Promise(done => requestAnimationFrame(() => setTimeout(done)))").await;
        }
        last.unwrap_or_else(|| panic!("\"{name}\" is on the page and takes no room"))
    }

    /// The one thing with this accessible name, as the accessibility tree has it, once there is one.
    pub(super) async fn node(&self, name: &str) -> Value {
        let mut found = self.named(name).await;
        for _ in 0..100 {
            if !found.is_empty() {
                break;
            }
            self.eval("new Promise(done => setTimeout(done, 50))").await;
            found = self.named(name).await;
        }
        let [node] = &found[..] else { panic!("one thing named \"{name}\" should be on the page, not {found:#?}") };
        node.clone()
    }

    /// The browser's own accessibility tree is asked, so the name is the one that a screen reader says.
    async fn named(&self, name: &str) -> Vec<Value> {
        let document = self.devtools("DOM.getDocument", json!({ "depth": 0 })).await.expect("a document");
        let root = &document["root"]["backendNodeId"];
        let query = json!({ "backendNodeId": root, "accessibleName": name });
        let answer = self.devtools("Accessibility.queryAXTree", query).await.expect("an accessibility tree");
        let nodes = answer["nodes"].as_array().cloned().unwrap_or_default();
        nodes.into_iter().filter(|node| node["ignored"] != true && !is_text(node)).collect()
    }

    async fn middle(&self, node: &Value) -> Option<Point> {
        let node = json!({ "backendNodeId": node });
        self.devtools("DOM.scrollIntoViewIfNeeded", node.clone()).await.ok()?;
        let quads = self.devtools("DOM.getContentQuads", node).await.ok()?;
        let corners: Vec<f64> = quads["quads"][0].as_array()?.iter().filter_map(Value::as_f64).collect();
        let middle = |first: usize| (corners[first] + corners[first + 4]) / 2.0;
        (corners.len() == 8).then(|| Point { x: middle(0), y: middle(1) })
    }

    /// Clicks, or taps on a phone.
    pub async fn click(&self, name: &str) {
        self.click_at(self.find(name).await).await;
    }

    pub async fn click_at(&self, at: Point) {
        self.eval("void (window.clicked = new Promise(done => addEventListener('click', done, { capture: true, once: true })))")
            .await;
        self.point(&[move_to(at, 0), press(), release()]).await;
        // Of a tap the browser makes a click when it likes; what comes next must not come before it.
        self.eval("Promise.race([window.clicked, new Promise(done => setTimeout(done, 1000))]).then(() => 0)").await;
    }

    /// Presses at one point, moves, lets go at another.
    pub async fn drag(&self, from: Point, to: Point) {
        // In one go: a finger does not stay down from one call to the next.
        let [at, down, halfway, there] = pulled(from, to);
        self.point(&[at, down, halfway, there, release()]).await;
    }

    /// Presses the mouse's button at one point and moves to another.
    pub async fn pull(&self, from: Point, to: Point) {
        self.point(&pulled(from, to)).await;
    }

    pub async fn let_go(&self) {
        self.point(&[release()]).await;
    }

    async fn point(&self, actions: &[Value]) {
        let pointer = if self.screen == Screen::Phone { "touch" } else { "mouse" };
        let source =
            json!({ "type": "pointer", "id": "hand", "parameters": { "pointerType": pointer }, "actions": actions });
        self.act(source).await;
    }

    /// Presses a key, or keys held together: `"k"`, `"Escape"`, `"Control+z"`.
    pub async fn key(&self, chord: &str) {
        let keys: Vec<String> = chord.split('+').map(key_value).collect();
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        self.press_keys(down.chain(up).collect()).await;
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        let strokes =
            text.chars().flat_map(|letter| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": letter })));
        self.press_keys(strokes.collect()).await;
    }

    async fn press_keys(&self, actions: Vec<Value>) {
        self.act(json!({ "type": "key", "id": "keyboard", "actions": actions })).await;
    }

    async fn act(&self, source: Value) {
        let done = self.post("actions", json!({ "actions": [source] })).await;
        done.unwrap_or_else(|error| panic!("the browser refuses this input: {error}"));
    }
}

fn is_text(node: &Value) -> bool {
    TEXT.iter().any(|role| node["role"]["value"] == *role)
}

fn pulled(from: Point, to: Point) -> [Value; 4] {
    let halfway = Point { x: (from.x + to.x) / 2.0, y: (from.y + to.y) / 2.0 };
    [move_to(from, 0), press(), move_to(halfway, 50), move_to(to, 50)]
}

fn move_to(to: Point, milliseconds: u32) -> Value {
    json!({ "type": "pointerMove", "duration": milliseconds, "x": to.x, "y": to.y })
}

fn press() -> Value {
    json!({ "type": "pointerDown", "button": 0 })
}

fn release() -> Value {
    json!({ "type": "pointerUp", "button": 0 })
}

/// Names as `KeyboardEvent.key` has them; anything else is the character itself.
fn key_value(name: &str) -> String {
    let key = match name {
        "Alt" => Key::Alt,
        "ArrowDown" => Key::Down,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "Backspace" => Key::Backspace,
        "Control" => Key::Control,
        "Delete" => Key::Delete,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "F2" => Key::F2,
        "Shift" => Key::Shift,
        "Space" => return " ".into(),
        "Tab" => Key::Tab,
        character => return character.into(),
    };
    key.to_string()
}
