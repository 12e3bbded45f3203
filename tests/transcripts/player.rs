//! Plays a script: one simulation, the observations of it, and the verbs.

use std::error::Error;
use std::fmt::Write;

use goldenscript::{Argument, Command as Line, Context};
use headwater::engine::{Command, Observation, Simulation, World};
use headwater::kernel::Time;
use headwater::model::kafka::config::ClusterConfig;
use serde_json::Value;

use super::text::{Filter, observed, parse_span, spoken};
use super::{ask, show, verbs};

pub type Outcome = Result<String, Box<dyn Error>>;

/// The only code that knows both the scripts' language and the engine.
pub struct Player {
    pub simulation: Simulation,
    /// With which it began.
    pub config: ClusterConfig,
    /// Everything seen so far.
    seen: Vec<Observation>,
    /// What was seen by the end of the last `run`, and of the one before.
    run_ends: (usize, usize),
}

impl Player {
    /// Three brokers; every message takes a millisecond.
    pub fn new() -> Self {
        Player::with(1, verbs::quick_cluster())
    }

    fn with(seed: u64, config: ClusterConfig) -> Self {
        let simulation = Simulation::new(seed, config.clone());
        Player { simulation, config, seen: Vec::new(), run_ends: (0, 0) }
    }

    pub fn world(&self) -> &World {
        self.simulation.world()
    }

    fn take_in(&mut self) {
        self.seen.extend(self.simulation.take_observations());
    }

    /// `cluster seed=7 brokers=1 loss_ppm=1000`: begins anew.
    fn cluster(&mut self, line: &Line) -> Outcome {
        let (seed, config) = verbs::cluster(line)?;
        config.validate()?;
        *self = Player::with(seed, config);
        Ok(String::new())
    }

    /// `run until=10s`, `run for=500ms`.
    fn run_on(&mut self, line: &Line) -> Outcome {
        let mut arguments = line.consume_args();
        let limit = match (arguments.take_key("until"), arguments.take_key("for")) {
            (Some(until), None) => Time::ZERO + parse_span(until)?,
            (None, Some(length)) => self.simulation.now() + parse_span(length)?,
            _ => return Err("run until=TIME or for=TIME".into()),
        };
        arguments.reject_next()?;
        if limit < self.simulation.now() {
            return Err(format!("it is {} already", self.simulation.now()).into());
        }
        self.simulation.step_until(limit, u64::MAX);
        self.take_in();
        self.run_ends = (self.seen.len(), self.run_ends.0);
        Ok(String::new())
    }

    /// `observe group inventory only=state_changed`: what the last run brought, commands before it included.
    fn observe(&self, line: &Line) -> Outcome {
        let filter = Filter::parse(line)?;
        let window = &self.seen[self.run_ends.1..];
        let mut said = String::new();
        for observation in window.iter().filter(|observation| filter.wants(observation)) {
            writeln!(said, "{}", observed(observation))?;
        }
        Ok(said)
    }

    /// The last that is like this.
    pub fn last(&self, line: &Line) -> Result<&Observation, Box<dyn Error>> {
        let filter = Filter::parse(line)?;
        let last = self.seen.iter().rev().find(|observation| filter.wants(observation));
        Ok(last.ok_or("nothing like that was seen")?)
    }

    /// `why group inventory only=generation_formed`: the causes of the last of these, down to a command.
    fn why(&self, line: &Line) -> Outcome {
        use headwater::engine::Cause;
        let mut observation = self.last(line)?;
        let mut said = observed(observation) + "\n";
        loop {
            match observation.cause {
                Cause::Observation(id) => {
                    observation = &self.seen[id.0 as usize];
                    writeln!(said, "because {}", observed(observation))?;
                }
                Cause::Command(id) => {
                    let given = &self.simulation.commands()[id.0 as usize];
                    writeln!(said, "because {} {}", given.at, spoken(&given.command))?;
                    return Ok(said);
                }
            }
        }
    }

    /// Any command as the page gives it.
    fn give(&mut self, command: Value) -> Outcome {
        let command: Command = serde_json::from_value(command)?;
        // As in a scenario, a command comes last in its moment.
        self.simulation.step_until(self.simulation.now(), u64::MAX);
        let before = self.simulation.digest().to_string();
        let given = self.simulation.dispatch(command);
        self.take_in();
        if given.is_err() {
            assert_eq!(self.simulation.digest().to_string(), before, "a refused command has changed something");
        }
        given?;
        Ok(String::new())
    }

    fn json(&mut self, line: &Line) -> Outcome {
        let [Argument::Positional(text)] = &line.args[..] else { return Err("command 'JSON'".into()) };
        self.give(serde_json::from_str(text)?)
    }
}

impl goldenscript::Runner for Player {
    type Command = Line;

    fn run(&mut self, line: &Line, _context: &Context) -> Outcome {
        match line.name.as_str() {
            "cluster" => self.cluster(line),
            "run" => self.run_on(line),
            "observe" => self.observe(line),
            "why" => self.why(line),
            "ask" => ask::ask(self, line),
            "show" => show::show(self, line),
            "command" => self.json(line),
            _ => self.give(verbs::command(line)?),
        }
    }
}
