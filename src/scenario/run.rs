//! A scenario in progress: the simulation, and the commands that are still to come.

use std::collections::VecDeque;

use super::Scenario;
use super::document::below;
use crate::engine::{Command, CommandId, Observation, Progress, Simulation, TimedCommand, World};
use crate::kernel::Time;
use crate::model::refusal::Refusal;

/// Events that one moment may have; more are a loop that never ends.
const MOMENT_MAX: u64 = 1_000_000;

/// Moves a scenario through time, and gives its commands when they are due.
///
/// A command comes last in its moment: all that is to happen then has happened, what a command before it brought about
/// included. So it makes no difference whether commands of one moment are given by hand, one after the other, or by the
/// document.
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
        run.run_until(Time::ZERO, u64::MAX)?;
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
            let next = self.pending.front().map(|(_, next)| next.at.max(self.now()));
            let due = next.filter(|at| *at <= limit);
            let left = last_event.saturating_sub(self.simulation.events());
            if self.simulation.step_until(due.unwrap_or(limit), left) == Progress::OutOfBudget {
                return Ok(Progress::OutOfBudget);
            }
            match due.and_then(|_| self.pending.pop_front()) {
                Some((place, next)) => self.give(place, next.command)?,
                None => return Ok(Progress::Reached),
            }
        }
    }

    fn give(&mut self, place: usize, command: Command) -> Result<(), Refusal> {
        let name_place = |refusal| below(&format!("commands[{place}]"), refusal);
        self.simulation.dispatch(command).map_err(name_place)?;
        Ok(())
    }

    /// A command from outside, now; and that is after everything else that happens at this very moment, or the run would
    /// be another when it is played again: a log of commands knows their times and nothing of what stood between them.
    pub fn dispatch(&mut self, command: Command) -> Result<CommandId, Refusal> {
        self.simulation.step_until(self.simulation.now(), MOMENT_MAX);
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
