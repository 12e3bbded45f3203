//! A consumer group's card: its state, and its members.

use std::rc::Rc;

use yew::prelude::*;

use super::member::Member;
use super::title::{Rename, Title};
use super::{Accent, Handle, Side, box_style};
use crate::kernel::Time;
use crate::model::Name;
use crate::scene::geometry::Rect;
use crate::scene::words::{count, state};
use crate::ui::action::{Action, use_dispatch};
use crate::view::stage::GroupCard;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub group: Rc<GroupCard>,
    pub now: Time,
    pub rect: Rect,
    pub accent: Accent,
    /// The members' accents, in their order.
    pub members: Vec<Accent>,
    pub renaming: Option<Name>,
    pub on_rename: Callback<Rename>,
}

#[component]
pub fn Group(props: &Props) -> Html {
    let group = &*props.group;
    let hue = format!("group-hue-{}", group.hue % 8);
    let renaming = |id: &Name| props.renaming.as_ref() == Some(id);
    let members = group.members.iter().zip(&props.members).map(|(member, &accent)| {
        html! {
            <Member
                key={member.id.to_string()} member={member.clone()} topics={group.topics.len()} now={props.now} {accent}
                is_renaming={renaming(&member.id)} on_rename={props.on_rename.clone()}
            />
        }
    });
    html! {
        <section
            class={classes!("node", "group", hue, props.accent.class())} style={box_style(&props.rect)} role="group"
            tabindex="0" data-node={group.id.to_string()} aria-label={format!("consumer group {}", group.label)}
        >
            <header class="node-head">
                <span class="swatch"></span>
                <Title
                    id={group.id.clone()} label={group.label.clone()} is_renaming={renaming(&group.id)}
                    on_rename={props.on_rename.clone()}
                />
                <span class="sub" title={protocol(group)}>{ count(group) }</span>
                <span class="grow"></span>
                <AddMember group={group.id.clone()} label={group.label.clone()} />
                { chip(group) }
            </header>
            if let Some(phase) = &group.phase { <p class="phase" title={phase.clone()}>{ phase }</p> }
            if let Some(problem) = &group.problem { <p class="problem" title={problem.clone()}>{ problem }</p> }
            <div class="members">
                <>{ for members }</>
                if group.members.is_empty() { <p class="no-members">{ "No members: drop a consumer here" }</p> }
            </div>
            <Handle id={group.id.clone()} label={group.label.clone()} side={Side::In} />
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct AddMemberProps {
    group: Name,
    label: AttrValue,
}

#[component]
fn AddMember(props: &AddMemberProps) -> Html {
    let group = props.group.clone();
    let onclick = use_dispatch().reform(move |_| Action::AddConsumer(group.clone()));
    let name = format!("Add a consumer to {}", props.label);
    html! { <button class="node-add" aria-label={name.clone()} title={name} {onclick}>{ "+" }</button> }
}

/// `classic · range · leader inventory-1`.
fn protocol(group: &GroupCard) -> String {
    let leader = group.leader.as_ref().map(|leader| format!("leader {leader}"));
    let parts = [Some(group.protocol.to_string()), group.assignor.map(str::to_string), leader];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn chip(group: &GroupCard) -> Html {
    let (text, class) = state(group);
    html! { <span class={classes!("chip", class)} title={group.state}>{ text }</span> }
}
