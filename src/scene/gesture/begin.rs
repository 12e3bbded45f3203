//! From a press to a gesture: what is taken hold of, once it is clear that it is more than a click.

use super::*;
use crate::scene::lane::WINDOW;
use crate::scene::pick::{Hit, pick};
use crate::scene::rewind;

/// A press that moves less than this on the screen is a click. Fingers are less steady.
fn slop(device: Device) -> f64 {
    match device {
        Device::Mouse => 4.0,
        Device::Touch => 9.0,
    }
}

impl Hand {
    /// A pointer goes down.
    pub fn press(&mut self, scene: &mut Scene, press: Press) {
        self.pointers.insert(press.pointer, press.at);
        if self.pointers.len() == 2 {
            self.begin_pinch(scene);
            return;
        }
        if matches!(self.doing, Doing::Wiring { mode: Wiring::Clicked, .. }) {
            return;
        }
        self.doing = match (press.button, &press.grab) {
            (Button::Secondary, _) => Doing::Nothing,
            (Button::Middle, _) => Doing::Panning,
            (Button::Primary, _) if press.keys.space => Doing::Panning,
            (Button::Primary, Grab::Flag(flag)) => take_flag(scene, flag.clone()),
            (Button::Primary, Grab::Handle(from)) => {
                let (from, mode) = (from.clone(), Wiring::Dragged { began: press.at });
                aim(scene, from.clone(), scene.camera.to_stage(press.at));
                Doing::Wiring { from, mode }
            }
            (Button::Primary, Grab::Picked) => Doing::Pressed(press),
        };
    }

    /// The keyboard's way to begin a wire: the next click or Enter ends it.
    pub fn begin_wire(&mut self, scene: &mut Scene, from: Name) {
        let at = scene.layout().node(&from).map_or(Point::default(), |node| node.outlet() + Point::new(40.0, 0.0));
        aim(scene, from.clone(), at);
        self.doing = Doing::Wiring { from, mode: Wiring::Clicked };
    }

    /// The second finger turns whatever the first was doing into a pinch.
    fn begin_pinch(&mut self, scene: &mut Scene) {
        let fingers: Vec<Point> = self.pointers.values().copied().collect();
        clear(scene);
        self.doing = Doing::Pinching {
            distance: fingers[0].distance(fingers[1]).max(1.0),
            middle: fingers[0].middle(fingers[1]),
        };
    }

    /// Turns a press that moved far enough into what it drags.
    pub(super) fn leave_press(&mut self, scene: &mut Scene, to: Point) -> Vec<Effect> {
        let Doing::Pressed(press) = &self.doing else { return Vec::new() };
        if press.at.distance(to) < slop(press.device) {
            return Vec::new();
        }
        let press = press.clone();
        let from = scene.camera.to_stage(press.at);
        let mut effects = Vec::new();
        self.doing = match pick(scene, from) {
            Hit::Flag(flag) => take_flag(scene, flag),
            Hit::Strip(partition) => Doing::Scrolling { partition },
            Hit::Lane(partition) if is_long(scene, &partition) => Doing::PanningLane { partition },
            Hit::Empty | Hit::Wire(_) => drag_empty(scene, &press, from),
            Hit::Node(id) | Hit::Member(id) | Hit::Lane(TopicPartition { topic: id, .. }) => {
                take_cards(scene, &id, &press, from, &mut effects)
            }
        };
        effects
    }
}

fn is_long(scene: &Scene, partition: &TopicPartition) -> bool {
    scene.lane(partition).is_some_and(|lane| lane.log_end - lane.log_start.min(lane.log_end) > WINDOW)
}

fn drag_empty(scene: &Scene, press: &Press, from: Point) -> Doing {
    match press.device {
        Device::Touch => Doing::Panning,
        Device::Mouse => {
            let before = if press.keys.shift { scene.selection.clone() } else { BTreeSet::new() };
            Doing::Marquee { from, before }
        }
    }
}

/// The lane stands still while its flag is in hand.
fn take_flag(scene: &mut Scene, flag: FlagId) -> Doing {
    scene.with_window(&flag.partition, |window, _| window.hold());
    let shown = scene.lane(&flag.partition).and_then(|lane| lane.flags.iter().find(|f| f.group == flag.group));
    let start = shown.map_or(0, rewind::standing);
    scene.ghost = Some((flag.clone(), start));
    scene.touch();
    Doing::Rewinding { flag, start }
}

/// Dragging a selected card takes the whole selection along; dragging another selects that one.
fn take_cards(scene: &mut Scene, id: &Name, press: &Press, from: Point, effects: &mut Vec<Effect>) -> Doing {
    let Some(card) = scene.layout().card_of(id).map(|node| node.id.clone()) else { return Doing::Nothing };
    if !scene.selection.contains(&card) {
        if !press.keys.shift {
            scene.selection.clear();
        }
        scene.selection.insert(card.clone());
        effects.push(Effect::Select(Some(card.clone())));
    }
    let layout = scene.layout();
    let others = scene.selection.iter().filter(|other| **other != card);
    let all = std::iter::once(&card).chain(others);
    let cards = all.filter_map(|id| Some((id.clone(), Point::new(layout.node(id)?.rect.x, layout.node(id)?.rect.y))));
    Doing::Moving { from, cards: cards.collect(), snap: Snap::Grid }
}
