//! One's own scenarios: saved under names, kept by themselves, and what cannot be read.

mod entry;
mod pick;
mod save;

use std::rc::Rc;

use yew::prelude::*;

use self::entry::{EntryRow, UnreadableRow};
use self::pick::PickFile;
use self::save::SaveForm;
use super::DialogFrame;
use crate::session::storage::{Kind, Listed};
use crate::ui::action::{Action, Keep, use_dispatch};
use crate::ui::shelf::{Deleted, Shelf};

#[derive(Clone, PartialEq, Properties)]
pub struct MineProps {
    pub shelf: Rc<Shelf>,
    /// What the scenario on the stage is called.
    pub title: AttrValue,
}

#[component]
pub fn Mine(props: &MineProps) -> Html {
    let shelf = &*props.shelf;
    let rows = |kind| {
        let row = |listed: &Listed| {
            let key = listed.key.text();
            html! { <EntryRow {key} listed={listed.clone()} now_ms={shelf.now_ms} /> }
        };
        shelf.of_kind(kind).map(row).collect::<Vec<_>>()
    };
    let (saved, runs) = (rows(Kind::Saved), rows(Kind::Run));
    let unreadable: Vec<Html> = shelf.unreadable().map(unreadable_row).collect();
    html! {
        <DialogFrame title="My scenarios">
            if let Some(trouble) = &shelf.trouble { <p class="problem" role="alert">{ trouble }</p> }
            <SaveForm title={props.title.clone()} />
            { for shelf.deleted.iter().map(|deleted| html! { <PutBack key={deleted.key.text()} deleted={deleted.clone()} /> }) }
            { section("Saved", "Nothing yet. Save what is on the stage under a name, and it stays in this browser.", saved) }
            { section("Kept by themselves", "Whatever you do is kept here as well, the last 30 runs.", runs) }
            <PickFile />
            if !unreadable.is_empty() { { section("Cannot be opened", "", unreadable) } }
        </DialogFrame>
    }
}

fn section(title: &'static str, if_empty: &'static str, rows: Vec<Html>) -> Html {
    html! {
        <section class="stack" aria-label={title}>
            <h3>{ title }</h3>
            if rows.is_empty() { <p class="muted">{ if_empty }</p> } else { <ul class="shelf">{ for rows }</ul> }
        </section>
    }
}

fn unreadable_row(listed: &Listed) -> Html {
    html! { <UnreadableRow key={listed.key.text()} listed={listed.clone()} /> }
}

#[derive(Clone, PartialEq, Properties)]
struct PutBackProps {
    deleted: Deleted,
}

#[component]
fn PutBack(props: &PutBackProps) -> Html {
    let deleted = props.deleted.clone();
    let name = deleted.name.clone();
    let onclick = use_dispatch().reform(move |_| Action::Keep(Keep::PutBack(deleted.clone())));
    html! {
        <p class="row notice" role="status">
            <span class="grow">{ format!("“{name}” is deleted.") }</span>
            <button class="btn btn-small" type="button" aria-label={format!("Undo deleting {name}")} {onclick}>{ "Undo" }</button>
        </p>
    }
}

#[cfg(test)]
mod tests;
