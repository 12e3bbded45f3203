//! Clients' clocks are wrong, or right again.

use crate::engine::{Cause, Simulation, World};
use crate::kernel::Endpoint;
use crate::model::Name;
use crate::model::fact::{Fact, Subject};
use crate::model::refusal::{Refusal, within};

/// Between a hundredth of the speed and ten times as fast.
const DRIFT_PPM: (i32, i32) = (-990_000, 9_000_000);

/// An hour: a broker takes no record that is stamped further ahead (`message.timestamp.after.max.ms`).
const AHEAD_MS_MAX: i64 = 3_600_000;

impl Simulation {
    pub(super) fn set_clock(&mut self, client: &Name, drift_ppm: i32, ahead_ms: i64, cause: Cause) {
        let Some(machine) = self.world.client(client) else { return };
        let World { now, clocks, producers, consumers, .. } = &mut self.world;
        let before = clocks.of(machine);
        let clock = before.set(*now, drift_ppm, ahead_ms.saturating_mul(1_000));
        clocks.set(machine, clock);
        let subject = if let Some(producer) = producers.get_mut(client) {
            producer.clock = clock;
            Subject::Producer(client.clone())
        } else {
            consumers.get_mut(client).into_iter().for_each(|consumer| consumer.set_clock(clock));
            Subject::Consumer(client.clone())
        };
        let cause = self.observe(subject, Fact::ClockSet { drift_ppm, ahead_ms }, cause);
        self.rearm_all(machine, before, cause);
    }
}

impl World {
    pub(super) fn check_clock(&self, client: &Name, drift_ppm: i32, ahead_ms: i64) -> Result<(), Refusal> {
        if self.client(client).is_none() {
            let message =
                format!("there is no producer and no consumer called {client}; only clients have clocks of their own");
            return Err(Refusal::new("client", message));
        }
        within("drift_ppm", drift_ppm, DRIFT_PPM.0, DRIFT_PPM.1)?;
        within("ahead_ms", ahead_ms, -AHEAD_MS_MAX, AHEAD_MS_MAX)
    }

    /// The machine of a producer or a consumer.
    pub fn client(&self, name: &Name) -> Option<Endpoint> {
        let producer = self.producers.get(name).map(|producer| producer.endpoint);
        producer.or_else(|| self.consumers.get(name).map(|consumer| consumer.endpoint))
    }
}
