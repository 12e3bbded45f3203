//! What holds of every assignment, whoever the members are. The recorded vectors say what Kafka does with certain groups;
//! these laws say what it promises to all of them. A law that breaks prints the group as a case of `tests/vectors`, and, where
//! such a group can be had in a run, how to see it.

mod reproduction {
    pub mod seen;
}

use std::collections::BTreeSet;
use std::fmt;

use headwater::kernel::SortedMap;
use headwater::model::kafka::assignor::remote::{MemberSpec, RemoteAssignor, TopicSpec};
use headwater::model::kafka::assignor::{Assignment, Assignor, LastAssignment, Metadata, Subscription};
use headwater::model::{Name, TopicId, TopicPartition};
use headwater::scenario::Scenario;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use reproduction::seen::how_to_see;
use serde_json::{Value, json};

/// The leader's input to an assignor.
#[derive(Clone)]
struct Group {
    partitions: SortedMap<Name, u32>,
    members: Vec<Subscription>,
}

impl Group {
    fn assign(&self, assignor: Assignor) -> Assignment {
        assignor.assign(&self.partitions, &self.members)
    }

    /// The same group after this assignment: what its members had, as eager and as cooperative ones say it.
    fn after(&self, assignment: &Assignment, generation: i32) -> Group {
        let mut group = self.clone();
        for member in &mut group.members {
            let Some(list) = assignment.get(&member.member_id) else { continue };
            let topics = &member.metadata.topics;
            member.metadata.owned = list.iter().filter(|it| topics.contains(&it.topic)).cloned().collect();
            member.metadata.generation = generation;
            member.metadata.remembered = Some(LastAssignment { generation, partitions: list.clone() });
        }
        group
    }

    /// Rebalances cooperatively, from what members own, until nobody has to give anything up.
    fn settle(&self, owned: Assignment) -> Assignment {
        let mut owned = owned;
        for generation in 1..6 {
            owned = self.after(&owned, generation).assign(Assignor::CooperativeSticky);
        }
        owned
    }

    /// By the coordinator, after it had meant this.
    fn assign_remotely(&self, assignor: RemoteAssignor, before: &Assignment) -> Assignment {
        let spec = |(number, (name, partitions)): (i64, (&Name, &u32))| {
            (name.clone(), TopicSpec { id: TopicId { hi: number, lo: 7 }, partitions: *partitions })
        };
        let topics = (0..).zip(&self.partitions).map(spec).collect();
        let member = |member: &Subscription| MemberSpec {
            member_id: member.member_id.clone(),
            instance_id: member.instance_id.clone(),
            topics: member.metadata.topics.iter().cloned().collect(),
            target: before.get(&member.member_id).cloned().unwrap_or_default(),
        };
        assignor.assign(&topics, &self.members.iter().map(member).collect::<Vec<_>>())
    }

    fn subscribers(&self, topic: &Name) -> Vec<&Subscription> {
        self.members.iter().filter(|member| member.metadata.topics.contains(topic)).collect()
    }

    /// Every partition that somebody subscribes to.
    fn wanted(&self) -> BTreeSet<TopicPartition> {
        let wanted = self.partitions.iter().filter(|(topic, _)| !self.subscribers(topic).is_empty());
        wanted.flat_map(|(topic, count)| (0..*count).map(|partition| TopicPartition::new(topic, partition))).collect()
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "As a case of tests/vectors:\n{}\n\n", self.case())?;
        self.scenario().map_or(Ok(()), |scenario| writeln!(f, "{}", how_to_see(&scenario)))
    }
}

impl Group {
    /// As the recorded cases are written, without what comes out.
    fn case(&self) -> Value {
        let member = |member: &Subscription| {
            let Metadata { topics, owned, generation, .. } = &member.metadata;
            let owned: Vec<(&Name, u32)> = owned.iter().map(|it| (&it.topic, it.partition)).collect();
            json!({
                "member_id": member.member_id, "group_instance_id": member.instance_id, "topics": topics,
                "owned": owned, "generation_id": generation,
            })
        };
        json!({ "topics": self.partitions, "members": self.members.iter().map(member).collect::<Vec<_>>() })
    }

    /// A run in which a group like this forms, with the assignor that members have by default. There its members share their
    /// subscription and are static or not, all of them; nobody owns anything yet.
    fn scenario(&self) -> Option<Scenario> {
        let first = self.members.first()?;
        let wanted = |member: &Subscription| member.metadata.topics.iter().cloned().collect::<BTreeSet<_>>();
        let is_like_the_first = |member: &Subscription| {
            let is_alike =
                wanted(member) == wanted(first) && member.instance_id.is_some() == first.instance_id.is_some();
            is_alike && member.metadata.owned.is_empty()
        };
        let topics: Vec<(&Name, &u32)> =
            self.partitions.iter().filter(|(topic, count)| wanted(first).contains(*topic) && **count > 0).collect();
        if !self.members.iter().all(is_like_the_first) || topics.is_empty() {
            return None;
        }
        let add_topic = |(topic, partitions): &(&Name, &u32)| json!({ "type": "add_topic", "topic": topic, "config": { "partitions": partitions } });
        let names: Vec<&Name> = topics.iter().map(|(topic, _)| *topic).collect();
        let instance_id = first.instance_id.as_ref().map(|_| "client.id");
        let config = json!({ "group.instance.id": instance_id });
        let mut commands: Vec<Value> = topics.iter().map(add_topic).collect();
        commands.push(json!({ "type": "add_group", "group": "group", "topics": names, "config": config }));
        let ids = self.members.iter().map(|member| format!("member-{}", member.member_id));
        commands.extend(ids.map(|id| json!({ "type": "add_consumer", "consumer": id, "group": "group" })));
        let document = json!({ "version": 1, "seed": 1, "opens_at_ms": 10_000, "commands": commands });
        Scenario::from_json(&document.to_string()).ok()
    }
}

const ASSIGNORS: [Assignor; 4] = [Assignor::Range, Assignor::RoundRobin, Assignor::Sticky, Assignor::CooperativeSticky];
/// Those that do not look at what members had.
const FORGETFUL: [Assignor; 2] = [Assignor::Range, Assignor::RoundRobin];
const STICKY: [Assignor; 2] = [Assignor::Sticky, Assignor::CooperativeSticky];
const REMOTE: [RemoteAssignor; 2] = [RemoteAssignor::Uniform, RemoteAssignor::Range];
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
            let strays: Vec<_> = assignment[&member.member_id].iter().filter(|it| !member.metadata.topics.contains(&it.topic)).collect();
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
    fn the_order_in_which_members_joined_and_name_their_topics_does_not_matter((group, shuffled) in group_and_shuffled(), assignor in select(&FORGETFUL)) {
        prop_assert_eq!(sorted(group.assign(assignor)), sorted(shuffled.assign(assignor)));
    }

    #[test]
    fn static_members_come_before_dynamic_ones_whatever_their_ids(count in 1..10_u32) {
        let member = |id: &str, instance: Option<&str>| subscription(id.into(), instance.map(Name::from), &["orders"]);
        let members = [member("a", None), member("z", Some("i-2")), member("y", Some("i-3"))];
        let assignment = Assignor::RoundRobin.assign(&[("orders".into(), count)].into(), &members);
        let shares = ["z", "y", "a"].map(|id| assignment[id].len() as u32);
        prop_assert_eq!(shares, [count.div_ceil(3), (count + 1) / 3, count / 3]);
    }
}

proptest! {
    #[test]
    fn a_sticky_assignment_is_as_even_as_the_subscriptions_allow(group in any_group(), assignor in select(&STICKY)) {
        is_even(&group, &group.assign(assignor))?;
    }

    #[test]
    fn assigning_again_moves_nothing(group in any_group(), assignor in select(&STICKY)) {
        let first = sorted(group.assign(assignor));
        let again = sorted(group.after(&first, 1).assign(assignor));
        prop_assert_eq!(first, again);
    }

    #[test]
    fn a_cooperative_assignment_gives_nobody_what_another_still_owns((group, next) in two_groups()) {
        let owned = group.assign(Assignor::CooperativeSticky);
        let next = next.after(&owned, 1);
        let given = next.assign(Assignor::CooperativeSticky);
        let owner_of: SortedMap<&TopicPartition, &Name> = next.members.iter().flat_map(|member| {
            member.metadata.owned.iter().map(move |partition| (partition, &member.member_id))
        }).collect();
        for (member, list) in &given {
            for partition in list {
                let owner = owner_of.get(partition);
                prop_assert!(owner.is_none_or(|owner| *owner == member), "{partition} goes to {member}, and {owner:?} has it");
            }
        }
    }

    #[test]
    fn what_a_cooperative_assignment_holds_back_is_given_out_before_long((group, next) in two_groups()) {
        let settled = next.settle(group.assign(Assignor::CooperativeSticky));
        prop_assert_eq!(settled.values().flatten().cloned().collect::<BTreeSet<_>>(), next.wanted());
        is_even(&next, &settled)?;
    }

    #[test]
    fn the_coordinator_gives_every_wanted_partition_to_exactly_one_subscriber((group, next) in two_groups(), assignor in select(&REMOTE)) {
        let first = group.assign_remotely(assignor, &Assignment::new());
        each_wanted_partition_has_one_subscriber(&group, &first);
        each_wanted_partition_has_one_subscriber(&next, &next.assign_remotely(assignor, &first));
    }

    #[test]
    fn the_coordinators_assignment_stays_while_nothing_changes(group in any_group(), assignor in select(&REMOTE)) {
        let first = group.assign_remotely(assignor, &Assignment::new());
        prop_assert_eq!(group.assign_remotely(assignor, &first), first);
    }

    #[test]
    fn the_uniform_assignor_is_even_when_all_subscribe_to_the_same_topics((group, next) in two_groups()) {
        let (mut group, mut next) = (group, next);
        subscribe_all(&mut group, &TOPICS);
        subscribe_all(&mut next, &TOPICS);
        let first = group.assign_remotely(RemoteAssignor::Uniform, &Assignment::new());
        let second = next.assign_remotely(RemoteAssignor::Uniform, &first);
        let shares: Vec<usize> = second.values().map(Vec::len).collect();
        prop_assert!(spread(&shares) <= 1, "the shares are {shares:?}");
    }
}

/// Kafka compares the others with the first member that subscribes to anything, and takes whoever came before for one of
/// them (`AbstractStickyAssignor#allSubscriptionsEqual`).
#[test]
fn a_member_without_a_topic_can_be_given_partitions_if_the_hash_map_has_it_first() {
    let members = vec![dynamic(1, &["orders"]), dynamic(2, &[])];
    let group = Group { partitions: [("orders".into(), 2)].into(), members };
    let shares: Vec<usize> = group.assign(Assignor::Sticky).values().map(Vec::len).collect();
    assert_eq!(shares, [1, 1]);
}

/// All subscriptions of up to 4 members to 2 topics of up to 6 partitions, not a sample of them.
#[test]
fn no_small_group_leaves_a_partition_without_a_reader_or_with_two() {
    let mut groups = 0;
    for group in small_groups(&[&[], &["a"], &["b"], &["a", "b"]]) {
        for assignor in FORGETFUL {
            each_wanted_partition_has_one_subscriber(&group, &group.assign(assignor));
        }
        for assignor in REMOTE {
            each_wanted_partition_has_one_subscriber(&group, &group.assign_remotely(assignor, &Assignment::new()));
        }
        groups += 1;
    }
    assert_eq!(groups, (4 + 16 + 64 + 256) * 49);
}

/// The same with sticky assignors, and then again without the first member and with what the others had.
#[test]
fn no_small_group_that_loses_a_member_leaves_a_partition_without_a_reader_or_with_two() {
    let mut groups = 0;
    for group in small_groups(&[&["a"], &["b"], &["a", "b"]]) {
        let mut smaller = group.clone();
        smaller.members.remove(0);
        for assignor in STICKY {
            each_wanted_partition_has_one_subscriber(&group, &group.assign(assignor));
        }
        let eager = smaller.after(&group.assign(Assignor::Sticky), 1).assign(Assignor::Sticky);
        each_wanted_partition_has_one_subscriber(&smaller, &eager);
        let cooperative = smaller.settle(group.assign(Assignor::CooperativeSticky));
        each_wanted_partition_has_one_subscriber(&smaller, &cooperative);
        for assignor in REMOTE {
            let first = group.assign_remotely(assignor, &Assignment::new());
            each_wanted_partition_has_one_subscriber(&smaller, &smaller.assign_remotely(assignor, &first));
        }
        groups += 1;
    }
    assert_eq!(groups, (3 + 9 + 27 + 81) * 49);
}

/// Every group of up to 4 members with one of these subscriptions each, and two topics of 0 to 6 partitions.
fn small_groups(choices: &'static [&'static [&'static str]]) -> impl Iterator<Item = Group> {
    let subscriptions = (1..=4_u32).flat_map(move |members| {
        let count = choices.len();
        (0..count.pow(members)).map(move |code| {
            let choice = |member: u32| choices[code / count.pow(member) % count];
            (0..members).map(|member| dynamic(member, choice(member))).collect::<Vec<_>>()
        })
    });
    subscriptions.flat_map(|members| {
        (0..=6).flat_map(|a| (0..=6).map(move |b| (a, b))).map(move |(a, b)| Group {
            partitions: [("a".into(), a), ("b".into(), b)].into(),
            members: members.clone(),
        })
    })
}

fn each_wanted_partition_has_one_subscriber(group: &Group, assignment: &Assignment) {
    let mut unread = group.wanted();
    for (member, list) in assignment {
        let subscription = group.members.iter().find(|it| it.member_id == *member).expect("a member");
        for partition in list {
            assert!(unread.remove(partition), "{partition} has a second reader, {member}: {group:?}");
            assert!(subscription.metadata.topics.contains(&partition.topic), "{member} got {partition}: {group:?}");
        }
    }
    assert!(unread.is_empty(), "nobody reads {unread:?}: {group:?}");
}

/// Nobody could take a partition from somebody that has at least two more.
fn is_even(group: &Group, assignment: &Assignment) -> Result<(), TestCaseError> {
    for poorer in &group.members {
        let has = assignment[&poorer.member_id].len();
        for richer in assignment.values().filter(|list| list.len() > has + 1) {
            let could_move = richer.iter().find(|partition| poorer.metadata.topics.contains(&partition.topic));
            prop_assert!(could_move.is_none(), "{} has {has}, and could have {could_move:?}", poorer.member_id);
        }
    }
    Ok(())
}

fn sorted(mut assignment: Assignment) -> Assignment {
    assignment.values_mut().for_each(|list| list.sort());
    assignment
}

fn dynamic(number: u32, topics: &[&str]) -> Subscription {
    subscription(format!("consumer-{number}").into(), None, topics)
}

fn subscription(member_id: Name, instance_id: Option<Name>, topics: &[&str]) -> Subscription {
    Subscription { member_id, instance_id, metadata: Metadata::new(names(topics)) }
}

fn names(topics: &[&str]) -> Vec<Name> {
    topics.iter().copied().map(Name::from).collect()
}

fn subscribe_all(group: &mut Group, topics: &[&str]) {
    group.members.iter_mut().for_each(|member| member.metadata.topics = names(topics));
}

fn spread(shares: &[usize]) -> usize {
    shares.iter().max().unwrap_or(&0) - shares.iter().min().unwrap_or(&0)
}

/// Up to twenty members, some of them static, each with a subscription of its own; some topics have no partition and
/// some do not exist.
fn any_group() -> impl Strategy<Value = Group> {
    let counts = prop::collection::vec(0..20_u32, TOPICS.len() - 1);
    let partitions = counts.prop_map(|counts| TOPICS.iter().copied().map(Name::from).zip(counts).collect());
    let member = (any::<bool>(), subsequence(TOPICS.to_vec(), 1..=TOPICS.len()));
    let ids = prop::collection::btree_set("[a-z0-9-]{1,8}", 1..20);
    (partitions, ids, prop::collection::vec(member, 20)).prop_map(|(partitions, ids, members)| {
        let member = |(id, (is_static, topics)): (String, (bool, Vec<&str>))| {
            let instance_id = is_static.then(|| format!("instance-{id}").into());
            subscription(id.into(), instance_id, &topics)
        };
        Group { partitions, members: ids.into_iter().zip(members).map(member).collect() }
    })
}

/// A group, and one with the same topics in which some members are others, or subscribe to something else.
fn two_groups() -> impl Strategy<Value = (Group, Group)> {
    (any_group(), any_group()).prop_map(|(group, mut next)| {
        next.partitions = group.partitions.clone();
        let stay = group.members.iter().step_by(2).cloned();
        next.members.retain(|member| group.members.iter().all(|other| other.member_id != member.member_id));
        next.members.extend(stay);
        (group, next)
    })
}

fn group_and_shuffled() -> impl Strategy<Value = (Group, Group)> {
    let shuffled = |group: Group| {
        let partitions = group.partitions.clone();
        let members = Just(group.members.clone()).prop_shuffle().prop_map(|mut members| {
            members.iter_mut().for_each(|member| member.metadata.topics.reverse());
            members
        });
        (Just(group), members.prop_map(move |members| Group { partitions: partitions.clone(), members }))
    };
    any_group().prop_flat_map(shuffled)
}

#[test]
fn a_group_that_breaks_a_law_says_how_to_see_it() {
    let members = vec![dynamic(1, &["a"]), dynamic(2, &["a"])];
    let group = Group { partitions: [("a".into(), 2)].into(), members };
    let said = format!("{group:?}");
    for part in [r#""topics":{"a":2}"#, "As a script:", "As a link:\n#1", r#""consumer":"member-consumer-2""#] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}
