//! Opening a file that is on the person's machine.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::ui::action::{Action, use_dispatch};
use crate::ui::browser::file::Source;

#[component]
pub fn PickFile() -> Html {
    let dispatch = use_dispatch();
    let onchange = move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            dispatch.emit(Action::Take(Source::of_file(file)));
        }
    };
    html! {
        <div class="field">
            <label for="open-file">{ "Open a scenario from a file (or drop it on the page, or paste it there)" }</label>
            <input id="open-file" class="input file" type="file" accept=".json,application/json" {onchange} />
        </div>
    }
}
