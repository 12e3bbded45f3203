//! Dragging a group's flag along a lane: what it means, in words and as a command.

use super::pick::FlagId;
use super::picture::grouped;
use crate::engine::command::{Command, Scope, Target};
use crate::view::stage::{FlagView, GroupCard, StageView};

/// What letting go of the flag at an offset would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewind {
    pub flag: FlagId,
    /// What is read next without it.
    pub from: u64,
    pub to: u64,
    /// Letting go where the flag stands does nothing.
    pub moves: bool,
    pub command: Command,
    pub title: String,
    /// What becomes of the records in between.
    pub effect: String,
    /// Which of the real system's two ways it is.
    pub way: String,
    /// What a consumer's code calls to do it; a reset has a command line instead.
    pub call: Option<String>,
}

/// Where a flag stands: committed, or where it reads if nothing was committed yet.
pub fn standing(flag: &FlagView) -> u64 {
    flag.committed.or(flag.position).unwrap_or(0)
}

/// The offer for letting `flag` go at `to`; held within the log. `None` if the flag is gone.
pub fn offer(view: &StageView, flag: &FlagId, to: u64) -> Option<Rewind> {
    let group = view.groups.iter().find(|group| group.id == flag.group)?;
    let topic = view.topics.iter().find(|topic| topic.id == flag.partition.topic)?;
    let lane = topic.lanes.iter().find(|lane| lane.partition == flag.partition.partition)?;
    let shown = lane.flags.iter().find(|shown| shown.group == flag.group)?;
    // Who reads is ahead of what it has committed, and a seek goes from where it reads.
    let from = shown.position.filter(|_| !is_empty(group)).unwrap_or_else(|| standing(shown));
    let to = to.clamp(lane.log_start, lane.high_watermark.max(lane.log_start));
    let moves = to != standing(shown);
    Some(Rewind {
        command: command(group, flag, to),
        title: format!("{} · {}-{} → {}", group.label, topic.label, lane.partition, grouped(to)),
        effect: if moves { effect(from, to) } else { "stays where it is".to_string() },
        way: way(group, shown),
        call: (!is_empty(group)).then(|| call(flag, to)),
        flag: flag.clone(),
        from,
        to,
        moves,
    })
}

fn command(group: &GroupCard, flag: &FlagId, to: u64) -> Command {
    let scope = Scope { topic: flag.partition.topic.clone(), partition: Some(flag.partition.partition) };
    let (group_id, to) = (group.id.clone(), Target::Offset { offset: to });
    if is_empty(group) {
        Command::ResetOffsets { group: group_id, scope, to }
    } else {
        Command::Seek { group: group_id, scope, to }
    }
}

/// Only then does the real system let anybody reset its offsets.
fn is_empty(group: &GroupCard) -> bool {
    matches!(group.state, "Empty" | "Dead")
}

fn call(flag: &FlagId, to: u64) -> String {
    let topic = flag.partition.topic.as_str().escape_default();
    format!("consumer.seek(new TopicPartition(\"{topic}\", {}), {to});", flag.partition.partition)
}

fn effect(from: u64, to: u64) -> String {
    let (n, verb) = if to < from { (from - to, "processed again") } else { (to - from, "skipped") };
    let range = |low: u64, high: u64| format!("{} to {}", grouped(low), grouped(high));
    match n {
        0 => "nothing is read again, and nothing skipped: it reads there now".to_string(),
        1 => format!("{} will be {verb}", grouped(from.min(to))),
        n => format!("{} records, {}, will be {verb}", grouped(n), range(from.min(to), from.max(to) - 1)),
    }
}

fn way(group: &GroupCard, flag: &FlagView) -> String {
    match &flag.owner {
        _ if is_empty(group) => "The group is empty: its committed offset is reset".to_string(),
        Some(owner) => format!("A seek on {owner}, while it runs"),
        None => "Nobody reads this partition now, and a reset is refused until the group is empty".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TopicPartition;
    use crate::scene::fixture::orders;

    fn flag(group: &str, partition: u32) -> FlagId {
        FlagId { group: group.into(), partition: TopicPartition::new(&"orders".into(), partition) }
    }

    #[test]
    fn dragging_the_flag_of_a_running_group_back_is_a_seek() {
        let rewind = offer(&orders(), &flag("inventory", 0), 1_393).unwrap();
        let scope = Scope { topic: "orders".into(), partition: Some(0) };
        let to = Target::Offset { offset: 1_393 };
        assert_eq!(rewind.command, Command::Seek { group: "inventory".into(), scope, to });
        assert_eq!(rewind.title, "inventory · orders-0 → 1,393");
        assert_eq!(rewind.effect, "11 records, 1,393 to 1,403, will be processed again");
        assert_eq!(rewind.way, "A seek on inventory-1, while it runs");
        assert_eq!(rewind.call.unwrap(), r#"consumer.seek(new TopicPartition("orders", 0), 1393);"#);
    }

    #[test]
    fn what_a_seek_skips_or_reads_again_counts_from_where_the_consumer_reads() {
        let mut view = orders();
        let lane = &mut view.topics[0].lanes[0];
        let shown = lane.flags.iter_mut().find(|shown| shown.group == "inventory".into()).unwrap();
        (shown.committed, shown.position) = (Some(1_390), Some(1_396));
        let effect = |to| offer(&view, &flag("inventory", 0), to).unwrap().effect;
        assert_eq!(effect(1_392), "4 records, 1,392 to 1,395, will be processed again");
        assert_eq!(effect(1_396), "nothing is read again, and nothing skipped: it reads there now");
        assert_eq!(effect(1_398), "2 records, 1,396 to 1,397, will be skipped");
        assert_eq!(effect(1_390), "stays where it is");
    }

    #[test]
    fn dragging_the_flag_of_an_empty_group_resets_its_committed_offset() {
        let mut view = orders();
        view.groups[0].state = "Empty";
        let rewind = offer(&view, &flag("inventory", 0), 1_404).unwrap();
        assert!(matches!(rewind.command, Command::ResetOffsets { .. }));
        assert_eq!(rewind.effect, "1,403 will be skipped");
    }

    #[test]
    fn a_partition_whose_reader_is_dead_says_why_it_cannot_be_rewound() {
        let rewind = offer(&orders(), &flag("inventory", 1), 1_380).unwrap();
        assert!(rewind.way.contains("refused until the group is empty"));
    }

    #[test]
    fn a_flag_cannot_be_dragged_out_of_the_log() {
        let to = |offset| offer(&orders(), &flag("fraud", 2), offset).unwrap().to;
        assert_eq!((to(0), to(99_999)), (1_380, 1_406));
    }

    #[test]
    fn a_flag_that_is_gone_has_no_offer() {
        assert_eq!(offer(&orders(), &flag("nobody", 0), 3), None);
    }
}
