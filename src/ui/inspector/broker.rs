//! A broker: whether it serves, what it keeps, what can be done to it.

use std::rc::Rc;

use yew::prelude::*;

use super::BrokerSubject;
use crate::ui::action::{Action, use_dispatch};
use crate::ui::number::grouped;
use crate::ui::stage::cards::broker::{deeds, wipe};
use crate::view::config::Property;
use crate::view::describe::ReplicaRow;

/// As many rows as anybody reads.
const ROWS: usize = 100;

#[derive(Clone, PartialEq, Properties)]
pub struct BrokerPanelProps {
    pub broker: Rc<BrokerSubject>,
}

#[component]
pub fn BrokerPanel(props: &BrokerPanelProps) -> Html {
    let BrokerSubject { card, rows, .. } = &*props.broker;
    let coordinates: Vec<String> = card.coordinates.iter().map(ToString::to_string).collect();
    html! {
        <>
            <div class="row wrap">
                <span class="chip">{ card.state.name() }</span>
                if let Some(rack) = &card.rack { <span class="chip">{ format!("rack {rack}") }</span> }
            </div>
            <BrokerActions broker={props.broker.clone()} />
            <section><h3>{ "Replicas" }</h3><Replicas rows={rows.clone()} /></section>
            <section>
                <h3>{ "Coordinates" }</h3>
                <p class="muted">
                    if coordinates.is_empty() { { "no group" } } else { { coordinates.join(", ") } }
                </p>
                { for card.transactions.iter().map(|(id, state)| html! {
                    <p key={id.to_string()} class="muted">{ format!("transactions of {id}: {state}") }</p>
                }) }
            </section>
        </>
    }
}

#[component]
fn BrokerActions(props: &BrokerPanelProps) -> Html {
    let (dispatch, card) = (use_dispatch(), &props.broker.card);
    let button = |deed: crate::ui::stage::cards::life::Deed| {
        let (name, command) = (deed.name(&card.label), deed.command);
        let onclick = dispatch.reform(move |_| Action::Do(command.clone()));
        html! {
            <button key={deed.verb} class="btn btn-small" type="button" title={deed.title} aria-label={name} {onclick}>
                { deed.label }
            </button>
        }
    };
    html! { <div class="row wrap">{ for deeds(card).into_iter().chain([wipe(card)]).map(button) }</div> }
}

#[derive(Clone, PartialEq, Properties)]
struct ReplicasProps {
    rows: Vec<ReplicaRow>,
}

#[component]
fn Replicas(props: &ReplicasProps) -> Html {
    let columns = ["TOPIC", "PARTITION", "LEADER", "REPLICAS", "ISR", "HIGH WATERMARK", "LOG END"];
    let row = |row: &ReplicaRow| {
        html! {
            <tr key={format!("{}-{}", row.topic, row.partition)}>
                <td>{ row.topic.as_str() }</td>
                <td class="number">{ row.partition }</td>
                <td class="number">{ &row.leader }</td>
                <td class="number">{ &row.replicas }</td>
                <td class="number">{ &row.isr }</td>
                <td class="number">{ grouped(row.high_watermark) }</td>
                <td class="number">{ grouped(row.log_end) }</td>
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label="Replicas">
            <table class="partitions">
                <thead><tr>{ for columns.iter().map(|column| html! { <th key={*column} scope="col">{ *column }</th> }) }</tr></thead>
                <tbody>{ for props.rows.iter().take(ROWS).map(row) }</tbody>
            </table>
        </div>
    }
}

/// The cluster's configuration: every broker has the same, from the beginning.
pub fn config_table(properties: &[Property]) -> Html {
    let row = |property: &Property| {
        html! {
            <div key={property.name.to_string()} class="field property">
                <span class="field-label mono">{ property.name.to_string() }</span>
                <span class="mono">{ &property.value }</span>
                <span class="field-doc">{ format!("{} Default: {}", property.doc, property.default) }</span>
            </div>
        }
    };
    html! {
        <>
            <p class="field-doc">{ "The same for every broker, and set in the scenario." }</p>
            <div class="properties">{ for properties.iter().map(row) }</div>
        </>
    }
}
