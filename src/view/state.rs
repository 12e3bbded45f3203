//! The world for scripts: what `window.headwater.state()` returns, and the shape that tests look at.
//!
//! Parts go by what they are called on the stage. The shape is public and only ever grows.

use serde::Serialize;

use super::stage::Reader;
use crate::engine::{Totals, World};
use crate::kernel::{SortedMap, Time};
use crate::model::kafka::broker::Broker;
use crate::model::kafka::consumer::{Consumer, Life, Phase};
use crate::model::kafka::coordinator::Group;
use crate::model::kafka::message::BrokerId;
use crate::model::kafka::producer::Producer;
use crate::model::{Name, TopicPartition};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    pub time_us: Time,
    pub counters: Counters,
    pub topics: SortedMap<String, TopicState>,
    pub groups: SortedMap<String, GroupState>,
    pub producers: SortedMap<String, ProducerState>,
    /// By id, in digits, as keys of objects are.
    pub brokers: SortedMap<String, BrokerState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counters {
    pub produced: u64,
    pub acknowledged: u64,
    pub processed: u64,
    pub duplicates: u64,
    pub lost: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TopicState {
    pub partitions: Vec<PartitionState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartitionState {
    /// -1 while no replica may lead.
    pub leader: i64,
    pub leader_epoch: u32,
    pub replicas: Vec<BrokerId>,
    pub isr: Vec<BrokerId>,
    pub log_start: u64,
    pub high_watermark: u64,
    /// How far `read_committed` reads.
    pub last_stable: u64,
    pub log_end: u64,
    /// Acknowledged records that are gone.
    pub lost: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupState {
    /// `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Assigning`, `Reconciling`, `Stable`, `Dead`.
    pub state: &'static str,
    /// Or the group's epoch.
    pub generation: i32,
    /// `classic` or `consumer`.
    pub protocol: &'static str,
    pub assignor: Option<&'static str>,
    /// By consumer, those that do not run included.
    pub members: SortedMap<String, MemberState>,
    pub processed: u64,
    pub duplicates: u64,
    pub out_of_order: u64,
    /// By partition, as in `orders-0`.
    pub offsets: SortedMap<String, OffsetState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberState {
    /// `stable`, `joining`, `syncing`, `unjoined`; or `killed`, `hung`, `left`.
    pub state: &'static str,
    /// What it reads, as it believes itself.
    pub assigned: Vec<(String, u32)>,
    /// What the coordinator counts as its while it knows a member of this client.
    pub member_id: Option<Name>,
    /// In the consumer protocol: the member's epoch.
    pub epoch: Option<i32>,
    /// When its session ends unless it is heard of (microseconds).
    pub session_ends_us: Option<Time>,
    /// What it writes, if it does.
    pub output: Option<ProducerState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OffsetState {
    pub committed: Option<u64>,
    pub position: Option<u64>,
    pub lag: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProducerState {
    pub topic: Option<String>,
    pub producing: bool,
    pub produced: u64,
    pub acknowledged: u64,
    pub failed: u64,
    pub waiting: u64,
    /// None without a `transactional.id`.
    pub transactions: Option<TransactionsState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransactionsState {
    pub transactional_id: Name,
    /// `initializing`, `ready`, `in transaction`, `committing`, `aborting` or `fenced`.
    pub phase: &'static str,
    pub epoch: u16,
    pub committed: u64,
    pub aborted: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BrokerState {
    /// Its process runs.
    pub alive: bool,
    /// The controller does not count on it.
    pub fenced: bool,
    pub rack: Option<Name>,
}

fn broker_state(world: &World, broker: &Broker) -> BrokerState {
    let (alive, fenced) = (broker.life.has_process(), !world.controller.is_in_service(broker.id));
    BrokerState { alive, fenced, rack: broker.rack.clone() }
}

pub fn state(world: &World) -> State {
    let label = |name: &Name| world.stage.label_of(name);
    State {
        time_us: world.now,
        counters: counters(world),
        topics: world.cluster.topics.keys().map(|topic| (label(topic), topic_state(world, topic))).collect(),
        groups: world.groups.keys().map(|group| (label(group), group_state(world, group))).collect(),
        producers: world.producers.values().map(|it| (label(&it.name), producer_state(world, it))).collect(),
        brokers: world.brokers.values().map(|broker| (broker.id.0.to_string(), broker_state(world, broker))).collect(),
    }
}

pub fn counters(world: &World) -> Counters {
    let Totals { produced, acknowledged, processed, duplicates, .. } = world.totals();
    Counters { produced, acknowledged, processed, duplicates, lost: world.lost() }
}

fn topic_state(world: &World, topic: &Name) -> TopicState {
    let replicas = world.cluster.topics[topic].partitions.iter().enumerate();
    let partition_state = |(n, replicas): (usize, &crate::model::kafka::cluster::Replicas)| {
        let partition = TopicPartition::new(topic, n as u32);
        let shown = world.shown_replica(&partition)?;
        Some(PartitionState {
            leader: replicas.leader.map_or(-1, |leader| i64::from(leader.0)),
            leader_epoch: replicas.leader_epoch,
            replicas: replicas.brokers.clone(),
            isr: replicas.isr.clone(),
            log_start: shown.log.start(),
            high_watermark: shown.high_watermark,
            last_stable: shown.last_stable(),
            log_end: shown.log.end(),
            lost: world.lost_ranges(&partition).iter().map(|(from, to)| to - from).sum(),
        })
    };
    TopicState { partitions: replicas.filter_map(partition_state).collect() }
}

fn group_state(world: &World, name: &Name) -> GroupState {
    let (spec, group) = (&world.groups[name], world.group(name));
    let member = |consumer: &Consumer| (world.stage.label_of(&consumer.name), member_state(world, consumer, group));
    GroupState {
        state: group.map_or("Empty", |group| group.state().name()),
        generation: group.map_or(0, Group::generation),
        protocol: group.map_or(spec.config.protocol.name(), Group::protocol),
        assignor: group.and_then(Group::assignor),
        members: world.members(name).map(member).collect(),
        processed: spec.ledger.processed,
        duplicates: spec.ledger.duplicates,
        out_of_order: spec.ledger.out_of_order,
        offsets: spec.topics.iter().flat_map(|topic| offsets(world, name, topic)).collect(),
    }
}

fn member_state(world: &World, consumer: &Consumer, group: Option<&Group>) -> MemberState {
    let known = group.and_then(|group| group.members().into_iter().find(|member| *member.client_id == consumer.name));
    let assigned = consumer.assignment.keys();
    MemberState {
        state: match consumer.life {
            Life::New => "new",
            Life::Killed(_) => "killed",
            Life::Hung(_) => "hung",
            Life::Left(_) => "left",
            Life::Running => phase_name(consumer.membership.phase),
        },
        assigned: assigned.map(|name| (world.stage.label_of(&name.topic), name.partition)).collect(),
        member_id: known.as_ref().map(|member| member.id.clone()),
        epoch: known.as_ref().and_then(|member| member.epoch),
        session_ends_us: known.and_then(|member| member.session_deadline),
        output: consumer.output().map(|producer| producer_state(world, producer)),
    }
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Unjoined => "unjoined",
        Phase::Revoking | Phase::Joining => "joining",
        Phase::Syncing => "syncing",
        Phase::Stable => "stable",
    }
}

fn offsets(world: &World, group: &Name, topic: &Name) -> Vec<(String, OffsetState)> {
    let count = world.cluster.topics.get(topic).map_or(0, |topic| topic.partitions.len() as u32);
    let reader = Reader::new(world, group, &world.groups[group]);
    let offset = |partition| {
        let name = TopicPartition::new(topic, partition);
        let flag = reader.flag(world, &name);
        let (committed, position, lag) =
            flag.map_or((None, None, None), |flag| (flag.committed, flag.position, flag.lag));
        let label = format!("{}-{partition}", world.stage.label_of(topic));
        (label, OffsetState { committed, position, lag })
    };
    (0..count).map(offset).collect()
}

fn producer_state(world: &World, producer: &Producer) -> ProducerState {
    ProducerState {
        topic: producer.topic.as_ref().map(|topic| world.stage.label_of(topic)),
        producing: producer.producing,
        produced: producer.counts.created,
        acknowledged: producer.counts.acknowledged,
        failed: producer.counts.failed,
        waiting: producer.waiting(),
        transactions: transactions(producer),
    }
}

fn transactions(producer: &Producer) -> Option<TransactionsState> {
    let transaction = producer.transaction()?;
    Some(TransactionsState {
        transactional_id: producer.config.transactional_id.clone()?,
        phase: transaction.phase.name(),
        epoch: producer.identity().epoch,
        committed: transaction.counts.committed,
        aborted: transaction.counts.aborted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    #[test]
    fn the_state_has_the_shape_that_scripts_rely_on() {
        let mut run = Run::orders();
        run.until_secs(20);
        let state = serde_json::to_value(state(run.world())).unwrap();
        assert_eq!(state["time_us"], 20_000_000);
        assert_eq!(state["topics"]["orders"]["partitions"][1]["isr"].as_array().unwrap().len(), 3);
        let group = &state["groups"]["inventory"];
        assert_eq!((&group["state"], &group["generation"]), (&"Stable".into(), &1.into()));
        assert_eq!(group["members"]["inventory-2"]["assigned"], serde_json::json!([["orders", 2]]));
        assert!(group["offsets"]["orders-0"]["committed"].as_u64() > Some(0));
        assert_eq!(state["brokers"]["1"]["alive"], true);
    }

    #[test]
    fn parts_go_by_what_they_are_called_on_the_stage() {
        let mut run = Run::orders();
        run.command(r#"{"type": "rename", "node": "inventory-2", "label": "stock keeper"}"#);
        let state = state(run.world());
        assert!(state.groups["inventory"].members.contains_key("stock keeper"));
    }

    #[test]
    fn of_transactions_it_has_the_last_stable_offset_the_phase_and_how_many_ended() {
        let mut run = Run::orders();
        run.command(
            r#"{"type": "configure_producer", "producer": "checkout", "config": {"transactional.id": "shop",
                "commit_after_ms": 0}, "workload": {"arrivals": {"kind": "constant", "per_second": 100}}}"#,
        );
        run.until_secs(5);
        let open = state(run.world());
        let partition = &open.topics["orders"].partitions[0];
        assert!(partition.last_stable < partition.high_watermark, "{partition:?}");
        run.command(r#"{"type": "end_transaction", "producer": "checkout", "outcome": "commit"}"#);
        run.until_secs(6);
        let transactions = state(run.world()).producers["checkout"].transactions.clone().expect("it has an id");
        assert_eq!((transactions.transactional_id.as_str(), transactions.phase), ("shop", "in transaction"));
        assert_eq!((transactions.epoch, transactions.committed, transactions.aborted), (1, 1, 0));
    }
}
