//! What parts may be called.

use crate::engine::World;
use crate::engine::world::CONTROLLER;
use crate::model::refusal::Refusal;
use crate::model::{NAME_MAX, Name};

/// All brokers, where a command names a part of the network.
pub const BROKERS: &str = "brokers";

impl World {
    /// A new part's name: not empty, not too long, not in use for anything else.
    pub(super) fn check_new_name(&self, field: &str, name: &str) -> Result<(), Refusal> {
        let refuse = |message: String| Err(Refusal::new(field, message));
        if name.trim().is_empty() {
            return refuse("a name is needed".into());
        }
        if name.chars().count() > NAME_MAX {
            return refuse(format!("a name has at most {NAME_MAX} characters"));
        }
        if name.chars().any(char::is_control) {
            return refuse("a name has no control characters".into());
        }
        if matches!(name, BROKERS | CONTROLLER) || self.has_part(&name.into()) || self.stage.labelled(name).is_some() {
            return refuse(format!("there is something called {name} already"));
        }
        Ok(())
    }

    /// The name of a part that is to be added.
    pub(super) fn check_new_part(&self, field: &str, name: &Name) -> Result<(), Refusal> {
        self.check_new_name(field, name.as_str())?;
        self.check_room_for_a_part(field)
    }

    /// `Topic#validate`.
    pub(super) fn check_new_topic_name(&self, name: &Name) -> Result<(), Refusal> {
        self.check_new_part("topic", name)?;
        let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if !name.as_str().chars().all(is_legal) || matches!(name.as_str(), "." | "..") {
            let message = "a topic's name is made of ASCII letters, digits, '.', '_' and '-' (INVALID_TOPIC_EXCEPTION)";
            return Err(Refusal::new("topic", message));
        }
        Ok(())
    }
}
