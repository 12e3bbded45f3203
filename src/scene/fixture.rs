//! The opening scene, written out by hand: a consumer was killed 6.1 s ago.

use crate::kernel::{Span, Time};
use crate::model::{Name, TopicPartition};
use crate::view::lane::{Cell, Standing};
use crate::view::packets::PacketView;
use crate::view::stage::*;

use super::Motion;

pub fn lane(partition: u32, log_start: u64, log_end: u64) -> LaneView {
    let high_watermark = log_end.saturating_sub(1).max(log_start);
    let replica = |broker| ReplicaView {
        broker,
        in_sync: true,
        alive: true,
        log_end: if broker == 1 { log_end } else { high_watermark },
        high_watermark,
        caught_up: None,
    };
    LaneView {
        partition,
        leader: Some(1),
        leader_epoch: 0,
        isr: vec![1, 2, 3],
        elr: Vec::new(),
        replicas: [1, 2, 3].map(replica).to_vec(),
        lost: Vec::new(),
        log_start,
        high_watermark,
        last_stable: high_watermark,
        log_end,
        compaction: None,
        flags: Vec::new(),
    }
}

pub fn flag(group: &str, hue: u32, committed: u64, position: u64, lane: &LaneView) -> FlagView {
    FlagView {
        group: group.into(),
        group_label: group.to_string(),
        hue,
        committed: Some(committed),
        position: Some(position),
        owner: Some(format!("{group}-1").as_str().into()),
        lag: Some(lane.high_watermark.saturating_sub(committed)),
        unread_for: None,
        gap: None,
        in_flight: Vec::new(),
    }
}

pub fn producer(id: &str, topic: Option<&str>) -> ProducerCard {
    ProducerCard {
        id: id.into(),
        label: id.to_string(),
        place: Place { x: 36, y: 214 },
        topic: topic.map(Name::from),
        rate: "100/s, Poisson".to_string(),
        keys: "key: order-0 … order-39".to_string(),
        producing: true,
        running: true,
        transaction: None,
        sent: 4_212,
        acknowledged: 4_210,
        waiting: 2,
        buffer_percent: None,
        replay: None,
        problem: None,
    }
}

pub fn member(id: &str, partitions: &[u32]) -> MemberCard {
    let topic = Name::from("orders");
    let assigned: Vec<_> = partitions.iter().map(|&p| TopicPartition::new(&topic, p)).collect();
    MemberCard {
        id: id.into(),
        label: id.to_string(),
        life: Life::Running,
        phase: "stable",
        held: assigned.clone(),
        assigned,
        epoch: None,
        rate: 312,
        session: Some(Fuse { left: Span::from_millis(8_600), of: Span::from_secs(10) }),
        poll: Some(Fuse { left: Span::from_secs(298), of: Span::from_secs(300) }),
        in_hand: Some(InHand {
            partition: TopicPartition::new(&topic, partitions.first().copied().unwrap_or(0)),
            offset: 1_403,
            key: Some("order-7".to_string()),
        }),
        buffered: 3,
        slowed_percent: 100,
        has_wrong_clock: false,
        problem: None,
    }
}

pub fn group(id: &str, hue: u32, y: i32, members: Vec<MemberCard>) -> GroupCard {
    GroupCard {
        id: id.into(),
        label: id.to_string(),
        place: Place { x: 760, y },
        hue,
        topics: vec!["orders".into()],
        output: None,
        guarantee: "at_least_once",
        state: "Stable",
        phase: None,
        generation: 4,
        protocol: "classic",
        assignor: Some("range"),
        leader: None,
        members,
        lag: 9,
        processed: 4_201,
        duplicates: 0,
        problem: None,
    }
}

pub fn topic(id: &str, lanes: Vec<LaneView>) -> TopicCard {
    TopicCard { id: id.into(), label: id.to_string(), place: Place { x: 262, y: 112 }, replication: 3, lanes }
}

/// The topic `orders`: three lanes, four groups; `inventory` no longer reads the middle one.
pub fn orders_lanes() -> Vec<LaneView> {
    let standing = [[1_403, 1_404, 1_402, 1_399], [1_391, 1_399, 1_397, 1_394], [1_405, 1_406, 1_401, 1_398]];
    let mut lanes = vec![lane(0, 0, 1_405), lane(1, 0, 1_400), lane(2, 1_380, 1_407)];
    for (lane, at) in lanes.iter_mut().zip(standing) {
        for (hue, group) in ["inventory", "notification", "analytics", "fraud"].into_iter().enumerate() {
            let flag = flag(group, hue as u32, at[hue], at[hue] + 1, lane);
            lane.flags.push(flag);
        }
    }
    let silent = &mut lanes[1].flags[0];
    (silent.lag, silent.position, silent.owner) = (Some(9), None, None);
    silent.unread_for = Some(Span::from_millis(6_100));
    lanes
}

/// Stands where tests of hands do not reach.
pub fn broker(number: u32) -> BrokerCard {
    let partition = |n| TopicPartition::new(&"orders".into(), n);
    BrokerCard {
        id: format!("broker-{number}").into(),
        number,
        label: format!("broker-{number}"),
        place: Place { x: 264 + (number as i32 - 1) * 148, y: 480 },
        rack: None,
        state: BrokerState::InService,
        leads: vec![partition(number - 1)],
        follows: (0..3).filter(|n| n + 1 != number).map(partition).collect(),
        behind: 0,
        coordinates: Vec::new(),
        transactions: Vec::new(),
        session: None,
    }
}

pub fn orders() -> StageView {
    let mut dead = member("inventory-2", &[1]);
    dead.life = Life::Killed(Time::from_millis(36_200));
    (dead.poll, dead.in_hand, dead.rate) = (None, None, 0);
    dead.session = Some(Fuse { left: Span::from_millis(3_900), of: Span::from_secs(10) });
    StageView {
        now: Time::from_millis(42_310),
        producers: vec![producer("checkout", Some("orders"))],
        topics: vec![topic("orders", orders_lanes())],
        brokers: Vec::new(),
        groups: vec![
            group("inventory", 0, 24, vec![member("inventory-1", &[0, 2]), dead]),
            group("notification", 1, 230, vec![member("notification-1", &[0, 1, 2])]),
            group("analytics", 2, 360, vec![member("analytics-1", &[0, 1, 2])]),
            group("fraud", 3, 490, vec![member("fraud-1", &[0, 1, 2])]),
        ],
        published: 4_212,
        processed: 16_804,
        duplicates: 0,
        lost: 0,
    }
}

/// A world that stands still at 42.310 s.
pub struct Still {
    pub lanes: Vec<LaneView>,
    pub packets: Vec<PacketView>,
}

impl Still {
    pub fn orders() -> Self {
        Still { lanes: orders_lanes(), packets: Vec::new() }
    }
}

impl Motion for Still {
    fn now(&self) -> Time {
        Time::from_millis(42_310)
    }

    fn lanes(&self, _: &Name) -> Vec<LaneView> {
        self.lanes.clone()
    }

    fn cells(&self, partition: &TopicPartition, from: u64, count: u32) -> Vec<Cell> {
        let lane = &self.lanes[partition.partition as usize];
        let offsets = from.max(lane.log_start)..lane.log_end.min(from + u64::from(count));
        offsets
            .map(|offset| Cell {
                offset,
                key: Some((offset * 7 % 40) as u32),
                is_tombstone: false,
                uncommitted: offset >= lane.high_watermark,
                times_processed: 1 + u32::from(offset == lane.log_end - 4),
                standing: Standing::Settled,
            })
            .collect()
    }

    fn packets(&self) -> Vec<PacketView> {
        self.packets.clone()
    }
}

/// The opening scene on a screen that shows all of it.
pub fn scene() -> super::Scene {
    let mut scene = super::Scene::default();
    scene.show(&std::rc::Rc::new(orders()));
    scene.resize(super::geometry::Point::new(1_048.0, 734.0));
    scene
}
