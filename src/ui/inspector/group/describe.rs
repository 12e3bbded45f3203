//! `kafka-consumer-groups --describe`, live.

use yew::prelude::*;

use crate::ui::number::{grouped, grouped_or_dash};
use crate::view::describe::DescribeRow;

#[derive(Clone, PartialEq, Properties)]
pub struct DescribeTableProps {
    pub rows: Vec<DescribeRow>,
    /// What the tool says before the table.
    pub notice: Option<String>,
}

/// The columns and their order are those of the real tool, so the table scrolls sideways rather than leaving one out.
const COLUMNS: [&str; 9] =
    ["GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"];

#[component]
pub fn DescribeTable(props: &DescribeTableProps) -> Html {
    let notice = html! { if let Some(notice) = &props.notice { <p class="muted small">{ notice }</p> } };
    if props.rows.is_empty() {
        return notice;
    }
    html! {
        <>
        { notice }
        <div class="scroll" tabindex="0" role="region" aria-label="kafka-consumer-groups --describe">
            <table class="describe">
                <thead><tr>{ for COLUMNS.iter().map(|column| html! { <th key={*column} scope="col">{ *column }</th> }) }</tr></thead>
                <tbody>{ for props.rows.iter().map(row) }</tbody>
            </table>
        </div>
        </>
    }
}

fn row(row: &DescribeRow) -> Html {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    html! {
        <tr key={format!("{}-{}", row.topic, row.partition)}>
            <td>{ row.group.to_string() }</td>
            <td>{ row.topic.to_string() }</td>
            <td class="number">{ row.partition }</td>
            <td class="number">{ grouped_or_dash(row.current_offset) }</td>
            <td class="number">{ grouped(row.log_end_offset) }</td>
            <td class="number lag">{ grouped_or_dash(row.lag) }</td>
            <td>{ or_dash(&row.consumer_id) }</td>
            <td>{ or_dash(&row.host) }</td>
            <td>{ or_dash(&row.client_id) }</td>
        </tr>
    }
}
