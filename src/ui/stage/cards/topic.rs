//! A topic's card: its header and the handles of its flags. Its lanes are on the canvas beneath.

use std::rc::Rc;

use yew::prelude::*;

use super::flags::{FlagHandle, Grip};
use super::title::{Rename, Title};
use super::{Accent, Handle, Side, box_style};
use crate::engine::command::Command;
use crate::model::TopicPartition;
use crate::scene::Scene;
use crate::scene::geometry::{Point, Rect};
use crate::scene::words::summary;
use crate::ui::action::{Action, use_dispatch};
use crate::ui::number::decimal;
use crate::view::stage::TopicCard;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub topic: Rc<TopicCard>,
    pub rect: Rect,
    pub accent: Accent,
    pub flags: Vec<Grip>,
    pub held: Vec<Held>,
    pub on_follow: Callback<TopicPartition>,
    pub is_renaming: bool,
    pub on_rename: Callback<Rename>,
}

/// A lane that was panned away from its end, and where its way back stands on the card.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub partition: TopicPartition,
    pub at: Point,
}

impl Held {
    pub fn all(scene: &Scene, topic: &TopicCard) -> Vec<Held> {
        let Some(card) = scene.layout().node(&topic.id) else { return Vec::new() };
        let partitions = topic.lanes.iter().map(|lane| TopicPartition::new(&topic.id, lane.partition));
        let panned = partitions.filter(|partition| !scene.window(partition).follows() && scene.ghost.is_none());
        let held = panned.filter_map(|partition| {
            let well = scene.layout().lanes.get(&partition)?.well();
            Some(Held { at: Point::new(well.right() - 24.0 - card.rect.x, well.y + 6.0 - card.rect.y), partition })
        });
        held.collect()
    }
}

#[component]
pub fn Topic(props: &Props) -> Html {
    let topic = &*props.topic;
    html! {
        <section
            class={classes!("node", "topic", props.accent.class())} style={box_style(&props.rect)} role="group"
            tabindex="0" data-node={topic.id.to_string()} aria-label={format!("topic {}", topic.label)}
        >
            <header class="node-head">
                <svg class="node-icon" viewBox="0 0 12 12" aria-hidden="true">
                    <path d="M1 2.500h10M1 6h10M1 9.500h10" stroke="currentColor" stroke-width="1.600" stroke-linecap="round" />
                </svg>
                <Title
                    id={topic.id.clone()} label={topic.label.clone()} is_renaming={props.is_renaming}
                    on_rename={props.on_rename.clone()}
                />
                <span class="sub">{ summary(topic) }</span>
                <span class="grow"></span>
                <AddPartition topic={props.topic.clone()} />
            </header>
            // In a list of its own: a flag that comes or goes must not shift its neighbours, or they would lose the focus.
            <>{ for props.flags.iter().map(|grip| html! { <FlagHandle key={grip.key()} grip={grip.clone()} /> }) }</>
            <>{ for props.held.iter().map(|held| follow(held, &props.on_follow)) }</>
            <Handle id={topic.id.clone()} label={topic.label.clone()} side={Side::In} />
            <Handle id={topic.id.clone()} label={topic.label.clone()} side={Side::Out} />
        </section>
    }
}

fn follow(held: &Held, on_follow: &Callback<TopicPartition>) -> Html {
    let partition = held.partition.clone();
    let name = format!("Follow the end of {partition}");
    let style = format!("transform:translate({}px,{}px)", decimal(held.at.x, 0), decimal(held.at.y, 0));
    let onclick = on_follow.reform(move |_| partition.clone());
    html! {
        <button key={name.clone()} class="follow" aria-label={name.clone()} title={name} {style} {onclick}>{ "⇥" }</button>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct AddPartitionProps {
    topic: Rc<TopicCard>,
}

#[component]
fn AddPartition(props: &AddPartitionProps) -> Html {
    let TopicCard { id, label, lanes, .. } = &*props.topic;
    let command = Command::AddPartitions { topic: id.clone(), total: lanes.len() as u32 + 1 };
    let onclick = use_dispatch().reform(move |_| Action::Do(command.clone()));
    let title = "Kafka has no way back, and keys may land elsewhere from now on";
    html! {
        <button class="node-button is-quiet" {title} aria-label={format!("Add partition to {label}")} {onclick}>
            { "Add partition" }
        </button>
    }
}
