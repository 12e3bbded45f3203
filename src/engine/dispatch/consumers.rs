//! Consumers start, fail and end.

use crate::engine::{Actor, Cause, Simulation};
use crate::model::Name;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::consumer::{Consumer, Life};

impl Simulation {
    pub(super) fn add_consumer(&mut self, name: &Name, group: &Name, cause: Cause) {
        let endpoint = self.join(name, Actor::Consumer(name.clone()));
        let consumer = Consumer::new(name.clone(), endpoint, group.clone(), self.world.seed);
        self.world.consumers.insert(name.clone(), consumer);
        let cause = self.observe(Subject::Consumer(name.clone()), Fact::Added, cause);
        self.restart(name, cause);
    }

    /// Starts the process, with the group's configuration and subscription as they are now.
    pub(super) fn restart(&mut self, name: &Name, cause: Cause) {
        let Some(consumer) = self.world.consumers.get(name) else { return };
        let Some(spec) = self.world.groups.get(&consumer.group) else { return };
        let (config, topics) = (spec.config.clone(), spec.topics.clone());
        self.with_consumer(name, cause, |consumer, step| consumer.restart(config, topics, step));
    }

    /// Takes a consumer off the stage; one that runs closes properly first.
    pub(super) fn remove_consumer(&mut self, name: &Name, cause: Cause) {
        self.with_consumer(name, cause, |consumer, step| {
            if consumer.life.has_process() {
                consumer.close(step);
            }
        });
        self.observe(Subject::Consumer(name.clone()), Fact::Removed, cause);
        let Some(consumer) = self.world.consumers.remove(name) else { return };
        self.retire(consumer.endpoint);
        self.world.meters.remove(name);
        self.world.stage.remove(name);
    }

    pub(super) fn slow_down(&mut self, name: &Name, percent: u32, cause: Cause) {
        let Some(consumer) = self.world.consumers.get_mut(name) else { return };
        consumer.slowed_percent = percent;
        self.observe(Subject::Consumer(name.clone()), Fact::SlowedDown { percent }, cause);
    }

    /// Everybody leaves. Who hangs cannot, and is killed.
    pub(super) fn stop_group(&mut self, group: &Name, cause: Cause) {
        let members: Vec<(Name, Life)> =
            self.world.members(group).map(|consumer| (consumer.name.clone(), consumer.life)).collect();
        for (member, life) in members {
            match life {
                Life::Running => self.with_consumer(&member, cause, Consumer::leave),
                Life::Hung(_) => self.with_consumer(&member, cause, Consumer::kill),
                Life::New | Life::Killed(_) | Life::Left(_) => {}
            }
        }
    }

    pub(super) fn start_group(&mut self, group: &Name, cause: Cause) {
        let stopped = |consumer: &&Consumer| !consumer.life.has_process();
        let members: Vec<Name> =
            self.world.members(group).filter(stopped).map(|consumer| consumer.name.clone()).collect();
        members.iter().for_each(|member| self.restart(member, cause));
    }
}
