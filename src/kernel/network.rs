//! Messages on their way: latency, loss, partitions, hold and release.
//!
//! A link is the directed path between two endpoints and keeps order, as a TCP connection does: a message never
//! overtakes one sent before it. What we leave out: bandwidth, connection set-up, and TCP's own retransmission; a lost
//! message is one that the connection gave up on, and it is up to the sender's request timeout to notice.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chance, Delay, Ppm, Time};

/// A machine on the network. Given out in the order of joining.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketId(pub u64);

/// A message in flight. Where it is on the wire follows from its two times; nothing else is stored.
#[derive(Clone, Debug)]
pub struct Packet<M> {
    pub from: Endpoint,
    pub to: Endpoint,
    pub sent_at: Time,
    /// `None` while its link is held.
    pub arrives_at: Option<Time>,
    pub message: M,
}

/// What becomes of a message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Arrives(PacketId, Time),
    /// Waits on a held link until it is released.
    Held(PacketId),
    /// Dropped by chance or by a partition.
    Lost,
}

/// How one kind of link behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub latency: Delay,
    pub loss: Ppm,
}

#[derive(Clone, Debug)]
struct Path {
    chance: Chance,
    /// No message may arrive before this, or it would overtake.
    busy_until: Time,
}

/// What leads away from a machine. Found by number: a message is sent with nearly every event.
#[derive(Clone, Debug, Default)]
struct Paths {
    /// By the machine at the other end: the number of the path, plus one; 0 where nothing was ever sent.
    to: Vec<u32>,
    all: Vec<Path>,
}

impl Paths {
    fn get_or_insert_with(&mut self, to: Endpoint, new: impl FnOnce() -> Path) -> &mut Path {
        let to = to.0 as usize;
        if self.to.len() <= to {
            self.to.resize(to + 1, 0);
        }
        if self.to[to] == 0 {
            self.all.push(new());
            self.to[to] = self.all.len() as u32;
        }
        &mut self.all[self.to[to] as usize - 1]
    }

    fn ends(&self) -> impl Iterator<Item = Endpoint> {
        (0..).zip(&self.to).filter(|(_, path)| **path > 0).map(|(to, _)| Endpoint(to))
    }
}

/// The network of one run.
#[derive(Clone, Debug)]
pub struct Network<M> {
    seed: u64,
    names: Vec<String>,
    /// By where they begin.
    paths: Vec<Paths>,
    cut: BTreeSet<(Endpoint, Endpoint)>,
    held: BTreeSet<(Endpoint, Endpoint)>,
    /// In boxes: packets are large, and a tree moves what it holds.
    in_flight: BTreeMap<PacketId, Box<Packet<M>>>,
    next_packet: u64,
}

impl<M> Network<M> {
    pub fn new(seed: u64) -> Self {
        Network {
            seed,
            names: Vec::new(),
            paths: Vec::new(),
            cut: BTreeSet::new(),
            held: BTreeSet::new(),
            in_flight: BTreeMap::new(),
            next_packet: 0,
        }
    }

    /// A new machine. Its name seeds the luck of its links, so that who else has joined does not matter.
    pub fn join(&mut self, name: &str) -> Endpoint {
        self.names.push(name.to_owned());
        self.paths.push(Paths::default());
        Endpoint(self.names.len() as u32 - 1)
    }

    /// Hands a message to the link and says what becomes of it.
    pub fn send(&mut self, now: Time, from: Endpoint, to: Endpoint, link: Link, message: M) -> Fate {
        let latency = link.latency;
        let is_cut = self.cut.contains(&pair(from, to));
        let path = self.path(from, to);
        let is_lost = path.chance.happens(link.loss);
        let arrives_at = (now + latency.sample(&mut path.chance)).max(path.busy_until);
        if is_cut || is_lost {
            return Fate::Lost;
        }
        path.busy_until = arrives_at;
        let id = PacketId(self.next_packet);
        self.next_packet += 1;
        let is_held = self.held.contains(&pair(from, to));
        let arrives_at = (!is_held).then_some(arrives_at);
        self.in_flight.insert(id, Box::new(Packet { from, to, sent_at: now, arrives_at, message }));
        arrives_at.map_or(Fate::Held(id), |at| Fate::Arrives(id, at))
    }

    /// Takes a message off the wire at its arrival; `None` if the link was cut while it flew.
    pub fn deliver(&mut self, id: PacketId) -> Option<Packet<M>> {
        self.in_flight.remove(&id).map(|packet| *packet)
    }

    /// Everything on the wires, in the order of sending.
    pub fn in_flight(&self) -> impl Iterator<Item = (PacketId, &Packet<M>)> {
        self.in_flight.iter().map(|(&id, packet)| (id, &**packet))
    }

    /// A network partition: drops what flies between the two, and everything sent until [`Network::repair`]. Returns what
    /// was dropped, in the order of sending.
    pub fn partition(&mut self, a: Endpoint, b: Endpoint) -> Vec<Packet<M>> {
        self.cut.insert(pair(a, b));
        let is_between = |_: &PacketId, packet: &mut Box<Packet<M>>| pair(packet.from, packet.to) == pair(a, b);
        self.in_flight.extract_if(.., is_between).map(|(_, packet)| *packet).collect()
    }

    pub fn repair(&mut self, a: Endpoint, b: Endpoint) {
        self.cut.remove(&pair(a, b));
    }

    /// Keeps what is sent from now on between the two on the wire until [`Network::release`].
    pub fn hold(&mut self, a: Endpoint, b: Endpoint) {
        self.held.insert(pair(a, b));
    }

    /// Lets held messages go, in the order of sending; says when each arrives: at once, or behind what was on its way
    /// before the link was held.
    pub fn release(&mut self, now: Time, a: Endpoint, b: Endpoint) -> Vec<(PacketId, Time)> {
        self.held.remove(&pair(a, b));
        let mut released = Vec::new();
        for (from, to) in [(a, b), (b, a)] {
            let mut at = now;
            for (&id, packet) in self.in_flight.iter_mut().filter(|(_, it)| (it.from, it.to) == (from, to)) {
                match packet.arrives_at {
                    Some(flying) => at = at.max(flying),
                    None => {
                        packet.arrives_at = Some(at);
                        released.push((id, at));
                    }
                }
            }
        }
        released
    }

    /// Whom a machine has ever sent anything, in the order of joining.
    pub fn peers(&self, of: Endpoint) -> impl Iterator<Item = Endpoint> {
        self.paths.get(of.0 as usize).into_iter().flat_map(Paths::ends)
    }

    pub fn is_partitioned(&self, a: Endpoint, b: Endpoint) -> bool {
        self.cut.contains(&pair(a, b))
    }

    pub fn is_held(&self, a: Endpoint, b: Endpoint) -> bool {
        self.held.contains(&pair(a, b))
    }

    fn path(&mut self, from: Endpoint, to: Endpoint) -> &mut Path {
        let Network { seed, names, paths, .. } = self;
        paths[from.0 as usize].get_or_insert_with(to, || {
            let link = format!("{} -> {}", names[from.0 as usize], names[to.0 as usize]);
            Path { chance: Chance::of(*seed, &link), busy_until: Time::ZERO }
        })
    }
}

/// Both directions fail together: a partition between two machines is a pair, not an arrow.
fn pair(a: Endpoint, b: Endpoint) -> (Endpoint, Endpoint) {
    if a <= b { (a, b) } else { (b, a) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Span;

    const SLOW: Link =
        Link { latency: Delay::Uniform { min_us: Span::from_millis(1), max_us: Span::from_millis(50) }, loss: Ppm(0) };

    fn two() -> (Network<u32>, Endpoint, Endpoint) {
        let mut network = Network::new(5);
        let (a, b) = (network.join("a"), network.join("b"));
        (network, a, b)
    }

    fn arrival(fate: Fate) -> Time {
        let Fate::Arrives(_, at) = fate else { panic!("{fate:?} never arrives") };
        at
    }

    #[test]
    fn a_message_never_overtakes_one_sent_before_it_on_the_same_link() {
        let (mut network, a, b) = two();
        let arrivals: Vec<Time> =
            (0..200).map(|n| arrival(network.send(Time::from_millis(n), a, b, SLOW, n as u32))).collect();
        assert!(arrivals.is_sorted());
    }

    #[test]
    fn a_partition_drops_what_flies_and_what_is_sent_until_it_is_repaired() {
        let (mut network, a, b) = two();
        let Fate::Arrives(flying, _) = network.send(Time::ZERO, a, b, SLOW, 1) else { panic!("lost") };
        network.partition(b, a);
        assert!(network.deliver(flying).is_none());
        assert_eq!(network.send(Time::ZERO, a, b, SLOW, 2), Fate::Lost);
        network.repair(a, b);
        assert!(matches!(network.send(Time::ZERO, a, b, SLOW, 3), Fate::Arrives(..)));
    }

    #[test]
    fn held_messages_arrive_in_order_once_they_are_released() {
        let (mut network, a, b) = two();
        network.hold(a, b);
        let fates: Vec<Fate> = (0..3).map(|n| network.send(Time::ZERO, a, b, SLOW, n)).collect();
        let now = Time::from_secs(9);
        let released = network.release(now, a, b);
        let expected: Vec<(PacketId, Time)> = fates
            .iter()
            .map(|fate| if let Fate::Held(id) = fate { (*id, now) } else { panic!("{fate:?} is not held") })
            .collect();
        assert_eq!(released, expected);
    }

    #[test]
    fn a_released_message_does_not_overtake_one_that_flew_before_the_link_was_held() {
        let (mut network, a, b) = two();
        let flying = arrival(network.send(Time::ZERO, a, b, SLOW, 1));
        network.hold(a, b);
        let Fate::Held(held) = network.send(Time::ZERO, a, b, SLOW, 2) else { panic!("not held") };
        let Fate::Held(back) = network.send(Time::ZERO, b, a, SLOW, 3) else { panic!("not held") };
        assert_eq!(network.release(Time::ZERO, a, b), [(held, flying), (back, Time::ZERO)]);
    }

    #[test]
    fn a_third_machine_does_not_change_the_luck_of_two_others() {
        let (mut alone, a, b) = two();
        let mut crowded = Network::new(5);
        let c = crowded.join("c");
        let (ca, cb) = (crowded.join("a"), crowded.join("b"));
        for n in 0..50 {
            crowded.send(Time::from_secs(n), c, cb, SLOW, 0);
            let expected = arrival(alone.send(Time::from_secs(n), a, b, SLOW, 0));
            assert_eq!(arrival(crowded.send(Time::from_secs(n), ca, cb, SLOW, 0)), expected);
        }
    }
}
