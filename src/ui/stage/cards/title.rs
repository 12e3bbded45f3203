//! A part's name, which a double click turns into a field.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::engine::command::Command;
use crate::model::Name;
use crate::ui::action::use_desk;

/// Renaming begins and ends on the stage; what comes of it is between the field and the app.
#[derive(Clone, Debug, PartialEq)]
pub enum Rename {
    Begin(Name),
    End,
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
    let desk = use_desk();
    let typed = use_state(|| props.label.to_string());
    let problem = use_state(|| None::<String>);
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(input) = node.cast::<HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    });
    let oninput = {
        let (typed, problem) = (typed.clone(), problem.clone());
        move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
            problem.set(None);
        }
    };
    // A name that is refused stays in the field, with the reason.
    let finish = {
        let (id, old, on_rename) = (props.id.clone(), props.label.clone(), props.on_rename.clone());
        let (typed, problem) = (typed.clone(), problem.clone());
        Callback::from(move |()| {
            let label = typed.trim().to_owned();
            let is_new = !label.is_empty() && label != *old;
            let asked = if is_new { desk.ask.emit(Command::Rename { node: id.clone(), label }) } else { Ok(()) };
            match asked {
                Ok(()) => on_rename.emit(Rename::End),
                Err(refusal) => problem.set(Some(refusal.message)),
            }
        })
    };
    let onblur = finish.reform(|_: FocusEvent| ());
    let cancel = props.on_rename.reform(|()| Rename::End);
    let onkeydown = move |event: KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => finish.emit(()),
            "Escape" => cancel.emit(()),
            _ => {}
        }
    };
    html! {
        <span class="node-renaming">
            <input
                ref={node} class="node-rename" value={(*typed).clone()} maxlength="80" aria-label={format!("Name of {}", props.label)}
                aria-invalid={problem.as_ref().map(|_| "true")} aria-describedby={problem.as_ref().map(|_| "rename-problem")}
                {oninput} {onblur} {onkeydown}
            />
            if let Some(problem) = &*problem { <span class="field-error" id="rename-problem" role="alert">{ problem }</span> }
        </span>
    }
}
