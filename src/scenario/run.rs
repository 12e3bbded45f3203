//! A scenario in progress: the simulation, and the commands that are still to come.

use std::collections::VecDeque;

use super::Scenario;
use super::document::below;
use crate::engine::{Command, CommandId, Observation, Progress, Simulation, TimedCommand, World};
use crate::kernel::Time;
use crate::model::refusal::Refusal;

/// Moves a scenario through time, and gives its commands when they are due.
#[derive(Clone, Debug)]
pub struct Run {
    simulation: Simulation,
    /// With their places in the document, for refusals.
    pending: VecDeque<(usize, TimedCommand)>,
}

impl Run {
    /// Everything that the scenario does at time 0 has happened.
    pub fn start(scenario: &Scenario) -> Result<Run, Refusal> {
        let simulation = Simulation::new(scenario.seed, scenario.cluster.clone());
        let pending = scenario.commands.iter().map(|timed| timed.clone().into()).enumerate().collect();
        let mut run = Run { simulation, pending };
        run.give_due()?;
        Ok(run)
    }

    /// A run that is at this moment already, with the commands that are still to come.
    pub fn resume(simulation: Simulation, to_come: impl Iterator<Item = TimedCommand>) -> Run {
        let mut run = Run { simulation, pending: VecDeque::new() };
        run.expect(to_come);
        run
    }

    /// Takes these commands as what is still to come.
    pub fn expect(&mut self, to_come: impl Iterator<Item = TimedCommand>) {
        let given = self.simulation.commands().len();
        self.pending = to_come.enumerate().map(|(n, command)| (given + n, command)).collect();
    }

    /// Everything up to `limit`, commands included, unless the budget of events is used up before or a command is
    /// refused; the refusal names the command's place in the document, and the run goes on without it if asked again.
    pub fn run_until(&mut self, limit: Time, budget: u64) -> Result<Progress, Refusal> {
        let last_event = self.simulation.events().saturating_add(budget);
        loop {
            let stop = self.pending.front().map_or(limit, |(_, next)| next.at.min(limit));
            let left = last_event.saturating_sub(self.simulation.events());
            if self.simulation.step_until(stop, left) == Progress::OutOfBudget {
                return Ok(Progress::OutOfBudget);
            }
            self.give_due()?;
            if stop == limit {
                return Ok(Progress::Reached);
            }
        }
    }

    fn give_due(&mut self) -> Result<(), Refusal> {
        while self.pending.front().is_some_and(|(_, next)| next.at <= self.simulation.now())
            && let Some((place, TimedCommand { command, .. })) = self.pending.pop_front()
        {
            let name_place = |refusal| below(&format!("commands[{place}]"), refusal);
            self.simulation.dispatch(command).map_err(name_place)?;
        }
        Ok(())
    }

    /// A command from outside, now.
    pub fn dispatch(&mut self, command: Command) -> Result<CommandId, Refusal> {
        self.simulation.dispatch(command)
    }

    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    pub fn world(&self) -> &World {
        self.simulation.world()
    }

    pub fn now(&self) -> Time {
        self.simulation.now()
    }

    /// Commands that are still to come.
    pub fn pending(&self) -> impl Iterator<Item = &TimedCommand> {
        self.pending.iter().map(|(_, command)| command)
    }

    pub fn take_observations(&mut self) -> Vec<Observation> {
        self.simulation.take_observations()
    }
}
