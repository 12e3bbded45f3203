//! What a hand does on the stage: a state machine from presses, moves and releases to selections and commands.
//!
//! One gesture at a time, from the first press to the last release, and one gesture is one step of undo: its commands
//! come in one [`Effect::Do`]. Cancelling (Esc, a lost pointer) puts everything back and sends nothing.

mod begin;
mod end;
pub mod keys;

use std::collections::BTreeSet;

use super::connect;
use super::geometry::{Point, Rect};
use super::pick::{self, FlagId};
use super::place::{Snap, place};
use super::stage::{Proposal, Scene};
use crate::engine::command::Command;
use crate::kernel::SortedMap;
use crate::model::{Name, TopicPartition};

/// What the page has to do about a gesture.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The part that the inspector shows; the whole selection is the scene's.
    Select(Option<Name>),
    /// One gesture's commands, one step of undo.
    Do(Vec<Command>),
    /// A sentence for the person: why something is not possible.
    Say(String),
}

/// A pointer goes down.
#[derive(Clone, Debug, PartialEq)]
pub struct Press {
    /// Which pointer: a finger or the mouse.
    pub pointer: i32,
    /// On the screen.
    pub at: Point,
    pub button: Button,
    pub device: Device,
    pub keys: Modifiers,
    pub grab: Grab,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    Primary,
    Middle,
    Secondary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    Mouse,
    Touch,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    pub shift: bool,
    pub alt: bool,
    /// Held down: the pan tool.
    pub space: bool,
}

/// What was taken hold of, where the page knows it better than the geometry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grab {
    /// Whatever lies there.
    Picked,
    Flag(FlagId),
    /// The connector at a card's edge.
    Handle(Name),
}

/// The hand, between two events.
#[derive(Debug, Default)]
pub struct Hand {
    doing: Doing,
    /// Where every pointer that is down is on the screen.
    pointers: SortedMap<i32, Point>,
}

#[derive(Debug, Default)]
enum Doing {
    #[default]
    Nothing,
    /// Down, and not yet moved far enough to be more than a click.
    Pressed(Press),
    Panning,
    /// Dragging an empty place: what was selected before, and where it began on the stage.
    Marquee {
        from: Point,
        before: BTreeSet<Name>,
    },
    /// Dragging cards: where the pointer began on the stage, and where each card stood. The first leads.
    Moving {
        from: Point,
        cards: Vec<(Name, Point)>,
        snap: Snap,
    },
    Wiring {
        from: Name,
        mode: Wiring,
    },
    Rewinding {
        flag: FlagId,
        start: u64,
    },
    PanningLane {
        partition: TopicPartition,
    },
    /// Dragging in the overview strip of a lane.
    Scrolling {
        partition: TopicPartition,
    },
    /// Two fingers: how far apart they were, and their middle.
    Pinching {
        distance: f64,
        middle: Point,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Wiring {
    /// From press to release; a release close to where it began (on the screen) goes on by clicks.
    Dragged { began: Point },
    /// One click began it, the next ends it.
    Clicked,
}

/// What shape the pointer has while a gesture is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    Nothing,
    Stage,
    Lane,
    Cards,
    Wire,
    Flag,
}

impl Hand {
    pub fn holding(&self) -> Holding {
        match self.doing {
            Doing::Nothing | Doing::Pressed(_) | Doing::Marquee { .. } => Holding::Nothing,
            Doing::Panning | Doing::Pinching { .. } => Holding::Stage,
            Doing::PanningLane { .. } | Doing::Scrolling { .. } => Holding::Lane,
            Doing::Moving { .. } => Holding::Cards,
            Doing::Wiring { .. } => Holding::Wire,
            Doing::Rewinding { .. } => Holding::Flag,
        }
    }

    pub fn is_idle(&self) -> bool {
        matches!(self.doing, Doing::Nothing)
    }

    /// Whether a press has not moved yet; a long one opens the menu.
    pub fn is_pressing(&self) -> bool {
        matches!(self.doing, Doing::Pressed(_))
    }

    /// A pointer moved to `to` on the screen.
    pub fn moved(&mut self, scene: &mut Scene, pointer: i32, to: Point, keys: Modifiers) -> Vec<Effect> {
        let by = self.pointers.get(&pointer).map_or(Point::default(), |&last| to - last);
        if let Some(last) = self.pointers.get_mut(&pointer) {
            *last = to;
        }
        let effects = self.leave_press(scene, to);
        let at = scene.camera.to_stage(to);
        match &mut self.doing {
            Doing::Nothing | Doing::Pressed(_) => {}
            Doing::Panning => {
                scene.camera.pan(by);
                scene.touch();
            }
            Doing::Pinching { distance, middle } => pinch(scene, &self.pointers, distance, middle),
            Doing::Marquee { from, before } => stretch(scene, *from, at, before),
            Doing::Moving { from, cards, snap } => {
                *snap = if keys.alt { Snap::Free } else { Snap::Grid };
                shift(scene, at - *from, cards, *snap);
            }
            Doing::Wiring { from, .. } => aim(scene, from.clone(), at),
            Doing::Rewinding { flag, .. } => drag_flag(scene, flag, at),
            Doing::PanningLane { partition } => {
                let cells = -by.x / (scene.camera.zoom * super::lane::PITCH);
                scene.with_window(partition, |window, lane| window.pan(cells, lane));
            }
            Doing::Scrolling { partition } => scroll(scene, partition, at),
        }
        effects
    }

    /// Whether the pointer of a drag is so near an edge that the camera should move by itself; then [`Hand::drift`] wants
    /// calling for as long.
    pub fn is_drifting(&self, scene: &Scene) -> bool {
        let drags = matches!(self.doing, Doing::Moving { .. } | Doing::Wiring { .. } | Doing::Marquee { .. });
        drags && self.pointers.values().any(|&at| drift(at, scene.screen).is_some())
    }

    /// Moves the camera, and what is dragged with it.
    pub fn drift(&mut self, scene: &mut Scene, keys: Modifiers) {
        let Some((&pointer, &at)) = self.pointers.first_key_value() else { return };
        let Some(by) = drift(at, scene.screen).filter(|_| self.is_drifting(scene)) else { return };
        scene.camera.pan(by);
        self.moved(scene, pointer, at, keys);
    }

    /// Everything back as it was before the gesture. Whether there was one.
    pub fn cancel(&mut self, scene: &mut Scene) -> bool {
        let doing = std::mem::take(&mut self.doing);
        match &doing {
            Doing::Marquee { before, .. } => scene.selection = before.clone(),
            Doing::Rewinding { flag, .. } => scene.with_window(&flag.partition, |window, _| window.follow()),
            _ => {}
        }
        self.pointers.clear();
        clear(scene);
        !matches!(doing, Doing::Nothing | Doing::Pressed(_))
    }
}

/// The camera moves by itself while something is dragged near an edge: so many pixels for every one the pointer is
/// closer than [`EDGE`].
const EDGE_SPEED: f64 = 0.45;
const EDGE: f64 = 28.0;

/// How far the camera moves now, for a pointer near an edge of the screen; `None` away from it.
fn drift(pointer: Point, screen: Point) -> Option<Point> {
    let along = |at: f64, end: f64| ((EDGE - at).max(0.0) - (at - (end - EDGE)).max(0.0)).clamp(-EDGE, EDGE);
    let by = Point::new(along(pointer.x, screen.x), along(pointer.y, screen.y)) * EDGE_SPEED;
    (by != Point::default()).then_some(by)
}

/// Nothing of a gesture shows any more.
fn clear(scene: &mut Scene) {
    (scene.proposal, scene.marquee, scene.ghost) = (None, None, None);
    scene.move_cards(SortedMap::new());
}

fn pinch(scene: &mut Scene, pointers: &SortedMap<i32, Point>, distance: &mut f64, middle: &mut Point) {
    let mut fingers = pointers.values();
    let (Some(&a), Some(&b)) = (fingers.next(), fingers.next()) else { return };
    let (apart, between) = (a.distance(b).max(1.0), a.middle(b));
    scene.camera.pan(between - *middle);
    scene.camera.zoom_by(apart / *distance, between);
    scene.touch();
    (*distance, *middle) = (apart, between);
}

fn stretch(scene: &mut Scene, from: Point, to: Point, before: &BTreeSet<Name>) {
    let marquee = Rect::between(from, to);
    scene.selection = before.iter().cloned().chain(pick::within(scene, &marquee)).collect();
    scene.marquee = Some(marquee);
    scene.touch();
}

/// Cards keep their distances: only the first snaps.
fn shift(scene: &mut Scene, by: Point, cards: &[(Name, Point)], snap: Snap) {
    let Some((_, leader)) = cards.first() else { return };
    let by = Point::from(place(*leader + by, snap)) - *leader;
    scene.move_cards(cards.iter().map(|(id, at)| (id.clone(), place(*at + by, Snap::Free))).collect());
}

fn aim(scene: &mut Scene, from: Name, at: Point) {
    let target = pick::snap_target(scene, at, &from).map(|to| {
        let legal = connect::connection(scene.view(), &from, &to).map(|_| ());
        (to, legal)
    });
    scene.proposal = Some(Proposal { from, at, target });
    scene.touch();
}

fn scroll(scene: &mut Scene, partition: &TopicPartition, at: Point) {
    let Some(strip) = scene.strip(partition) else { return };
    scene.with_window(partition, |window, lane| window.scroll_to(strip.first_at(at.x), lane));
}

fn drag_flag(scene: &mut Scene, flag: &FlagId, at: Point) {
    // Beyond the well's edge the lane moves beneath the flag, so that far offsets can be reached.
    if let Some(well) = scene.layout().lanes.get(&flag.partition).map(|lane| lane.well()) {
        let beyond = (at.x - well.right()).max(0.0) + (at.x - well.x).min(0.0);
        let cells = (beyond / super::lane::PITCH).clamp(-3.0, 3.0);
        if cells != 0.0 {
            scene.with_window(&flag.partition, |window, lane| {
                window.pan(cells, lane);
                window.hold();
            });
        }
    }
    let Some(offset) = scene.offset_at(&flag.partition, at) else { return };
    let to = super::rewind::offer(scene.view(), flag, offset).map_or(offset, |offer| offer.to);
    scene.ghost = Some((flag.clone(), to));
    scene.touch();
}

#[cfg(test)]
mod tests;
