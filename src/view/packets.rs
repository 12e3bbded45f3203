//! What flies along the wires at this instant: read from the network itself for every frame, never remembered. Batches
//! fly between clients and the lanes that they are about; everything else is a protocol message.

use crate::engine::{Actor, Letter, World};
use crate::kernel::{Packet, Time};
use crate::model::kafka::message::{FetchedPartition, Message, ProduceBatch, Request, Response};
use crate::model::log::Records;
use crate::model::{Name, TopicPartition};

/// One thing in flight. Its position follows from its send and arrival times, so it is right at every frame rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketView {
    pub route: Route,
    /// How far it is, in parts per million of its way. A held packet waits half-way.
    pub progress_ppm: u32,
    pub cargo: Cargo,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// A batch on its way to the leader of its partition.
    ProducerToLane {
        producer: Name,
        partition: TopicPartition,
    },
    /// Fetched records on their way to the consumer.
    LaneToConsumer {
        partition: TopicPartition,
        consumer: Name,
    },
    /// A protocol message of a client, and its answer. Clients talk to brokers; on the stage, to the topic they use.
    FromClient {
        client: Name,
    },
    ToClient {
        client: Name,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cargo {
    /// Records: how many, and the key number of the first (its hue).
    Records { count: u32, key: Option<u32> },
    /// A protocol message, by its name in Kafka's protocol: `JoinGroup`, `Heartbeat`, ...
    Message { name: &'static str },
}

/// Everything on the wires between clients and brokers. Replication stays out of the picture.
pub fn packets(world: &World) -> Vec<PacketView> {
    let mut views = Vec::new();
    for (_, packet) in world.network.in_flight() {
        let progress_ppm = progress_ppm(packet, world.now);
        let loads = match (world.actor(packet.from), world.actor(packet.to), &packet.message.message) {
            (Some(client), Some(Actor::Broker(_)), Message::Request { request, .. }) => requested(client, request),
            (Some(Actor::Broker(_)), Some(client), Message::Response { response, .. }) => responded(client, response),
            _ => Vec::new(),
        };
        views.extend(loads.into_iter().map(|(route, cargo)| PacketView { route, progress_ppm, cargo }));
    }
    views
}

type Load = (Route, Cargo);

/// A request is a message, unless it carries records.
fn requested(from: &Actor, request: &Request) -> Vec<Load> {
    let (Actor::Producer(client) | Actor::Consumer(client)) = from else { return Vec::new() };
    let Request::Produce { batches, .. } = request else {
        return vec![(Route::FromClient { client: client.clone() }, Cargo::Message { name: request.api() })];
    };
    let load = |batch: &ProduceBatch| {
        let route = Route::ProducerToLane { producer: client.clone(), partition: batch.partition.clone() };
        (route, records(&batch.records, batch.records.len()))
    };
    batches.iter().map(load).collect()
}

fn responded(to: &Actor, response: &Response) -> Vec<Load> {
    let (Actor::Producer(client) | Actor::Consumer(client)) = to else { return Vec::new() };
    if let Response::Fetch { partitions } = response {
        let loads: Vec<Load> = partitions.iter().filter_map(|fetched| fetched_load(client, fetched)).collect();
        if !loads.is_empty() {
            return loads;
        }
    }
    vec![(Route::ToClient { client: client.clone() }, Cargo::Message { name: response.api() })]
}

fn fetched_load(consumer: &Name, fetched: &FetchedPartition) -> Option<Load> {
    let first = fetched.batches.first()?;
    let count = fetched.batches.iter().map(|batch| batch.records.len()).sum();
    let route = Route::LaneToConsumer { partition: fetched.partition.clone(), consumer: consumer.clone() };
    Some((route, records(&first.records, count)))
}

fn records(first: &Records, count: u32) -> Cargo {
    let key = first.keys().first().filter(|key| key.is_some());
    Cargo::Records { count, key: key.map(|key| key.index() as u32) }
}

fn progress_ppm(packet: &Packet<Letter>, now: Time) -> u32 {
    let Some(arrives_at) = packet.arrives_at else { return 500_000 };
    let way = arrives_at.since(packet.sent_at).as_micros();
    let gone = now.since(packet.sent_at).as_micros().min(way);
    (u128::from(gone) * 1_000_000).checked_div(u128::from(way)).unwrap_or(1_000_000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    /// What `is_it` picks of everything that flies in the next `us`; looked at every 0.1 ms.
    fn seen(run: &mut Run, us: u64, is_it: impl Fn(&PacketView) -> bool) -> Vec<PacketView> {
        let from = run.world().now.as_micros();
        let mut found = Vec::new();
        for us in (from..from + us).step_by(100) {
            run.until_micros(us);
            found.extend(packets(run.world()).into_iter().filter(&is_it));
        }
        found
    }

    #[test]
    fn a_batch_flies_from_its_producer_to_its_lane_and_on_to_the_consumer() {
        let mut run = Run::orders();
        run.until_secs(20);
        let carries_records = |packet: &PacketView| matches!(packet.cargo, Cargo::Records { count: 1.., key: Some(_) });
        let found = seen(&mut run, 1_000_000, carries_records);
        let lane = |partition| TopicPartition::new(&"orders".into(), partition);
        let comes = Route::ProducerToLane { producer: "checkout".into(), partition: lane(2) };
        let goes = Route::LaneToConsumer { partition: lane(2), consumer: "inventory-2".into() };
        let flies = |route: &Route| found.iter().any(|packet| packet.route == *route);
        assert!(flies(&comes) && flies(&goes));
    }

    #[test]
    fn a_packet_moves_in_proportion_to_the_time_it_has_flown() {
        let mut run = Run::orders();
        run.until_secs(20);
        let slow = r#"{"distribution": "constant", "us": 1000000}"#;
        run.command(&format!(r#"{{"type": "set_network", "client_latency": {slow}, "loss_ppm": 0}}"#));
        let its = Route::FromClient { client: "inventory-1".into() };
        let is_its = |packet: &PacketView| packet.route == its && packet.cargo == Cargo::Message { name: "Heartbeat" };
        let progress: Vec<u32> = seen(&mut run, 4_000_000, is_its).iter().map(|packet| packet.progress_ppm).collect();
        assert!(progress.len() >= 10_000, "a heartbeat every 3 s flies for 1 s");
        assert!(progress.is_sorted_by(|a, b| a + 100 == *b || a > b));
    }

    #[test]
    fn a_held_packet_waits_half_way() {
        let mut run = Run::orders();
        run.until_secs(20);
        run.command(r#"{"type": "hold", "a": "inventory-1", "b": "brokers"}"#);
        run.until_secs(30);
        let client = Name::from("inventory-1");
        let is_its = |packet: &&PacketView| packet.route == Route::FromClient { client: client.clone() };
        let waiting: Vec<PacketView> = packets(run.world()).iter().filter(is_its).cloned().collect();
        assert!(!waiting.is_empty());
        assert!(waiting.iter().all(|packet| packet.progress_ppm == 500_000));
    }

    #[test]
    fn replication_is_not_shown() {
        let mut run = Run::orders();
        run.command(r#"{"type": "remove_group", "group": "inventory"}"#);
        run.until_secs(5);
        assert!(seen(&mut run, 1_000_000, |packet| packet.cargo == Cargo::Message { name: "Fetch" }).is_empty());
    }
}
