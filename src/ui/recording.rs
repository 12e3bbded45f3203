//! What a person did to a scenario, as a scenario: enough to do it again after something broke.

use crate::engine::Command;
use crate::kernel::Time;
use crate::kernel::order::sort_by_key;
use crate::scenario::{Scenario, Timed};

#[derive(Clone, Debug)]
pub struct Recording {
    scenario: Scenario,
    given: Vec<Timed>,
}

impl Recording {
    pub fn of(scenario: &Scenario) -> Self {
        Recording { scenario: scenario.clone(), given: Vec::new() }
    }

    /// Acting in the past takes back what was done after it.
    pub fn add(&mut self, at: Time, command: Command) {
        self.given.retain(|given| given.at_us <= at.as_micros());
        self.given.push(Timed { at_us: at.as_micros(), command });
    }

    pub fn to_json(&self) -> String {
        let mut commands = self.scenario.commands.clone();
        commands.extend(self.given.iter().cloned());
        // Stable: of commands at one moment, those of the scenario come first.
        sort_by_key(&mut commands, |timed| timed.at_us);
        Scenario { commands, ..self.scenario.clone() }.to_json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Session;

    #[test]
    fn a_recording_opens_as_a_scenario_and_runs_to_the_same_state() {
        let scenario = crate::scenario::catalog::find("orders").expect("the opening scene");
        let mut session = Session::open(&scenario).expect("it opens");
        let mut recording = Recording::of(&scenario);
        let kill = Command::Kill { consumer: "inventory-2".into() };
        recording.add(session.now(), kill.clone());
        session.dispatch(kill).expect("it runs");
        session.seek(Time::from_secs(30)).expect("no command is refused");

        let rescued = Scenario::from_json(&recording.to_json()).expect("it can be read");
        let mut again = Session::open(&rescued).expect("it opens");
        again.seek(Time::from_secs(30)).expect("no command is refused");
        assert_eq!(again.digest(), session.digest());
    }
}
