//! From a release to its effects.

use super::*;
use crate::scene::pick::{Hit, pick};
use crate::scene::rewind;

/// A wire let go this close to where it began (on the screen) was begun by a click.
const CLICK_REACH: f64 = 6.0;

impl Hand {
    /// A pointer goes up at `at` on the screen.
    pub fn release(&mut self, scene: &mut Scene, pointer: i32, at: Point) -> Vec<Effect> {
        self.pointers.remove(&pointer);
        let doing = std::mem::take(&mut self.doing);
        let on_stage = scene.camera.to_stage(at);
        match doing {
            Doing::Pressed(press) => click(scene, &press),
            Doing::Moving { cards, .. } => drop_cards(scene, &cards),
            Doing::Marquee { .. } => drop_marquee(scene),
            Doing::Rewinding { flag, start } => drop_flag(scene, &flag, start),
            Doing::Wiring { from, mode: Wiring::Dragged { began } } if began.distance(at) < CLICK_REACH => {
                self.doing = Doing::Wiring { from, mode: Wiring::Clicked };
                Vec::new()
            }
            Doing::Wiring { from, .. } => drop_wire(scene, &from, on_stage),
            // The other finger goes on panning.
            Doing::Pinching { .. } if !self.pointers.is_empty() => {
                self.doing = Doing::Panning;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Ends a wire begun by a click or by the keyboard at a part. `None` if there is none under way.
    pub fn end_wire(&mut self, scene: &mut Scene, to: &Name) -> Option<Vec<Effect>> {
        let Doing::Wiring { from, .. } = &self.doing else { return None };
        let from = from.clone();
        self.doing = Doing::Nothing;
        Some(connect_to(scene, &from, Some(to.clone())))
    }
}

fn click(scene: &mut Scene, press: &Press) -> Vec<Effect> {
    let hit = pick(scene, scene.camera.to_stage(press.at));
    scene.touch();
    scene.selected_wire = None;
    if let Hit::Strip(partition) = &hit {
        scroll(scene, partition, scene.camera.to_stage(press.at));
    }
    if let Hit::Wire(wire) = hit {
        scene.selection.clear();
        scene.selected_wire = Some(wire);
        return vec![Effect::Select(None)];
    }
    let Some(part) = hit.part().cloned() else {
        scene.selection.clear();
        return vec![Effect::Select(None)];
    };
    if press.keys.shift {
        if !scene.selection.remove(&part) {
            scene.selection.insert(part);
        }
        return vec![Effect::Select(scene.selection.first().cloned())];
    }
    scene.selection = BTreeSet::from([part.clone()]);
    vec![Effect::Select(Some(part))]
}

/// Cards that did not move send nothing.
fn drop_cards(scene: &mut Scene, cards: &[(Name, Point)]) -> Vec<Effect> {
    let layout = scene.layout();
    let moved = cards.iter().filter_map(|(id, start)| {
        let rect = layout.node(id)?.rect;
        let to = place(Point::new(rect.x, rect.y), Snap::Free);
        (to != place(*start, Snap::Free)).then(|| Command::Place { node: id.clone(), x: to.x, y: to.y })
    });
    let commands: Vec<Command> = moved.collect();
    scene.let_go();
    if commands.is_empty() { Vec::new() } else { vec![Effect::Do(commands)] }
}

fn drop_marquee(scene: &mut Scene) -> Vec<Effect> {
    scene.marquee = None;
    scene.touch();
    vec![Effect::Select(scene.selection.first().cloned())]
}

fn drop_flag(scene: &mut Scene, flag: &FlagId, start: u64) -> Vec<Effect> {
    let to = scene.ghost.take().map_or(start, |(_, to)| to);
    scene.with_window(&flag.partition, |window, _| window.follow());
    if to == start {
        return vec![Effect::Select(Some(flag.group.clone()))];
    }
    match rewind::offer(scene.view(), flag, to) {
        Some(offer) => vec![Effect::Do(vec![offer.command])],
        None => Vec::new(),
    }
}

fn drop_wire(scene: &mut Scene, from: &Name, at: Point) -> Vec<Effect> {
    let to = pick::snap_target(scene, at, from);
    connect_to(scene, from, to)
}

fn connect_to(scene: &mut Scene, from: &Name, to: Option<Name>) -> Vec<Effect> {
    scene.proposal = None;
    scene.touch();
    let Some(to) = to else { return Vec::new() };
    match connect::connection(scene.view(), from, &to) {
        Ok(command) => vec![Effect::Do(vec![command])],
        Err(reason) => vec![Effect::Say(reason)],
    }
}
