//! The buttons of the transport.

use yew::prelude::*;

use super::Line;
use super::glyph::{BY_GRAVITY, Glyph};
use crate::session::{Direction, MarkKind};
use crate::ui::action::{Action, Dispatch, sends};
use crate::ui::icon::{Drawing, Icon};

pub fn play_buttons(is_playing: bool, dispatch: &Dispatch) -> Html {
    // It does what it said when it was pressed, whatever has happened since.
    let (name, drawing, action) = match is_playing {
        true => ("Pause", Drawing::Pause, Action::Pause),
        false => ("Play", Drawing::Play, Action::Play),
    };
    let quiet = "btn btn-quiet btn-square";
    html! {
        <>
            { button(quiet, "Step back", "Back to before the last event (,)", Drawing::StepBack, sends(dispatch, Action::StepBack)) }
            { button("play", name, format!("{name} (Space)"), drawing, sends(dispatch, action)) }
            { button(quiet, "Step", "On to the next event (.)", Drawing::Step, sends(dispatch, Action::Step)) }
            { opens("step-menu", "Step to…", "To the next or the previous fault, rebalance, … ([ and ])", Drawing::More, None) }
        </>
    }
}

fn button(
    class: &'static str,
    name: &'static str,
    title: impl Into<AttrValue>,
    drawing: Drawing,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! { <button {class} type="button" aria-label={name} title={title.into()} {onclick}><Icon {drawing} /></button> }
}

/// A button that opens the popover of this id; the browser closes it on Escape and on a click elsewhere.
fn opens(id: &'static str, name: &'static str, title: &'static str, drawing: Drawing, count: Option<usize>) -> Html {
    html! {
        <button class="btn btn-quiet btn-square" type="button" aria-label={name} {title} popovertarget={id}>
            <Icon {drawing} />
            if let Some(count) = count { <span class="badge">{ count }</span> }
        </button>
    }
}

/// What stands between the buttons and the line.
pub fn tools(line: &Line, has_terminal: bool, dispatch: &Dispatch) -> Html {
    let (named, runs) = (line.bookmarks.len(), line.branches.len());
    html! {
        <div class="tools">
            { opens("moments", "Moments", "Bookmarks, a loop, and going to any time", Drawing::Bookmark, (named > 0).then_some(named)) }
            { opens("branches", "Runs", "The runs that you have forked, and comparing them", Drawing::Branches, (runs > 1).then_some(runs)) }
            <button
                class="btn btn-quiet btn-square terminal-button" type="button" aria-label="Terminal"
                title="Terminal: Kafka's own tools (`)" aria-expanded={has_terminal.to_string()}
                onclick={sends(dispatch, Action::ToggleTerminal)}
            >
                <Icon drawing={Drawing::Terminal} />
            </button>
        </div>
    }
}

/// To the next or the previous of a kind.
pub fn step_menu(dispatch: &Dispatch) -> Html {
    let kind = |kind: MarkKind| {
        let name = kind.name();
        let step = |direction, way: &str, drawing| {
            let onclick = sends(dispatch, Action::StepTo(direction, Some(kind)));
            html! {
                <button class="btn btn-quiet btn-square" type="button" aria-label={format!("{way} {name}")} {onclick}>
                    <Icon {drawing} />
                </button>
            }
        };
        html! {
            <div key={name} class={classes!("row", Glyph::Kind(kind).class())}>
                { step(Direction::Previous, "Previous", Drawing::StepBack) }
                { Glyph::Kind(kind).drawn() }
                <span class="grow">{ name }</span>
                { step(Direction::Next, "Next", Drawing::Step) }
            </div>
        }
    };
    html! {
        <div id="step-menu" class="sheet" popover="auto" role="group" aria-label="Step to">
            <h3>{ "Step to a…" }</h3>
            { for BY_GRAVITY.into_iter().map(kind) }
            <p class="faint small"><kbd>{ "[" }</kbd>{ " and " }<kbd>{ "]" }</kbd>{ " go to the previous and the next mark of any kind." }</p>
        </div>
    }
}
