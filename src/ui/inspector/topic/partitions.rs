//! The partitions of a topic, and how to add some.

use yew::prelude::*;

use crate::engine::command::Command;
use crate::model::Name;
use crate::ui::action::use_desk;
use crate::ui::form::TextField;
use crate::ui::number::{grouped, whole_u32};
use crate::view::stage::LaneView;

/// As many rows as anybody reads; a topic may have ten thousand partitions.
pub const ROWS: usize = 100;

#[derive(Clone, PartialEq, Properties)]
pub struct PartitionTableProps {
    pub lanes: Vec<LaneView>,
}

#[component]
pub fn PartitionTable(props: &PartitionTableProps) -> Html {
    let columns =
        ["PARTITION", "LEADER", "REPLICAS", "ISR", "ELR", "LOG START", "LSO", "HIGH WATERMARK", "LOG END", "LOST"];
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label="Partitions">
            <table class="partitions">
                <thead><tr>{ for columns.iter().map(|column| html! { <th key={*column} scope="col">{ *column }</th> }) }</tr></thead>
                <tbody>{ for props.lanes.iter().take(ROWS).map(row) }</tbody>
            </table>
            if props.lanes.len() > ROWS { <p class="faint small">{ format!("and {} more", props.lanes.len() - ROWS) }</p> }
        </div>
    }
}

fn row(lane: &LaneView) -> Html {
    let list = |ids: &mut dyn Iterator<Item = u32>| ids.map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let lost: u64 = lane.lost.iter().map(|(from, to)| to - from).sum();
    let ends: Vec<String> = lane
        .replicas
        .iter()
        .map(|replica| format!("broker-{}: {}", replica.broker, grouped(replica.log_end)))
        .collect();
    html! {
        <tr key={lane.partition}>
            <td class="number">{ lane.partition }</td>
            <td class="number">{ lane.leader.map_or("none".into(), |leader| leader.to_string()) }</td>
            <td class="number">{ list(&mut lane.replicas.iter().map(|replica| replica.broker)) }</td>
            <td class="number">{ list(&mut lane.isr.iter().copied()) }</td>
            <td class="number">{ list(&mut lane.elr.iter().copied()) }</td>
            <td class="number">{ grouped(lane.log_start) }</td>
            <td class="number" title="last stable offset: how far read_committed reads">{ grouped(lane.last_stable) }</td>
            <td class="number">{ grouped(lane.high_watermark) }</td>
            <td class="number" title={ends.join(", ")}>{ grouped(lane.log_end) }</td>
            <td class={classes!("number", (lost > 0).then_some("bad-text"))}>{ grouped(lost) }</td>
        </tr>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct AddPartitionsProps {
    pub topic: Name,
    /// How many there are.
    pub partitions: u32,
}

#[component]
pub fn AddPartitions(props: &AddPartitionsProps) -> Html {
    let desk = use_desk();
    let typed = use_state(|| None::<String>);
    let error = use_state(|| None::<String>);
    let value = (*typed).clone().unwrap_or_else(|| (props.partitions + 1).to_string());
    let on_input = {
        let (typed, error) = (typed.clone(), error.clone());
        move |text| {
            typed.set(Some(text));
            error.set(None);
        }
    };
    let submit = {
        let (typed, error, topic, value) = (typed.clone(), error.clone(), props.topic.clone(), value.clone());
        move |_: MouseEvent| {
            let topic = topic.clone();
            let asked = whole_u32(&value).and_then(|total| {
                desk.ask.emit(Command::AddPartitions { topic, total }).map_err(|refusal| refusal.message)
            });
            match asked {
                Ok(()) => typed.set(None),
                Err(message) => error.set(Some(message)),
            }
        }
    };
    html! {
        <section>
            <h3>{ "Add partitions" }</h3>
            <div class="row bottom">
                <TextField
                    class="grow" id="add-partitions" label="Partitions in all" {value} {on_input} input_mode="numeric"
                    error={(*error).clone().map(AttrValue::from)}
                    doc="From now on keys may map to other partitions; records already written stay where they are."
                />
                <button class="btn" type="button" onclick={submit}>{ "Add" }</button>
            </div>
        </section>
    }
}
