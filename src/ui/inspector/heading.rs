//! What is selected, under a name that can be changed.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Part;
use crate::engine::command::Command;
use crate::ui::action::{Action, use_desk, use_dispatch};
use crate::ui::icon::{Drawing, Icon};

#[derive(Clone, PartialEq, Properties)]
pub struct HeadingProps {
    pub part: Part,
}

#[component]
pub fn Heading(props: &HeadingProps) -> Html {
    let draft = use_state(|| None::<String>);
    let dispatch = use_dispatch();
    let close = move |_| dispatch.emit(Action::Select(None));
    let edit = {
        let (draft, label) = (draft.clone(), props.part.label.clone());
        move |_| draft.set(Some(label.clone()))
    };
    let hue = props.part.hue.map(|hue| format!("group-hue-{}", hue % 8));
    html! {
        <div class="panel-head">
            if let Some(hue) = hue { <span class={classes!("swatch", hue)} /> }
            if draft.is_some() {
                <RenameField part={props.part.clone()} {draft} />
            } else {
                <h2 title={props.part.label.clone()}>{ &props.part.label }</h2>
                <button class="btn btn-quiet btn-square btn-small" type="button" aria-label="Rename" title="Rename" onclick={edit}>
                    <Icon drawing={Drawing::Pencil} class="icon-small" />
                </button>
                <span class="chip">{ props.part.kind.name().to_ascii_lowercase() }</span>
                <span class="grow" />
            }
            <button class="btn btn-quiet btn-square" type="button" aria-label="Close inspector" onclick={close}>
                <Icon drawing={Drawing::Close} class="icon-small" />
            </button>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RenameFieldProps {
    part: Part,
    /// What was typed so far; nothing ends the renaming.
    draft: UseStateHandle<Option<String>>,
}

#[component]
fn RenameField(props: &RenameFieldProps) -> Html {
    let desk = use_desk();
    let error = use_state(|| None::<String>);
    let field = use_node_ref();
    use_effect_with(field.clone(), |field| {
        if let Some(field) = field.cast::<HtmlInputElement>() {
            let _ = field.focus();
            field.select();
        }
    });
    let oninput = {
        let draft = props.draft.clone();
        move |event: InputEvent| draft.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let onkeydown = {
        let (draft, error, node) = (props.draft.clone(), error.clone(), props.part.id.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            "Escape" => draft.set(None),
            "Enter" => {
                let label = draft.as_deref().unwrap_or_default().trim().to_owned();
                match desk.ask.emit(Command::Rename { node: node.clone(), label }) {
                    Ok(()) => draft.set(None),
                    Err(refusal) => error.set(Some(refusal.message)),
                }
            }
            _ => {}
        }
    };
    html! {
        <div class="field grow">
            <input
                ref={field} class="input" aria-label="New name" value={props.draft.as_deref().unwrap_or_default().to_owned()}
                aria-invalid={error.as_ref().map(|_| "true")} aria-describedby="rename-doc" {oninput} {onkeydown}
            />
            <span id="rename-doc" class={if error.is_some() { "field-error" } else { "field-doc" }}>
                { error.as_deref().unwrap_or("Enter to rename, Esc to leave it") }
            </span>
        </div>
    }
}
