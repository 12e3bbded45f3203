//! What a visitor can do and see, as verbs. Each one panics with a sentence when it cannot be done.

use std::cell::RefCell;
use std::fs;
use std::mem;
use std::rc::Rc;

use fantoccini::Client;
use fantoccini::error::CmdError;
use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::{Screen, picture};

/// How long a visitor waits for something before calling it broken.
const PATIENCE_MS: u32 = 10_000;

#[derive(Clone)]
pub struct Page {
    pub(super) screen: Screen,
    client: Client,
    address: String,
    /// What was on the console and not yet asked for. The driver tells each entry once.
    complaints: Rc<RefCell<Vec<String>>>,
}

impl Page {
    pub fn new(client: Client, address: String, screen: Screen) -> Page {
        Page { client, address, screen, complaints: Rc::default() }
    }

    /// Goes to a path of the site, `""` being its front page and `"#..."` a share link.
    pub async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.address);
        self.client.goto(&url).await.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        // Gone with the page that is left, so that nobody takes it for the one that comes.
        self.eval("void delete window.headwater").await;
        self.client.refresh().await.unwrap_or_else(|error| panic!("the page does not load again: {error}"));
    }

    /// Runs a script in every page from now on, before any of the page's own.
    pub async fn before_every_page(&self, script: &str) {
        let done = self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
        done.unwrap_or_else(|error| panic!("the browser cannot prepare the page: {error}"));
    }

    /// The tab that is looked at.
    pub async fn tab(&self) -> WindowHandle {
        self.client.window().await.expect("a tab is open")
    }

    /// Opens another tab and looks at it.
    pub async fn new_tab(&self) {
        let opened = self.client.new_window(true).await.expect("the browser opens another tab");
        self.client.switch_to_window(opened.handle).await.expect("the new tab is there");
    }

    /// Closes another tab than the one that is looked at.
    pub async fn close_tab(&self, tab: &WindowHandle) {
        let here = self.tab().await;
        self.client.switch_to_window(tab.clone()).await.expect("the other tab is there");
        self.client.close_window().await.expect("a tab closes");
        self.client.switch_to_window(here).await.expect("this tab is still there");
    }

    /// The value of a JavaScript expression; of the promise, if it is one.
    pub async fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).await.unwrap_or_else(|error| panic!("`{expression}` throws: {error}"))
    }

    async fn try_eval(&self, expression: &str) -> Result<Value, CmdError> {
        self.client.execute(&format!("return (\n{expression}\n);"), vec![]).await
    }

    /// `headwater("state().playing")` is what `window.headwater.state().playing` is.
    pub async fn headwater(&self, expression: &str) -> Value {
        self.eval(&format!("window.headwater.{expression}")).await
    }

    /// Waits until a JavaScript expression holds. The sentence says what for: "the group is stable again".
    pub async fn wait_until(&self, condition: &str, sentence: &str) {
        let look = format!(
            "new Promise(done => {{
                const end = performance.now() + {PATIENCE_MS};
                const look = () => {{
                    let seen;
                    try {{ seen = ({condition}); }} catch (error) {{ seen = undefined; }}
                    if (seen) done(true);
                    else if (performance.now() > end) done(false);
                    else setTimeout(look, 16);
                }};
                look();
            }})"
        );
        if self.eval(&look).await != true {
            let seen = self.try_eval(condition).await;
            panic!("waited {PATIENCE_MS} ms for this, in vain: {sentence}.\n`{condition}` is {seen:?}");
        }
    }

    /// What the visitor's system asks for: `prefers("color-scheme", "dark")`, `prefers("reduced-motion", "reduce")`.
    pub async fn prefers(&self, what: &str, choice: &str) {
        let feature = json!({ "name": format!("prefers-{what}"), "value": choice });
        let done = self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
        done.unwrap_or_else(|error| panic!("the browser cannot prefer {what} {choice}: {error}"));
    }

    /// The window gets another size, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        let done = self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        done.unwrap_or_else(|error| panic!("the window does not become {width} by {height}: {error}"));
    }

    /// A picture of what the visitor sees, in the target folder.
    pub async fn screenshot(&self, name: &str) {
        let file = picture(name);
        let png = self.client.screenshot().await.expect("the browser takes a picture");
        fs::write(&file, png).expect("the target folder can be written");
        eprintln!("picture: {}", file.display());
    }

    /// Errors on the console since the last call: panics, exceptions, failed requests, what the content security
    /// policy refused. A journey that ends with any has failed.
    pub async fn console_errors(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "browser" })).await.expect("the driver keeps a log");
        let entries = log.as_array().into_iter().flatten().filter(|entry| entry["level"] == "SEVERE");
        let messages = entries.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned());
        self.complaints.borrow_mut().extend(messages);
        mem::take(&mut self.complaints.borrow_mut())
    }

    /// A command of the DevTools protocol, for what WebDriver has no word for.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Result<Value, CmdError> {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    pub(super) async fn post(&self, path: &'static str, body: Value) -> Result<Value, CmdError> {
        self.client.issue_cmd(Post { path, body }).await
    }
}

/// A WebDriver command that fantoccini has no method for.
#[derive(Debug)]
struct Post {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
