use super::*;
use crate::scenario::Scenario;
use crate::session::storage::memory::Memory;

fn label(name: &str, saved_ms: u64) -> Label {
    Label { headwater: entry::WHOLE, name: name.into(), saved_ms, actions: 1, ..Label::default() }
}

fn document() -> String {
    Scenario::empty().to_json()
}

fn run(store: &mut Memory, id: &str, saved_ms: u64) -> Key {
    let key = Key::new(Kind::Run, id);
    put(store, &key, &label(id, saved_ms), &document()).unwrap();
    key
}

fn saved(store: &mut Memory, id: &str, name: &str) -> Opened {
    save(store, None, id, label(name, 1), &document()).unwrap()
}

fn names(store: &Memory) -> Vec<String> {
    let listed = list(store).unwrap().into_iter().filter(|one| one.key.kind == Kind::Saved);
    let mut names: Vec<String> = listed.map(|one| one.label.unwrap().name).collect();
    names.sort();
    names
}

#[test]
fn the_newest_run_whose_page_is_gone_is_offered() {
    let mut store = Memory::default();
    run(&mut store, "aa-0", 10);
    run(&mut store, "bb-0", 20);
    run(&mut store, "cc-0", 30);
    let listed = list(&store).unwrap();
    let offered = |open: &[&str]| {
        let open: Vec<String> = open.iter().map(|tab| tab.to_string()).collect();
        left_behind(&listed, &open).map(|one| one.key.id.clone())
    };
    assert_eq!(offered(&[]).as_deref(), Some("cc-0"));
    assert_eq!(offered(&["cc"]).as_deref(), Some("bb-0"));
    assert_eq!(offered(&["aa", "bb", "cc"]), None);
}

#[test]
fn what_else_a_page_keeps_is_not_listed() {
    let mut store = Memory::default();
    store.set("headwater.theme", "dark").unwrap();
    store.set("somebody.else", "{}").unwrap();
    assert_eq!(list(&store), Ok(Vec::new()));
}

#[test]
fn a_damaged_entry_is_listed_with_its_reason_and_stays_where_it_is() {
    let mut store = Memory::default();
    store.set("headwater.run.aa-0", "{not json").unwrap();
    run(&mut store, "bb-0", 20);
    let listed = list(&store).unwrap();
    assert_eq!(listed[1].key.id, "aa-0");
    assert!(matches!(&listed[1].label, Err(Unreadable::Damaged(_))));
    assert!(matches!(open(&store, &listed[1].key), Err(Unopened::Unreadable(_))));
    prune(&mut store, &[]).unwrap();
    assert_eq!(store.get("headwater.run.aa-0").unwrap().as_deref(), Some("{not json"));
}

#[test]
fn saving_again_under_the_same_name_replaces_the_entry() {
    let mut store = Memory::default();
    let first = saved(&mut store, "1", "Demo");
    let second = save(&mut store, Some(&first), "2", label("Demo", 2), &document()).unwrap();
    assert_eq!((second.key, second.version), (first.key, 2));
    assert_eq!(names(&store), ["Demo"]);
}

#[test]
fn of_two_tabs_that_save_one_entry_neither_overwrites_the_other() {
    let mut store = Memory::default();
    let both = saved(&mut store, "1", "Demo");
    save(&mut store, Some(&both), "2", label("Demo", 2), &document()).unwrap();
    let later = save(&mut store, Some(&both), "3", label("Demo", 3), &document()).unwrap();
    assert_ne!(later.key, both.key);
    assert_eq!(names(&store), ["Demo", "Demo 2"]);
}

#[test]
fn saving_under_another_name_leaves_the_old_entry_alone() {
    let mut store = Memory::default();
    let first = saved(&mut store, "1", "Demo");
    save(&mut store, Some(&first), "2", label("Demo for Monday", 2), &document()).unwrap();
    assert_eq!(names(&store), ["Demo", "Demo for Monday"]);
}

#[test]
fn a_copy_and_a_new_name_never_take_a_name_that_is_taken() {
    let mut store = Memory::default();
    let first = saved(&mut store, "1", "Demo");
    duplicate(&mut store, &first.key, "2").unwrap();
    duplicate(&mut store, &first.key, "3").unwrap();
    assert_eq!(names(&store), ["Demo", "Demo 2", "Demo 3"]);
    rename(&mut store, &first.key, "4", "Demo 3").unwrap();
    assert_eq!(names(&store), ["Demo 2", "Demo 3", "Demo 3 2"]);
    rename(&mut store, &first.key, "4", "  ").unwrap();
    assert_eq!(names(&store), ["Demo 2", "Demo 3", "Untitled"]);
}

#[test]
fn naming_a_run_keeps_it_for_good() {
    let mut store = Memory::default();
    let key = run(&mut store, "aa-0", 10);
    rename(&mut store, &key, "1", "The incident").unwrap();
    assert_eq!(names(&store), ["The incident"]);
    assert_eq!(open(&store, &key), Err(Unopened::Gone));
}

#[test]
fn what_was_deleted_can_be_put_back_as_it_was() {
    let mut store = Memory::default();
    let key = saved(&mut store, "1", "Demo").key;
    let before = store.entries.clone();
    let text = delete(&mut store, &key).unwrap().unwrap();
    assert!(names(&store).is_empty());
    put_back(&mut store, &key, &text).unwrap();
    assert_eq!(store.entries, before);
}

#[test]
fn of_many_runs_the_oldest_go_unless_a_page_is_at_them() {
    let mut store = Memory::default();
    for n in 0..RUNS_KEPT as u64 + 3 {
        run(&mut store, &format!("t{n}-0"), n);
    }
    saved(&mut store, "1", "Demo");
    prune(&mut store, &["t0".to_string()]).unwrap();
    let ids: Vec<String> = list(&store).unwrap().into_iter().map(|one| one.key.id).collect();
    assert_eq!(ids.len(), RUNS_KEPT + 2);
    assert!(ids.contains(&"t0-0".to_string()) && !ids.contains(&"t1-0".to_string()));
}

#[test]
fn a_full_store_refuses_and_changes_nothing() {
    let mut store = Memory::default();
    saved(&mut store, "1", "Demo");
    let before = store.entries.clone();
    store.room = Some(before.values().map(String::len).sum());
    let refused = save(&mut store, None, "2", label("Another", 2), &document());
    assert_eq!(refused, Err(StoreError::Full));
    assert_eq!(store.entries, before);
}

#[test]
fn a_document_that_no_browser_would_take_is_refused_with_the_reason() {
    let mut store = Memory::default();
    let document = " ".repeat(DOCUMENT_MAX + 1);
    assert_eq!(put(&mut store, &Key::new(Kind::Run, "aa-0"), &label("long", 1), &document), Err(StoreError::TooLong));
}
