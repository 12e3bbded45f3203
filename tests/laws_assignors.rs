//! What holds of every assignment, whoever the members are. The recorded vectors say what Kafka does with certain groups;
//! these laws say what it promises to all of them.

use std::collections::{BTreeMap, BTreeSet};

use headwater::model::kafka::assignor::{Assignment, Assignor, Subscription};
use headwater::model::{Name, TopicPartition};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The leader's input to an assignor.
#[derive(Clone, Debug)]
struct Group {
    partitions: BTreeMap<Name, u32>,
    members: Vec<Subscription>,
}

impl Group {
    fn assign(&self, assignor: Assignor) -> Assignment {
        assignor.assign(&self.partitions, &self.members)
    }

    fn subscribers(&self, topic: &Name) -> Vec<&Subscription> {
        self.members.iter().filter(|member| member.topics.contains(topic)).collect()
    }

    /// Every partition that somebody subscribes to.
    fn wanted(&self) -> BTreeSet<TopicPartition> {
        let wanted = self.partitions.iter().filter(|(topic, _)| !self.subscribers(topic).is_empty());
        wanted.flat_map(|(topic, count)| (0..*count).map(|partition| TopicPartition::new(topic, partition))).collect()
    }
}

const ASSIGNORS: [Assignor; 2] = [Assignor::Range, Assignor::RoundRobin];
const TOPICS: [&str; 5] = ["orders", "payments", "t0", "t10", "no-such-topic"];

proptest! {
    #[test]
    fn every_wanted_partition_goes_to_exactly_one_member(group in any_group(), assignor in select(&ASSIGNORS)) {
        let assignment = group.assign(assignor);
        let given: Vec<&TopicPartition> = assignment.values().flatten().collect();
        prop_assert_eq!(given.len(), group.wanted().len());
        prop_assert_eq!(given.into_iter().cloned().collect::<BTreeSet<_>>(), group.wanted());
    }

    #[test]
    fn a_member_only_reads_topics_it_subscribes_to(group in any_group(), assignor in select(&ASSIGNORS)) {
        let assignment = group.assign(assignor);
        for member in &group.members {
            let strays: Vec<_> = assignment[&member.member_id].iter().filter(|it| !member.topics.contains(&it.topic)).collect();
            prop_assert!(strays.is_empty(), "{} got {strays:?}", member.member_id);
        }
    }

    #[test]
    fn every_member_is_in_the_assignment_and_nobody_else(group in any_group(), assignor in select(&ASSIGNORS)) {
        let ids: BTreeSet<Name> = group.members.iter().map(|member| member.member_id.clone()).collect();
        prop_assert_eq!(group.assign(assignor).into_keys().collect::<BTreeSet<_>>(), ids);
    }

    #[test]
    fn range_gives_a_member_consecutive_partitions_of_a_topic(group in any_group()) {
        for list in group.assign(Assignor::Range).values() {
            for pair in list.windows(2).filter(|pair| pair[0].topic == pair[1].topic) {
                prop_assert_eq!(pair[0].partition + 1, pair[1].partition);
            }
            let stretches = list.chunk_by(|a, b| a.topic == b.topic).count();
            let topics: BTreeSet<&Name> = list.iter().map(|it| &it.topic).collect();
            prop_assert_eq!(stretches, topics.len(), "a topic's partitions stand together");
        }
    }

    #[test]
    fn range_divides_each_topic_evenly_among_its_subscribers(group in any_group()) {
        let assignment = group.assign(Assignor::Range);
        for topic in group.partitions.keys() {
            let share = |member: &&Subscription| assignment[&member.member_id].iter().filter(|it| &it.topic == topic).count();
            let shares: Vec<usize> = group.subscribers(topic).iter().map(share).collect();
            prop_assert!(spread(&shares) <= 1, "{topic} is divided {shares:?}");
        }
    }

    #[test]
    fn range_divides_topics_of_one_size_alike_when_all_subscribe_to_both(group in any_group(), count in 1..20_u32) {
        let mut group = group;
        group.partitions = [(Name::from("orders"), count), (Name::from("payments"), count)].into();
        subscribe_all(&mut group, &["orders", "payments"]);
        for (member, list) in group.assign(Assignor::Range) {
            let of = |topic: &str| -> Vec<u32> { list.iter().filter(|it| it.topic.as_str() == topic).map(|it| it.partition).collect() };
            prop_assert_eq!(of("orders"), of("payments"), "{} joins the two", member);
        }
    }

    #[test]
    fn round_robin_is_even_when_all_subscribe_to_the_same_topics(group in any_group()) {
        let mut group = group;
        subscribe_all(&mut group, &TOPICS);
        let shares: Vec<usize> = group.assign(Assignor::RoundRobin).values().map(Vec::len).collect();
        prop_assert!(spread(&shares) <= 1, "the shares are {shares:?}");
    }

    #[test]
    fn round_robin_lists_a_members_partitions_in_order(group in any_group()) {
        for list in group.assign(Assignor::RoundRobin).values() {
            prop_assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn the_order_in_which_members_joined_and_name_their_topics_does_not_matter((group, shuffled) in group_and_shuffled(), assignor in select(&ASSIGNORS)) {
        let sorted = |mut assignment: Assignment| { assignment.values_mut().for_each(|list| list.sort()); assignment };
        prop_assert_eq!(sorted(group.assign(assignor)), sorted(shuffled.assign(assignor)));
    }

    #[test]
    fn static_members_come_before_dynamic_ones_whatever_their_ids(count in 1..10_u32) {
        let member = |id: &str, instance: Option<&str>| Subscription { member_id: id.into(), instance_id: instance.map(Name::from), topics: vec!["orders".into()] };
        let members = [member("a", None), member("z", Some("i-2")), member("y", Some("i-3"))];
        let assignment = Assignor::RoundRobin.assign(&[("orders".into(), count)].into(), &members);
        let shares = ["z", "y", "a"].map(|id| assignment[id].len() as u32);
        prop_assert_eq!(shares, [count.div_ceil(3), (count + 1) / 3, count / 3]);
    }
}

/// All subscriptions of up to 4 members to 2 topics of up to 6 partitions, not a sample of them.
#[test]
fn no_small_group_leaves_a_partition_without_a_reader_or_with_two() {
    let choices: [&[&str]; 4] = [&[], &["a"], &["b"], &["a", "b"]];
    let mut groups = 0;
    for members in 1..=4_u32 {
        for code in 0..4_usize.pow(members) {
            let choice = |member: u32| choices[code / 4_usize.pow(member) % 4];
            let subscriptions: Vec<Subscription> = (0..members).map(|member| dynamic(member, choice(member))).collect();
            for (a, b) in (0..=6).flat_map(|a| (0..=6).map(move |b| (a, b))) {
                let group =
                    Group { partitions: [("a".into(), a), ("b".into(), b)].into(), members: subscriptions.clone() };
                ASSIGNORS.iter().for_each(|assignor| each_partition_has_one_reader(&group, *assignor));
                groups += 1;
            }
        }
    }
    assert_eq!(groups, (4 + 16 + 64 + 256) * 49);
}

fn each_partition_has_one_reader(group: &Group, assignor: Assignor) {
    let mut unread = group.wanted();
    for (member, list) in group.assign(assignor) {
        for partition in list {
            assert!(unread.remove(&partition), "{partition} has a second reader, {member}: {assignor:?} of {group:?}");
        }
    }
    assert!(unread.is_empty(), "nobody reads {unread:?}: {assignor:?} of {group:?}");
}

fn dynamic(number: u32, topics: &[&str]) -> Subscription {
    Subscription { member_id: format!("consumer-{number}").into(), instance_id: None, topics: names(topics) }
}

fn names(topics: &[&str]) -> Vec<Name> {
    topics.iter().copied().map(Name::from).collect()
}

fn subscribe_all(group: &mut Group, topics: &[&str]) {
    group.members.iter_mut().for_each(|member| member.topics = names(topics));
}

fn spread(shares: &[usize]) -> usize {
    shares.iter().max().unwrap_or(&0) - shares.iter().min().unwrap_or(&0)
}

/// Up to twenty members, some of them static, each with a subscription of its own; some topics have no partition and
/// some do not exist.
fn any_group() -> impl Strategy<Value = Group> {
    let counts = prop::collection::vec(0..20_u32, TOPICS.len() - 1);
    let partitions = counts.prop_map(|counts| TOPICS.iter().copied().map(Name::from).zip(counts).collect());
    let member = (any::<bool>(), subsequence(TOPICS.to_vec(), 0..=TOPICS.len()));
    let ids = prop::collection::btree_set("[a-z0-9-]{1,8}", 1..20);
    (partitions, ids, prop::collection::vec(member, 20)).prop_map(|(partitions, ids, members)| {
        let subscription = |(id, (is_static, topics)): (String, (bool, Vec<&str>))| Subscription {
            instance_id: is_static.then(|| format!("instance-{id}").into()),
            member_id: id.into(),
            topics: names(&topics),
        };
        Group { partitions, members: ids.into_iter().zip(members).map(subscription).collect() }
    })
}

fn group_and_shuffled() -> impl Strategy<Value = (Group, Group)> {
    let shuffled = |group: Group| {
        let partitions = group.partitions.clone();
        let members = Just(group.members.clone()).prop_shuffle().prop_map(|mut members| {
            members.iter_mut().for_each(|member| member.topics.reverse());
            members
        });
        (Just(group), members.prop_map(move |members| Group { partitions: partitions.clone(), members }))
    };
    any_group().prop_flat_map(shuffled)
}
