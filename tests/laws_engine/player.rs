//! Plays a script event by event, and says how to see the same again.

use headwater::engine::command::{Command, Switch};
use headwater::engine::{Observation, Progress, Simulation};
use headwater::kernel::{Ppm, Span, Time};
use headwater::model::Name;
use headwater::model::kafka::broker::Life;
use headwater::scenario::{Run, Scenario, Timed};

use super::script::{Faults, Script};
use crate::reproduction::recorded::scenario_of;

/// How long it takes at the most until whoever was thrown out is in again and has read what there is.
const QUIET: Span = Span::from_secs(90);

pub type Verdict = Result<(), String>;

/// Something that holds of every run. A verdict against it is a sentence.
pub trait Law {
    /// After every event and every command, with what was observed meanwhile.
    fn watch(&mut self, simulation: &Simulation, seen: &[Observation]) -> Verdict;

    /// In the end, after all faults were mended and there was time for everything.
    fn at_rest(&mut self, _: &Simulation) -> Verdict {
        Ok(())
    }
}

/// The law that holds of everything.
impl Law for () {
    fn watch(&mut self, _: &Simulation, _: &[Observation]) -> Verdict {
        Ok(())
    }
}

#[derive(Clone)]
pub struct Player {
    run: Run,
    beginning: Scenario,
    faults: Faults,
}

impl Player {
    pub fn new(script: &Script) -> Self {
        let system = &script.system;
        let beginning = Scenario { seed: system.seed, cluster: system.cluster.clone(), ..Scenario::empty() };
        let run = Run::start(&beginning).expect("nothing is done yet that could be refused");
        Player { run, beginning, faults: Faults::default() }
    }

    pub fn simulation(&self) -> &Simulation {
        self.run.simulation()
    }

    /// What the script begins with.
    pub fn begin(&mut self, script: &Script, law: &mut impl Law) -> Verdict {
        script.system.commands.iter().try_for_each(|command| self.give(command.clone(), law))
    }

    /// The script, and then until all is quiet.
    pub fn play(&mut self, script: &Script, law: &mut impl Law) -> Verdict {
        self.begin(script, law)?;
        for step in &script.steps {
            self.run_until(self.run.now() + step.after, law)?;
            if let Some(command) = step.act.command(self.simulation(), &self.faults) {
                self.give(command, law)?;
            }
        }
        self.calm_down(law)?;
        self.run_until(self.run.now() + QUIET, law)?;
        law.at_rest(self.simulation())
    }

    pub fn run_until(&mut self, limit: Time, law: &mut impl Law) -> Verdict {
        while self.run.run_until(limit, 1).expect("no command is to come") == Progress::OutOfBudget {
            self.tell(law)?;
        }
        self.tell(law)
    }

    fn tell(&mut self, law: &mut impl Law) -> Verdict {
        let seen = self.run.take_observations();
        law.watch(self.run.simulation(), &seen)
    }

    /// A refused command is no command.
    pub fn give(&mut self, command: Command, law: &mut impl Law) -> Verdict {
        if self.run.dispatch(command.clone()).is_err() {
            return Ok(());
        }
        let Faults { cut, held } = &mut self.faults;
        match command {
            Command::Partition { a, b } => cut.push((a, b)),
            Command::Hold { a, b } => held.push((a, b)),
            Command::Repair { a, b } => cut.retain(|link| *link != (a.clone(), b.clone())),
            Command::Release { a, b } => held.retain(|link| *link != (a.clone(), b.clone())),
            _ => {}
        }
        self.tell(law)
    }

    /// Mends every fault, sets every clock right, starts everybody, and publishes no more.
    fn calm_down(&mut self, law: &mut impl Law) -> Verdict {
        let Faults { cut, held } = self.faults.clone();
        let client_latency = super::script::QUICK;
        let mut commands = vec![Command::SetNetwork { client_latency, loss_ppm: Ppm(0) }];
        commands.extend(cut.into_iter().map(|(a, b)| Command::Repair { a, b }));
        commands.extend(held.into_iter().map(|(a, b)| Command::Release { a, b }));
        let world = self.run.world();
        let dead = world.brokers.values().filter(|broker| broker.life != Life::Running);
        commands.extend(dead.map(|broker| Command::RestartBroker { broker: broker.id.name() }));
        let names = |names: &mut dyn Iterator<Item = &Name>| names.cloned().collect::<Vec<Name>>();
        for client in names(&mut world.producers.keys().chain(world.consumers.keys())) {
            commands.push(Command::SetClock { client, drift_ppm: 0, ahead_ms: 0 });
        }
        for producer in names(&mut world.producers.keys()) {
            commands.push(Command::SetProducing { producer, producing: Switch::Off });
        }
        for producer in names(&mut world.producers.iter().filter(|(_, it)| it.phase().is_some()).map(|(name, _)| name))
        {
            commands.push(Command::RestartProducer { producer });
        }
        for group in names(&mut world.groups.keys()) {
            commands.push(Command::AddConsumer { consumer: format!("{group}-last").into(), group });
        }
        for consumer in names(&mut world.consumers.keys()) {
            commands.push(Command::Restart { consumer });
        }
        commands.into_iter().try_for_each(|command| self.give(command, law))
    }

    /// The run as it was recorded, as a document.
    pub fn scenario(&self) -> Scenario {
        let Scenario { commands, opens_at_ms, .. } = scenario_of(self.simulation(), self.beginning.cluster.clone());
        Scenario { commands, opens_at_ms, ..self.beginning.clone() }
    }

    /// The digest of the recorded run, written, read and played in one go up to now.
    pub fn replayed(&self) -> String {
        self.digest_of(&self.scenario())
    }

    /// The same, with every part moved and renamed once the system stands.
    pub fn rearranged(&self, script: &Script) -> String {
        let mut scenario = self.scenario();
        let system = script.system.commands.len();
        let parts = script.system.commands.iter().filter_map(|command| match command {
            Command::AddTopic { topic, .. } => Some(topic.clone()),
            Command::AddConsumer { consumer, .. } => Some(consumer.clone()),
            _ => None,
        });
        let rearranged: Vec<Command> = parts
            .flat_map(|node| {
                let label = format!("{node}, renamed");
                [Command::Place { node: node.clone(), x: 7, y: -7 }, Command::Rename { node, label }]
            })
            .collect();
        scenario.commands.splice(system..system, rearranged.into_iter().map(|command| Timed { at_us: 0, command }));
        self.digest_of(&scenario)
    }

    fn digest_of(&self, scenario: &Scenario) -> String {
        let scenario = Scenario::from_json(&scenario.to_json()).expect("what was written can be read");
        let mut run = Run::start(&scenario).expect("what was carried out once is carried out again");
        run.run_until(self.run.now(), u64::MAX).expect("what was carried out once is carried out again");
        run.simulation().digest().to_string()
    }
}
