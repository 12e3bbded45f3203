//! What cards say: the same words on the page's cards and in exported pictures.

use super::picture::grouped;
use crate::kernel::{Span, Time};
use crate::model::TopicPartition;
use crate::view::stage::{BrokerCard, BrokerState, Fuse, GroupCard, Life, MemberCard, ProducerCard, TopicCard};

/// Below this share of its length a fuse looks urgent.
pub const SHORT_PER_MILLE: u64 = 350;

/// Tags beyond these are counted in one.
const TAGS_MAX: usize = 4;

/// The right end of the row: a rate, or since when it does not run.
pub fn status(member: &MemberCard, now: Time) -> String {
    let ago = |verb: &str, since: Time| format!("{verb} {} ago", tenths(now.since(since)));
    match member.life {
        Life::Running if member.slowed_percent > 100 => {
            format!("{}/s · slowed ×{}", grouped(member.rate), member.slowed_percent / 100)
        }
        Life::Running if member.has_wrong_clock => format!("{}/s · clock off", grouped(member.rate)),
        Life::Running => format!("{}/s", grouped(member.rate)),
        Life::Killed(since) => ago("killed", since),
        Life::Hung(since) => ago("hung", since),
        Life::Left(since) => ago("left", since),
    }
}

/// What it is doing right now, for the row's last line.
pub fn doing(member: &MemberCard) -> String {
    if let Some(hand) = &member.in_hand {
        let key = hand.key.as_ref().map(|key| format!(" · {key}")).unwrap_or_default();
        return format!("{} @ {}{key}", hand.partition, grouped(hand.offset));
    }
    match (member.life, member.phase) {
        (Life::Running, "stable" | "") if member.assigned.is_empty() => "idle: no partition left for it".to_string(),
        (Life::Running, "stable" | "") => "waiting for records".to_string(),
        (Life::Running, phase) => phase.to_string(),
        (Life::Hung(_), _) => "does not call poll()".to_string(),
        (Life::Killed(_), _) if !member.held.is_empty() => "the group does not know yet".to_string(),
        (Life::Killed(_) | Life::Left(_), _) => String::new(),
    }
}

/// The partitions that a consumer reads; of one that does not run, those that the coordinator still counts as its.
pub fn held(member: &MemberCard) -> &[TopicPartition] {
    if member.life == Life::Running { &member.assigned } else { &member.held }
}

/// The same as the tags on its row. With several `topics` in its group, a tag has to say which, and there is room for two.
pub fn tags(member: &MemberCard, topics: usize) -> Vec<String> {
    let held = held(member);
    let name = |partition: &TopicPartition| match topics {
        0 | 1 => partition.partition.to_string(),
        _ => partition.to_string(),
    };
    let most = if topics > 1 { 2 } else { TAGS_MAX };
    let shown = if held.len() > most { most - 1 } else { held.len() };
    let rest = (held.len() > shown).then(|| format!("+{}", held.len() - shown));
    held[..shown].iter().map(name).chain(rest).collect()
}

/// `gen 4`, `epoch 4`.
pub fn count(group: &GroupCard) -> String {
    let unit = if group.counts() == "epoch" { "epoch" } else { "gen" };
    format!("{unit} {}", group.generation)
}

/// The coordinator's state, and in it what the coordinator does not know yet.
pub fn state(group: &GroupCard) -> (String, Option<&'static str>) {
    let silent = |life: Life| matches!(life, Life::Killed(_) | Life::Hung(_));
    let silent = group.members.iter().filter(|member| silent(member.life) && !member.held.is_empty()).count();
    match group.state {
        "Stable" if silent > 0 => (format!("{silent} silent"), Some("warn")),
        "Stable" => ("Stable".to_string(), Some("ok")),
        "PreparingRebalance" => ("Joining".to_string(), Some("warn")),
        "CompletingRebalance" => ("Syncing".to_string(), Some("warn")),
        "Dead" => ("Dead".to_string(), Some("bad")),
        "Assigning" | "Reconciling" => (group.state.to_string(), Some("warn")),
        other => (other.to_string(), None),
    }
}

/// How much a producer makes.
pub fn rate(producer: &ProducerCard) -> String {
    if producer.producing { producer.rate.clone() } else { format!("paused · {}", producer.rate) }
}

/// What became of it.
pub fn counts(producer: &ProducerCard) -> String {
    let ProducerCard { sent, acknowledged, waiting, .. } = producer;
    format!("{} sent · {} acknowledged · {} waiting", grouped(*sent), grouped(*acknowledged), grouped(*waiting))
}

/// Behind a topic's name.
pub fn summary(topic: &TopicCard) -> String {
    let plural = if topic.lanes.len() == 1 { "" } else { "s" };
    format!("{} partition{plural} · replication {}", topic.lanes.len(), topic.replication)
}

/// What is left of a fuse.
pub fn per_mille(fuse: &Fuse) -> u64 {
    (fuse.left.as_micros() * 1_000 / fuse.of.as_micros().max(1)).min(1_000)
}

/// A broker's line: what it does, or since when it does nothing.
pub fn of_broker(broker: &BrokerCard, now: Time) -> String {
    let ago = |verb: &str, since: Time| format!("{verb} {} ago", tenths(now.since(since)));
    match broker.state {
        BrokerState::InService if broker.behind > 0 => {
            format!("leads {} · behind in {}", broker.leads.len(), broker.behind)
        }
        BrokerState::InService => format!("leads {} · follows {}", broker.leads.len(), broker.follows.len()),
        BrokerState::ShuttingDown => "shutting down".into(),
        BrokerState::Fenced => "fenced".into(),
        BrokerState::Dead(since) => ago("died", since),
        BrokerState::Stopped(since) => ago("stopped", since),
    }
}

/// `8.6 s`, always with one decimal below a minute, so that the text does not twitch as it counts down.
pub fn tenths(span: Span) -> String {
    let ms = span.as_millis();
    if ms >= 60_000 { span.to_string() } else { format!("{}.{} s", ms / 1_000, ms / 100 % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::{member, orders};

    #[test]
    fn a_dead_consumer_says_since_when() {
        let mut member = member("inventory-1", &[0]);
        member.life = Life::Killed(Time::from_millis(36_200));
        assert_eq!(status(&member, Time::from_millis(42_310)), "killed 6.1 s ago");
        member.in_hand = None;
        assert_eq!(doing(&member), "the group does not know yet");
    }

    #[test]
    fn of_several_topics_there_is_room_for_two_tags() {
        let member = member("audit-1", &[0, 1, 2]);
        assert_eq!(tags(&member, 1), ["0", "1", "2"]);
        assert_eq!(tags(&member, 2), ["orders-0", "+2"]);
    }

    #[test]
    fn a_consumer_without_a_partition_says_that_none_is_left() {
        let mut member = member("inventory-4", &[]);
        member.in_hand = None;
        assert_eq!(doing(&member), "idle: no partition left for it");
    }

    #[test]
    fn a_stable_group_with_a_dead_member_that_still_holds_partitions_has_one_silent() {
        let view = orders();
        assert_eq!(state(&view.groups[0]), ("1 silent".to_string(), Some("warn")));
        assert_eq!(state(&view.groups[1]), ("Stable".to_string(), Some("ok")));
    }

    #[test]
    fn once_the_coordinator_took_its_partitions_nobody_is_silent() {
        let mut view = orders();
        view.groups[0].members[1].held.clear();
        assert_eq!(state(&view.groups[0]).0, "Stable");
    }

    #[test]
    fn a_fuse_counts_down_in_minutes_and_then_in_tenths() {
        assert_eq!(tenths(Span::from_millis(298_400)), "4:58");
        assert_eq!(tenths(Span::from_millis(9_000)), "9.0 s");
    }

    #[test]
    fn a_fuse_without_length_has_burnt_down() {
        let fuse = Fuse { left: Span::ZERO, of: Span::ZERO };
        assert_eq!(per_mille(&fuse), 0);
    }
}
