//! What the file gave.

use std::rc::Rc;

use yew::prelude::*;

use crate::session::import::BadLine;
use crate::ui::number::{counted, grouped};

/// So many bad lines are listed; the rest is counted.
const LISTED: usize = 100;

/// The lines that were skipped: the first of them, and how many in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub first: Vec<BadLine>,
    pub count: u64,
}

#[derive(Clone, PartialEq, Properties)]
pub struct ReportProps {
    pub rows: u32,
    pub skipped: Rc<Skipped>,
    pub on_publish: Callback<()>,
    pub on_again: Callback<()>,
}

#[component]
pub fn Report(props: &ReportProps) -> Html {
    let rows = counted(u64::from(props.rows), "row");
    let Skipped { first, count } = &*props.skipped;
    let (on_publish, on_again) = (props.on_publish.clone(), props.on_again.clone());
    let bad_line = |bad: &BadLine| html! { <li key={bad.line}>{ bad.to_string() }</li> };
    let more = count.saturating_sub(first.len().min(LISTED) as u64);
    html! {
        <>
            <p role="status">
                { format!("{rows} read, {} skipped.", counted(*count, "bad line")) }
            </p>
            if !first.is_empty() {
                <ul class="bad-lines" tabindex="0" aria-label="Bad lines">
                    { for first.iter().take(LISTED).map(bad_line) }
                    if more > 0 { <li class="muted">{ format!("and {} more", grouped(more)) }</li> }
                </ul>
            }
            <div class="row">
                <button class="btn btn-primary" type="button" disabled={props.rows == 0} onclick={move |_| on_publish.emit(())}>
                    { format!("Publish {rows}") }
                </button>
                <button class="btn" type="button" onclick={move |_| on_again.emit(())}>{ "Another file" }</button>
            </div>
        </>
    }
}
