//! What a share group has in flight: every record between its start and its end, in whose hands it is, for how long.

use yew::prelude::*;

use crate::model::{Name, TopicPartition};
use crate::ui::number::grouped;
use crate::view::stage::{InFlightView, LaneView};

/// As many rows as anybody reads.
const ROWS: usize = 100;

pub fn list(group: &Name, lanes: &[(TopicPartition, LaneView)]) -> Html {
    let of_group = |(name, lane): &(TopicPartition, LaneView)| {
        let flag = lane.flags.iter().find(|flag| flag.group == *group)?;
        Some((name.clone(), flag.clone()))
    };
    let flags: Vec<_> = lanes.iter().filter_map(of_group).collect();
    let starts = flags.iter().filter_map(|(name, flag)| {
        let (start, end) = (flag.committed?, flag.position?);
        Some(html! { <span key={name.to_string()} class="chip">{ format!("{name}: {} to {}", grouped(start), grouped(end)) }</span> })
    });
    let rows: Vec<Html> = flags
        .iter()
        .flat_map(|(name, flag)| flag.in_flight.iter().map(|record| row(name, record)))
        .take(ROWS)
        .collect();
    let columns = ["PARTITION", "OFFSET", "STATE", "DELIVERY", "MEMBER", "LOCK"];
    html! {
        <section>
            <h3>{ "In flight" }</h3>
            <p class="field-doc">{ "From start to end of each partition. Before the start everything is done." }</p>
            <div class="row wrap">{ for starts }</div>
            if rows.is_empty() {
                <p class="faint">{ "Nothing is in flight." }</p>
            } else {
                <div class="scroll" tabindex="0" role="region" aria-label="In flight">
                    <table class="partitions">
                        <thead><tr>{ for columns.iter().map(|column| html! { <th key={*column} scope="col">{ *column }</th> }) }</tr></thead>
                        <tbody>{ for rows }</tbody>
                    </table>
                </div>
            }
        </section>
    }
}

fn row(partition: &TopicPartition, record: &InFlightView) -> Html {
    let (member, lock) = match &record.held {
        Some((member, left)) => (member.to_string(), left.to_string()),
        None => ("-".into(), "-".into()),
    };
    html! {
        <tr key={format!("{partition} {}", record.offset)}>
            <td>{ partition.to_string() }</td>
            <td class="number">{ grouped(record.offset) }</td>
            <td>{ record.state.name() }</td>
            <td class="number">{ record.delivery_count }</td>
            <td>{ member }</td>
            <td class="number">{ lock }</td>
        </tr>
    }
}
