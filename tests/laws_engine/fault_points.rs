//! Every point of a rebalance at which something can go wrong, and everything that can go wrong there.
//!
//! Two members share six partitions, and a third joins. At each moment at which something happens to the group (a message
//! is sent or arrives, a timer leads to something) the run is copied once for every fault, and in each copy that
//! fault happens at that point. Later it is mended, and time passes; then the group has to stand again, with everything read
//! by exactly one member, and nothing lost.

use std::collections::{BTreeMap, BTreeSet};

use headwater::engine::command::{Command, Switch};
use headwater::engine::{Actor, Observation, Simulation, World};
use headwater::kernel::{Delay, PacketId, Span, Time};
use headwater::model::fact::GroupState;
use headwater::model::kafka::config::{ClusterConfig, ConsumerConfig};
use headwater::model::kafka::message::BrokerId;
use headwater::model::{Name, TopicPartition};
use serde_json::json;

use super::delivery::Delivery;
use super::ownership::OneOwner;
use super::player::{Law, Player, Verdict};
use super::script::Script;
use super::system::{System, group_config};
use crate::reproduction::seen::how_to_see;

/// When the third member joins: the first two have long settled.
const JOINS: Time = Time::from_millis(6_100);
/// When the group with three members has settled, if nothing goes wrong.
const SETTLED: Time = Time::from_millis(8_600);
/// From a mended fault on: whoever sent something that nobody got has noticed (`request.timeout.ms`).
const NOTICED: Span = Span::from_secs(3);
/// Whoever was thrown out is back, and has read what there is.
const RECOVERY: Span = Span::from_secs(22);

#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The process of a member dies, for good.
    Kill(&'static str),
    /// A member does not poll for longer than `max.poll.interval.ms`.
    Hang(&'static str),
    /// What is on the wire between a member and the coordinator gets lost, in both directions.
    Drop(&'static str),
    /// The network between the two is cut for longer than a session.
    Cut(&'static str),
    /// Messages between the two wait for some time.
    Hold(&'static str),
    /// The coordinator's broker dies, and is back after another has taken over.
    KillCoordinator,
    /// It dies and is back at once.
    BounceCoordinator,
}

const FAULTS: [Fault; 17] = [
    Fault::Kill("a"),
    Fault::Kill("b"),
    Fault::Kill("c"),
    Fault::Hang("a"),
    Fault::Hang("b"),
    Fault::Hang("c"),
    Fault::Drop("a"),
    Fault::Drop("b"),
    Fault::Drop("c"),
    Fault::Cut("a"),
    Fault::Cut("b"),
    Fault::Cut("c"),
    Fault::Hold("a"),
    Fault::Hold("b"),
    Fault::Hold("c"),
    Fault::KillCoordinator,
    Fault::BounceCoordinator,
];

impl Fault {
    /// What is done; after how long what is done against it.
    fn commands(self, coordinator: BrokerId) -> (Command, Span, Option<Command>) {
        let broker = coordinator.name();
        let link = |member: &str| (Name::from(member), broker.clone());
        match self {
            Fault::Kill(member) => (Command::Kill { consumer: member.into() }, Span::ZERO, None),
            Fault::Hang(member) => {
                let unhang = Command::Unhang { consumer: member.into() };
                (Command::Hang { consumer: member.into() }, Span::from_secs(6), Some(unhang))
            }
            Fault::Drop(member) | Fault::Cut(member) => {
                let is_cut = matches!(self, Fault::Cut(_));
                let ((a, b), (c, d)) = (link(member), link(member));
                let length = if is_cut { Span::from_secs(8) } else { Span::ZERO };
                (Command::Partition { a, b }, length, Some(Command::Repair { a: c, b: d }))
            }
            Fault::Hold(member) => {
                let ((a, b), (c, d)) = (link(member), link(member));
                (Command::Hold { a, b }, Span::from_secs(2), Some(Command::Release { a: c, b: d }))
            }
            Fault::KillCoordinator | Fault::BounceCoordinator => {
                let is_long = matches!(self, Fault::KillCoordinator);
                let length = if is_long { Span::from_secs(6) } else { Span::ZERO };
                (Command::KillBroker { broker: broker.clone() }, length, Some(Command::RestartBroker { broker }))
            }
        }
    }
}

/// How many points there were; or the first fault that was not got over, and how.
pub fn all_faults_at_all_points(protocol: &ConsumerConfig) -> Result<u32, String> {
    let script = Script { system: system(protocol), steps: Vec::new() };
    let mut player = Player::new(&script);
    let mut laws = Laws::default();
    player.begin(&script, &mut laws)?;
    player.run_until(JOINS, &mut laws)?;
    player.give(Command::AddConsumer { consumer: "c".into(), group: "g".into() }, &mut laws)?;
    let (mut points, mut known) = (0, BTreeSet::new());
    while let Some(next) = player.simulation().next_event_at().filter(|at| *at <= SETTLED) {
        player.run_until(next, &mut laws)?;
        let on_the_wire = messages(player.simulation().world());
        if on_the_wire != known {
            points += 1;
            known = on_the_wire;
            FAULTS.iter().try_for_each(|fault| is_got_over(*fault, player.clone(), laws.clone()))?;
        }
    }
    Ok(points)
}

fn is_got_over(fault: Fault, mut player: Player, mut laws: Laws) -> Verdict {
    let at = player.simulation().now();
    let verdict = suffer(fault, &mut player, &mut laws);
    verdict.map_err(|breach| format!("{fault:?} at {at}: {breach}\n\n{}", how_to_see(&player.scenario())))
}

fn suffer(fault: Fault, player: &mut Player, laws: &mut Laws) -> Verdict {
    let world = player.simulation().world();
    let coordinator = world.cluster.offsets_replicas(&"g".into()).last_leader;
    let (harm, length, remedy) = fault.commands(coordinator);
    player.give(harm, laws)?;
    let mended = player.simulation().now() + length;
    player.run_until(mended, laws)?;
    remedy.map_or(Ok(()), |remedy| player.give(remedy, laws))?;
    player.give(Command::SetProducing { producer: "p".into(), producing: Switch::Off }, laws)?;
    player.run_until(mended + NOTICED, laws)?;
    while laws.at_rest(player.simulation()).is_err() && player.simulation().now() < mended + RECOVERY {
        player.run_until(player.simulation().now() + Span::from_secs(1), laws)?;
    }
    laws.at_rest(player.simulation())
}

/// Those between the group's members and the brokers, but for the records.
fn messages(world: &World) -> BTreeSet<PacketId> {
    let is_member = |at| matches!(world.actor(at), Some(Actor::Consumer(_)));
    let in_flight = world.network.in_flight();
    let of_group = in_flight.filter(|(_, packet)| is_member(packet.from) || is_member(packet.to));
    of_group.filter(|(_, packet)| packet.message.message.api() != "Fetch").map(|(id, _)| id).collect()
}

#[derive(Clone, Default)]
struct Laws {
    one_owner: OneOwner,
    delivery: Delivery,
    committed: BTreeMap<TopicPartition, u64>,
}

impl Law for Laws {
    fn watch(&mut self, simulation: &Simulation, seen: &[Observation]) -> Verdict {
        self.one_owner.watch(simulation, seen)?;
        self.delivery.watch(simulation, seen)?;
        if seen.is_empty() { Ok(()) } else { self.no_commit_is_forgotten(simulation.world()) }
    }

    fn at_rest(&mut self, simulation: &Simulation) -> Verdict {
        self.one_owner.at_rest(simulation)?;
        self.delivery.at_rest(simulation)?;
        let world = simulation.world();
        let Some(group) = world.group(&"g".into()) else { return Err("there is no group any more".into()) };
        if group.state() != GroupState::Stable {
            return Err(format!("all is quiet, and the group is {}", group.state().name()));
        }
        for (partition, offset) in group.committed_all() {
            let end = world.leader(&partition).map(|leader| leader.log.end());
            if end != Some(offset) {
                return Err(format!("all is quiet, and {offset} is committed of {partition}, which ends at {end:?}"));
            }
        }
        Ok(())
    }
}

impl Laws {
    fn no_commit_is_forgotten(&mut self, world: &World) -> Verdict {
        let Some(group) = world.group(&"g".into()) else { return Ok(()) };
        for (partition, offset) in group.committed_all() {
            let known = self.committed.entry(partition.clone()).or_default();
            if offset < *known {
                return Err(format!("{known} was committed of {partition}, and then {offset}"));
            }
            *known = offset;
        }
        if self.committed.keys().any(|partition| group.committed(partition).is_none()) {
            return Err("what was committed of a partition is forgotten".into());
        }
        Ok(())
    }
}

fn system(protocol: &ConsumerConfig) -> System {
    let cluster = ClusterConfig {
        client_latency: Delay::constant_millis(7),
        broker_latency: Delay::constant_millis(2),
        group_initial_rebalance_delay_ms: 500,
        group_min_session_timeout_ms: 1_000,
        group_consumer_session_timeout_ms: 4_000,
        group_consumer_heartbeat_interval_ms: 500,
        broker_heartbeat_interval_ms: 500,
        broker_session_timeout_ms: 2_000,
        offsets_topic_num_partitions: 1,
        replica_fetch_wait_max_ms: 5_000,
        ..Default::default()
    };
    let workload = json!({ "arrivals": { "kind": "constant", "per_second": 3 } });
    let topic = json!({ "partitions": 6, "replication.factor": 3, "min.insync.replicas": 2 });
    let commands = [
        json!({ "type": "add_topic", "topic": "orders", "config": topic }),
        json!({ "type": "add_producer", "producer": "p", "topic": "orders", "workload": workload }),
        json!({ "type": "add_group", "group": "g", "topics": ["orders"], "config": settings(protocol) }),
        json!({ "type": "add_consumer", "consumer": "a", "group": "g" }),
        json!({ "type": "add_consumer", "consumer": "b", "group": "g" }),
    ];
    let commands = commands.map(|command| serde_json::from_value(command).expect("a command")).to_vec();
    System { seed: 1, cluster, commands }
}

fn settings(protocol: &ConsumerConfig) -> ConsumerConfig {
    ConsumerConfig {
        protocol: protocol.protocol,
        assignors: protocol.assignors.clone(),
        session_timeout_ms: 4_000,
        max_poll_interval_ms: 5_000,
        fetch_max_wait_ms: 1_500,
        service_time: Delay::constant_millis(3),
        ..group_config()
    }
}
