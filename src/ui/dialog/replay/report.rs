//! What the file gave.

use yew::prelude::*;

use crate::session::import::{BadLine, Imported};
use crate::ui::number::{counted, grouped};

/// So many bad lines are listed; the rest is counted.
const LISTED: usize = 100;

#[derive(Clone, PartialEq, Properties)]
pub struct ReportProps {
    pub imported: Imported,
    pub on_publish: Callback<()>,
    pub on_again: Callback<()>,
}

#[component]
pub fn Report(props: &ReportProps) -> Html {
    let Imported { rows, bad_lines, bad_line_count } = &props.imported;
    let (on_publish, on_again) = (props.on_publish.clone(), props.on_again.clone());
    let bad_line = |bad: &BadLine| html! { <li key={bad.line}>{ bad.to_string() }</li> };
    let more = bad_line_count.saturating_sub(bad_lines.len().min(LISTED) as u64);
    html! {
        <>
            <p role="status">
                { format!("{} read, ", counted(u64::from(rows.len()), "row")) }{ format!("{} skipped.", counted(*bad_line_count, "bad line")) }
            </p>
            if !bad_lines.is_empty() {
                <ul class="bad-lines" tabindex="0" aria-label="Bad lines">
                    { for bad_lines.iter().take(LISTED).map(bad_line) }
                    if more > 0 { <li class="muted">{ format!("and {} more", grouped(more)) }</li> }
                </ul>
            }
            <div class="row">
                <button class="btn btn-primary" type="button" disabled={rows.is_empty()} onclick={move |_| on_publish.emit(())}>
                    { format!("Publish {}", counted(u64::from(rows.len()), "row")) }
                </button>
                <button class="btn" type="button" onclick={move |_| on_again.emit(())}>{ "Another file" }</button>
            </div>
        </>
    }
}
