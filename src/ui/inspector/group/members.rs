//! Who is in the group.

use yew::prelude::*;

use super::super::consumer_actions::ConsumerActions;
use crate::model::TopicPartition;
use crate::ui::action::{Action, use_dispatch};
use crate::ui::number::grouped;
use crate::view::stage::{GroupCard, Life, MemberCard, MemberEpoch};

#[derive(Clone, PartialEq, Properties)]
pub struct MemberListProps {
    pub card: GroupCard,
}

#[component]
pub fn MemberList(props: &MemberListProps) -> Html {
    if props.card.members.is_empty() {
        return html! { <p class="faint">{ "Nobody. Add a consumer, or nobody reads for this group." }</p> };
    }
    let member = |member: &MemberCard| html! { <Member key={member.id.as_str()} card={member.clone()} /> };
    html! { <div class="stack">{ for props.card.members.iter().map(member) }</div> }
}

#[derive(Clone, PartialEq, Properties)]
struct MemberProps {
    card: MemberCard,
}

#[component]
fn Member(props: &MemberProps) -> Html {
    let card = &props.card;
    let dispatch = use_dispatch();
    let select = {
        let id = card.id.clone();
        move |_| dispatch.emit(Action::Select(Some(id.clone())))
    };
    let is_down = card.life != Life::Running;
    html! {
        <div class={classes!("member-row", is_down.then_some("down"))}>
            <div class="row wrap">
                <button class="link" type="button" onclick={select}>{ &card.label }</button>
                { for card.assigned.iter().map(partition_chip) }
                if let Some(epoch) = &card.epoch { <span class="chip">{ epoch_text(epoch) }</span> }
                <span class="grow" />
                <span class="small faint">{ life_text(card) }</span>
            </div>
            <ConsumerActions consumer={card.id.clone()} life={card.life} />
        </div>
    }
}

pub fn partition_chip(partition: &TopicPartition) -> Html {
    let text = partition.to_string();
    html! { <span key={text.clone()} class="chip">{ text }</span> }
}

/// `epoch 4`, `epoch 3: has to give partitions up`.
fn epoch_text(epoch: &MemberEpoch) -> String {
    let waits = epoch.waits.map_or(String::new(), |waits| format!(": {waits}"));
    format!("epoch {}{waits}", epoch.epoch)
}

/// `stable, 312/s`, `killed`, `hangs`.
pub fn life_text(card: &MemberCard) -> String {
    match card.life {
        Life::Running if card.assigned.is_empty() && card.phase == "stable" => "idle: no partition left for it".into(),
        Life::Running if card.phase.is_empty() => "in no group yet".into(),
        Life::Running => format!("{}, {}/s", card.phase, grouped(card.rate)),
        Life::Killed(_) => "killed".into(),
        Life::Hung(_) => "hangs".into(),
        Life::Left(_) => "left".into(),
    }
}
