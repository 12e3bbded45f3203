//! Rewinding a group: what the real system offers, what it would do, and the command line that does the same.

mod draft;
mod form;
mod preview;

use std::rc::Rc;

use yew::prelude::*;

use self::draft::{Draft, Way};
use self::form::DraftForm;
use self::preview::Preview;
use super::GroupSubject;
use crate::engine::command::Command;
use crate::model::Name;
use crate::ui::action::{Action, use_desk, use_dispatch};
use crate::view::stage::{GroupCard, Life};

#[derive(Clone, PartialEq, Properties)]
pub struct RewindProps {
    pub group: Rc<GroupSubject>,
}

/// What became of the last attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Done(String),
    Refused(String),
}

#[component]
pub fn Rewind(props: &RewindProps) -> Html {
    let card = &props.group.card;
    let draft = use_state(Draft::default);
    let outcome = use_state(|| None::<Outcome>);
    let topic =
        draft.topic.clone().filter(|topic| card.topics.contains(topic)).or_else(|| card.topics.first().cloned());
    let Some(topic) = topic else {
        return html! { <section><h3>{ "Rewind" }</h3><p class="faint">{ "Nothing to rewind: no topic yet." }</p></section> };
    };
    let on_draft = {
        let (draft, outcome) = (draft.clone(), outcome.clone());
        Callback::from(move |changed: Draft| {
            draft.set(changed);
            outcome.set(None);
        })
    };
    html! {
        <section class="rewind">
            <div class="row"><h3 class="grow">{ "Rewind" }</h3><span class="faint small">{ "or drag a flag" }</span></div>
            <DraftForm draft={(*draft).clone()} card={card.clone()} topic={topic.clone()} lanes={props.group.lanes.clone()} {on_draft} />
            <Preview draft={(*draft).clone()} group={props.group.clone()} topic={topic.clone()} way={way(card)} />
            <Buttons draft={(*draft).clone()} card={card.clone()} {topic} outcome={outcome.clone()} />
            { outcome_text(outcome.as_ref()) }
        </section>
    }
}

/// What the group's state allows.
fn way(card: &GroupCard) -> Way {
    if card.members.iter().any(|member| member.life == Life::Running) { Way::Seek } else { Way::Reset }
}

fn outcome_text(outcome: Option<&Outcome>) -> Html {
    match outcome {
        None => Html::default(),
        Some(Outcome::Done(what)) => html! { <p class="muted small" role="status">{ what }</p> },
        Some(Outcome::Refused(why)) => html! { <p class="field-error" role="alert">{ format!("Refused: {why}") }</p> },
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ButtonsProps {
    draft: Draft,
    card: GroupCard,
    topic: Name,
    outcome: UseStateHandle<Option<Outcome>>,
}

#[component]
fn Buttons(props: &ButtonsProps) -> Html {
    let desk = use_desk();
    let dispatch = use_dispatch();
    let command = |way| props.draft.command(&props.card.id, &props.topic, way).ok();
    let attempt = |command: Option<Command>, done: &'static str| {
        let (desk, outcome) = (desk.clone(), props.outcome.clone());
        move |_: MouseEvent| {
            let Some(command) = command.clone() else { return };
            outcome.set(Some(match desk.ask.emit(command) {
                Ok(()) => Outcome::Done(done.into()),
                Err(refusal) => Outcome::Refused(refusal.message),
            }));
        }
    };
    let is_invalid = props.draft.target().is_err();
    let seek = attempt(command(Way::Seek), "The owners' positions moved; what they commit next follows.");
    let reset = attempt(command(Way::Reset), "The committed offsets moved; the members start there.");
    let restart = {
        let (command, outcome) = (command(Way::Reset), props.outcome.clone());
        move |_: MouseEvent| {
            let Some(command) = command.clone() else { return };
            dispatch.emit(Action::StopAnd(command));
            outcome.set(Some(Outcome::Done("The group stops, is reset once it is empty, and starts again.".into())));
        }
    };
    let is_live = way(&props.card) == Way::Seek;
    html! {
        <>
            <div class="row wrap">
                <button
                    class={classes!("btn", is_live.then_some("btn-primary"))} type="button" onclick={seek} disabled={is_invalid}
                    title="KafkaConsumer#seek by the members that own the partitions; the group stays as it is"
                >
                    { "Seek on the live consumers" }
                </button>
                <button
                    class={classes!("btn", (!is_live).then_some("btn-primary"))} type="button" onclick={reset} disabled={is_invalid}
                    title="kafka-consumer-groups --reset-offsets; refused unless the group is empty"
                >
                    { "Reset committed offsets" }
                </button>
            </div>
            if is_live {
                <p class="field-doc">
                    { format!("Committed offsets can only be reset while the group is Empty; it is {}.", props.card.state) }
                </p>
                <button class="btn btn-small" type="button" onclick={restart} disabled={is_invalid}>
                    { "Stop the group, reset, start it again" }
                </button>
            }
        </>
    }
}
