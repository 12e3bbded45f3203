//! What keys do while the focus is on the stage: on a part, on a flag, or on neither.

use web_sys::Element;
use yew::prelude::*;

use super::cards::title::Rename;
use super::{Stage, events};
use crate::model::Name;
use crate::scene::Scene;
use crate::scene::gesture::{Effect, keys};
use crate::scene::pick::FlagId;
use crate::scene::rewind;
use crate::ui::action::{Action, InspectorTab};

/// Steps of the grid, with Shift.
const FAR: i32 = 4;
/// Records, with Shift or by page.
const PAGE: u64 = 10;

impl Stage {
    pub fn with_keys(&mut self, act: impl FnOnce(&mut Scene) -> Vec<Effect>) -> bool {
        self.menu = None;
        let effects = act(&mut self.scene.0.borrow_mut());
        self.perform(effects);
        true
    }

    /// Keys that mean something here are kept from the page.
    pub fn key(&mut self, event: &KeyboardEvent) -> bool {
        let Some(target) = events::target(event) else { return false };
        let key = event.key();
        let used = match events::flag_of(&target) {
            Some(flag) => self.flag_key(&flag, &key, event.shift_key()),
            None => self.part_key(&target, &key, event),
        };
        if used {
            event.prevent_default();
        }
        used
    }

    fn part_key(&mut self, target: &Element, key: &str, event: &KeyboardEvent) -> bool {
        let command = event.ctrl_key() || event.meta_key();
        let focused = events::is_part(target);
        let parts = keys::meant(&self.scene.0.borrow(), focused.as_ref());
        let step = if event.shift_key() { FAR } else { 1 };
        match (key, focused) {
            ("Escape", _) => self.deselect(),
            ("a" | "A", _) if command => self.with_keys(keys::select_all),
            ("ArrowLeft", Some(_)) => self.with_keys(|scene| keys::nudge(scene, &parts, -step, 0)),
            ("ArrowRight", Some(_)) => self.with_keys(|scene| keys::nudge(scene, &parts, step, 0)),
            ("ArrowUp", Some(_)) => self.with_keys(|scene| keys::nudge(scene, &parts, 0, -step)),
            ("ArrowDown", Some(_)) => self.with_keys(|scene| keys::nudge(scene, &parts, 0, step)),
            ("F2", Some(part)) => self.rename(Rename::Begin(part)),
            ("Enter", Some(part)) => self.enter(part),
            _ => false,
        }
    }

    /// Enter ends a wire that is under way, and else opens the inspector.
    fn enter(&mut self, part: Name) -> bool {
        let effects = self.hand.end_wire(&mut self.scene.0.borrow_mut(), &part);
        match effects {
            Some(effects) => self.perform(effects),
            None => self.dispatch.emit(Action::OpenInspector(part, InspectorTab::Main)),
        }
        true
    }

    /// Whether there is something that Esc puts back: a drag, a flag moved by keys, a menu.
    pub fn can_escape(&self) -> bool {
        !self.hand.is_idle() || self.menu.is_some() || self.scene.0.borrow().ghost.is_some()
    }

    pub fn escape(&mut self) -> bool {
        self.menu.take().is_some() || self.put_flag_back() || self.cancel()
    }

    fn deselect(&mut self) -> bool {
        let anything = {
            let scene = self.scene.0.borrow();
            !scene.selection.is_empty() || scene.selected_wire.is_some()
        };
        anything && self.with_keys(keys::deselect)
    }

    /// Ends a preview that keys began.
    pub fn put_flag_back(&mut self) -> bool {
        let mut scene = self.scene.0.borrow_mut();
        let Some((flag, _)) = scene.ghost.take_if(|_| self.hand.is_idle()) else { return false };
        scene.with_window(&flag.partition, |window, _| window.follow());
        true
    }

    /// A flag moves by keys as it does by hand: the preview first, Enter lets it go, Esc puts it back.
    fn flag_key(&mut self, flag: &FlagId, key: &str, is_far: bool) -> bool {
        let mut scene = self.scene.0.borrow_mut();
        let Some(lane) = scene.lane(&flag.partition) else { return false };
        let Some(shown) = lane.flags.iter().find(|shown| shown.group == flag.group) else { return false };
        let held = scene.ghost.as_ref().filter(|(held, _)| held == flag).map(|(_, to)| *to);
        let now = held.unwrap_or_else(|| rewind::standing(shown));
        let (low, high) = (lane.log_start, lane.high_watermark);
        let step = if is_far { PAGE } else { 1 };
        let to = match key {
            "ArrowLeft" | "ArrowDown" => now.saturating_sub(step),
            "ArrowRight" | "ArrowUp" => now + step,
            "PageDown" => now.saturating_sub(PAGE),
            "PageUp" => now + PAGE,
            "Home" => low,
            "End" => high,
            "Enter" if held.is_some() => {
                let offer = rewind::offer(scene.view(), flag, now).filter(|offer| offer.moves);
                drop(scene);
                self.put_flag_back();
                self.perform(offer.map(|offer| Effect::Do(vec![offer.command])).into_iter().collect());
                return true;
            }
            _ => return false,
        };
        scene.ghost = Some((flag.clone(), to.clamp(low, high)));
        scene.with_window(&flag.partition, |window, _| window.hold());
        true
    }
}
