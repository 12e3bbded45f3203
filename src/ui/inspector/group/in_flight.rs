//! What a share group has in flight: every record between its start and its end, in whose hands it is, for how long.

use yew::prelude::*;

use crate::model::{Name, TopicPartition};
use crate::ui::number::{grouped, grouped_or_dash};
use crate::view::stage::{FlagView, InFlightView, LaneView};

/// As many rows as anybody reads.
const ROWS: usize = 100;

/// The columns of `kafka-share-groups --describe`: nothing is committed, everything before the start is done.
pub fn offsets(group: &Name, lanes: &[(TopicPartition, LaneView)]) -> Html {
    let columns = ["GROUP", "TOPIC", "PARTITION", "START-OFFSET", "LAG"];
    let row = |(name, flag): (TopicPartition, FlagView)| {
        html! {
            <tr key={name.to_string()}>
                <td>{ group.to_string() }</td>
                <td>{ name.topic.to_string() }</td>
                <td class="number">{ name.partition }</td>
                <td class="number">{ grouped_or_dash(flag.committed) }</td>
                <td class="number lag">{ grouped_or_dash(flag.lag) }</td>
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label="kafka-share-groups --describe">
            <table class="describe">
                <thead><tr>{ for columns.iter().map(|column| html! { <th key={*column} scope="col">{ *column }</th> }) }</tr></thead>
                <tbody>{ for flags(group, lanes).into_iter().map(row) }</tbody>
            </table>
        </div>
    }
}

fn flags(group: &Name, lanes: &[(TopicPartition, LaneView)]) -> Vec<(TopicPartition, FlagView)> {
    let of_group = |(name, lane): &(TopicPartition, LaneView)| {
        let flag = lane.flags.iter().find(|flag| flag.group == *group)?;
        Some((name.clone(), flag.clone()))
    };
    lanes.iter().filter_map(of_group).collect()
}

pub fn list(group: &Name, lanes: &[(TopicPartition, LaneView)]) -> Html {
    let rows: Vec<Html> = flags(group, lanes)
        .iter()
        .flat_map(|(name, flag)| flag.in_flight.iter().map(|record| row(name, record)))
        .take(ROWS)
        .collect();
    let columns = ["RECORD", "STATE", "DELIVERY", "MEMBER", "LOCK"];
    html! {
        <section>
            <h3>{ "In flight" }</h3>
            <p class="field-doc">{ "What somebody took and what waits behind it. Before the start offset everything is done." }</p>
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
            <td>{ format!("{partition} @ {}", grouped(record.offset)) }</td>
            <td>{ record.state.name() }</td>
            <td class="number">{ record.delivery_count }</td>
            <td>{ member }</td>
            <td class="number">{ lock }</td>
        </tr>
    }
}
