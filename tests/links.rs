//! Share links: what went in comes out, links of every version open for ever, and whatever is wrong with one is said.

#[path = "documents/any.rs"]
mod any;
#[path = "documents/samples.rs"]
mod samples;

use headwater::kernel::Time;
use headwater::scenario::link::{Camera, Link, Panel, decode, encode};
use headwater::scenario::{Scenario, catalog};
use headwater::session::Session;
use proptest::prelude::*;

use any::any_scenario;
use samples::busy;

fn orders() -> Scenario {
    catalog::find("orders").expect("the opening scene")
}

fn letters(link: &Link) -> String {
    encode(link).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// The opening scene with 50 things done to it.
fn eventful() -> Link {
    let mut scenario = orders();
    scenario.commands.extend(busy(50));
    Link { at_us: Some(120_345_678), ..Link::of(scenario) }
}

#[test]
fn a_link_of_the_opening_scene_has_less_than_400_characters() {
    let link = letters(&Link::of(orders()));
    assert!(link.len() < 400, "{}: {link}", link.len());
}

#[test]
fn a_link_with_50_recorded_actions_has_less_than_2000_characters() {
    let link = letters(&eventful());
    assert!(link.len() < 2_000, "{}: {link}", link.len());
}

#[test]
fn a_link_needs_no_escaping_in_an_address() {
    let link = letters(&eventful());
    assert!(link.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')), "{link}");
}

#[test]
fn every_cut_of_a_link_is_said_to_be_one() {
    let link = letters(&Link::of(orders()));
    for end in 0..link.len() {
        let unreadable = decode(&link[..end]).expect_err("part of a link");
        let is_named = unreadable.reason.contains("cut off") || unreadable.reason.contains("there is no link");
        assert!(is_named, "{end}: {unreadable}");
    }
}

#[test]
fn every_change_of_a_single_character_is_noticed() {
    let link = letters(&Link::of(orders()));
    for at in 0..link.len() {
        for other in ["A", "b", "7", "-", "_", "%", "#", "é", " "] {
            let changed = format!("{}{other}{}", &link[..at], &link[at + 1..]);
            if changed != link {
                assert!(decode(&changed).is_err(), "{at}: {changed}");
            }
        }
    }
}

#[test]
fn of_a_link_that_is_cut_off_the_run_so_far_is_saved() {
    let link = letters(&eventful());
    let saved = decode(&link[..link.len() * 3 / 4]).expect_err("part of a link").saved.expect("something");
    let (have, all) = (saved.scenario.commands.len(), eventful().scenario.commands.len());
    assert!((30..all).contains(&have), "{have} of {all}");
    assert_eq!(saved.scenario.commands, eventful().scenario.commands[..have]);
}

#[test]
fn a_link_of_a_version_to_come_says_so() {
    let said = |link: &str| decode(link).expect_err("no link of ours").reason;
    assert_eq!(said("#2abc"), "this is a link of version 2; this program reads up to 1");
    assert_eq!(said("(abc"), "a link does not begin with '('");
    assert_eq!(said(""), "there is no link: nothing follows the #");
    assert_eq!(said("1!abc"), "character 2 of the link is '!', which is in no link");
}

#[test]
fn a_link_shows_what_its_sharer_saw() {
    let link = Link {
        at_us: Some(42_310_000),
        is_paused: true,
        is_read_only: true,
        shows_messages: true,
        camera: Some(Camera { x: -120, y: 340, percent: 85 }),
        panel: Some(Panel { part: "inventory".into(), tab: "config".into() }),
        ..Link::of(orders())
    };
    assert_eq!(decode(&letters(&link)), Ok(link));
}

#[test]
fn a_run_that_is_opened_from_a_link_has_the_digest_of_the_one_that_was_shared() {
    let mut session = Session::open(&orders()).expect("it opens");
    for (at, command) in
        [(20, r#"{"type":"kill","consumer":"inventory-2"}"#), (31, r#"{"type":"stop_group","group":"fraud"}"#)]
    {
        session.seek(Time::from_secs(at)).expect("no command is refused");
        session.dispatch(serde_json::from_str(command).expect("a command")).expect("it can be done");
    }
    session.seek(Time::from_secs(45)).expect("no command is refused");
    let shared = Link { at_us: Some(session.now().as_micros()), ..Link::of(session.scenario()) };

    let followed = decode(&letters(&shared)).expect("it opens");
    let mut again = Session::open(&followed.scenario).expect("it opens");
    again.seek(Time::from_micros(followed.at_us.expect("a moment"))).expect("no command is refused");
    assert_eq!(again.digest(), session.digest());
}

proptest! {
    // Few are enough: each has commands of several kinds.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_scenario_comes_out_of_a_link_as_it_went_in(scenario in any_scenario()) {
        let link = Link::of(scenario);
        let letters = letters(&link);
        prop_assert_eq!(decode(&letters), Ok(link.clone()));
        prop_assert_eq!(encode(&link), Ok(letters), "equal links have equal letters");
    }

    #[test]
    fn a_scenario_comes_out_of_its_document_as_it_went_in(scenario in any_scenario()) {
        let json = scenario.to_json();
        prop_assert_eq!(Scenario::from_json(&json), Ok(scenario), "{}", json);
    }
}
