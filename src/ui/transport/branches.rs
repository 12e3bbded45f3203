//! The runs that were forked from one another: a picture of the tree, and what can be done with each.

use yew::prelude::*;

use super::moments::icon_button;
use crate::kernel::Time;
use crate::session::{Branch, BranchId};
use crate::ui::action::{Action, Dialog, Dispatch, sends};
use crate::ui::browser::focus::value_of;
use crate::ui::icon::Drawing;
use crate::ui::number::counted;

/// Of a row of the list, and of its lane in the picture. Pixels.
const ROW: u64 = 58;
const PICTURE: u64 = 76;
const MARGIN: u64 = 8;

/// The sheet: a lane and a line for each.
pub fn branches(branches: &[Branch], now: Time, dispatch: &Dispatch) -> Html {
    let current = branches.iter().find(|branch| branch.is_current).map_or(BranchId(0), |branch| branch.id);
    html! {
        <div id="branches" class="sheet broad" popover="auto" role="group" aria-label="Runs">
            <h3>{ "Runs" }</h3>
            <p class="faint small">{ "Act in the past and another run begins there. Each is kept as it was." }</p>
            <div class="branches">
                { tree(branches, now) }
                <ul>{ for branches.iter().map(|branch| line(branch, current, dispatch)) }</ul>
            </div>
        </div>
    }
}

fn line(branch: &Branch, current: BranchId, dispatch: &Dispatch) -> Html {
    let (id, name) = (branch.id, branch.name.clone());
    let onchange = dispatch.reform(move |event: Event| Action::RenameBranch(id, value_of(&event).unwrap_or_default()));
    let begun = branch.parent.map_or("from the beginning".to_owned(), |_| format!("forked at {}", branch.forked_at));
    let note = format!("{begun}, played to {}, {}", branch.end, counted(u64::from(branch.commands), "edit"));
    html! {
        <li key={id.0} class={classes!("branch", branch.is_current.then_some("is-current"))}>
            <div class="row">
                <input class="input grow" aria-label={format!("Name of the run {name}")} value={name.clone()} maxlength="60" {onchange} />
                if branch.is_current {
                    <span class="chip ok">{ "shown" }</span>
                } else {
                    <button class="btn btn-small" type="button" aria-label={format!("Go to {name}")} onclick={sends(dispatch, Action::SwitchTo(id))}>{ "Go to" }</button>
                    <button
                        class="btn btn-small" type="button" aria-label={format!("Compare with {name}")} popovertarget="branches"
                        popovertargetaction="hide" onclick={sends(dispatch, Action::OpenDialog(Dialog::Compare(current.min(id), current.max(id))))}
                    >{ "Compare" }</button>
                    { icon_button(format!("Delete {name}"), Drawing::Close, sends(dispatch, Action::DeleteBranch(id))) }
                }
            </div>
            <p class="faint small">{ note }</p>
        </li>
    }
}

/// Lanes of one branch each, with a line down from where it was forked.
fn tree(branches: &[Branch], now: Time) -> Html {
    let most = branches.iter().map(|branch| branch.end).max().unwrap_or_default().as_micros().max(1);
    let x = |at: Time| MARGIN + at.as_micros().min(most) * (PICTURE - 2 * MARGIN) / most;
    let y = |row: usize| row as u64 * ROW + ROW / 2;
    let row_of = |id: BranchId| branches.iter().position(|branch| branch.id == id);
    let lane = |(row, branch): (usize, &Branch)| {
        let class = if branch.is_current { "lane is-current" } else { "lane" };
        let begin = branch.forked_at;
        let from = branch.parent.and_then(row_of).map_or(y(row), y);
        let path = format!("M{0} {from}V{1}H{2}", x(begin), y(row), x(branch.end));
        html! {
            <g key={branch.id.0} {class}>
                <path d={path} />
                <circle cx={x(begin).to_string()} cy={from.to_string()} r="3" />
                if branch.is_current { <circle class="here" cx={x(now).to_string()} cy={y(row).to_string()} r="5" /> }
            </g>
        }
    };
    let height = (branches.len() as u64 * ROW).to_string();
    html! {
        <svg class="tree" width={PICTURE.to_string()} {height} aria-hidden="true">
            { for branches.iter().enumerate().map(lane) }
        </svg>
    }
}
