//! A consumer's row in its group's card.

use std::fmt::Write;

use yew::prelude::*;

use super::Accent;
use super::fuse::Fuse;
use super::life::deeds;
use super::title::{Rename, Title};
use crate::kernel::Time;
use crate::scene::words::{doing, held, status, tags};
use crate::ui::action::{Action, use_dispatch};
use crate::view::stage::{Life, MemberCard};

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub member: MemberCard,
    /// How many topics its group reads: with several, a chip has to say which.
    pub topics: usize,
    pub now: Time,
    pub accent: Accent,
    pub is_renaming: bool,
    pub on_rename: Callback<Rename>,
}

#[component]
pub fn Member(props: &Props) -> Html {
    let member = &props.member;
    let label = &member.label;
    html! {
        <div
            class={classes!("member", life_class(member), props.accent.class())} role="group" tabindex="0"
            data-node={member.id.to_string()} aria-label={format!("consumer {label}")}
        >
            <div class="member-head">
                <Title
                    id={member.id.clone()} label={label.clone()} is_renaming={props.is_renaming}
                    on_rename={props.on_rename.clone()}
                />
                { partitions(member, props.topics) }
                <span class="grow"></span>
                <span class="member-status">{ status(member, props.now) }</span>
            </div>
            <div class="fuses">
                <Fuse
                    label="session" name={format!("session timeout of {label}")} fuse={member.session}
                    title="session.timeout.ms: burns at the coordinator while no heartbeat comes"
                />
                <Fuse
                    label="poll" name={format!("max poll interval of {label}")} fuse={member.poll}
                    title="max.poll.interval.ms: burns in the client while poll() is not called"
                />
            </div>
            <div class="member-foot">
                <span class="member-doing" title={tooltip(member)}>{ doing_now(member) }</span>
                <Buttons member={member.clone()} />
            </div>
        </div>
    }
}

fn life_class(member: &MemberCard) -> Option<&'static str> {
    match member.life {
        Life::Running if member.assigned.is_empty() && member.phase == "stable" => Some("is-idle"),
        Life::Running => None,
        // Once the coordinator has taken its partitions it is no longer anybody's trouble.
        Life::Killed(_) if member.held.is_empty() => Some("is-gone"),
        Life::Killed(_) => Some("is-dead"),
        Life::Hung(_) => Some("is-hung"),
        Life::Left(_) => Some("is-gone"),
    }
}

fn doing_now(member: &MemberCard) -> Html {
    match &member.problem {
        Some(problem) => html! { <span class="problem">{ problem }</span> },
        None => html! { { doing(member) } },
    }
}

fn tooltip(member: &MemberCard) -> String {
    let mut text = member.problem.clone().unwrap_or_else(|| doing(member));
    if member.buffered > 0 {
        let _ = write!(text, "\n{} fetched and waiting for poll()", member.buffered);
    }
    text
}

/// The partitions it reads; of one that does not run, those that the coordinator still counts as its.
fn partitions(member: &MemberCard, topics: usize) -> Html {
    let (all, tags) =
        (held(member).iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), tags(member, topics));
    html! {
        <span class="partitions" title={all.clone()} role="img" aria-label={format!("partitions {all}")}>
            { for tags.iter().map(|tag| html! { <span class="tag">{ tag }</span> }) }
        </span>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ButtonsProps {
    member: MemberCard,
}

#[component]
fn Buttons(props: &ButtonsProps) -> Html {
    let dispatch = use_dispatch();
    let buttons = deeds(&props.member).into_iter().map(|deed| {
        let (name, label, title) = (deed.name(&props.member.label), deed.label, deed.title);
        let onclick = dispatch.reform(move |_| Action::Do(deed.command.clone()));
        html! { <button key={label} class="deed" aria-label={name} {title} {onclick}>{ label }</button> }
    });
    html! { <span class="deeds">{ for buttons }</span> }
}
