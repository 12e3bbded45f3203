//! On which brokers a new partition's replicas go (`StripedReplicaPlacer`).
//!
//! Racks take turns, and inside a rack its brokers do: a partition begins one further than the one before. Brokers in
//! service come before those that are fenced, and only they lead. After as many partitions as there are brokers in
//! service the lists are shuffled, so that the same sets of brokers do not come again and again. Kafka draws from a
//! `java.util.Random` without a seed; we draw from the run's.

use crate::kernel::order::sort_by_key;
use crate::kernel::{Chance, SortedMap};
use crate::model::Name;
use crate::model::kafka::message::BrokerId;

/// A broker that replicas can be placed on.
#[derive(Clone, Debug)]
pub struct Usable {
    pub id: BrokerId,
    pub rack: Option<Name>,
    pub fenced: bool,
}

/// Places one partition after the other.
pub struct Placer {
    racks: Vec<Rack>,
    /// The rack that the next partition begins with.
    offset: usize,
    /// Partitions since the lists were shuffled.
    epoch: u32,
    in_service: u32,
}

#[derive(Default)]
struct Rack {
    in_service: Turns,
    fenced: Turns,
}

/// Brokers that take turns.
#[derive(Default)]
struct Turns {
    brokers: Vec<BrokerId>,
    epoch: u32,
    index: usize,
    offset: usize,
}

impl Placer {
    pub fn new(brokers: &[Usable], chance: &mut Chance) -> Self {
        let mut racks: SortedMap<Option<Name>, Rack> = SortedMap::new();
        for broker in brokers {
            let rack = racks.entry(broker.rack.clone()).or_default();
            let list = if broker.fenced { &mut rack.fenced } else { &mut rack.in_service };
            list.brokers.push(broker.id);
        }
        let mut racks: Vec<Rack> = racks.into_values().collect();
        for rack in &mut racks {
            rack.fenced.begin(chance);
            rack.in_service.begin(chance);
        }
        let in_service = brokers.iter().filter(|broker| !broker.fenced).count() as u32;
        Placer { offset: draw(racks.len(), chance), racks, epoch: 0, in_service }
    }

    /// The next partition's replicas. There have to be as many brokers, and one of them in service.
    pub fn place(&mut self, replicas: u32, chance: &mut Chance) -> Vec<BrokerId> {
        if self.epoch == self.in_service && self.in_service > 1 {
            self.shuffle(chance);
            self.epoch = 0;
        }
        self.offset %= self.racks.len();
        let mut first = self.offset;
        let leader = loop {
            if let Some(broker) = self.racks[first].in_service.next(self.epoch) {
                break broker;
            }
            first = (first + 1) % self.racks.len();
        };
        let mut placed = vec![leader];
        let (mut rack, mut skip) = (self.offset, Some(first));
        while (placed.len() as u32) < replicas {
            // The leader's rack has had its turn in the first round.
            if skip == Some(rack) {
                skip = None;
            } else if let Some(broker) = self.racks[rack].next(self.epoch) {
                placed.push(broker);
            }
            rack = (rack + 1) % self.racks.len();
        }
        self.epoch += 1;
        self.offset += 1;
        placed
    }

    fn shuffle(&mut self, chance: &mut Chance) {
        shuffle(&mut self.racks, chance);
        for rack in &mut self.racks {
            shuffle(&mut rack.fenced.brokers, chance);
            shuffle(&mut rack.in_service.brokers, chance);
        }
    }
}

impl Rack {
    fn next(&mut self, epoch: u32) -> Option<BrokerId> {
        self.in_service.next(epoch).or_else(|| self.fenced.next(epoch))
    }
}

impl Turns {
    fn begin(&mut self, chance: &mut Chance) {
        sort_by_key(&mut self.brokers, |broker| *broker);
        self.offset = draw(self.brokers.len(), chance);
    }

    /// Each broker once in an epoch; the next epoch begins one further.
    fn next(&mut self, epoch: u32) -> Option<BrokerId> {
        let count = self.brokers.len();
        if count > 0 && self.epoch != epoch {
            (self.epoch, self.index) = (epoch, 0);
            self.offset = (self.offset + 1) % count;
        }
        (self.index < count).then(|| {
            self.index += 1;
            self.brokers[(self.index - 1 + self.offset) % count]
        })
    }
}

/// One of so many; among one there is nothing to draw.
fn draw(count: usize, chance: &mut Chance) -> usize {
    if count > 1 { chance.below(count as u64) as usize } else { 0 }
}

/// Fisher and Yates.
fn shuffle<T>(list: &mut [T], chance: &mut Chance) {
    for last in (1..list.len()).rev() {
        list.swap(last, draw(last + 1, chance));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usable(id: u32, rack: Option<&str>, fenced: bool) -> Usable {
        Usable { id: BrokerId(id), rack: rack.map(Name::from), fenced }
    }

    fn placed(brokers: &[Usable], partitions: u32, replicas: u32) -> Vec<Vec<u32>> {
        let mut chance = Chance::of(1, "placement");
        let mut placer = Placer::new(brokers, &mut chance);
        let ids = |placed: Vec<BrokerId>| placed.into_iter().map(|id| id.0).collect();
        (0..partitions).map(|_| ids(placer.place(replicas, &mut chance))).collect()
    }

    #[test]
    fn leaders_and_replicas_are_striped_over_the_brokers() {
        let placed = placed(&[usable(1, None, false), usable(2, None, false), usable(3, None, false)], 3, 2);
        let first = placed[0][0];
        let striped = |p: u32| (0..2).map(|n| (first - 1 + p + n) % 3 + 1).collect::<Vec<_>>();
        assert_eq!(placed, (0..3).map(striped).collect::<Vec<_>>());
    }

    #[test]
    fn every_broker_leads_as_often_as_the_others_round_by_round() {
        let brokers: Vec<Usable> = (1..=4).map(|id| usable(id, None, false)).collect();
        for round in placed(&brokers, 40, 3).chunks(4) {
            let mut leaders: Vec<u32> = round.iter().map(|replicas| replicas[0]).collect();
            leaders.sort_unstable();
            assert_eq!(leaders, [1, 2, 3, 4]);
        }
    }

    #[test]
    fn replicas_of_a_partition_are_in_as_many_racks_as_there_are() {
        let racks = ["a", "a", "b", "b", "c", "c"];
        let brokers: Vec<Usable> = (1..).zip(racks).map(|(id, rack)| usable(id, Some(rack), false)).collect();
        for replicas in placed(&brokers, 60, 3) {
            let mut racks: Vec<u32> = replicas.iter().map(|id| (id - 1) / 2).collect();
            racks.sort_unstable();
            assert_eq!(racks, [0, 1, 2], "{replicas:?}");
        }
    }

    #[test]
    fn a_fenced_broker_follows_and_never_leads() {
        let brokers = [usable(1, None, false), usable(2, None, true), usable(3, None, false)];
        let placed = placed(&brokers, 20, 3);
        assert!(placed.iter().all(|replicas| replicas[0] != 2 && replicas.contains(&2)), "{placed:?}");
    }
}
