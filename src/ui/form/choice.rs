//! A field to choose from a list.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{beneath, described_by};

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: AttrValue,
    pub label: AttrValue,
}

impl Choice {
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Choice { value: value.into(), label: label.into() }
    }

    /// An entry that is called what it is.
    pub fn plain(value: impl Into<AttrValue>) -> Self {
        let value = value.into();
        Choice { label: value.clone(), value }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct ChooserProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub on_choose: Callback<String>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub doc: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn Chooser(props: &ChooserProps) -> Html {
    let on_choose = props.on_choose.clone();
    let onchange = move |event: Event| on_choose.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    let option = |choice: &Choice| {
        let selected = choice.value == props.value;
        html! { <option key={choice.value.to_string()} value={choice.value.clone()} {selected}>{ &choice.label }</option> }
    };
    html! {
        <div class={classes!("field", props.class.clone())}>
            <label for={props.id.clone()}>{ &props.label }</label>
            <select
                class="select" id={props.id.clone()} aria-invalid={props.error.as_ref().map(|_| "true")}
                aria-describedby={described_by(&props.id, &props.error, &props.doc)} {onchange}
            >
                { for props.choices.iter().map(option) }
            </select>
            { beneath(&props.id, &props.error, &props.doc) }
        </div>
    }
}
