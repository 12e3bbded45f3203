//! What the inspector shows while nothing is selected: all parts, to select one.

use std::rc::Rc;

use yew::prelude::*;

use crate::model::Name;
use crate::ui::action::{Action, Dialog, PartKind, use_dispatch};
use crate::ui::icon::{Drawing, Icon};
use crate::ui::number::{counted, grouped};
use crate::view::stage::{BrokerState, StageView};

#[derive(Clone, PartialEq, Properties)]
pub struct OverviewProps {
    pub view: Rc<StageView>,
    /// What the scenario says of itself.
    pub about: AttrValue,
}

/// One line of the list.
struct Entry<'a> {
    id: &'a Name,
    label: &'a str,
    kind: PartKind,
    note: String,
    is_troubled: bool,
}

#[component]
pub fn Overview(props: &OverviewProps) -> Html {
    let dispatch = use_dispatch();
    let replay = {
        let dispatch = dispatch.clone();
        move |_| dispatch.emit(Action::OpenDialog(Dialog::ReplayFile(None)))
    };
    let row = |entry: Entry| {
        let (dispatch, id) = (dispatch.clone(), entry.id.clone());
        html! {
            <button
                key={entry.id.as_str()} class="entry" type="button"
                onclick={move |_| dispatch.emit(Action::Select(Some(id.clone())))}
            >
                <Icon drawing={Drawing::Part(entry.kind)} class="icon-small" />
                <span class="grow">{ entry.label }</span>
                <span class={if entry.is_troubled { "small bad-text" } else { "small faint" }}>{ entry.note }</span>
            </button>
        }
    };
    html! {
        <>
            <div class="panel-head"><h2>{ "Overview" }</h2></div>
            <div class="panel">
                if !props.about.is_empty() { <p class="about">{ &props.about }</p> }
                { counters(&props.view) }
                <p class="muted">{ "Select a part, here or on the stage, to see inside it." }</p>
                <div class="entries">{ for entries(&props.view).into_iter().map(row) }</div>
                <button class="btn" type="button" onclick={replay}>{ "Replay a file…" }</button>
            </div>
        </>
    }
}

fn counters(view: &StageView) -> Html {
    let counter = |name: &'static str, number: u64, is_bad: bool| {
        let class = if is_bad && number > 0 { "bad-text" } else { "" };
        html! { <div><dt class="faint small">{ name }</dt><dd {class}>{ grouped(number) }</dd></div> }
    };
    html! {
        <dl class="figures">
            { counter("published", view.published, false) }
            { counter("processed", view.processed, false) }
            { counter("processed twice", view.duplicates, true) }
            { counter("lost", view.lost, true) }
        </dl>
    }
}

fn entries(view: &StageView) -> Vec<Entry<'_>> {
    let producers = view.producers.iter().map(|card| Entry {
        id: &card.id,
        label: &card.label,
        kind: PartKind::Producer,
        note: card.problem.clone().map_or(card.rate.clone(), |_| "needs attention".into()),
        is_troubled: card.problem.is_some(),
    });
    let topics = view.topics.iter().map(|card| Entry {
        id: &card.id,
        label: &card.label,
        kind: PartKind::Topic,
        note: counted(card.lanes.len() as u64, "partition"),
        is_troubled: false,
    });
    let groups = view.groups.iter().map(|card| Entry {
        id: &card.id,
        label: &card.label,
        kind: PartKind::Group,
        note: format!("{}, lag {}", card.state, grouped(card.lag)),
        is_troubled: card.problem.is_some(),
    });
    let brokers = view.brokers.iter().map(|card| Entry {
        id: &card.id,
        label: &card.label,
        kind: PartKind::Broker,
        note: format!("{}, leads {}", card.state.name(), card.leads.len()),
        is_troubled: card.state != BrokerState::InService,
    });
    producers.chain(topics).chain(groups).chain(brokers).collect()
}
