//! Links that somebody may have: they open for ever, to the same document and the same run.
//!
//! `tests/links/version_1.json` keeps them. A letter of it is never changed. `UPDATE_LINKS=1 cargo test --test published`
//! adds what is new here, and writes down the digests anew after the engine has learnt to do something differently.

#[path = "documents/samples.rs"]
mod samples;

use std::path::{Path, PathBuf};
use std::{env, fs};

use headwater::kernel::{Time, document};
use headwater::scenario::link::{Camera, Link, Panel, decode, encode};
use headwater::scenario::{Bookmark, Scenario, Timed, catalog};
use headwater::session::Session;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use samples::{busy, kinds};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Published {
    what: String,
    link: String,
    /// The link as a document.
    holds: Value,
    /// Of the run at its moment; none if it is only to be read.
    digest: Option<String>,
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links/version_1.json")
}

fn published() -> Vec<Published> {
    let text = fs::read_to_string(file()).unwrap_or_else(|_| "[]".into());
    let all = serde_json::from_str(&text).expect("a list of links");
    if env::var_os("UPDATE_LINKS").is_some() { updated(all) } else { all }
}

fn updated(mut all: Vec<Published>) -> Vec<Published> {
    for (what, link) in samples_of_today() {
        if all.iter().all(|published| published.what != what) {
            let letters = encode(&link).expect("short enough");
            all.push(Published { what: what.into(), link: letters, holds: Value::Null, digest: None });
        }
    }
    for published in &mut all {
        let link = decode(&published.link).expect("it opens");
        published.holds = document::to_value(&link);
        published.digest = digest(&link);
    }
    fs::write(file(), format!("{:#}\n", document::to_value(&all))).expect("the folder can be written");
    all
}

fn samples_of_today() -> Vec<(&'static str, Link)> {
    let orders = catalog::find("orders").expect("the opening scene");
    let timed = |command: Value| Timed { at_us: 0, command: document::from_value(command).expect("a command") };
    let every_kind = Scenario { commands: kinds().into_iter().map(timed).collect(), ..Scenario::empty() };
    let mut eventful = orders.clone();
    eventful.commands.extend(busy(12));
    eventful.bookmarks = vec![Bookmark { at_us: 17_000_000, name: "Größe 🌊 <b>".into() }];
    let seen = Link {
        at_us: Some(52_000_000),
        is_paused: true,
        is_read_only: true,
        shows_messages: true,
        camera: Some(Camera { x: -120, y: 340, percent: 85 }),
        panel: Some(Panel { part: "inventory".into(), tab: "config".into() }),
        ..Link::of(eventful)
    };
    vec![
        ("an empty stage", Link::of(Scenario::empty())),
        ("the opening scene", Link::of(orders.clone())),
        ("the opening scene, half a minute later", Link { at_us: Some(45_000_000), ..Link::of(orders) }),
        ("things done to it, as somebody saw them", seen),
        ("every kind of command, to be read", Link::of(every_kind)),
    ]
}

/// Nothing if its commands cannot all be carried out.
fn digest(link: &Link) -> Option<String> {
    let mut session = Session::open(&link.scenario).ok()?;
    session.seek(Time::from_micros(link.at_us.unwrap_or(link.scenario.opens_at_ms * 1_000))).ok()?;
    Some(session.digest())
}

#[test]
fn every_link_that_was_published_holds_what_it_held() {
    let all = published();
    assert!(all.len() >= samples_of_today().len(), "links are missing from {}", file().display());
    for Published { what, link, holds, .. } in all {
        let opened = decode(&link).unwrap_or_else(|unreadable| panic!("{what}: {unreadable}"));
        assert_eq!(document::from_value::<Link>(holds), Ok(opened), "{what}");
    }
}

#[test]
fn every_link_that_was_published_runs_as_it_ran() {
    for Published { what, link, digest: expected, .. } in published() {
        let opened = decode(&link).unwrap_or_else(|unreadable| panic!("{what}: {unreadable}"));
        assert_eq!(digest(&opened), expected, "{what} runs differently now; if that is meant, see above");
    }
}
