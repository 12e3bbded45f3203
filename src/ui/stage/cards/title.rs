//! A part's name, which a double click turns into a field.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::model::Name;

/// Renaming, step by step.
#[derive(Clone, Debug, PartialEq)]
pub enum Rename {
    Begin(Name),
    /// Esc, or nothing written.
    Cancel,
    Done(Name, String),
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub id: Name,
    pub label: AttrValue,
    pub is_renaming: bool,
    pub on_rename: Callback<Rename>,
}

#[component]
pub fn Title(props: &Props) -> Html {
    if props.is_renaming {
        return html! { <Field ..props.clone() /> };
    }
    let begin = props.on_rename.reform({
        let id = props.id.clone();
        move |_: MouseEvent| Rename::Begin(id.clone())
    });
    // An id that differs from the label is what commands and configurations say.
    let title = if props.id.as_str() == &*props.label {
        props.label.to_string()
    } else {
        format!("{} ({})", props.label, props.id)
    };
    html! { <span class="node-title" {title} ondblclick={begin}>{ &props.label }</span> }
}

#[component]
fn Field(props: &Props) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(input) = node.cast::<HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    });
    let finish = {
        let (id, old, on_rename) = (props.id.clone(), props.label.clone(), props.on_rename.clone());
        Callback::from(move |input: HtmlInputElement| {
            let label = input.value().trim().to_string();
            let changed = !label.is_empty() && label != *old;
            on_rename.emit(if changed { Rename::Done(id.clone(), label) } else { Rename::Cancel });
        })
    };
    let onblur = {
        let finish = finish.clone();
        move |event: FocusEvent| {
            if let Some(input) = input_of(&event) {
                finish.emit(input);
            }
        }
    };
    let cancel = props.on_rename.reform(|_: ()| Rename::Cancel);
    let onkeydown = move |event: KeyboardEvent| {
        event.stop_propagation();
        match (event.key().as_str(), input_of(&event)) {
            ("Enter", Some(input)) => finish.emit(input),
            ("Escape", _) => cancel.emit(()),
            _ => {}
        }
    };
    let name = format!("Name of {}", props.label);
    html! {
        <input
            ref={node} class="node-rename" value={props.label.clone()} maxlength="80" aria-label={name} {onblur}
            {onkeydown}
        />
    }
}

fn input_of(event: &web_sys::Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}
