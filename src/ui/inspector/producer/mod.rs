//! A producer: where its records go, how many it makes, and with which keys.

mod draft;
mod workload;

use std::rc::Rc;

use yew::prelude::*;

use self::workload::WorkloadForm;
use super::ProducerSubject;
use super::clock::clock_section;
use crate::engine::command::{Command, Switch};
use crate::model::Name;
use crate::model::log::Outcome;
use crate::ui::action::{Action, Dialog, Dispatch, sends, use_dispatch};
use crate::ui::form::{Choice, Chooser};
use crate::ui::number::grouped;
use crate::view::stage::{ProducerCard, TransactionView};

#[derive(Clone, PartialEq, Properties)]
pub struct ProducerPanelProps {
    pub producer: Rc<ProducerSubject>,
}

#[component]
pub fn ProducerPanel(props: &ProducerPanelProps) -> Html {
    let ProducerSubject { card, config, workload, .. } = &*props.producer;
    let dispatch = use_dispatch();
    html! {
        <>
            if let Some(problem) = card.problem.as_ref().filter(|_| card.topic.is_some()) { <p class="problem">{ problem }</p> }
            <Counts card={card.clone()} />
            <Buttons card={card.clone()} />
            if let Some(transaction) = &card.transaction { { transactions(&card.id, transaction, &dispatch) } }
            <Connection producer={props.producer.clone()} />
            <WorkloadForm producer={card.id.clone()} config={config.clone()} workload={workload.clone()} />
            { clock_section(&card.id, props.producer.clock, &dispatch) }
        </>
    }
}

/// Where its transactions are, and how to end the open one by hand.
fn transactions(producer: &Name, transaction: &TransactionView, dispatch: &Dispatch) -> Html {
    let end = |label: &'static str, outcome| {
        let command = Command::EndTransaction { producer: producer.clone(), outcome };
        html! {
            <button
                class="btn btn-small" type="button" disabled={!transaction.is_open}
                onclick={sends(dispatch, Action::Do(command))}
            >{ label }</button>
        }
    };
    let figure = |name: &'static str, value: String| {
        html! { <div><dt class="faint small">{ name }</dt><dd>{ value }</dd></div> }
    };
    html! {
        <section>
            <h3>{ "Transactions" }</h3>
            <div class="row wrap">
                <span class={classes!("chip", (transaction.phase == "fenced").then_some("bad"))}>{ transaction.phase }</span>
                if let Some(open_for) = transaction.open_for { <span class="chip">{ format!("open for {open_for}") }</span> }
            </div>
            <div class="row wrap">
                { end("Commit", Outcome::Commit) }
                { end("Abort", Outcome::Abort) }
            </div>
            <dl class="figures">
                { figure("committed", grouped(transaction.committed)) }
                { figure("aborted", grouped(transaction.aborted)) }
                { figure("epoch", transaction.epoch.to_string()) }
            </dl>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct CardProps {
    card: ProducerCard,
}

#[component]
fn Counts(props: &CardProps) -> Html {
    let card = &props.card;
    let figure = |name: &'static str, value: String| {
        html! { <div><dt class="faint small">{ name }</dt><dd>{ value }</dd></div> }
    };
    html! {
        <>
            <dl class="figures">
                { figure("sent", grouped(card.sent)) }
                { figure("acknowledged", grouped(card.acknowledged)) }
                { figure("in the accumulator", grouped(card.waiting)) }
                if let Some(percent) = card.buffer_percent { { figure("buffer in use", format!("{percent} %")) } }
            </dl>
            if let Some((done, of)) = card.replay {
                <div class="stack">
                    <progress max={of.to_string()} value={done.to_string()} aria-label="Replay" />
                    <span class="small muted">{ format!("{} of {} rows of the file", grouped(done), grouped(of)) }</span>
                </div>
            }
        </>
    }
}

#[component]
fn Buttons(props: &CardProps) -> Html {
    let dispatch = use_dispatch();
    let card = &props.card;
    let (name, producing) =
        if card.producing { ("Stop producing", Switch::Off) } else { ("Start producing", Switch::On) };
    let button = |name: &'static str, class: &'static str, action: Action| {
        let dispatch = dispatch.clone();
        html! { <button class={classes!("btn", class)} type="button" onclick={move |_| dispatch.emit(action.clone())}>{ name }</button> }
    };
    html! {
        <div class="row wrap">
            { button("Publish…", "btn-primary", Action::OpenDialog(Dialog::Publish(card.id.clone()))) }
            { button("Replay a file…", "", Action::OpenDialog(Dialog::ReplayFile(Some(card.id.clone())))) }
            { button(name, "", Action::Do(Command::SetProducing { producer: card.id.clone(), producing })) }
            if card.running {
                { button("Kill", "", Action::Do(Command::KillProducer { producer: card.id.clone() })) }
            }
            { button("Restart", "", Action::Do(Command::RestartProducer { producer: card.id.clone() })) }
        </div>
    }
}

#[component]
fn Connection(props: &ProducerPanelProps) -> Html {
    let dispatch = use_dispatch();
    let card = &props.producer.card;
    let producer = card.id.clone();
    let on_choose = move |chosen: String| {
        let topic = (!chosen.is_empty()).then(|| chosen.into());
        dispatch.emit(Action::Do(Command::Connect { producer: producer.clone(), topic }));
    };
    let topics = props.producer.topics.iter().map(|topic| Choice::plain(topic.to_string()));
    let choices: Vec<Choice> = std::iter::once(Choice::new("", "nowhere")).chain(topics).collect();
    let value = card.topic.as_ref().map(|topic| topic.to_string()).unwrap_or_default();
    let error = card.problem.clone().filter(|_| card.topic.is_none()).map(AttrValue::from);
    html! { <Chooser id="producer-topic" label="Publishes to" {value} {choices} {on_choose} {error} /> }
}
