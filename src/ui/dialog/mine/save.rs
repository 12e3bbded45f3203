//! Saving what is on the stage.

use yew::prelude::*;

use crate::ui::action::{Action, Keep, use_dispatch};
use crate::ui::form::TextField;

#[derive(Clone, PartialEq, Properties)]
pub struct SaveFormProps {
    /// What it is called so far.
    pub title: AttrValue,
}

#[component]
pub fn SaveForm(props: &SaveFormProps) -> Html {
    let dispatch = use_dispatch();
    let name = use_state(|| props.title.to_string());
    let onsubmit = {
        let name = name.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            dispatch.emit(Action::Keep(Keep::Save((*name).trim().to_string())));
        }
    };
    let is_empty = name.trim().is_empty();
    html! {
        <form class="row save-row" {onsubmit}>
            <TextField
                id="save-name" label="Name" class="grow" value={(*name).clone()} on_input={move |text| name.set(text)}
            />
            <button class="btn btn-primary" type="submit" disabled={is_empty}>{ "Save the run on the stage" }</button>
        </form>
    }
}
