//! What can be done to a consumer.

use crate::engine::command::Command;
use crate::view::stage::{Life, MemberCard};

/// A slowed consumer takes this many times as long for a record.
const SLOW_PERCENT: u32 = 400;

/// A button on a consumer's row, and an entry of its menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// On the button.
    pub label: &'static str,
    /// With the consumer's name after it, the button's accessible name.
    pub verb: &'static str,
    pub shortcut: &'static str,
    /// What will happen, in a sentence.
    pub title: &'static str,
    pub command: Command,
}

impl Deed {
    pub fn name(&self, label: &str) -> String {
        format!("{} {label}", self.verb)
    }
}

/// The first is always in sight, the others when the row is hovered, focused or selected.
pub fn deeds(member: &MemberCard) -> Vec<Deed> {
    match member.life {
        Life::Running => vec![kill(member), hang(member), pace(member), leave(member)],
        Life::Hung(_) => vec![resume(member), kill(member), restart(member)],
        Life::Killed(_) | Life::Left(_) => vec![restart(member)],
    }
}

fn kill(member: &MemberCard) -> Deed {
    Deed {
        label: "Kill",
        verb: "Kill",
        shortcut: "K",
        title: "The process dies without a word: its group learns of it when the session times out",
        command: Command::Kill { consumer: member.id.clone() },
    }
}

fn hang(member: &MemberCard) -> Deed {
    Deed {
        label: "Hang",
        verb: "Hang",
        shortcut: "H",
        title: "The application stops polling while heartbeats go on: only max.poll.interval.ms notices",
        command: Command::Hang { consumer: member.id.clone() },
    }
}

fn resume(member: &MemberCard) -> Deed {
    Deed {
        label: "Resume",
        verb: "Resume",
        shortcut: "U",
        title: "The application carries on where it hung",
        command: Command::Unhang { consumer: member.id.clone() },
    }
}

fn leave(member: &MemberCard) -> Deed {
    Deed {
        label: "Leave",
        verb: "Leave",
        shortcut: "L",
        title: "close(): it commits, says goodbye, and its partitions move at once",
        command: Command::Leave { consumer: member.id.clone() },
    }
}

fn restart(member: &MemberCard) -> Deed {
    Deed {
        label: "Restart",
        verb: "Restart",
        shortcut: "R",
        title: "Starts the process anew",
        command: Command::Restart { consumer: member.id.clone() },
    }
}

fn pace(member: &MemberCard) -> Deed {
    let consumer = member.id.clone();
    if member.slowed_percent > 100 {
        return Deed {
            label: "Full speed",
            verb: "Bring back to full speed",
            shortcut: "",
            title: "Every record takes its normal time again",
            command: Command::SlowDown { consumer, percent: 100 },
        };
    }
    Deed {
        label: "Slow",
        verb: "Slow down",
        shortcut: "",
        title: "Every record takes four times as long",
        command: Command::SlowDown { consumer, percent: SLOW_PERCENT },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Time;
    use crate::scene::fixture::member;
    use crate::scene::words::status;

    fn labels(member: &MemberCard) -> Vec<&'static str> {
        deeds(member).iter().map(|deed| deed.label).collect()
    }

    #[test]
    fn what_can_be_done_depends_on_the_life() {
        let mut member = member("inventory-1", &[0]);
        assert_eq!(labels(&member), ["Kill", "Hang", "Slow", "Leave"]);
        member.life = Life::Hung(Time::ZERO);
        assert_eq!(labels(&member), ["Resume", "Kill", "Restart"]);
        member.life = Life::Killed(Time::ZERO);
        assert_eq!(labels(&member), ["Restart"]);
    }

    #[test]
    fn a_slowed_consumer_can_be_brought_back_to_full_speed() {
        let mut member = member("inventory-1", &[0]);
        member.slowed_percent = SLOW_PERCENT;
        let command = Command::SlowDown { consumer: "inventory-1".into(), percent: 100 };
        assert!(deeds(&member).iter().any(|deed| deed.command == command));
        assert_eq!(status(&member, Time::ZERO), "312/s · slowed ×4");
    }
}
