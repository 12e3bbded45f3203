//! Fields to type into.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{beneath, described_by};

#[derive(Clone, PartialEq, Properties)]
pub struct TextFieldProps {
    /// Unique on the page.
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    /// Called with every change of the text.
    pub on_input: Callback<String>,
    /// Called when the text is done: on Enter, and when the field is left after a change.
    #[prop_or_default]
    pub on_done: Callback<()>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub doc: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// `numeric` or `decimal` for the keyboard of a phone.
    #[prop_or_default]
    pub input_mode: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let on_input = props.on_input.clone();
    let oninput = move |event: InputEvent| on_input.emit(event.target_unchecked_into::<HtmlInputElement>().value());
    let on_done = props.on_done.clone();
    let onchange = move |_: Event| on_done.emit(());
    html! {
        <div class={classes!("field", props.class.clone())}>
            <label for={props.id.clone()}>{ &props.label }</label>
            <input
                class="input" id={props.id.clone()} value={props.value.clone()} placeholder={props.placeholder.clone()}
                inputmode={props.input_mode.clone()} autocomplete="off" spellcheck="false"
                aria-invalid={props.error.as_ref().map(|_| "true")}
                aria-describedby={described_by(&props.id, &props.error, &props.doc)} {oninput} {onchange}
            />
            { beneath(&props.id, &props.error, &props.doc) }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct TextAreaProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub on_input: Callback<String>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub doc: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
}

#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    let on_input = props.on_input.clone();
    let oninput = move |event: InputEvent| on_input.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
    html! {
        <div class="field">
            <label for={props.id.clone()}>{ &props.label }</label>
            <textarea
                class="input" id={props.id.clone()} value={props.value.clone()} placeholder={props.placeholder.clone()}
                spellcheck="false" aria-invalid={props.error.as_ref().map(|_| "true")}
                aria-describedby={described_by(&props.id, &props.error, &props.doc)} {oninput}
            />
            { beneath(&props.id, &props.error, &props.doc) }
        </div>
    }
}
