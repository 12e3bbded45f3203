//! A link that cannot be read: what is wrong with it, and what can be done.

use std::rc::Rc;

use yew::prelude::*;

use super::DialogFrame;
use crate::scenario::link::Unreadable;
use crate::ui::action::{Action, sends, use_dispatch};
use crate::ui::number::counted;

#[derive(Clone, PartialEq, Properties)]
pub struct BrokenLinkProps {
    pub unreadable: Rc<Unreadable>,
}

#[component]
pub fn BrokenLink(props: &BrokenLinkProps) -> Html {
    let dispatch = use_dispatch();
    let Unreadable { reason, saved } = &*props.unreadable;
    let commands = saved.as_ref().map_or(0, |link| link.scenario.commands.len() as u64);
    let title = saved.as_ref().map(|link| link.scenario.title.as_str()).filter(|title| !title.is_empty());
    html! {
        <DialogFrame title="This link cannot be read">
            <p class="problem" role="alert">{ sentence(reason) }</p>
            if commands > 0 {
                <p>
                    { "The first " }{ counted(commands, "command") }{ " of " }
                    if let Some(title) = title { <b>{ title }</b> } else { { "the run" } }
                    { " could be saved. What was done after them is lost." }
                </p>
            } else {
                <p>{ "Nothing of it could be saved. Ask for the link again; a file (Export, JSON) cannot be cut off on its way." }</p>
            }
            <div class="row wrap">
                if commands > 0 {
                    <button class="btn btn-primary" type="button" onclick={sends(&dispatch, Action::OpenSaved)}>{ "Open what was saved" }</button>
                }
                <button class="btn" type="button" onclick={sends(&dispatch, Action::CloseDialog)}>{ "Go on without it" }</button>
            </div>
        </DialogFrame>
    }
}

/// With a capital letter and a full stop.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
