//! What can be taken out of the page.

use yew::prelude::*;

use super::DialogFrame;
use crate::ui::action::{Action, Export, use_dispatch};
use crate::ui::export::Work;

#[derive(Clone, PartialEq, Properties)]
pub struct ExportDialogProps {
    pub work: Option<Work>,
}

const CHOICES: [(Export, &str, &str); 5] = [
    (Export::Json, "Scenario (JSON)", "The document with everything you did, to open again here or to edit by hand"),
    (Export::Png, "Picture (PNG)", "The whole stage at this moment, two pixels for one"),
    (Export::Svg, "Drawing (SVG)", "The same as figures and text, for slides and documents of any size"),
    (Export::Csv, "Metrics (CSV)", "Counters, throughput and the lag of every group over time, for a spreadsheet"),
    (Export::Record, "Moving picture (WebM)", "Records the stage as it plays, until you stop"),
];

#[component]
pub fn ExportDialog(props: &ExportDialogProps) -> Html {
    let dispatch = use_dispatch();
    let choice = |(export, name, about): &(Export, &'static str, &'static str)| {
        let export = *export;
        let onclick = dispatch.reform(move |_: MouseEvent| Action::Export(export));
        html! {
            <li key={*name}>
                <button class="choice" type="button" aria-label={*name} {onclick}>
                    <strong>{ *name }</strong>
                    <span class="muted small">{ *about }</span>
                </button>
            </li>
        }
    };
    html! {
        <DialogFrame title="Export">
            if let Some(work) = props.work { <Progress {work} /> } else {
                <ul class="choices">{ for CHOICES.iter().map(choice) }</ul>
            }
        </DialogFrame>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ProgressProps {
    work: Work,
}

#[component]
fn Progress(props: &ProgressProps) -> Html {
    let cancel = use_dispatch().reform(|_: MouseEvent| Action::Export(Export::Cancel));
    let Work { what, per_mille } = props.work;
    html! {
        <div class="stack">
            <label for="export-progress">{ format!("{what}…") }</label>
            <progress id="export-progress" max="1000" value={per_mille.map(|done| done.to_string())} />
            <div><button class="btn" type="button" onclick={cancel}>{ "Cancel" }</button></div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::rendered::{has, html, lacks};

    #[tokio::test]
    async fn everything_that_can_be_taken_out_is_listed_by_name() {
        let html = html::<ExportDialog>(ExportDialogProps { work: None }).await;
        has(&html, &CHOICES.map(|(_, name, _)| name));
        lacks(&html, &["<progress"]);
    }

    #[tokio::test]
    async fn what_takes_long_shows_how_far_it_is_and_can_be_cancelled() {
        let work = Some(Work { what: "Measuring", per_mille: Some(250) });
        has(
            &html::<ExportDialog>(ExportDialogProps { work }).await,
            &["Measuring…", r#"value="250""#, "Cancel</button>"],
        );
    }
}
