//! A run.

use std::hash::Hash;

use super::{Actor, Cause, Command, CommandId, Digest, Letter, Observation, ObservationId, World};
use crate::kernel::{Calendar, Endpoint, PacketId, SharedList, SortedMap, Ticket, Time};
use crate::model::Name;
use crate::model::actor::{Lull, Out, Timer};
use crate::model::fact::Subject;
use crate::model::kafka::config::ClusterConfig;
use crate::model::kafka::consumer::Step;
use crate::model::kafka::message::{BrokerId, Message};
use crate::model::refusal::Refusal;

/// The world, what is still to happen in it, and what was seen of it.
#[derive(Clone, Debug)]
pub struct Simulation {
    pub(super) world: World,
    pub(super) calendar: Calendar<Entry>,
    /// By endpoint: what each machine has set. Small maps, since thousands of timers in one would move at every change.
    pub(super) timers: Vec<SortedMap<Timer, Ticket>>,
    pub(super) observations: Vec<Observation>,
    pub(super) next_observation: u64,
    pub(super) digest: Digest,
    commands: SharedList<TimedCommand>,
    events: u64,
}

/// A command, and when it was given: what a run is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedCommand {
    pub at: Time,
    pub command: Command,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub cause: Cause,
    pub event: Event,
}

#[derive(Clone, Debug)]
pub(super) enum Event {
    Arrival(PacketId),
    Timer(Endpoint, Timer),
}

/// How far [`Simulation::step_until`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Everything up to the limit has happened, and it is that time now.
    Reached,
    /// The budget of events was used up before.
    OutOfBudget,
}

impl Simulation {
    /// The brokers run, and know each other.
    pub fn new(seed: u64, config: ClusterConfig) -> Self {
        let mut simulation = Simulation {
            world: World::new(seed, config),
            calendar: Calendar::default(),
            timers: Vec::new(),
            observations: Vec::new(),
            next_observation: 0,
            digest: Digest::default(),
            commands: SharedList::default(),
            events: 0,
        };
        simulation.start_cluster();
        simulation
    }

    /// What nobody asked for is caused by whatever is asked first.
    fn start_cluster(&mut self) {
        let cause = Cause::Command(CommandId(0));
        self.tell_brokers(cause);
        let ids: Vec<BrokerId> = self.world.brokers.keys().copied().collect();
        for id in ids {
            let mut out = Out::default();
            let broker = &self.world.brokers[&id];
            broker.start_clocks(Time::ZERO, &self.world.cluster, &mut out);
            self.apply(broker.endpoint, out, cause);
        }
        let mut out = Out::default();
        self.world.controller.start(&self.world.cluster, &mut out);
        self.apply(self.world.cluster.controller, out, cause);
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    pub fn now(&self) -> Time {
        self.world.now
    }

    /// Events handled so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Every command that was carried out.
    pub fn commands(&self) -> &SharedList<TimedCommand> {
        &self.commands
    }

    /// Observations made so far; the next one's id.
    pub fn observed(&self) -> ObservationId {
        ObservationId(self.next_observation)
    }

    /// What was observed since the last call, in order.
    pub fn take_observations(&mut self) -> Vec<Observation> {
        std::mem::take(&mut self.observations)
    }

    /// Carries out a command now, or says why not; then nothing has changed.
    pub fn dispatch(&mut self, command: Command) -> Result<CommandId, Refusal> {
        let command = self.resolve_labels(command);
        self.check(&command)?;
        let id = CommandId(self.commands.len() as u32);
        self.commands.push(TimedCommand { at: self.world.now, command: command.clone() });
        self.perform(command, Cause::Command(id));
        Ok(id)
    }

    /// Handles every event up to `limit`, in the order of time, and moves the clock there. At most `budget` events, so
    /// that a runaway scenario does not hold up its caller for long.
    pub fn step_until(&mut self, limit: Time, budget: u64) -> Progress {
        let last_event = self.events.saturating_add(budget);
        while self.events < last_event {
            let Some((at, entry)) = self.calendar.pop_until(limit) else {
                self.world.now = self.world.now.max(limit);
                return Progress::Reached;
            };
            self.world.now = at;
            self.events += 1;
            let lull = Lull::new(at, limit, self.calendar.next_at(), last_event - self.events);
            self.handle(entry, lull);
        }
        Progress::OutOfBudget
    }

    /// When the next event happens.
    pub fn next_event_at(&self) -> Option<Time> {
        self.calendar.next_at()
    }

    fn handle(&mut self, Entry { cause, event }: Entry, lull: Lull) {
        match event {
            Event::Arrival(packet) => self.deliver(packet),
            Event::Timer(endpoint, timer) => {
                self.timers_of(endpoint).remove(&timer);
                self.fire(endpoint, &timer, cause, lull);
            }
        }
    }

    fn deliver(&mut self, packet: PacketId) {
        let Some(packet) = self.world.network.deliver(packet) else { return };
        let (from, to, letter) = (packet.from, packet.to, packet.message);
        let Some(actor) = self.world.actor(to).cloned() else { return };
        match actor {
            Actor::Broker(id) => self.deliver_to_broker(id, from, to, letter),
            Actor::Controller => {
                let mut out = Out::default();
                let World { now, cluster, controller, .. } = &mut self.world;
                controller.receive(*now, from, letter.message, cluster, &mut out);
                self.apply(to, out, letter.cause);
            }
            Actor::Producer(name) => self.deliver_to_producer(&name, from, to, letter),
            Actor::Consumer(name) => self.deliver_to_consumer(&name, from, to, letter),
        }
    }

    /// Where no process is, the machine itself resets the connection.
    fn deliver_to_broker(&mut self, id: BrokerId, from: Endpoint, to: Endpoint, letter: Letter) {
        let Letter { cause, message } = letter;
        let World { now, cluster, brokers, .. } = &mut self.world;
        let broker = brokers.get_mut(&id).expect("an endpoint of a broker is a broker's");
        if !broker.life.has_process() {
            self.note_undelivered(&message, cause);
            if matches!(message, Message::Request { .. }) {
                self.reset_connection(to, from, cause);
            }
            return;
        }
        let mut out = Out::default();
        let version = broker.metadata.version;
        broker.receive(*now, from, message, cluster, &mut out);
        let (has_news, is_over) = (broker.metadata.version != version, !broker.life.has_process());
        self.apply(to, out, cause);
        if is_over {
            self.end_broker(&id.name(), cause);
        } else if has_news {
            self.move_groups(id, cause);
        }
    }

    fn deliver_to_producer(&mut self, name: &Name, from: Endpoint, to: Endpoint, letter: Letter) {
        let World { now, clocks, cluster, producers, .. } = &mut self.world;
        let producer = producers.get_mut(name).expect("an endpoint of a producer is a producer's");
        let (now, mut out) = (clocks.of(to).count(*now), Out::default());
        match letter.message {
            Message::Disconnected => producer.disconnected(now, from, cluster, &mut out),
            message => producer.receive(now, message, cluster, &mut out),
        }
        self.apply(to, out, letter.cause);
    }

    fn deliver_to_consumer(&mut self, name: &Name, from: Endpoint, to: Endpoint, letter: Letter) {
        let World { now, clocks, cluster, consumers, keys, .. } = &mut self.world;
        let consumer = consumers.get_mut(name).expect("an endpoint of a consumer is a consumer's");
        let mut out = Out::default();
        let step = &mut Step { now: clocks.of(to).count(*now), cluster, keys, out: &mut out };
        match letter.message {
            Message::Disconnected => consumer.disconnected(from, step),
            message => consumer.receive(message, step),
        }
        self.apply(to, out, letter.cause);
    }

    fn fire(&mut self, endpoint: Endpoint, timer: &Timer, cause: Cause, mut lull: Lull) {
        let World { now, clocks, cluster, controller, brokers, producers, consumers, keys, actors, .. } =
            &mut self.world;
        let Some(Some(actor)) = actors.get(endpoint.0 as usize) else { return };
        let mut out = Out::default();
        match actor {
            Actor::Controller => controller.fire(*now, timer, cluster, &mut out),
            Actor::Broker(id) => {
                let broker = brokers.get_mut(id).expect("an endpoint of a broker is a broker's");
                broker.fire(*now, timer, cluster, &mut out);
            }
            Actor::Producer(name) => {
                let producer = producers.get_mut(name).expect("an endpoint of a producer is a producer's");
                let clock = clocks.of(endpoint);
                if clock.counts_the_runs_time() {
                    producer.fire(&mut lull, timer, keys, cluster, &mut out);
                    *now = lull.now();
                    self.events += lull.moves();
                } else {
                    producer.fire(&mut Lull::none(clock.count(*now)), timer, keys, cluster, &mut out);
                }
            }
            Actor::Consumer(name) => {
                let consumer = consumers.get_mut(name).expect("an endpoint of a consumer is a consumer's");
                let now = clocks.of(endpoint).count(*now);
                consumer.fire(timer, &mut Step { now, cluster, keys, out: &mut out });
            }
        }
        self.apply(endpoint, out, cause);
    }

    /// Everything observed so far, and where everything stands now.
    pub fn digest(&self) -> Digest {
        let mut digest = self.digest.clone();
        let World { now, brokers, groups, producers, .. } = &self.world;
        digest.add(now);
        for broker in brokers.values() {
            for (name, partition) in &broker.partitions {
                digest.add(&(name, partition.log.start(), partition.high_watermark, partition.log.end()));
            }
        }
        for (name, group) in groups {
            let ledger = &group.ledger;
            digest.add(&(name, ledger.processed, ledger.duplicates, ledger.out_of_order));
        }
        producers.iter().for_each(|producer| (producer.0, producer.1.counts).hash(&mut digest));
        digest
    }

    pub(super) fn observe_in_order(&mut self, observation: Observation) -> ObservationId {
        let Observation { id, at, subject, fact, .. } = &observation;
        let id = *id;
        // Numbers count what was done to the picture on the stage too, and that is of no influence.
        if *subject != Subject::Stage {
            self.digest.add(&(at, subject, fact));
        }
        self.observations.push(observation);
        id
    }
}
