//! A ChromeDriver of one's own and, through it, a headless Chromium with a fresh profile.

use std::env;
use std::process::Stdio;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// What the visitor holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// 1440 by 900 and a mouse.
    Desk,
    /// 390 by 844 and a finger.
    Phone,
}

impl Screen {
    fn metrics(self) -> Value {
        match self {
            Screen::Desk => json!({ "width": 1440, "height": 900, "pixelRatio": 1.0, "touch": false, "mobile": false }),
            Screen::Phone => json!({ "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true, "mobile": true }),
        }
    }
}

pub struct Browser {
    pub client: Client,
    driver: Child,
    /// Held open: a driver whose output nobody takes stops.
    _output: Lines<BufReader<ChildStdout>>,
    /// The profile and whatever else the two write. Chromium does not tidy up behind itself.
    _scratch: TempDir,
}

impl Browser {
    pub async fn launch(screen: Screen) -> Browser {
        let program = program("CHROMEDRIVER", &["chromedriver"]);
        let scratch = TempDir::with_prefix("headwater").expect("a temporary folder");
        let mut driver = Command::new(&program)
            .arg("--port=0")
            .env("TMPDIR", scratch.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}; scripts/test installs it"));
        let mut output = BufReader::new(driver.stdout.take().expect("a piped output")).lines();
        let address = address(&mut output).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(screen).as_object().expect("an object").clone())
            .connect(&address)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}; scripts/test installs it"));
        Browser { client, driver, _output: output, _scratch: scratch }
    }

    /// Ends Chromium, then its driver. If this is never reached, the dropped driver is killed, and Chromium ends when
    /// the pipe between them breaks.
    pub async fn close(mut self) {
        let closed = self.client.close().await;
        self.driver.kill().await.expect("the driver can be ended");
        closed.expect("Chromium ends when asked to");
    }
}

/// The driver picks a free port and says which.
async fn address(output: &mut Lines<BufReader<ChildStdout>>) -> String {
    while let Some(line) = output.next_line().await.expect("the driver speaks text") {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        }
    }
    panic!("ChromeDriver ended before it was ready");
}

fn capabilities(screen: Screen) -> Value {
    json!({
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": program("CHROME", &["chromium", "chromium-browser", "google-chrome"]),
            "mobileEmulation": { "deviceMetrics": screen.metrics() },
            "args": [
                "--headless",
                "--no-sandbox",
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-sync",
                "--remote-debugging-pipe",
                "--window-size=1440,900",
            ],
        },
    })
}

/// The program that an environment variable names, else the first of these on the PATH.
fn program(variable: &str, names: &[&str]) -> String {
    if let Some(path) = env::var(variable).ok().filter(|path| !path.is_empty()) {
        return path;
    }
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let found =
        names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file());
    let found = found.unwrap_or_else(|| panic!("no {} on the PATH: scripts/test installs it", names[0]));
    found.to_string_lossy().into_owned()
}
