use super::*;
use crate::engine::Command;
use crate::kernel::Time;
use crate::scenario::{Scenario, catalog};
use crate::session::Session;
use crate::session::storage::memory::Memory;

fn snapshot(commands: usize, cursor_us: u64) -> Snapshot {
    Snapshot { name: "Orders".into(), cursor_us, playing: true, commands, branch: 0 }
}

fn document() -> Result<Content, StoreError> {
    Ok(Content::new(Scenario::empty().to_json(), Vec::new()))
}

/// A page on a scenario of three commands, in which one thing was done at 1,000 ms.
fn page() -> Autosave {
    let mut page = Autosave::new("aa".into(), 3);
    page.changed(1_000);
    page
}

#[test]
fn a_change_is_kept_three_tenths_of_a_second_later_and_a_drag_once() {
    let mut page = page();
    assert!(!page.is_due(1_200, 0));
    page.changed(1_250);
    assert!(!page.is_due(1_300, 0));
    assert!(page.is_due(1_550, 0));
    page.write(&mut Memory::default(), &snapshot(4, 0), document, 1_550, 9);
    assert!(!page.is_due(1_600, 0));
}

#[test]
fn a_visit_in_which_nothing_was_done_leaves_nothing_behind() {
    let mut store = Memory::default();
    let mut page = page();
    assert_eq!(page.write(&mut store, &snapshot(3, 7), document, 1_300, 9), Status::Untouched);
    assert!(store.entries.is_empty());
    assert!(!page.is_due(60_000, 8));
}

#[test]
fn while_time_runs_on_the_moment_is_kept_now_and_then_without_a_new_document() {
    let mut store = Memory::default();
    let mut page = page();
    page.write(&mut store, &snapshot(4, 0), document, 1_300, 9);
    assert!(!page.is_due(2_000, 500));
    assert!(page.is_due(6_300, 500));
    let never = || panic!("the document has not changed");
    assert_eq!(page.write(&mut store, &snapshot(4, 500), never, 6_300, 10), Status::Kept);
    let entry = shelf::open(&store, &page.key()).unwrap();
    assert_eq!((entry.label.cursor_us, entry.label.actions, entry.label.saved_ms), (500, 1, 10));
}

#[test]
fn another_scenario_is_another_run_and_the_first_stays() {
    let mut store = Memory::default();
    let mut page = page();
    page.write(&mut store, &snapshot(4, 0), document, 1_300, 9);
    page.opened(8);
    page.changed(2_000);
    page.write(&mut store, &snapshot(10, 0), document, 2_300, 10);
    let listed = shelf::list(&store).unwrap();
    let actions: Vec<u32> = listed.iter().map(|one| one.label.as_ref().unwrap().actions).collect();
    assert_eq!(actions, [2, 1]);
}

#[test]
fn a_run_that_is_carried_on_is_one_run_still() {
    let mut store = Memory::default();
    let mut page = page();
    page.write(&mut store, &snapshot(8, 0), document, 1_300, 9);
    let old = page.key();

    let mut next = Autosave::new("bb".into(), 3);
    next.carried_on(&old, 5, 8, 500);
    assert_eq!(next.write(&mut store, &snapshot(9, 0), document, 800, 10), Status::Kept);
    let listed = shelf::list(&store).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].key.tab(), "bb");
    assert_eq!(listed[0].label.as_ref().unwrap().actions, 6);
}

#[test]
fn a_run_that_cannot_be_written_anew_stays_where_it_was() {
    let mut store = Memory::default();
    let mut page = page();
    page.write(&mut store, &snapshot(4, 0), document, 1_300, 9);
    store.room = Some(store.entries.values().map(String::len).sum());

    let mut next = Autosave::new("bb".into(), 3);
    next.carried_on(&page.key(), 1, 4, 500);
    assert_eq!(next.write(&mut store, &snapshot(4, 0), document, 800, 10), Status::NotKept(StoreError::Full));
    assert!(shelf::open(&store, &page.key()).is_ok());
}

#[test]
fn a_blocked_store_is_said_once_there_is_something_to_keep_and_the_next_change_tries_again() {
    let mut store = Memory { is_blocked: true, ..Memory::default() };
    let mut page = page();
    assert_eq!(page.write(&mut store, &snapshot(3, 0), document, 1_300, 9), Status::Untouched);
    page.changed(2_000);
    assert_eq!(page.write(&mut store, &snapshot(4, 0), document, 2_300, 9), Status::NotKept(StoreError::Blocked));
    store.is_blocked = false;
    page.changed(3_000);
    assert_eq!(page.write(&mut store, &snapshot(4, 0), document, 3_300, 9), Status::Kept);
}

/// A run of the opening scene that has forked once, with the fork on show.
fn forked() -> Session {
    let mut session = Session::open(&catalog::find("orders").expect("the opening scene")).expect("it opens");
    let kill = |consumer: &str| Command::Kill { consumer: consumer.into() };
    session.seek(Time::from_secs(20)).expect("no command is refused");
    session.dispatch(kill("inventory-2")).expect("it runs");
    session.seek(Time::from_secs(30)).expect("no command is refused");
    session.seek(Time::from_secs(25)).expect("it was played");
    session.dispatch(kill("fraud-1")).expect("it runs");
    session
}

fn content_of(session: &Session) -> Result<Content, StoreError> {
    Ok(Content::new(session.scenario().to_json(), session.courses()))
}

#[test]
fn every_branch_of_a_run_is_kept_with_it() {
    let mut store = Memory::default();
    let (mut page, session) = (page(), forked());
    let snapshot = Snapshot { branch: 1, ..snapshot(10, 0) };
    assert_eq!(page.write(&mut store, &snapshot, || content_of(&session), 1_300, 9), Status::Kept);
    assert_eq!(shelf::list(&store).unwrap().len(), 1);
    let entry = shelf::open(&store, &page.key()).unwrap();
    assert_eq!(entry.label.branches(), 2);
    let (again, lost) = Session::restore(&entry.scenario, &entry.label.courses().unwrap()).unwrap();
    assert_eq!((again.branches(), lost), (session.branches(), 0));
}

#[test]
fn where_there_is_no_room_for_all_branches_the_one_on_show_is_kept_and_that_is_said() {
    let (mut page, session) = (page(), forked());
    let room = content_of(&session).unwrap().document.len() + 300;
    let mut store = Memory { room: Some(room), ..Memory::default() };
    assert_eq!(page.write(&mut store, &snapshot(10, 0), || content_of(&session), 1_300, 9), Status::KeptInPart);
    assert_eq!(shelf::open(&store, &page.key()).unwrap().label.branches(), 1);
}

#[test]
fn of_too_many_branches_those_with_a_name_are_kept() {
    let mut session = forked();
    let comment = "x".repeat(COURSES_MAX / 3);
    for n in 0..4 {
        session.seek(Time::from_secs(24 - n)).expect("it was played");
        let publish = serde_json::json!({ "type": "publish", "producer": "checkout", "value": comment });
        session.dispatch(serde_json::from_value(publish).expect("a command")).expect("it is in order");
        session.seek(Time::from_secs(25)).expect("no command is refused");
    }
    let oldest = session.branches()[1].id;
    session.rename_branch(oldest, "Mine").expect("a name");
    let content = content_of(&session).unwrap();
    assert!(content.is_partial);
    assert!(content.courses.to_string().contains("Mine"));
}
