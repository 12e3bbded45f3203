//! The engine against recorded output of the real systems, see `tests/vectors/README.md`.
//!
//! Each file is a test of its own, which prints how many of its cases passed. A missing file and a file without a case
//! are failures, so that nothing passes by comparing nothing.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use flate2::read::GzDecoder;
use headwater::kernel::{Chance, Endpoint, SortedMap, Span, Time};
use headwater::model::actor::{Effect, Out, Timer};
use headwater::model::kafka::assignor::remote::{MemberSpec, RemoteAssignor, SubscriptionType, TopicSpec};
use headwater::model::kafka::assignor::{Assignor, LastAssignment, Metadata, Subscription};
use headwater::model::kafka::cluster::Cluster;
use headwater::model::kafka::config::{ClusterConfig, TopicConfig};
use headwater::model::kafka::controller::Controller;
use headwater::model::kafka::coordinator::{Caller, ConsumerGroup, Coordinator, Group, consumer};
use headwater::model::kafka::java_order::{Buckets, JavaHash, iteration_order};
use headwater::model::kafka::message::{BrokerId, ConsumerGroupHeartbeat, Correlation, Message, Request, Response};
use headwater::model::kafka::partitioner::{murmur2, partition_for_hash, partition_for_key, to_positive};
use headwater::model::{Name, TopicId, TopicPartition};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Nothing if the case passed, else what differs.
type Verdict = Result<(), String>;

#[test]
fn keys_hash_and_land_on_partitions_as_in_kafka() {
    check_file("murmur2", |case: &KeyCase| {
        let key = case.key_bytes();
        let hash = murmur2(&key);
        same("murmur2", hash, case.murmur2)?;
        same("positive", to_positive(hash), case.positive)?;
        same("partition", partition_for_key(&key, case.partitions), case.partition)?;
        same("partition by hash", partition_for_hash(hash, case.partitions), case.partition)
    });
}

#[derive(Deserialize)]
struct KeyCase {
    key_hex: String,
    murmur2: i32,
    positive: u32,
    partitions: u32,
    partition: u32,
}

impl KeyCase {
    fn key_bytes(&self) -> Vec<u8> {
        let (pairs, _) = self.key_hex.as_bytes().as_chunks::<2>();
        pairs.iter().map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }
}

#[test]
fn the_range_assignor_gives_the_same_lists_as_kafkas() {
    check_file("assign_range", |case: &GroupCase| case.check(Assignor::Range));
}

#[test]
fn the_round_robin_assignor_gives_the_same_lists_as_kafkas() {
    check_file("assign_roundrobin", |case: &GroupCase| case.check(Assignor::RoundRobin));
}

#[derive(Deserialize)]
struct GroupCase {
    topics: SortedMap<Name, u32>,
    members: Vec<GroupMember>,
    assignment: SortedMap<Name, Vec<(Name, u32)>>,
}

#[derive(Deserialize)]
struct GroupMember {
    member_id: Name,
    group_instance_id: Option<Name>,
    topics: Vec<Name>,
}

impl GroupCase {
    fn check(&self, assignor: Assignor) -> Verdict {
        let subscription = |member: &GroupMember| Subscription {
            member_id: member.member_id.clone(),
            instance_id: member.group_instance_id.clone(),
            metadata: Metadata::new(member.topics.clone()),
        };
        let members: Vec<Subscription> = self.members.iter().map(subscription).collect();
        let assigned = assignor.assign(&self.topics, &members);
        same("assignment", assigned, named(&self.assignment))
    }
}

/// By member, in the order recorded.
type Lists = SortedMap<Name, Vec<(Name, u32)>>;

fn named(lists: &Lists) -> SortedMap<Name, Vec<TopicPartition>> {
    lists.iter().map(|(member, list)| (member.clone(), partitions(list))).collect()
}

fn partitions(list: &[(Name, u32)]) -> Vec<TopicPartition> {
    list.iter().map(|(topic, partition)| TopicPartition::new(topic, *partition)).collect()
}

#[test]
fn the_sticky_assignor_gives_the_same_lists_as_kafkas() {
    check_file("assign_sticky", |case: &StickyCase| each_step(&case.steps, StickyRound::check_sticky));
}

#[test]
fn the_cooperative_sticky_assignor_gives_the_same_lists_as_kafkas() {
    check_file("assign_cooperative", |case: &CooperativeCase| {
        each_step(&case.steps, |step: &CooperativeStep| {
            each_step(&step.rounds, |round| round.check_cooperative(&step.topics))
        })
    });
}

fn each_step<S>(steps: &[S], check: impl Fn(&S) -> Verdict) -> Verdict {
    let with_number = |(number, step)| check(step).map_err(|difference| format!("step {number}: {difference}"));
    steps.iter().enumerate().try_for_each(with_number)
}

#[derive(Deserialize)]
struct StickyCase {
    steps: Vec<StickyRound>,
}

#[derive(Deserialize)]
struct CooperativeCase {
    steps: Vec<CooperativeStep>,
}

#[derive(Deserialize)]
struct CooperativeStep {
    topics: SortedMap<Name, u32>,
    rounds: Vec<StickyRound>,
}

#[derive(Deserialize)]
struct StickyRound {
    #[serde(default)]
    topics: SortedMap<Name, u32>,
    members: Vec<StickyMember>,
    assignment: Lists,
}

#[derive(Deserialize)]
struct StickyMember {
    member_id: Name,
    group_instance_id: Option<Name>,
    topics: Vec<Name>,
    generation_id: i32,
    prev: Option<Previous>,
    #[serde(default)]
    owned: Vec<(Name, u32)>,
}

#[derive(Deserialize)]
struct Previous {
    generation: i32,
    partitions: Vec<(Name, u32)>,
}

impl StickyRound {
    fn check_sticky(&self) -> Verdict {
        same("assignment", Assignor::Sticky.assign(&self.topics, &self.subscriptions()), named(&self.assignment))
    }

    fn check_cooperative(&self, topics: &SortedMap<Name, u32>) -> Verdict {
        let assigned = Assignor::CooperativeSticky.assign(topics, &self.subscriptions());
        same("assignment", assigned, named(&self.assignment))
    }

    fn subscriptions(&self) -> Vec<Subscription> {
        let remembered =
            |last: &Previous| LastAssignment { generation: last.generation, partitions: partitions(&last.partitions) };
        let metadata = |member: &StickyMember| Metadata {
            topics: member.topics.clone(),
            owned: partitions(&member.owned),
            generation: member.generation_id,
            remembered: member.prev.as_ref().map(remembered),
        };
        let subscription = |member: &StickyMember| Subscription {
            member_id: member.member_id.clone(),
            instance_id: member.group_instance_id.clone(),
            metadata: metadata(member),
        };
        self.members.iter().map(subscription).collect()
    }
}

#[test]
fn the_uniform_assignor_of_the_coordinator_gives_the_same_target_as_kafkas() {
    check_file("uniform848", |case: &RemoteCase| each_step(&case.steps, |step| step.check(RemoteAssignor::Uniform)));
}

#[test]
fn the_range_assignor_of_the_coordinator_gives_the_same_target_as_kafkas() {
    check_file("range848", |case: &RemoteCase| each_step(&case.steps, |step| step.check(RemoteAssignor::Range)));
}

#[derive(Deserialize)]
struct RemoteCase {
    steps: Vec<RemoteStep>,
}

#[derive(Deserialize)]
struct RemoteStep {
    topics: SortedMap<Name, RemoteTopic>,
    subscription_type: String,
    members: Vec<RemoteMember>,
    assignment: Lists,
}

#[derive(Deserialize)]
struct RemoteTopic {
    id_hi: String,
    id_lo: String,
    partitions: u32,
}

#[derive(Deserialize)]
struct RemoteMember {
    member_id: Name,
    group_instance_id: Option<Name>,
    topics: BTreeSet<Name>,
    current_target: Vec<(Name, u32)>,
}

impl RemoteStep {
    fn check(&self, assignor: RemoteAssignor) -> Verdict {
        let spec =
            |topic: &RemoteTopic| TopicSpec { id: topic_id(&topic.id_hi, &topic.id_lo), partitions: topic.partitions };
        let topics = self.topics.iter().map(|(name, topic)| (name.clone(), spec(topic))).collect();
        let member = |member: &RemoteMember| MemberSpec {
            member_id: member.member_id.clone(),
            instance_id: member.group_instance_id.clone(),
            topics: member.topics.clone(),
            target: partitions(&member.current_target),
        };
        let members: Vec<MemberSpec> = self.members.iter().map(member).collect();
        let kind = match SubscriptionType::of(&members) {
            SubscriptionType::Homogeneous => "homogeneous",
            SubscriptionType::Heterogeneous => "heterogeneous",
        };
        same("subscription type", kind, self.subscription_type.as_str())?;
        same("assignment", assignor.assign(&topics, &members), named(&self.assignment))
    }
}

#[test]
fn members_reconcile_heartbeat_by_heartbeat_as_in_kafka() {
    check_file("protocol848", Trace::check);
}

/// A group with the consumer protocol, heartbeat by heartbeat.
#[derive(Deserialize)]
struct Trace {
    assignor: RemoteAssignor,
    ops: Vec<Op>,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Op {
    Topic { topic: Name, id: String, partitions: u32 },
    Heartbeat { member: Name, request: Beat, response: Answer, after: After, new_target: Option<NewTarget> },
    Leave { member: Name, request: Beat, after: After },
    SessionTimeout { member: Name, after: After },
}

type Shares = SortedMap<Name, Vec<u32>>;

#[derive(Deserialize)]
struct Beat {
    epoch: i32,
    owned: Option<Shares>,
    topics: Option<Vec<Name>>,
}

#[derive(Deserialize)]
struct Answer {
    epoch: Option<i32>,
    assignment: Option<Shares>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct NewTarget {
    epoch: i32,
    members: SortedMap<Name, Shares>,
}

#[derive(Deserialize)]
struct After {
    group_state: String,
    group_epoch: i32,
    assignment_epoch: i32,
    member_state: Option<String>,
    member_epoch: Option<i32>,
    previous_member_epoch: Option<i32>,
    assigned: Option<Shares>,
    pending_revocation: Option<Shares>,
}

fn flat(shares: &Shares) -> Vec<TopicPartition> {
    let of = |(topic, list): (&Name, &Vec<u32>)| -> Vec<TopicPartition> {
        list.iter().map(|partition| TopicPartition::new(topic, *partition)).collect()
    };
    shares.iter().flat_map(of).collect()
}

/// The coordinator alone, with a clock that stands still.
struct Coordinated {
    coordinator: Coordinator,
    cluster: Cluster,
}

impl Trace {
    fn check(&self) -> Verdict {
        let mut cluster = Cluster::new(ClusterConfig::default());
        cluster.brokers.insert(BrokerId(1), Endpoint(1));
        let mut coordinated = Coordinated { coordinator: Coordinator::default(), cluster };
        let with_number = |(number, op)| {
            coordinated.play(op, self.assignor).map_err(|difference| format!("op {number}: {difference}"))
        };
        self.ops.iter().enumerate().try_for_each(with_number)
    }
}

impl Coordinated {
    fn play(&mut self, op: &Op, assignor: RemoteAssignor) -> Verdict {
        match op {
            Op::Topic { topic, id, partitions } => {
                self.topic(topic, id, *partitions);
                Ok(())
            }
            Op::Heartbeat { member, request, response, after, new_target } => {
                let before = self.group().map_or(0, ConsumerGroup::target_epoch);
                same("response", self.send(member, request, assignor), response.recorded())?;
                let target = self.group().map_or(0, ConsumerGroup::target_epoch);
                same("a new target", target > before, new_target.is_some())?;
                new_target.iter().try_for_each(|target| self.check_target(target))?;
                self.check_after(member, after)
            }
            Op::Leave { member, request, after } => {
                self.send(member, request, assignor).map_err(|code| format!("leaving is refused: {code}"))?;
                self.check_after(member, after)
            }
            Op::SessionTimeout { member, after } => {
                let timer = Timer::Session { group: GROUP.into(), member: member.clone() };
                self.coordinator.fire(Time::ZERO, &self.cluster, &timer, &mut Out::default());
                self.check_after(member, after)
            }
        }
    }

    fn topic(&mut self, name: &Name, id: &str, partitions: u32) {
        let mut controller = Controller::default();
        controller.take_in(BrokerId(1), None);
        let chance = &mut Chance::of(1, "placement");
        if !self.cluster.topics.contains_key(name) {
            let config = TopicConfig { partitions: 1, ..TopicConfig::default() };
            controller.create_topic(name, config, &mut self.cluster, chance);
        }
        controller.place_partitions(name, partitions, &mut self.cluster, chance);
        Arc::make_mut(self.cluster.topics.get_mut(name).unwrap()).id = decoded(id);
    }

    fn group(&self) -> Option<&ConsumerGroup> {
        self.coordinator.group(&GROUP.into()).and_then(Group::as_consumer)
    }

    fn send(
        &mut self,
        member: &Name,
        beat: &Beat,
        assignor: RemoteAssignor,
    ) -> Result<(i32, Option<Vec<TopicPartition>>), String> {
        let request = Request::ConsumerGroupHeartbeat(ConsumerGroupHeartbeat {
            group: GROUP.into(),
            client_id: member.clone(),
            member_id: member.clone(),
            member_epoch: beat.epoch,
            instance_id: None,
            rebalance_timeout: (beat.epoch == 0).then_some(Span::from_secs(300)),
            topics: beat.topics.clone(),
            assignor: Some(assignor),
            owned: beat.owned.as_ref().map(flat),
        });
        let caller = Caller { endpoint: Endpoint(0), correlation: Correlation(0) };
        let mut out = Out::default();
        self.coordinator.handle(Time::ZERO, &self.cluster, caller, &request, &mut out);
        let answers = out.effects.into_iter().filter_map(|effect| match effect {
            Effect::Send {
                message: Message::Response { response: Response::ConsumerGroupHeartbeat(it), .. }, ..
            } => Some(it),
            _ => None,
        });
        let answer = answers.last().expect("every heartbeat is answered at once");
        answer.map(|answer| (answer.member_epoch, answer.assignment)).map_err(|code| code.name().to_owned())
    }

    fn check_target(&self, recorded: &NewTarget) -> Verdict {
        let group = self.group().expect("a group that has a target");
        same("target epoch", group.target_epoch(), recorded.epoch)?;
        let ours: SortedMap<Name, Vec<TopicPartition>> =
            group.members().map(|member| (member.id.clone(), group.target(&member.id).to_vec())).collect();
        same("target", ours, recorded.members.iter().map(|(id, shares)| (id.clone(), flat(shares))).collect())
    }

    fn check_after(&self, id: &Name, after: &After) -> Verdict {
        let group = self.group().expect("a group that somebody has joined");
        same("group state", group.state().name(), after.group_state.as_str())?;
        same("group epoch", group.epoch(), after.group_epoch)?;
        same("assignment epoch", group.target_epoch(), after.assignment_epoch)?;
        let member = group.member(id);
        same("member state", member.map(|member| member.state.name()), after.member_state.as_deref())?;
        same("member epoch", member.map(|member| member.epoch), after.member_epoch)?;
        same("previous epoch", member.map(|member| member.previous_epoch), after.previous_member_epoch)?;
        let listed = |of: fn(&consumer::Member) -> &BTreeSet<TopicPartition>| {
            member.map(|member| of(member).iter().cloned().collect::<Vec<_>>())
        };
        same("assigned", listed(|member| &member.assigned), after.assigned.as_ref().map(flat))?;
        same(
            "pending revocation",
            listed(|member| &member.pending_revocation),
            after.pending_revocation.as_ref().map(flat),
        )
    }
}

impl Answer {
    fn recorded(&self) -> Result<(i32, Option<Vec<TopicPartition>>), String> {
        match (&self.error, self.epoch) {
            (None, Some(epoch)) => Ok((epoch, self.assignment.as_ref().map(flat))),
            (error, _) => Err(error.clone().unwrap_or_default()),
        }
    }
}

const GROUP: &str = "g";

/// `Uuid#toString`: sixteen bytes as base64 for addresses, without padding.
fn decoded(id: &str) -> TopicId {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    // 22 digits of 6 bits are 4 bits more than there are.
    let (head, last) = id.split_at(id.len() - 1);
    let head = head.bytes().fold(0_u128, |bits, c| bits << 6 | u128::from(digit(c)));
    let value = head << 2 | u128::from(digit(last.as_bytes()[0]) >> 4);
    TopicId { hi: (value >> 64) as i64, lo: value as i64 }
}

fn topic_id(hi: &str, lo: &str) -> TopicId {
    TopicId { hi: hi.parse().unwrap(), lo: lo.parse().unwrap() }
}

#[test]
fn keys_iterate_in_the_order_of_javas_hash_tables() {
    check_file("java_hash_order", |case: &HashCase| match &case.keys {
        HashedKeys::String { insert, iteration } => case.check(insert, iteration),
        HashedKeys::TopicPartition { insert, iteration } => case.check(&partitions(insert), &partitions(iteration)),
        HashedKeys::Uuid { insert, iteration } => case.check(&topic_ids(insert), &topic_ids(iteration)),
    });
}

#[derive(Deserialize)]
struct HashCase {
    ctor: Constructor,
    hash_codes: Vec<i32>,
    #[serde(flatten)]
    keys: HashedKeys,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Constructor {
    Default,
    Capacity { capacity: u32 },
    HashsetOfCollection,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum HashedKeys {
    String { insert: Vec<Name>, iteration: Vec<Name> },
    TopicPartition { insert: Vec<(Name, u32)>, iteration: Vec<(Name, u32)> },
    Uuid { insert: Vec<(String, String)>, iteration: Vec<(String, String)> },
}

impl HashCase {
    fn check<K: JavaHash + Ord + Debug>(&self, insert: &[K], iteration: &[K]) -> Verdict {
        let hashes: Vec<i32> = insert.iter().map(JavaHash::java_hash).collect();
        same("hash codes", &hashes, &self.hash_codes)?;
        let fresh = match self.ctor {
            Constructor::Default => Buckets::default(),
            Constructor::Capacity { capacity } => Buckets::with_capacity(capacity),
            Constructor::HashsetOfCollection => Buckets::for_collection_of(insert.len() as u32),
        };
        same("iteration", iteration_order(fresh, insert), iteration.iter().collect())
    }
}

/// Topic ids as recorded: two signed halves in decimal.
fn topic_ids(recorded: &[(String, String)]) -> Vec<TopicId> {
    recorded.iter().map(|(hi, lo)| topic_id(hi, lo)).collect()
}

fn same<T: PartialEq + Debug>(what: &str, ours: T, recorded: T) -> Verdict {
    if ours == recorded { Ok(()) } else { Err(format!("{what}\n   is {ours:?}\n  not {recorded:?}")) }
}

/// Checks every case of a file, prints the score and then fails if a case did.
fn check_file<C: DeserializeOwned>(name: &str, check: impl Fn(&C) -> Verdict) {
    let cases: Vec<C> = read_cases(name);
    let verdict = |(number, case)| check(case).err().map(|difference| format!("case {number}: {difference}"));
    let failures: Vec<String> = cases.iter().enumerate().filter_map(verdict).collect();
    // Written past the test harness, which would keep the score of a passing test to itself.
    let mut terminal = std::io::stdout();
    writeln!(terminal, "{name}: {} of {} cases passed", cases.len() - failures.len(), cases.len()).unwrap();
    assert!(failures.is_empty(), "{name} differs from the recording; the first of the differences:\n{}", failures[0]);
}

fn read_cases<C: DeserializeOwned>(name: &str) -> Vec<C> {
    let beside_this_file = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors"));
    let folder = std::env::var_os("HEADWATER_VECTORS").map_or_else(beside_this_file, PathBuf::from);
    let path = folder.join(format!("{name}.json.gz"));
    let file = File::open(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let cases: Vec<C> = serde_json::from_reader(std::io::BufReader::new(GzDecoder::new(file)))
        .unwrap_or_else(|error| panic!("{} is not a gzipped array of cases: {error}", path.display()));
    assert!(!cases.is_empty(), "{} has no case", path.display());
    cases
}
