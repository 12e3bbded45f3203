//! The bottom of the page: play, pace and the line of time.

mod branches;
mod cluster;
mod controls;
mod curves;
mod glyph;
mod labels;
mod marks;
mod moments;
mod scale;
mod speed;
mod stretch;
mod timeline;

pub use curves::{highest, polyline};
pub use glyph::Glyph;
pub use scale::{Scale, tick_text};
pub use speed::{SpeedControl, pace};
pub use stretch::Stretch;
pub use timeline::TimelineStrip;

use std::rc::Rc;

use yew::prelude::*;

use self::branches::branches;
use self::controls::{play_buttons, step_menu, tools};
use self::moments::moments;
use super::action::use_dispatch;
use crate::kernel::Time;
use crate::scenario::Bookmark;
use crate::session::{Branch, LagSeries, Mark, SeekProgress, Speed};

/// What the time line shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The furthest moment that the run has reached.
    pub end: Time,
    pub marks: Rc<Vec<Mark>>,
    pub lag: Rc<Vec<LagSeries>>,
    /// Records published a second.
    pub published: Rc<Vec<(Time, u64)>>,
    pub bookmarks: Vec<Bookmark>,
    pub looped: Stretch,
    /// What will happen unless something comes between, and when.
    pub expected: Vec<(Time, String)>,
    pub branches: Vec<Branch>,
    /// On the way to a moment far away.
    pub seeking: Option<SeekProgress>,
}

#[derive(Clone, PartialEq, Properties)]
pub struct TransportProps {
    pub now: Time,
    pub is_playing: bool,
    pub speed: Speed,
    pub line: Rc<Line>,
    /// The terminal above it is open.
    pub has_terminal: bool,
}

#[component]
pub fn Transport(props: &TransportProps) -> Html {
    let dispatch = use_dispatch();
    html! {
        <footer class="transport" aria-label="Transport" role="region">
            <div class="controls">
                <div class="row">
                    { play_buttons(props.is_playing, &dispatch) }
                    <output class="now" aria-label="Time of the run" aria-live="off">{ props.now.to_string() }</output>
                </div>
                <SpeedControl speed={props.speed} />
            </div>
            { tools(&props.line, props.has_terminal, &dispatch) }
            <TimelineStrip now={props.now} line={props.line.clone()} />
            { step_menu(&dispatch) }
            { moments(&props.line, &dispatch) }
            { branches(&props.line.branches, props.now, &dispatch) }
        </footer>
    }
}
