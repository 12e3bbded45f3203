//! The same run once more, with a group that speaks another protocol from its beginning: two runs to compare.

use super::Session;
use super::branch::{BranchId, Track};
use crate::engine::Command;
use crate::kernel::Time;
use crate::model::Name;
use crate::model::kafka::config::{AutoOffsetReset, ConsumerConfig, GroupProtocol};
use crate::model::refusal::Refusal;
use crate::scenario::{Run, Timed};

/// The same settings with another protocol. A share group begins where the group would have begun.
pub fn speaking(config: &ConsumerConfig, protocol: GroupProtocol) -> ConsumerConfig {
    let share_auto_offset_reset = match config.auto_offset_reset {
        AutoOffsetReset::Earliest => AutoOffsetReset::Earliest,
        AutoOffsetReset::Latest | AutoOffsetReset::None => config.share_auto_offset_reset,
    };
    ConsumerConfig { protocol, share_auto_offset_reset, ..config.clone() }
}

impl Session {
    /// Puts another run beside the one on show, in which the group speaks this protocol whenever it is added or configured,
    /// and all else that was done is done as well. Nothing is known of it but its beginning, as of a branch that was kept over
    /// a reload. Says which two to compare.
    pub fn rerun_with(&mut self, group: &Name, protocol: GroupProtocol) -> Result<(BranchId, BranchId), Refusal> {
        let shown = self.branches.current();
        let (before, after) = (shown.id, self.branches.next_id());
        let mut scenario = self.scenario();
        let mut begins = None;
        for Timed { at_us, command } in &mut scenario.commands {
            if let Command::AddGroup { group: of, config, .. } | Command::ConfigureGroup { group: of, config } = command
                && of == group
            {
                *config = speaking(config, protocol);
                begins.get_or_insert(Time::from_micros(*at_us));
            }
        }
        let begins = begins.ok_or_else(|| Refusal::new("group", format!("there is no group called {group}")))?;
        let mut run = Run::start(&scenario)?;
        let mut track = Track::begin(&scenario, &mut run);
        track.id = after;
        track.name =
            self.branches.free_name(&format!("{} speaks {}", self.world().stage.label_of(group), protocol.name()));
        track.parent = Some(before);
        track.forked_at = begins;
        track.end = shown.end;
        for (place, gesture) in shown.log.gestures() {
            track.log.attribute(place, gesture);
        }
        if !self.branches.add(track) {
            return Err(Refusal::new("branch", "there is no room for another run: delete one that you do not need"));
        }
        Ok((before, after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalog;

    #[test]
    fn a_group_speaks_another_protocol_from_its_beginning_in_a_run_of_its_own() {
        let mut session = Session::open(&catalog::find("orders").expect("the opening scene")).expect("it opens");
        let go = |session: &mut Session, secs| session.seek(Time::from_secs(secs)).expect("no command is refused");
        go(&mut session, 20);
        session.dispatch(Command::Kill { consumer: "inventory-1".into() }).expect("it runs");
        go(&mut session, 30);
        let inventory = Name::from("inventory");
        let (before, after) = session.rerun_with(&inventory, GroupProtocol::Consumer).expect("there is room");
        let comparison = session.compare(before, after).expect("both are there");
        assert_eq!((comparison.same_until, comparison.commands.len()), (Time::ZERO, 2), "{:?}", comparison.commands);
        assert!(comparison.a.groups[&inventory].processed > 0 && comparison.b.groups[&inventory].processed > 0);
        session.switch_to(after).expect("no command is refused");
        let group = session.world().group(&inventory).expect("it has members");
        assert_eq!((session.now(), group.protocol()), (Time::from_secs(30), "consumer"));
        assert!(!session.world().consumers["inventory-1"].life.has_process(), "it is killed here as well");
        assert_eq!(
            session.branches().last().map(|branch| branch.name.clone()),
            Some("inventory speaks consumer".into())
        );
    }

    #[test]
    fn a_group_that_is_not_there_is_not_run_again() {
        let mut session = Session::open(&catalog::find("orders").expect("the opening scene")).expect("it opens");
        assert!(session.rerun_with(&"nobody".into(), GroupProtocol::Share).is_err());
        assert_eq!(session.branches().len(), 1);
    }
}
