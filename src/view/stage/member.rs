//! A consumer's row in its group's card: what it believes itself, and what the coordinator holds of it.
//!
//! The two differ after a kill. The process is gone, and the coordinator still counts it in; a consumer that was
//! started again is there twice, under its old member id and its new one, until the session of the old one times out.

use super::{Fuse, InHand, Life, MemberCard, MemberEpoch};
use crate::engine::World;
use crate::kernel::{Span, Time};
use crate::model::Name;
use crate::model::fact::GroupState;
use crate::model::kafka::consumer::{self, Application, Consumer, Phase};
use crate::model::kafka::coordinator::{Group, Member, MemberState};
use crate::model::kafka::producer;

pub fn card(world: &World, consumer: &Consumer) -> MemberCard {
    let group = world.group(&consumer.group);
    let known_as = || group.into_iter().flat_map(|group| members_named(group, &consumer.name));
    let epoch = group.and_then(|group| epoch(group, &consumer.name));
    MemberCard {
        id: consumer.name.clone(),
        label: world.stage.label_of(&consumer.name),
        life: life(world, consumer),
        phase: epoch
            .as_ref()
            .and_then(|epoch| epoch.waits)
            .filter(|_| consumer.life.has_process())
            .unwrap_or_else(|| phase(consumer)),
        assigned: consumer.assignment.keys().cloned().collect(),
        held: known_as().flat_map(|member| member.assignment.into_iter().cloned()).collect(),
        epoch,
        rate: world.meters.get(&consumer.name).map_or(0, |meter| meter.per_second(world.now)),
        session: known_as().find_map(|member| session(world, &member)),
        poll: poll(world, consumer),
        in_hand: in_hand(world, consumer),
        buffered: consumer.buffered(),
        slowed_percent: consumer.slowed_percent,
        has_wrong_clock: !world.clocks.of(consumer.endpoint).is_right(),
        problem: problem(world, consumer, group),
    }
}

/// Everything the coordinator has under this client id, the oldest first.
fn members_named<'a>(group: &'a Group, client_id: &'a Name) -> impl Iterator<Item = Member<'a>> {
    group.members().into_iter().filter(move |member| member.client_id == client_id)
}

/// The newest that the coordinator has under this client id.
fn epoch(group: &Group, client_id: &Name) -> Option<MemberEpoch> {
    let members = group.as_consumer()?.members();
    let member = members.filter(|member| member.client_id == *client_id).last()?;
    let waits = match member.state {
        MemberState::Stable => None,
        MemberState::UnrevokedPartitions => Some("has to give partitions up"),
        MemberState::UnreleasedPartitions => Some("waits for partitions of others"),
    };
    Some(MemberEpoch { epoch: member.epoch, waits })
}

fn life(world: &World, consumer: &Consumer) -> Life {
    let moment = |counted: Time| world.clocks.of(consumer.endpoint).when(counted);
    match consumer.life {
        consumer::Life::New | consumer::Life::Running => Life::Running,
        consumer::Life::Killed(since) => Life::Killed(moment(since)),
        consumer::Life::Hung(since) => Life::Hung(moment(since)),
        consumer::Life::Left(since) => Life::Left(moment(since)),
    }
}

fn phase(consumer: &Consumer) -> &'static str {
    if !consumer.life.has_process() || consumer.topics.is_empty() {
        return "";
    }
    match consumer.membership.phase {
        Phase::Unjoined => "finding the coordinator",
        Phase::Revoking => "revoking",
        Phase::Joining => "joining",
        Phase::Syncing => "syncing",
        Phase::Stable => output_phase(consumer).unwrap_or("stable"),
    }
}

/// What it waits for that it writes in transactions.
fn output_phase(consumer: &Consumer) -> Option<&'static str> {
    match consumer.output()?.phase()? {
        phase @ (producer::Phase::Initializing | producer::Phase::Ending(_) | producer::Phase::Fenced) => {
            Some(phase.name())
        }
        producer::Phase::Ready | producer::Phase::InTransaction => None,
    }
}

/// Nothing burns while the coordinator itself keeps the member waiting.
fn session(world: &World, member: &Member) -> Option<Fuse> {
    if member.is_awaiting_join {
        return None;
    }
    Some(Fuse { left: member.session_deadline?.since(world.now), of: member.session_timeout })
}

fn poll(world: &World, consumer: &Consumer) -> Option<Fuse> {
    let of = Span::from_millis(consumer.config.max_poll_interval_ms);
    // Both by its own clock.
    let counted = world.clocks.of(consumer.endpoint).count(world.now);
    consumer.poll_deadline.map(|deadline| Fuse { left: deadline.since(counted), of })
}

fn in_hand(world: &World, consumer: &Consumer) -> Option<InHand> {
    let Application::Working(work) = &consumer.application else { return None };
    let (partition, batch, offset) = work.in_hand()?;
    let key = batch.records.key(batch.index_of(offset)?);
    let key = world.keys.bytes(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    Some(InHand { partition: partition.clone(), offset, key })
}

fn problem(world: &World, consumer: &Consumer, group: Option<&Group>) -> Option<String> {
    if consumer.problem.is_some() || !consumer.life.has_process() {
        return consumer.problem.clone();
    }
    if consumer.topics.is_empty() {
        return Some("not subscribed: connect the group to a topic".into());
    }
    // While the group is on its way, what the member is to have may still be another's.
    let has_settled = group.is_some_and(|group| group.state() == GroupState::Stable);
    let is_idle = has_settled && consumer.membership.is_stable() && consumer.assignment.is_empty();
    is_idle.then(|| idle(world, consumer, group))
}

/// More members than partitions.
fn idle(world: &World, consumer: &Consumer, group: Option<&Group>) -> String {
    let partitions = |topic: &Name| world.cluster.topics.get(topic).map_or(0, |topic| topic.partitions.len());
    let partitions: usize = consumer.topics.iter().map(partitions).sum();
    let members = group.map_or(0, |group| group.members().len());
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("no partition left for it: {} for {}", plural(partitions, "partition"), plural(members, "member"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Time;
    use crate::model::TopicPartition;
    use crate::view::fixture::Run;
    use crate::view::stage::stage;

    fn member(run: &Run, id: &str) -> MemberCard {
        let groups = stage(run.world()).groups;
        groups.into_iter().flat_map(|group| group.members).find(|member| member.id.as_str() == id).unwrap()
    }

    fn partitions(of: &[TopicPartition]) -> Vec<u32> {
        of.iter().map(|partition| partition.partition).collect()
    }

    #[test]
    fn a_live_member_shows_what_it_reads_and_how_fast() {
        let mut run = Run::orders();
        run.until_secs(20);
        let member = member(&run, "inventory-1");
        assert_eq!((member.life, member.phase), (Life::Running, "stable"));
        assert_eq!(partitions(&member.assigned), [0, 1]);
        assert_eq!(member.held, member.assigned);
        assert!((40..90).contains(&member.rate), "two thirds of 100 records a second: {}", member.rate);
        let session = member.session.unwrap();
        assert_eq!(session.of, Span::from_secs(10));
        assert!(session.left > Span::from_secs(6), "a heartbeat every 3 s: {} left", session.left);
    }

    #[test]
    fn a_killed_member_holds_its_partitions_while_its_session_burns_down() {
        let mut run = Run::orders();
        run.until_secs(20);
        let before = member(&run, "inventory-2").session.unwrap().left;
        run.command(r#"{"type": "kill", "consumer": "inventory-2"}"#);
        run.until_secs(24);
        let dead = member(&run, "inventory-2");
        assert_eq!(dead.life, Life::Killed(Time::from_secs(20)));
        assert_eq!((dead.phase, dead.assigned.as_slice()), ("", &[][..]));
        assert_eq!(partitions(&dead.held), [2]);
        assert_eq!(dead.session.unwrap().left, before - Span::from_secs(4));
        run.until_secs(40);
        assert_eq!(member(&run, "inventory-2").held, []);
        assert_eq!(partitions(&member(&run, "inventory-1").assigned), [0, 1, 2]);
    }

    #[test]
    fn a_hung_member_heartbeats_on_while_its_poll_interval_burns_down() {
        let mut run = Run::orders();
        run.until_secs(20);
        run.command(r#"{"type": "hang", "consumer": "inventory-2"}"#);
        run.until_secs(50);
        let hung = member(&run, "inventory-2");
        assert_eq!(hung.life, Life::Hung(Time::from_secs(20)));
        assert!(hung.session.unwrap().left > Span::from_secs(6));
        let poll = hung.poll.unwrap();
        assert_eq!(poll.of, Span::from_secs(300));
        assert!(poll.left <= Span::from_secs(270) && poll.left > Span::from_secs(269), "{} left", poll.left);
    }

    #[test]
    fn a_working_member_shows_the_record_in_its_hands() {
        let mut run = Run::orders();
        run.until_secs(20);
        run.command(r#"{"type": "slow_down", "consumer": "inventory-1", "percent": 10000}"#);
        run.until_secs(21);
        let in_hand = member(&run, "inventory-1").in_hand.expect("it takes 100 times 1 ms a record");
        assert!(in_hand.key.unwrap().starts_with("order-"));
        assert_eq!(in_hand.partition.topic.as_str(), "orders");
    }

    #[test]
    fn a_member_that_waits_for_anothers_partitions_says_so_and_is_not_one_too_many() {
        let mut run = Run::orders();
        run.command(
            r#"{"type": "add_group", "group": "mail", "topics": ["orders"], "config": {"group.protocol": "consumer"}}"#,
        );
        run.command(r#"{"type": "add_consumer", "consumer": "mail-1", "group": "mail"}"#);
        run.until_secs(11);
        run.command(r#"{"type": "add_consumer", "consumer": "mail-2", "group": "mail"}"#);
        run.until_secs(12);
        let joined = member(&run, "mail-2");
        assert_eq!((joined.phase, joined.problem), ("waits for partitions of others", None));
        assert_eq!(joined.epoch.unwrap().epoch, 2);
        run.until_secs(25);
        let joined = member(&run, "mail-2");
        assert_eq!((joined.phase, joined.assigned.len()), ("stable", 1));
    }

    #[test]
    fn the_fourth_member_on_three_partitions_says_why_it_reads_nothing() {
        let mut run = Run::orders();
        for n in 3..=4 {
            let name = format!("inventory-{n}");
            run.command(&format!(r#"{{"type": "add_consumer", "consumer": "{name}", "group": "inventory"}}"#));
        }
        run.until_secs(20);
        let problems: Vec<String> = (1..=4).filter_map(|n| member(&run, &format!("inventory-{n}")).problem).collect();
        assert_eq!(problems, ["no partition left for it: 3 partitions for 4 members"]);
    }
}
