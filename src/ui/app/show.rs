//! What the page shows: values taken from the session now and then, and the tree of components over them.

use std::rc::Rc;

use yew::prelude::*;

use super::frame::Freshness;
use super::{Access, App, later};
use crate::kernel::Time;
use crate::model::Name;
use crate::scenario::Scenario;
use crate::session::Session;
use crate::ui::action::{Browse, Desk, Dispatch, HintSight, HintSpot, InspectorTab, Messages};
use crate::ui::announcer::LiveRegion;
use crate::ui::browser::window;
use crate::ui::embed::WholePage;
use crate::ui::export::RecordingBar;
use crate::ui::header::{Choice, Header};
use crate::ui::hints::{Hint, HintBubble, is_in_sight};
use crate::ui::inspector::{Subject, WhyPanel};
use crate::ui::offer::{OfferCard, UpdateCard};
use crate::ui::palette::Palette;
use crate::ui::shortcuts::Selected;
use crate::ui::stage::Stage;
use crate::ui::toasts::ToastList;
use crate::ui::transport::{Line, Stretch, Transport};
use crate::view::stage::{Life, StageView, stage};

/// The session's values as of the last refresh.
pub struct Panels {
    pub view: Rc<StageView>,
    pub line: Rc<Line>,
    pub subject: Subject,
    pub why: Rc<WhyPanel>,
    pub freshness: Freshness,
}

/// What the inspector looks at.
#[derive(Clone, Default)]
pub struct Look {
    pub tab: InspectorTab,
    pub browse: Browse,
}

impl Panels {
    pub fn of(session: &Session, selected: Option<&Name>, look: Look, looped: Stretch, before: &Line) -> Panels {
        let view = Rc::new(stage(session.world()));
        Panels {
            line: Rc::new(line(session, &view, looped, before)),
            subject: later::subject(session, &view, selected, &look),
            why: Rc::default(),
            view,
            freshness: Freshness { now: session.now(), ..Default::default() },
        }
    }

    pub fn selected_part(&self, selected: Option<&Name>) -> Option<Selected> {
        Selected::find(&self.view, selected?)
    }
}

/// What did not change since `before` is shared with it, so that nothing is drawn again for it.
pub fn line(session: &Session, view: &StageView, looped: Stretch, before: &Line) -> Line {
    let timeline = session.timeline();
    // What a scenario begins with is no news.
    let news = timeline.marks.partition_point(|mark| mark.at == Time::ZERO);
    Line {
        end: session.end(),
        marks: shared(&before.marks, &timeline.marks[news..]),
        lag: shared(&before.lag, &timeline.lag),
        published: shared(&before.published, &timeline.produced.per_second()),
        bookmarks: session.bookmarks().to_vec(),
        looped,
        expected: if session.is_past() { Vec::new() } else { expected(view) },
        branches: session.branches(),
        seeking: session.seeking(),
    }
}

fn shared<T: Clone + PartialEq>(before: &Rc<Vec<T>>, now: &[T]) -> Rc<Vec<T>> {
    if before[..] == *now { before.clone() } else { Rc::new(now.to_vec()) }
}

/// The fuses that burn down by themselves: of consumers that are dead, and of those that hang.
fn expected(view: &StageView) -> Vec<(Time, String)> {
    let members = view.groups.iter().flat_map(|group| &group.members);
    let burning = members.filter_map(|member| {
        let (fuse, what) = match member.life {
            Life::Killed(_) => (member.session?, "session timeout"),
            Life::Hung(_) => (member.poll?, "max.poll"),
            _ => return None,
        };
        Some((view.now + fuse.left, format!("{what} of {}", member.label)))
    });
    burning.collect()
}

/// What the header calls a scenario.
pub fn choice(scenario: &Scenario) -> Choice {
    let titles = [scenario.title.as_str(), scenario.name.as_str(), "Untitled"];
    let title = titles.into_iter().find(|title| !title.trim().is_empty()).unwrap_or_default();
    Choice { name: scenario.name.clone(), title: title.to_owned() }
}

impl App {
    /// Brings the panels up to date; always worth a render.
    pub fn refresh(&mut self) -> bool {
        let freshness = std::mem::take(&mut self.panels.freshness);
        let session = self.session.get_mut();
        let look = Look { tab: self.tab, browse: self.browse };
        self.panels = Panels::of(session, self.selected.as_ref(), look, self.stretch, &self.panels.line);
        self.panels.freshness = Freshness { now: session.now(), ..freshness };
        self.panels.why = Rc::new(self.why_later());
        true
    }

    fn hint(&self) -> Option<Hint> {
        self.hints.hint(&self.panels.view)
    }

    pub fn page(&self) -> Html {
        let is_embedded = self.linked.is_embedded;
        let hint = self.hint().filter(|_| !is_embedded);
        html! {
            <ContextProvider<Dispatch> context={self.callbacks.dispatch.clone()}>
            <ContextProvider<Desk> context={self.callbacks.desk.clone()}>
                <div class={classes!("app", is_embedded.then_some("embedded"))}>
                    if !is_embedded {
                        { self.header() }
                        <Palette on_drag={self.callbacks.on_drag.clone()} on_drop={self.callbacks.on_drop.clone()} />
                    }
                    <main class="stage-area" aria-label="Stage">
                        { self.stage(hint.as_ref()) }
                        { self.notices() }
                        if is_embedded { <WholePage title={self.scenario.title.clone()} address={self.callbacks.address.clone()} /> }
                    </main>
                    if !is_embedded { { self.inspector() } }
                    { self.terminal() }
                    { self.transport() }
                </div>
                { self.floating(hint) }
                <LiveRegion text={self.announced.clone()} />
            </ContextProvider<Desk>>
            </ContextProvider<Dispatch>>
        }
    }

    fn header(&self) -> Html {
        let session = self.session.borrow();
        html! {
            <Header
                scenario={self.scenario.clone()} catalog={self.catalog.clone()} theme={self.theme}
                messages={self.messages} undo={session.next_undo().map(AttrValue::from)}
                redo={session.next_redo().map(AttrValue::from)} kept={self.keeping.borrow().status()}
                is_read_only={self.linked.access == Access::ReadOnly}
            />
        }
    }

    /// What waits for an answer and is in nobody's way.
    fn notices(&self) -> Html {
        let now_ms = window::now().as_micros() as f64 / 1_000.0;
        html! {
            <div class="notices">
                if let Some(view) = self.exporting.recording(now_ms) { <RecordingBar {view} /> }
                if self.has_update { <UpdateCard /> }
                if let Some(offer) = &self.keeping.borrow().offer { <OfferCard offer={offer.clone()} /> }
            </div>
        }
    }

    fn stage(&self, hint: Option<&Hint>) -> Html {
        html! {
            <Stage
                view={self.panels.view.clone()}
                selected={self.selected.clone()}
                show_messages={self.messages == Messages::Shown}
                camera={self.camera}
                on_painter={self.callbacks.on_painter.clone()}
                highlight={self.highlight.clone()}
                command_line={self.callbacks.desk.explain.clone()}
                hint={hint.map(|hint| hint.spot.clone())}
                on_hint={self.callbacks.on_hint.clone()}
            />
        }
    }

    fn transport(&self) -> Html {
        let session = self.session.borrow();
        html! {
            <Transport
                now={session.now()} is_playing={session.is_playing()} speed={session.speed()}
                line={self.panels.line.clone()} has_terminal={self.drawer.borrow().is_open}
            />
        }
    }

    fn floating(&self, hint: Option<Hint>) -> Html {
        let bubble = hint.filter(|_| self.dialog.is_none()).and_then(|hint| {
            let (sight, within) = match hint.spot {
                HintSpot::ShareButton => {
                    let alone = |at| HintSight { at, cards: Vec::new() };
                    (window::bounds_of(".share-button").map(alone), ".app")
                }
                _ => (self.hint_sight.clone(), ".stage-area"),
            };
            let (sight, bounds) = sight.zip(window::bounds_of(within))?;
            is_in_sight(sight.at, bounds).then(|| html! { <HintBubble text={hint.text} {sight} {bounds} /> })
        });
        html! {
            <>
                { bubble.unwrap_or_default() }
                { self.open_dialog() }
                if self.is_file_over { <div class="drop-here">{ "Drop a scenario or a link to open it, or records to replay them" }</div> }
                <ToastList toasts={self.toasts.list()} />
            </>
        }
    }
}
