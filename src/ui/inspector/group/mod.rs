//! A consumer group: its state, where it stands, what it reads, who is in it, and how to rewind it.

mod describe;
mod in_flight;
mod members;
mod protocol;
mod subscription;

pub use describe::DescribeTable;
pub use members::MemberList;
pub use subscription::Subscription;

use std::rc::Rc;

use yew::prelude::*;

use super::GroupSubject;
use super::rewind::Rewind;
use crate::engine::command::Command;
use crate::model::TopicPartition;
use crate::ui::action::{Action, sends, use_dispatch};
use crate::ui::number::{counted, grouped};
use crate::view::stage::{GroupCard, LaneView};
use crate::view::why::Question;

#[derive(Clone, PartialEq, Properties)]
pub struct GroupPanelProps {
    pub group: Rc<GroupSubject>,
}

#[component]
pub fn GroupPanel(props: &GroupPanelProps) -> Html {
    let dispatch = use_dispatch();
    let GroupSubject { card, rows, notice, topics, lanes, config, .. } = &*props.group;
    let gaps = lanes.iter().filter_map(gap);
    let gaps: Vec<(String, String)> = gaps.collect();
    let problem = card.problem.clone().map(AttrValue::from);
    let subscription = html! {
        <Subscription group={card.id.clone()} subscribed={card.topics.clone()} topics={topics.clone()} {problem} />
    };
    html! {
        <>
            <StateChips card={card.clone()} />
            if card.topics.is_empty() { { subscription.clone() } }
            <section>
                <h3>{ "Offsets" }</h3>
                if card.protocol == "share" {
                    { in_flight::offsets(&card.id, lanes) }
                } else {
                    <DescribeTable rows={rows.clone()} notice={notice.clone()} />
                }
            </section>
            if !gaps.is_empty() {
                <section>
                    <h3>{ "Unread when it changed hands" }</h3>
                    <div class="row wrap">{ for gaps.iter().map(gap_chip) }</div>
                </section>
            }
            if card.protocol == "share" {
                { in_flight::list(&card.id, lanes) }
            } else {
                <Rewind group={props.group.clone()} />
            }
            if let Some(output) = &card.output {
                <section>
                    <h3>{ "Output" }</h3>
                    <p class="muted">{ format!("A record in {output} for each that was processed, {}.", card.guarantee) }</p>
                </section>
            }
            { work_done(card) }
            <section>
                <h3>{ "Members" }</h3>
                <MemberList card={card.clone()} />
                <GroupSwitches card={card.clone()} />
            </section>
            if !card.topics.is_empty() { { subscription } }
            { protocol::section(&card.id, config, &dispatch) }
        </>
    }
}

/// Every time that a record is processed has its effect outside, which nothing takes back.
fn work_done(card: &GroupCard) -> Html {
    let again = card.duplicates;
    let first = card.processed - again;
    html! {
        <section>
            <h3>{ "Work done" }</h3>
            <div class="row wrap">
                <span class="chip">{ counted(first, "record") }</span>
                <span class={classes!("chip", (again > 0).then_some("bad"))}>{ format!("{} again", grouped(again)) }</span>
                <span class="chip">{ counted(card.processed, "side effect") }</span>
            </div>
            <p class="field-doc">
                { "Whatever an application does outside (a mail, a payment) it does once for every time that it processes a \
                   record: committing, rewinding or a transaction takes none of it back. The record browser says of each \
                   record how often." }
            </p>
        </section>
    }
}

/// `orders-0`, and for how long nobody read it in the last rebalance, or does not now.
fn gap((partition, lane): &(TopicPartition, LaneView)) -> Option<(String, String)> {
    let flag = lane.flags.first()?;
    let text = match (flag.unread_for, flag.gap) {
        (Some(unread), _) => format!("{unread} so far"),
        (None, Some(gap)) => gap.to_string(),
        (None, None) => return None,
    };
    Some((partition.to_string(), text))
}

fn gap_chip((partition, gap): &(String, String)) -> Html {
    html! { <span key={partition.clone()} class="chip">{ format!("{partition} {gap}") }</span> }
}

#[derive(Clone, PartialEq, Properties)]
struct CardProps {
    card: GroupCard,
}

#[component]
fn StateChips(props: &CardProps) -> Html {
    let dispatch = use_dispatch();
    let card = &props.card;
    let why = |name: &'static str, question: Question| {
        html! { <button class="link small" type="button" onclick={sends(&dispatch, Action::Ask(question))}>{ name }</button> }
    };
    let tone = match card.state {
        "Stable" => "ok",
        "Empty" | "Dead" => "",
        _ => "warn",
    };
    html! {
        <div>
            <div class="row wrap">
                <span class={classes!("chip", tone)}>{ card.state }</span>
                <span class="chip">{ format!("{} {}", card.counts(), card.generation) }</span>
                if let Some(assignor) = card.assignor { <span class="chip">{ assignor }</span> }
                <span class="chip">{ card.protocol }</span>
                if let Some(leader) = &card.leader { <span class="chip">{ format!("led by {leader}") }</span> }
                if card.duplicates > 0 { <span class="chip bad">{ format!("{} processed twice", card.duplicates) }</span> }
            </div>
            <p class="row group-phase">
                { why("Why this state?", Question::State { group: card.id.clone() }) }
                { why("Why this lag?", Question::Lag { group: card.id.clone() }) }
            </p>
            if let Some(phase) = &card.phase { <p class="muted group-phase">{ phase }</p> }
        </div>
    }
}

/// For the whole group at once.
#[component]
fn GroupSwitches(props: &CardProps) -> Html {
    let dispatch = use_dispatch();
    let button = |name: &'static str, action: Action| {
        let dispatch = dispatch.clone();
        html! {
            <button class="btn btn-small" type="button" onclick={move |_| dispatch.emit(action.clone())}>{ name }</button>
        }
    };
    let group = &props.card.id;
    html! {
        <div class="row wrap">
            { button("Add a consumer", Action::AddConsumer(group.clone())) }
            { button("Stop all", Action::Do(Command::StopGroup { group: group.clone() })) }
            { button("Start all", Action::Do(Command::StartGroup { group: group.clone() })) }
        </div>
    }
}
