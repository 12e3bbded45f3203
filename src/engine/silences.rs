//! Why somebody was not heard of.
//!
//! A session times out because nothing came. The timer that fires was set by the last heartbeat, which is true and
//! explains nothing; the reason a person looks for is what silenced the member.

use std::collections::BTreeMap;

use super::{Cause, ObservationId};
use crate::model::Name;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::coordinator::client_id_of;

/// What last silenced each consumer that has not started anew since.
#[derive(Clone, Debug, Default)]
pub struct Silences {
    by_consumer: BTreeMap<Name, ObservationId>,
}

impl Silences {
    pub fn observe(&mut self, id: ObservationId, subject: &Subject, fact: &Fact) {
        match (subject, fact) {
            (Subject::Consumer(name), Fact::Killed) => {
                self.by_consumer.insert(name.clone(), id);
            }
            (Subject::Consumer(name), Fact::Started) => {
                self.by_consumer.remove(name);
            }
            (_, Fact::LinkCut { a, b } | Fact::LinkHeld { a, b }) => {
                self.by_consumer.extend([(a.clone(), id), (b.clone(), id)]);
            }
            (_, Fact::LinkRepaired { a, b } | Fact::LinkReleased { a, b }) => {
                self.by_consumer.remove(a);
                self.by_consumer.remove(b);
            }
            _ => {}
        }
    }

    /// What silenced the member that this fact says was given up.
    pub fn cause_of(&self, fact: &Fact) -> Option<Cause> {
        let Fact::MemberTimedOut { member, .. } = fact else { return None };
        let id = self.by_consumer.get(&client_id_of(member))?;
        Some(Cause::Observation(*id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KILL: ObservationId = ObservationId(7);

    fn timed_out() -> Fact {
        let member = "inventory-2-df8406a8-2ffb-a321-2074-0335c3ca494d".into();
        Fact::MemberTimedOut { member, silent_for: crate::kernel::Span::from_secs(10) }
    }

    #[test]
    fn a_session_times_out_because_its_consumer_was_killed() {
        let mut silences = Silences::default();
        silences.observe(KILL, &Subject::Consumer("inventory-2".into()), &Fact::Killed);
        assert_eq!(silences.cause_of(&timed_out()), Some(Cause::Observation(KILL)));
    }

    #[test]
    fn a_consumer_that_started_again_was_not_silenced_by_what_came_before() {
        let mut silences = Silences::default();
        silences.observe(KILL, &Subject::Consumer("inventory-2".into()), &Fact::Killed);
        silences.observe(ObservationId(8), &Subject::Consumer("inventory-2".into()), &Fact::Started);
        assert_eq!(silences.cause_of(&timed_out()), None);
    }
}
