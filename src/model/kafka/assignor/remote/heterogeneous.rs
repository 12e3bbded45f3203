//! Members subscribe to different topics (`UniformHeterogeneousAssignmentBuilder`).
//!
//! Everybody keeps what it had and still subscribes to. The rest goes to the least loaded, the topics with the most
//! partitions a subscriber first. Then, topic by topic, partitions go from the subscribers that have most to those that
//! have least, again and again until a whole round moves nothing, or sixteen rounds have passed.

use crate::kernel::order::sort_by;
use std::cmp::Reverse;

use super::loads::Loads;
use super::{Group, Owners, Topic};

const ROUNDS: usize = 16;

struct Builder<'a> {
    group: &'a Group<'a>,
    /// By topic, ascending.
    subscribers: Vec<Vec<usize>>,
    owners: Owners,
    /// By member: how many partitions it is to have.
    loads: Vec<usize>,
}

pub(super) fn assign(group: &Group) -> Owners {
    let mut builder = Builder::new(group);
    builder.keep();
    let topics = builder.sorted_topics();
    topics.iter().for_each(|&topic| builder.assign_rest(topic));
    builder.balance(&topics);
    builder.owners
}

impl<'a> Builder<'a> {
    fn new(group: &'a Group<'a>) -> Self {
        let members = 0..group.members.len();
        let of = |topic| members.clone().filter(|&member| group.subscribes(member, topic)).collect();
        let subscribers = (0..group.topics.len()).map(of).collect();
        Builder { group, subscribers, owners: group.nobody(), loads: vec![0; group.members.len()] }
    }

    fn keep(&mut self) {
        for member in 0..self.group.members.len() {
            for share in self.group.shares_of(member) {
                if self.group.subscribes(member, share.topic) {
                    share.partitions.iter().for_each(|&partition| self.give(share.topic, partition as usize, member));
                }
            }
        }
    }

    /// Most partitions a subscriber first, then fewest subscribers, then by id. Topics that nobody subscribes to are left
    /// out.
    fn sorted_topics(&self) -> Vec<usize> {
        let mut topics: Vec<usize> = (0..self.group.topics.len()).collect();
        topics.retain(|&topic| !self.subscribers[topic].is_empty());
        sort_by(&mut topics, |&a, &b| {
            let subscribers = |topic: usize| self.subscribers[topic].len() as u64;
            let Topic { partitions: of_a, id: id_of_a, .. } = self.group.topics[a];
            let Topic { partitions: of_b, id: id_of_b, .. } = self.group.topics[b];
            let a_times = u64::from(of_a) * subscribers(b);
            let b_times = u64::from(of_b) * subscribers(a);
            (Reverse(a_times), subscribers(a), id_of_a).cmp(&(Reverse(b_times), subscribers(b), id_of_b))
        });
        topics
    }

    fn assign_rest(&mut self, topic: usize) {
        let mut loads = Loads::new(&self.subscribers[topic], &self.loads);
        for partition in 0..self.owners[topic].len() {
            if self.owners[topic][partition].is_none() {
                let member = loads.next_least(&self.loads);
                self.give(topic, partition, member);
            }
        }
    }

    fn balance(&mut self, topics: &[usize]) {
        let topics: Vec<usize> = topics.iter().copied().filter(|&topic| self.subscribers[topic].len() >= 2).collect();
        // The topic in which something was moved last; a round that comes back to it without a move is the last.
        let mut last_moved = None;
        for _ in 0..ROUNDS {
            for &topic in &topics {
                if last_moved == Some(topic) {
                    return;
                }
                if self.balance_topic(topic) > 0 || last_moved.is_none() {
                    last_moved = Some(topic);
                }
            }
        }
    }

    /// How many partitions it moved.
    fn balance_topic(&mut self, topic: usize) -> usize {
        let mut loads = Loads::new(&self.subscribers[topic], &self.loads);
        if loads.spread(&self.loads) <= 1 {
            return 0;
        }
        let mut owned: Vec<Vec<usize>> = vec![Vec::new(); self.loads.len()];
        for (partition, owner) in self.owners[topic].iter().enumerate() {
            owner.iter().for_each(|&member| owned[member].push(partition));
        }
        let mut moved = 0;
        while let Some(from) = loads.next_most(&self.loads, |member| !owned[member].is_empty()) {
            let to = loads.next_least(&self.loads);
            let Some(partition) = owned[from].pop() else { break };
            if loads.are_balanced() {
                break;
            }
            self.loads[from] -= 1;
            self.give(topic, partition, to);
            moved += 1;
        }
        moved
    }

    fn give(&mut self, topic: usize, partition: usize, member: usize) {
        self.owners[topic][partition] = Some(member);
        self.loads[member] += 1;
    }
}
