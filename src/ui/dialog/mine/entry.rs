//! One entry of the list, and what can be done with it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::session::storage::{Key, Kind, Listed};
use crate::ui::action::{Action, Keep, use_dispatch};
use crate::ui::offer::about;

#[derive(Clone, PartialEq, Properties)]
pub struct EntryRowProps {
    pub listed: Listed,
    pub now_ms: u64,
}

#[component]
pub fn EntryRow(props: &EntryRowProps) -> Html {
    let is_renaming = use_state_eq(|| false);
    let Listed { key, label: Ok(label) } = &props.listed else { return Html::default() };
    let name = label.name.clone();
    let rename = Callback::from({
        let is_renaming = is_renaming.clone();
        move |_: MouseEvent| is_renaming.set(true)
    });
    let verb = if key.kind == Kind::Run { "Save as…" } else { "Rename" };
    let act = |keep: Keep| Action::Keep(keep);
    html! {
        <li>
            <div class="grow">
                if *is_renaming {
                    <NameField entry={key.clone()} name={name.clone()} on_done={move |()| is_renaming.set(false)} />
                } else {
                    <strong>{ &name }</strong>
                }
                <div class="muted small">{ about(label, props.now_ms) }</div>
            </div>
            <div class="row wrap">
                <Act label="Open" name={format!("Open {name}")} action={act(Keep::Open(key.clone()))} />
                <button class="btn btn-small btn-quiet" type="button" aria-label={format!("{verb} {name}")} onclick={rename}>
                    { verb }
                </button>
                if key.kind == Kind::Saved {
                    <Act label="Duplicate" name={format!("Duplicate {name}")} action={act(Keep::Duplicate(key.clone()))} />
                }
                <Act label="Delete" name={format!("Delete {name}")} action={act(Keep::Delete(key.clone(), name.clone()))} />
            </div>
        </li>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ActProps {
    label: &'static str,
    name: AttrValue,
    action: Action,
}

#[component]
fn Act(props: &ActProps) -> Html {
    let action = props.action.clone();
    let class = if props.label == "Open" { "btn btn-small" } else { "btn btn-small btn-quiet" };
    let onclick = use_dispatch().reform(move |_: MouseEvent| action.clone());
    html! { <button {class} type="button" aria-label={props.name.clone()} {onclick}>{ props.label }</button> }
}

#[derive(Clone, PartialEq, Properties)]
struct NameFieldProps {
    entry: Key,
    name: AttrValue,
    on_done: Callback<()>,
}

#[component]
fn NameField(props: &NameFieldProps) -> Html {
    let dispatch = use_dispatch();
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(input) = node.cast::<HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    });
    let finish = {
        let (node, props) = (node.clone(), props.clone());
        move || {
            let name = node.cast::<HtmlInputElement>().map(|input| input.value().trim().to_string());
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                dispatch.emit(Action::Keep(Keep::Rename(props.entry.clone(), name)));
            }
            props.on_done.emit(());
        }
    };
    let cancel = props.on_done.clone();
    let on_key = {
        let finish = finish.clone();
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => finish(),
            "Escape" => {
                // Of the field, not of the dialog.
                event.prevent_default();
                cancel.emit(());
            }
            _ => {}
        }
    };
    html! {
        <span class="row">
            <input
                ref={node} class="input" value={props.name.clone()} maxlength="120" aria-label={format!("Name of {}", props.name)}
                onkeydown={on_key}
            />
            <button class="btn btn-small" type="button" onclick={move |_| finish()}>{ "OK" }</button>
        </span>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct UnreadableRowProps {
    pub listed: Listed,
}

#[component]
pub fn UnreadableRow(props: &UnreadableRowProps) -> Html {
    let Listed { key, label: Err(why) } = &props.listed else { return Html::default() };
    let name = key.text();
    html! {
        <li>
            <div class="grow">
                <strong class="mono small">{ &name }</strong>
                <div class="muted small">{ format!("Kept as it is: {why}.") }</div>
            </div>
            <div class="row wrap">
                <Act label="Download" name={format!("Download {name}")} action={Action::Keep(Keep::Download(key.clone()))} />
                <Act label="Delete" name={format!("Delete {name}")} action={Action::Keep(Keep::Delete(key.clone(), name.clone()))} />
            </div>
        </li>
    }
}
