//! Which topics the group reads.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::engine::command::Command;
use crate::model::Name;
use crate::ui::action::{Action, use_dispatch};

#[derive(Clone, PartialEq, Properties)]
pub struct SubscriptionProps {
    pub group: Name,
    pub subscribed: Vec<Name>,
    /// Every topic there is.
    pub topics: Vec<Name>,
    pub problem: Option<AttrValue>,
}

#[component]
pub fn Subscription(props: &SubscriptionProps) -> Html {
    let dispatch = use_dispatch();
    let subscribed = |topic: &Name| {
        let (dispatch, group, topic) = (dispatch.clone(), props.group.clone(), topic.clone());
        let name = topic.to_string();
        let leave = Command::Unsubscribe { group, topic };
        html! {
            <span key={name.clone()} class="chip removable">
                { &name }
                <button
                    type="button" aria-label={format!("Unsubscribe from {name}")} title="Unsubscribe"
                    onclick={move |_| dispatch.emit(Action::Do(leave.clone()))}
                >
                    { "×" }
                </button>
            </span>
        }
    };
    let others: Vec<Name> = props.topics.iter().filter(|topic| !props.subscribed.contains(topic)).cloned().collect();
    html! {
        <section>
            <h3>{ "Subscription" }</h3>
            <div class="row wrap">
                { for props.subscribed.iter().map(subscribed) }
                if !others.is_empty() { <Subscribe group={props.group.clone()} topics={others} is_missing={props.problem.is_some()} /> }
            </div>
            if let Some(problem) = &props.problem { <p class="field-error" id="subscribe-problem">{ problem }</p> }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SubscribeProps {
    group: Name,
    topics: Vec<Name>,
    is_missing: bool,
}

/// A list that subscribes to what is chosen, and goes back to its first entry.
#[component]
fn Subscribe(props: &SubscribeProps) -> Html {
    let dispatch = use_dispatch();
    let group = props.group.clone();
    let onchange = move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let topic = Name::from(select.value());
        select.set_selected_index(0);
        dispatch.emit(Action::Do(Command::Subscribe { group: group.clone(), topic }));
    };
    let option =
        |topic: &Name| html! { <option key={topic.as_str()} value={topic.to_string()}>{ topic.to_string() }</option> };
    html! {
        <select
            class="select select-small" aria-label="Subscribe to a topic" {onchange}
            aria-invalid={props.is_missing.then_some("true")} aria-describedby={props.is_missing.then_some("subscribe-problem")}
        >
            <option value="" disabled=true selected=true>{ "Subscribe to…" }</option>
            { for props.topics.iter().map(option) }
        </select>
    }
}
