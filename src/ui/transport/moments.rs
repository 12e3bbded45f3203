//! Moments with a name, a stretch that is played round and round, and going to any time.

use yew::prelude::*;

use super::glyph::Glyph;
use super::{Line, Stretch};
use crate::kernel::Time;
use crate::scenario::Bookmark;
use crate::ui::action::{Action, Dispatch, sends};
use crate::ui::browser::focus::value_of;
use crate::ui::icon::{Drawing, Icon};

/// The sheet over all of them.
pub fn moments(line: &Line, dispatch: &Dispatch) -> Html {
    html! {
        <div id="moments" class="sheet" popover="auto" role="group" aria-label="Moments">
            <div class="row">
                <h3 class="grow">{ "Moments" }</h3>
                { plain("Bookmark this one", "B", Action::Bookmark, dispatch) }
            </div>
            if line.bookmarks.is_empty() {
                <p class="faint small">{ "Name a moment to come back to it. Names travel with the scenario." }</p>
            }
            { for line.bookmarks.iter().map(|bookmark| named(bookmark, dispatch)) }
            <h3>{ "Loop" }</h3>
            { the_loop(line.looped, dispatch) }
            <h3>{ "Go to" }</h3>
            { go_to(dispatch) }
        </div>
    }
}

fn plain(text: &'static str, key: &'static str, action: Action, dispatch: &Dispatch) -> Html {
    html! {
        <button class="btn btn-small" type="button" onclick={sends(dispatch, action)}>{ text }{ " " }<kbd>{ key }</kbd></button>
    }
}

fn named(bookmark: &Bookmark, dispatch: &Dispatch) -> Html {
    let (at, name) = (bookmark.at(), bookmark.name.clone());
    let onchange =
        dispatch.reform(move |event: Event| Action::RenameBookmark(at, value_of(&event).unwrap_or_default()));
    html! {
        <div key={at.as_micros()} class="row mark-bookmark">
            { Glyph::Bookmark.drawn() }
            <input class="input grow" aria-label={format!("Name of the moment at {at}")} value={name.clone()} {onchange} />
            <button class="btn btn-small mono" type="button" aria-label={format!("Go to {name}, {at}")} onclick={sends(dispatch, Action::Jump(at))}>
                { at.to_string() }
            </button>
            { icon_button(format!("Forget {name}"), Drawing::Close, sends(dispatch, Action::ForgetBookmark(at))) }
        </div>
    }
}

pub fn icon_button(name: String, drawing: Drawing, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button class="btn btn-quiet btn-small btn-square" type="button" title={name.clone()} aria-label={name} {onclick}>
            <Icon {drawing} class="icon-small" />
        </button>
    }
}

fn the_loop(looped: Stretch, dispatch: &Dispatch) -> Html {
    let text = match (looped.from, looped.to) {
        (Some(from), Some(to)) => format!("Plays {from} to {to} round and round."),
        (Some(from), None) => format!("Begins at {from}. Say where it ends."),
        (None, Some(to)) => format!("Ends at {to}. Say where it begins."),
        (None, None) => "Plays a stretch round and round: go to where it begins, then to where it ends.".into(),
    };
    html! {
        <>
            <p class="faint small">{ text }</p>
            <div class="row wrap">
                { plain("From here", "I", Action::LoopFrom(None), dispatch) }
                { plain("To here", "O", Action::LoopTo(None), dispatch) }
                { plain("No loop", "X", Action::EndLoop, dispatch) }
            </div>
        </>
    }
}

/// Further than the run has been, too.
fn go_to(dispatch: &Dispatch) -> Html {
    let dispatch = dispatch.clone();
    let onchange = move |event: Event| {
        let typed = value_of(&event).unwrap_or_default();
        dispatch.emit(match moment(&typed) {
            Some(at) => Action::Jump(at),
            None => Action::Complain(format!("“{typed}” is no time: write 95, 1:35 or 1:00:00")),
        });
    };
    html! { <input class="input" aria-label="Go to the time" placeholder="1:35 or 1:00:00" inputmode="numeric" {onchange} /> }
}

/// `95`, `1:35`, `1:35.5`, `1:00:00`: seconds, minutes, hours. At most a thousand hours.
pub fn moment(typed: &str) -> Option<Time> {
    let (whole, fraction) = typed.trim().split_once('.').unwrap_or((typed.trim(), "0"));
    let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let mut seconds = 0u64;
    for part in whole.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    (whole.split(':').count() <= 3 && seconds <= 3_600_000).then(|| Time::from_millis(seconds * 1_000 + millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        let read = |typed| moment(typed).map(|at| at.to_string());
        assert_eq!(read("95"), Some("1:35.000".into()));
        assert_eq!(read(" 1:35.5 "), Some("1:35.500".into()));
        assert_eq!(read("1:00:00"), Some("1:00:00.000".into()));
        for nonsense in ["", "soon", "1:2:3:4", "-5", "1:", "9999999999", "1.é"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
