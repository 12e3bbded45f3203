//! What to say about something that was handed over: that it cannot be read and where to look, or what it might be.

use yew::prelude::*;

use super::DialogFrame;
use crate::session::import::{Contents, Unread};
use crate::ui::action::{Action, use_dispatch};
use crate::ui::browser::file::Source;

#[derive(Clone, PartialEq, Properties)]
pub struct UnreadNoteProps {
    pub unread: Unread,
}

#[component]
pub fn UnreadNote(props: &UnreadNoteProps) -> Html {
    let Unread { file, path, line, reason, excerpt } = &props.unread;
    let fact = |name: &str, value: Html| html! { <><dt class="muted">{ name }</dt><dd>{ value }</dd></> };
    html! {
        <DialogFrame title="This scenario cannot be opened">
            <p role="alert">{ reason }</p>
            <dl class="facts">
                { fact("File", html! { file }) }
                { fact("Field", html! { <code>{ path }</code> }) }
                { fact("Line", html! { line }) }
            </dl>
            if let Some(excerpt) = excerpt { <pre class="command-line">{ excerpt }</pre> }
            <p class="muted">{ "What is on the stage is as it was." }</p>
        </DialogFrame>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct WhatIsItProps {
    pub file: Source,
}

/// Asked only where the file does not say it itself.
#[component]
pub fn WhatIsIt(props: &WhatIsItProps) -> Html {
    let dispatch = use_dispatch();
    let treat_as = |contents: Contents| {
        let file = props.file.clone();
        dispatch.reform(move |_: MouseEvent| Action::TreatAs(file.clone(), contents))
    };
    html! {
        <DialogFrame title={format!("What is in {}?", props.file.name)}>
            <p>{ "It is one JSON object without the fields by which a scenario is known (version, seed)." }</p>
            <div class="row wrap">
                <button class="btn" type="button" onclick={treat_as(Contents::Records)}>{ "A record to replay" }</button>
                <button class="btn" type="button" onclick={treat_as(Contents::Scenario)}>{ "A scenario" }</button>
            </div>
        </DialogFrame>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::import::read_document;
    use crate::ui::rendered::{has, html, lacks};

    #[tokio::test]
    async fn a_document_that_cannot_be_read_is_shown_with_file_field_line_and_text() {
        let text = "{\n\"version\": 1,\n\"seed\": 1,\n\"<b>\": 2}";
        let unread = read_document("run.json", text.as_bytes()).unwrap_err();
        let html = html::<UnreadNote>(UnreadNoteProps { unread }).await;
        has(&html, &["run.json", "unknown field", "<dd>4</dd>", "&lt;b&gt;"]);
        lacks(&html, &["<b>"]);
    }
}
