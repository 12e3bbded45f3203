//! Which file: picked, dropped or pasted.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::ui::browser::file::Source;
use crate::ui::form::TextArea;

#[derive(Clone, PartialEq, Properties)]
pub struct ChooseFileProps {
    pub on_choose: Callback<Source>,
}

#[component]
pub fn ChooseFile(props: &ChooseFileProps) -> Html {
    let pasted = use_state(String::new);
    let onchange = {
        let on_choose = props.on_choose.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                on_choose.emit(Source::of_file(file));
            }
        }
    };
    let use_pasted = {
        let (pasted, on_choose) = (pasted.clone(), props.on_choose.clone());
        move |_: MouseEvent| {
            if let Some(source) = Source::of_text(&pasted) {
                on_choose.emit(source);
            }
        }
    };
    let is_empty = pasted.trim().is_empty();
    html! {
        <>
            <p class="muted">
                { "NDJSON (a JSON object a line) or CSV with a header, up to 50 MB and 500,000 rows. The file stays on this machine." }
            </p>
            <div class="field">
                <label for="replay-file">{ "File (or drop one anywhere on the page)" }</label>
                <input id="replay-file" class="input file" type="file" accept=".ndjson,.jsonl,.json,.csv,.tsv,.txt" {onchange} />
            </div>
            <TextArea
                id="replay-paste" label="Or paste it" value={(*pasted).clone()} on_input={move |text| pasted.set(text)}
                placeholder={"{\"order\":\"order-1\",\"ts\":\"2026-03-01T12:00:00Z\"}"}
            />
            <div><button class="btn" type="button" disabled={is_empty} onclick={use_pasted}>{ "Use the pasted text" }</button></div>
        </>
    }
}
