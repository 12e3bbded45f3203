//! What keys do to the selection.

use super::*;
use crate::kernel::order::sort_by;
use crate::scene::connect::{cut, removal};
use crate::scene::place::GRID;

/// Moves cards by so many steps of the grid.
pub fn nudge(scene: &Scene, parts: &[Name], dx: i32, dy: i32) -> Vec<Effect> {
    let layout = scene.layout();
    let mut cards: Vec<_> = parts.iter().filter_map(|id| layout.card_of(id)).collect();
    sort_by(&mut cards, |a, b| a.id.cmp(&b.id));
    cards.dedup_by(|a, b| a.id == b.id);
    let commands: Vec<Command> = cards
        .iter()
        .map(|card| {
            let at = place(Point::new(card.rect.x, card.rect.y), Snap::Free);
            Command::Place { node: card.id.clone(), x: at.x + dx * GRID, y: at.y + dy * GRID }
        })
        .collect();
    if commands.is_empty() { Vec::new() } else { vec![Effect::Do(commands)] }
}

/// What a key acts on: the part in focus, or the whole selection if that is one of it, or the selection if nothing is in
/// focus.
pub fn meant(scene: &Scene, focused: Option<&Name>) -> Vec<Name> {
    match focused {
        Some(part) if !scene.selection.contains(part) => vec![part.clone()],
        _ => scene.selection.iter().cloned().collect(),
    }
}

/// What removes the selected wire, or else these parts; consumers of a group that goes as well need no command of their
/// own.
pub fn removals(scene: &Scene, parts: &[Name]) -> Vec<Command> {
    if let Some(wire) = &scene.selected_wire {
        return cut(wire).into_iter().collect();
    }
    let layout = scene.layout();
    let goes_along = |id: &Name| layout.members.get(id).is_some_and(|member| parts.contains(&member.group));
    let kept = parts.iter().filter(|id| !goes_along(id));
    kept.filter_map(|id| removal(scene.view(), id)).collect()
}

pub fn select_all(scene: &mut Scene) -> Vec<Effect> {
    scene.selection = scene.layout().nodes.iter().map(|node| node.id.clone()).collect();
    scene.touch();
    vec![Effect::Select(scene.selection.first().cloned())]
}

/// Esc, once no gesture is left to cancel.
pub fn deselect(scene: &mut Scene) -> Vec<Effect> {
    scene.selection.clear();
    scene.selected_wire = None;
    scene.touch();
    vec![Effect::Select(None)]
}
