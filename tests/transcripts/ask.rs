//! Questions, as the page asks them: of a session that has done all that the script did.

use std::fmt::Write;

use goldenscript::Command as Line;
use headwater::model::TopicPartition;
use headwater::scenario::{Scenario, Timed};
use headwater::session::Session;
use headwater::view::why::{Order, Question, Step};

use super::player::{Outcome, Player};
use super::show::named;
use super::verbs::words;

/// `ask record orders-0 17`, `ask owner inventory orders-0`, `ask duplicate inventory orders-0 17`, `ask loss orders-0`,
/// `ask lag inventory`, `ask state inventory`; or the words of `why`, for an observation.
pub fn ask(player: &Player, line: &Line) -> Outcome {
    let question = match words(line)[..] {
        ["record", record, offset] => Question::Record { partition: named(record)?, offset: offset.parse()? },
        ["owner", group, partition] => Question::Owner { group: group.into(), partition: named(partition)? },
        ["duplicate", group, partition, offset] => duplicate(group, named(partition)?, offset.parse()?),
        ["loss", partition] => Question::Loss { partition: named(partition)? },
        ["lag", group] => Question::Lag { group: group.into() },
        ["state", group] => Question::State { group: group.into() },
        _ => Question::Observation(player.last(line)?.id),
    };
    let why = session(player)?.why(question)?;
    let mut said = format!("{}\n", why.title);
    for (n, step) in why.steps.iter().enumerate() {
        let joint = match why.order {
            _ if n == 0 => "",
            Order::Because => "because ",
            Order::Then => "then ",
        };
        writeln!(said, "{} {joint}{}", step.at, spelled(step))?;
    }
    Ok(said)
}

fn duplicate(group: &str, partition: TopicPartition, offset: u64) -> Question {
    Question::Duplicate { group: group.into(), partition, offset }
}

fn spelled(step: &Step) -> String {
    let term = step.term.map(|term| format!(" [{}: {}]", term.name, term.meaning));
    step.sentence.clone() + &term.unwrap_or_default()
}

fn session(player: &Player) -> Result<Session, Box<dyn std::error::Error>> {
    let commands = player.simulation.commands().iter().map(|given| Timed::from(given.clone()));
    let scenario = Scenario {
        seed: player.world().seed,
        cluster: player.config.clone(),
        commands: commands.collect(),
        ..Scenario::empty()
    };
    let mut session = Session::open(&scenario)?;
    session.seek(player.simulation.now())?;
    assert_eq!(session.digest(), player.simulation.digest().to_string(), "a session does what the script did");
    Ok(session)
}
