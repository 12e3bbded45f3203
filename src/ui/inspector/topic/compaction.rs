//! How dirty the logs of a compacted topic are, and when they are cleaned.

use yew::prelude::*;

use super::partitions::ROWS;
use crate::ui::number::grouped;
use crate::view::stage::{CompactionView, LaneView};

/// Nothing for a topic that is not compacted.
pub fn table(lanes: &[LaneView]) -> Html {
    let rows: Vec<(u32, CompactionView)> =
        lanes.iter().take(ROWS).filter_map(|lane| Some((lane.partition, lane.compaction?))).collect();
    let Some((_, first)) = rows.first() else { return Html::default() };
    let columns = ["PARTITION", "FIRST DIRTY", "CLEANABLE TO", "CLEAN BYTES", "CLEANABLE BYTES", "DIRTY", "NEXT CHECK"];
    let threshold = percent(first.threshold_ppm);
    html! {
        <section>
            <h3>{ "Compaction" }</h3>
            <p class="field-doc">
                { format!("Every replica cleans its own log, once more than {threshold} of what could be clean is dirty. What \
                           is still being written, the active segment, is left alone.") }
            </p>
            <div class="scroll" tabindex="0" role="region" aria-label="Compaction">
                <table class="partitions">
                    <thead><tr>{ for columns.iter().map(|column| html! { <th key={*column} scope="col">{ *column }</th> }) }</tr></thead>
                    <tbody>{ for rows.iter().map(row) }</tbody>
                </table>
            </div>
        </section>
    }
}

fn row((partition, compaction): &(u32, CompactionView)) -> Html {
    let next = compaction.next_check_in.map_or("-".into(), |left| format!("in {left}"));
    html! {
        <tr key={*partition}>
            <td class="number">{ *partition }</td>
            <td class="number">{ grouped(compaction.first_dirty) }</td>
            <td class="number">{ grouped(compaction.cleanable_until) }</td>
            <td class="number">{ grouped(compaction.clean_bytes) }</td>
            <td class="number">{ grouped(compaction.cleanable_bytes) }</td>
            <td class="number">{ percent(compaction.dirty_ppm) }</td>
            <td class="number">{ next }</td>
        </tr>
    }
}

fn percent(ppm: u32) -> String {
    format!("{} %", ppm / 10_000)
}
