//! Why something is as it is: the way back from a change to the command at its root, a step at a time.
//!
//! Each step is a sentence that a learner understands, with the protocol's term for it and a line that explains the term;
//! and a moment to jump to. The steps of a chain go from the effect to its causes; those of a record's life follow time.

mod lag;
mod life;
mod sentence;
mod term;

use serde::Serialize;

pub use self::lag::{Behind, Culprit, behind};
pub use self::life::{Life, Telling};
pub use self::sentence::sentence;
pub use self::term::{Term, term};
use crate::engine::{Observation, ObservationId, TimedCommand, World};
use crate::kernel::Time;
use crate::model::fact::Subject;
use crate::model::{Name, TopicPartition};
use crate::view::deed::deed;

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Why did this happen?
    Observation(ObservationId),
    /// What became of this record?
    Record { partition: TopicPartition, offset: u64 },
    /// Why does this consumer of the group read the partition, or nobody?
    Owner { group: Name, partition: TopicPartition },
    /// Why was this record processed again?
    Duplicate { group: Name, partition: TopicPartition, offset: u64 },
    /// Why did records for this partition get lost?
    Loss { partition: TopicPartition },
    /// Why is the group behind?
    Lag { group: Name },
    /// Why is the group in the state it is in?
    State { group: Name },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The question, as a heading.
    pub title: String,
    pub order: Order,
    pub steps: Vec<Step>,
}

/// How the steps of an answer hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Each is because of the one after it.
    Because,
    /// Each comes after the one before it.
    Then,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub at: Time,
    /// Begins with whom it is about, and has no full stop.
    pub sentence: String,
    /// None for a command, and for what follows from arithmetic.
    pub subject: Option<Subject>,
    pub term: Option<Term>,
    /// None where it is not one thing that was observed.
    pub observation: Option<ObservationId>,
    /// The root: somebody wanted it so.
    pub is_command: bool,
}

/// Who gave a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver {
    Scenario,
    Person,
}

impl Step {
    pub fn of(observation: &Observation, world: &World) -> Self {
        Step {
            at: observation.at,
            sentence: sentence(observation, world),
            subject: Some(observation.subject.clone()),
            term: term(&observation.subject, &observation.fact),
            observation: Some(observation.id),
            is_command: false,
        }
    }

    pub fn command(given: &TimedCommand, giver: Giver) -> Self {
        let deed = deed(&given.command);
        let sentence = match giver {
            Giver::Scenario => format!("the scenario says: {deed}"),
            Giver::Person => format!("somebody gave the command: {deed}"),
        };
        Step { at: given.at, sentence, subject: None, term: None, observation: None, is_command: true }
    }

    /// What nobody did, but what follows from how things are.
    pub fn remark(at: Time, sentence: String, term: Option<Term>) -> Self {
        Step { at, sentence, subject: None, term, observation: None, is_command: false }
    }
}

impl Question {
    /// As a heading.
    pub fn title(&self, world: &World) -> String {
        let label = |name: &Name| world.stage.label_of(name);
        match self {
            Question::Observation(_) => "Why did this happen?".into(),
            Question::Record { partition, offset } => format!("What became of {partition}, offset {offset}"),
            Question::Owner { group, partition } => format!("Who reads {partition} for {}, and why", label(group)),
            Question::Duplicate { group, partition, offset } => {
                format!("Why {} processed {partition}, offset {offset}, again", label(group))
            }
            Question::Loss { partition } => format!("Why records for {partition} were lost"),
            Question::Lag { group } => format!("Why {} is behind", label(group)),
            Question::State { group } => format!("Why {} is in its state", label(group)),
        }
    }
}
