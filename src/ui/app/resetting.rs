//! Stop the group, reset its offsets or change its protocol, start it again: three commands with time between them, since
//! members leave over the network and a group with a dead member is empty only when its session has timed out.

use super::App;
use crate::engine::command::Command;
use crate::model::Name;
use crate::ui::toasts::Tone;

/// What waits for its group to be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Reset {
    group: Name,
    command: Command,
}

impl App {
    pub fn stop_and(&mut self, command: Command) {
        let (group, what) = match &command {
            Command::ResetOffsets { group, .. } => (group.clone(), "reset"),
            Command::ConfigureGroup { group, .. } => (group.clone(), "changed"),
            _ => return,
        };
        self.do_all(vec![Command::StopGroup { group: group.clone() }]);
        self.toasts
            .say(Tone::Note, format!("{group} stops. It is {what} as soon as it is empty, and then starts again."));
        self.reset = Some(Reset { group, command });
        self.session.get_mut().play();
    }

    /// Called with every frame; says whether anything was done.
    pub fn carry_on_resetting(&mut self) -> bool {
        let Some(reset) = self.reset.clone() else { return false };
        let world = self.session.get_mut().world();
        let is_waiting =
            world.group(&reset.group).is_some_and(|group| !matches!(group.state().name(), "Empty" | "Dead"));
        if is_waiting && world.groups.contains_key(&reset.group) {
            return false;
        }
        self.reset = None;
        self.do_all(vec![reset.command, Command::StartGroup { group: reset.group }]);
        self.refresh()
    }
}
