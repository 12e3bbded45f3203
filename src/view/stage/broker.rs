//! A broker's card: whether it serves, and what it keeps.

use super::{BrokerCard, BrokerState, Fuse, Place};
use crate::engine::World;
use crate::kernel::Span;
use crate::model::kafka::broker::{Broker, Life};
use crate::model::kafka::cluster::Replicas;
use crate::model::{Name, TopicPartition};

pub fn card(world: &World, broker: &Broker, place: Place) -> BrokerCard {
    let id = broker.id.name();
    let kept = world.cluster.partitions().filter(|(_, replicas)| replicas.brokers.contains(&broker.id));
    let kept: Vec<(TopicPartition, &Replicas)> = kept.collect();
    let is_led_here = |replicas: &Replicas| replicas.leader == Some(broker.id);
    let names = |led: bool| {
        let of_role = kept.iter().filter(move |(_, replicas)| is_led_here(replicas) == led);
        of_role.map(|(name, _)| name.clone()).collect()
    };
    let coordinates = world.groups.keys().filter(|group| world.cluster.coordinator(group) == Some(broker.id));
    let transactions = world.cluster.transactions.all();
    let transactions = transactions.filter(|it| world.cluster.coordinator(&it.id) == Some(broker.id));
    BrokerCard {
        label: world.stage.label_of(&id),
        id,
        number: broker.id.0,
        place,
        rack: broker.rack.as_ref().map(Name::to_string),
        state: state(world, broker),
        leads: names(true),
        follows: names(false),
        behind: kept.iter().filter(|(_, replicas)| !replicas.isr.contains(&broker.id)).count() as u32,
        coordinates: coordinates.cloned().collect(),
        transactions: transactions.map(|it| (it.id.clone(), it.state.name())).collect(),
        session: session(world, broker),
    }
}

fn state(world: &World, broker: &Broker) -> BrokerState {
    match broker.life {
        Life::Dead(at) => BrokerState::Dead(at),
        Life::Stopped(at) => BrokerState::Stopped(at),
        Life::ShuttingDown => BrokerState::ShuttingDown,
        Life::Running if world.controller.is_in_service(broker.id) && broker.is_registered() => BrokerState::InService,
        Life::Running => BrokerState::Fenced,
    }
}

/// While heartbeats come it is no news that a session has most of its time left.
fn session(world: &World, broker: &Broker) -> Option<Fuse> {
    let config = &world.cluster.config;
    let silent_for = world.now.since(world.controller.heard_at(broker.id)?);
    let of = Span::from_millis(config.broker_session_timeout_ms);
    let is_late =
        silent_for > Span::from_millis(config.broker_heartbeat_interval_ms).times(2) || !broker.is_registered();
    let left = Span::from_micros(of.as_micros().saturating_sub(silent_for.as_micros()));
    is_late.then_some(Fuse { left, of })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;
    use crate::view::stage::stage;

    fn broker(run: &Run, number: usize) -> BrokerCard {
        stage(run.world()).brokers[number - 1].clone()
    }

    #[test]
    fn a_broker_leads_some_partitions_and_follows_the_rest() {
        let mut run = Run::orders();
        run.until_secs(20);
        let cards = stage(run.world()).brokers;
        assert!(cards.iter().all(|card| card.leads.len() == 1 && card.follows.len() == 2 && card.behind == 0));
        assert!(cards.iter().all(|card| card.state == BrokerState::InService && card.session.is_none()));
    }

    #[test]
    fn a_dead_broker_burns_its_session_and_then_leads_nothing() {
        let mut run = Run::orders();
        run.until_secs(20);
        run.command(r#"{"type": "kill_broker", "broker": "broker-2"}"#);
        run.until_secs(25);
        let card = broker(&run, 2);
        assert!(matches!(card.state, BrokerState::Dead(_)) && card.leads.len() == 1);
        assert!(card.session.is_some_and(|fuse| fuse.left < Span::from_secs(6)));
        run.until_secs(35);
        let card = broker(&run, 2);
        assert_eq!((card.leads.len(), card.behind, card.session), (0, 3, None));
    }
}
