//! Filling in forms: lists, files, long texts, and what is said of a field.

use std::path::Path;

use serde_json::{Value, json};

use super::{Page, Point};

impl Page {
    /// Replaces what a field holds, letter by letter.
    pub async fn write(&self, field: &str, text: &str) {
        self.click(field).await;
        self.key("Control+a").await;
        self.type_text(text).await;
    }

    /// Replaces what a field holds in one go, as pasting does.
    pub async fn paste(&self, field: &str, text: &str) {
        self.click(field).await;
        self.key("Control+a").await;
        self.command("Input.insertText", json!({ "text": text })).await;
    }

    /// Chooses from a list by typing what the entry begins with. The list gets the focus as by Tab, because a click opens
    /// a window of the system's that no input reaches.
    pub async fn choose(&self, list: &str, entry: &str) {
        let node = self.node(list).await;
        self.command("DOM.focus", json!({ "backendNodeId": node["backendDOMNodeId"] })).await;
        self.type_text(entry).await;
    }

    /// Chooses a file in the system's dialog, for the one field on the page that takes one.
    pub async fn choose_file(&self, file: &Path) {
        let document = self.devtools("DOM.getDocument", json!({ "depth": 0 })).await.expect("a document");
        let query = json!({ "nodeId": document["root"]["nodeId"], "selector": "input[type=file]" });
        let field = self.devtools("DOM.querySelector", query).await.expect("a field that takes a file");
        self.command("DOM.setFileInputFiles", json!({ "files": [file], "nodeId": field["nodeId"] })).await;
    }

    /// Drags a file over the page and drops it.
    pub async fn drop_file(&self, file: &Path, at: Point) {
        for kind in ["dragEnter", "dragOver", "drop"] {
            let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
            let event = json!({ "type": kind, "x": at.x, "y": at.y, "data": data });
            self.command("Input.dispatchDragEvent", event).await;
        }
    }

    /// Waits until the message that assistive technology reads with a field contains this.
    pub async fn wait_for_message(&self, field: &str, words: &str) {
        let mut said = self.said_of(field).await;
        for _ in 0..100 {
            if said.contains(words) {
                return;
            }
            self.eval("new Promise(done => setTimeout(done, 50))").await;
            said = self.said_of(field).await;
        }
        panic!("\"{field}\" should say \"{words}\"; it says \"{said}\"");
    }

    async fn said_of(&self, field: &str) -> String {
        let node = self.node(field).await;
        let is_invalid = |property: &Value| property["name"] == "invalid" && property["value"]["value"] == "true";
        let properties = node["properties"].as_array().cloned().unwrap_or_default();
        let message = node["description"]["value"].as_str().unwrap_or_default().to_owned();
        if properties.iter().any(is_invalid) { message } else { String::new() }
    }

    async fn command(&self, name: &str, parameters: Value) {
        let done = self.devtools(name, parameters).await;
        done.unwrap_or_else(|error| panic!("the browser refuses {name}: {error}"));
    }
}
