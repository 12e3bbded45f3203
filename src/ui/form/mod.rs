//! Fields of forms. Each has its label, its own message tied to it by `aria-describedby`, and keeps what was typed.

mod choice;
mod text;

pub use choice::{Choice, Chooser};
pub use text::{TextArea, TextField, TextFieldProps};

use yew::prelude::*;

/// What stands beneath a field: its message, else what it is about.
fn beneath(id: &AttrValue, error: &Option<AttrValue>, doc: &Option<AttrValue>) -> Html {
    html! {
        <>
            if let Some(error) = error {
                <span class="field-error" id={format!("{id}-error")} role="alert">{ error }</span>
            }
            if let Some(doc) = doc { <span class="field-doc" id={format!("{id}-doc")}>{ doc }</span> }
        </>
    }
}

/// The ids that describe the field.
fn described_by(id: &AttrValue, error: &Option<AttrValue>, doc: &Option<AttrValue>) -> Option<String> {
    let ids = [error.as_ref().map(|_| format!("{id}-error")), doc.as_ref().map(|_| format!("{id}-doc"))];
    let ids: Vec<String> = ids.into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
