//! The first minute: three hints, one at a time, each gone once the person has done it.

mod bubble;

pub use bubble::{HintBubble, is_in_sight};

use super::action::HintSpot;
use crate::engine::command::Command;
use crate::ui::number::tenths;
use crate::view::stage::{FlagView, GroupCard, Life, MemberCard, StageView};

/// How far a person has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hints {
    /// Kill a consumer.
    #[default]
    Kill,
    /// Watch the fuse burn, then pull a flag back.
    Rewind,
    /// Show the run to somebody, or go on with parts of one's own.
    Share,
    Over,
}

/// What a hint says, and about what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub spot: HintSpot,
    pub text: String,
}

impl Hints {
    const ALL: [Hints; 4] = [Hints::Kill, Hints::Rewind, Hints::Share, Hints::Over];

    /// As it is remembered from visit to visit.
    pub fn id(self) -> &'static str {
        match self {
            Hints::Kill => "kill",
            Hints::Rewind => "rewind",
            Hints::Share => "share",
            Hints::Over => "over",
        }
    }

    pub fn from_id(id: &str) -> Option<Hints> {
        Hints::ALL.into_iter().find(|hints| hints.id() == id)
    }

    /// Where a person stands after having done something. Who rewinds before having killed anybody needs no hint to.
    pub fn after(self, command: &Command) -> Hints {
        match (self, command) {
            (Hints::Kill, Command::Kill { .. }) => Hints::Rewind,
            (Hints::Kill | Hints::Rewind, Command::Seek { .. } | Command::ResetOffsets { .. }) => Hints::Share,
            (Hints::Share, command) if is_own(command) => Hints::Over,
            _ => self,
        }
    }

    /// The hint to show now; none while what it is about is not on the stage.
    pub fn hint(self, view: &StageView) -> Option<Hint> {
        match self {
            Hints::Kill => kill(view),
            Hints::Rewind => watch(view).or_else(|| rewind(view)),
            Hints::Share => Some(share()),
            Hints::Over => None,
        }
    }
}

fn is_own(command: &Command) -> bool {
    matches!(
        command,
        Command::Publish { .. }
            | Command::Replay { .. }
            | Command::AddTopic { .. }
            | Command::AddProducer { .. }
            | Command::AddGroup { .. }
            | Command::AddConsumer { .. }
    )
}

/// Points at a consumer that shares its work with another, since that other will take over.
fn kill(view: &StageView) -> Option<Hint> {
    let group = shared(view)?;
    let member = running(group).last()?;
    let spot = HintSpot::KillButton(member.id.clone());
    Some(Hint { spot, text: format!("Kill {} and watch what the group does.", member.label) })
}

/// The first group that has work to hand over.
fn shared(view: &StageView) -> Option<&GroupCard> {
    view.groups.iter().find(|group| group.members.len() > 1).or(view.groups.first())
}

fn running(group: &GroupCard) -> impl Iterator<Item = &MemberCard> {
    group.members.iter().filter(|member| member.life == Life::Running)
}

fn watch(view: &StageView) -> Option<Hint> {
    let members = view.groups.iter().flat_map(|group| &group.members);
    members.into_iter().find_map(|member| {
        let (Life::Killed(since), Some(session)) = (member.life, member.session) else { return None };
        let text = format!(
            "It stopped {} ago, but the group does not know yet. The session timeout is {}: watch the fuse.",
            tenths(view.now.since(since)),
            session.of
        );
        Some(Hint { spot: HintSpot::Fuse(member.id.clone()), text })
    })
}

/// A flag of the group that was disturbed, in its last lane, where the bubble covers no other.
fn rewind(view: &StageView) -> Option<Hint> {
    let group = shared(view)?;
    let flags = view.topics.iter().flat_map(|topic| {
        topic.lanes.iter().flat_map(move |lane| lane.flags.iter().map(move |flag| (topic, lane, flag)))
    });
    let is_meant = |flag: &FlagView| flag.group == group.id && flag.owner.is_some() && flag.committed > Some(0);
    let (topic, lane, flag) = flags.rev().find(|(_, _, flag)| is_meant(flag))?;
    let spot = HintSpot::Flag { group: flag.group.clone(), topic: topic.id.clone(), partition: lane.partition };
    let text =
        format!("Drag this flag to the left: {} reads those records again. The log still has them.", flag.group_label);
    Some(Hint { spot, text })
}

fn share() -> Hint {
    let text = "All that you did is in a link: share it, and others see the same run, event for event.";
    Hint { spot: HintSpot::ShareButton, text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::command::{Scope, Target};

    fn rewound() -> Command {
        let scope = Scope { topic: "orders".into(), partition: None };
        Command::Seek { group: "inventory".into(), scope, to: Target::Earliest }
    }

    #[test]
    fn each_hint_gives_way_to_the_next_once_it_was_followed() {
        let killed = Hints::Kill.after(&Command::Kill { consumer: "inventory-2".into() });
        assert_eq!(killed, Hints::Rewind);
        assert_eq!(killed.after(&rewound()), Hints::Share);
        let own = Command::AddConsumer { consumer: "inventory-3".into(), group: "inventory".into() };
        assert_eq!(Hints::Share.after(&own), Hints::Over);
    }

    #[test]
    fn doing_something_else_leaves_the_hint_where_it_is() {
        let leave = Command::Leave { consumer: "inventory-2".into() };
        assert_eq!(Hints::Kill.after(&leave), Hints::Kill);
        assert_eq!(Hints::Over.after(&rewound()), Hints::Over);
    }

    #[test]
    fn a_hint_is_remembered_by_its_id() {
        assert!(Hints::ALL.iter().all(|hints| Hints::from_id(hints.id()) == Some(*hints)));
    }
}
