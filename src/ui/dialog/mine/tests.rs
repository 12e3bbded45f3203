use super::*;
use crate::session::storage::{Key, Label, Unreadable};
use crate::ui::rendered::{has, html, lacks};

fn listed(kind: Kind, id: &str, name: &str) -> Listed {
    let label = Label { name: name.into(), cursor_us: 42_000_000, actions: 3, ..Label::default() };
    Listed { key: Key::new(kind, id), label: Ok(label) }
}

async fn rendered(shelf: Shelf) -> String {
    html::<Mine>(MineProps { shelf: Rc::new(shelf), title: "Orders".into() }).await
}

#[tokio::test]
async fn every_entry_says_what_it_is_and_what_can_be_done_with_it() {
    let shelf = Shelf {
        listed: vec![listed(Kind::Saved, "1", "Demo"), listed(Kind::Run, "aa-0", "Orders")],
        ..Shelf::default()
    };
    let html = rendered(shelf).await;
    has(&html, &["Open Demo", "Rename Demo", "Duplicate Demo", "Delete Demo", "0:42 · 3 actions · just now"]);
    has(&html, &["Open Orders", "Save as… Orders", "Delete Orders"]);
    lacks(&html, &["Duplicate Orders", "Cannot be opened"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_offered_for_download_with_the_reason() {
    let damaged = Unreadable::Damaged("EOF at line 1".into());
    let shelf =
        Shelf { listed: vec![Listed { key: Key::new(Kind::Run, "aa-0"), label: Err(damaged) }], ..Shelf::default() };
    has(&rendered(shelf).await, &["Cannot be opened", "it is damaged (EOF at line 1)", "Download headwater.run.aa-0"]);
}

#[tokio::test]
async fn what_was_deleted_can_be_undone_as_long_as_the_dialog_is_open() {
    let deleted = Deleted { key: Key::new(Kind::Saved, "1"), name: "Demo".into(), text: String::new() };
    has(
        &rendered(Shelf { deleted: vec![deleted], ..Shelf::default() }).await,
        &["“Demo” is deleted.", "Undo deleting Demo"],
    );
}

#[tokio::test]
async fn names_are_text_and_never_markup() {
    let shelf = Shelf { listed: vec![listed(Kind::Saved, "1", "<img src=x>")], ..Shelf::default() };
    lacks(&rendered(shelf).await, &["<img"]);
}
