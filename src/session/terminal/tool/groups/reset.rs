//! `--reset-offsets`, with every scenario. What is printed is worked out beforehand, what is done are commands.

use super::super::super::desk::{Desk, Ran};
use super::super::super::options::Args;
use super::super::super::table::{row, width};
use super::super::{exception, live_leader, partitions_of, warning};
use super::plan::{self, Planned};
use super::{asked, group, is_empty, moment, partitions};
use crate::engine::World;
use crate::engine::command::{Command, Scope, Target};
use crate::model::kafka::config::ConsumerConfig;
use crate::model::{Name, TopicPartition};

const SCENARIOS: [&str; 8] =
    ["to-offset", "shift-by", "to-datetime", "by-duration", "to-earliest", "to-latest", "to-current", "from-file"];

const CLASS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";

/// Where to, as the options say.
enum Scenario {
    Earliest,
    Latest,
    Current,
    Offset(i64),
    ShiftBy(i64),
    /// Microseconds since 1970.
    Time(i64),
    File(Vec<Planned>),
}

/// A new committed offset, and how a command says it; none where it stays as it is.
struct Moved {
    group: Name,
    partition: TopicPartition,
    offset: u64,
    target: Option<Target>,
}

pub fn reset(args: &Args, desk: &mut Desk) -> Ran {
    if args.has("dry-run") && args.has("execute") {
        return Err("Option [reset-offsets] only accepts one of [execute] and [dry-run]".into());
    }
    if !args.has("dry-run") && !args.has("execute") {
        desk.complain(
            "WARN: No action will be performed as the --execute option is missing. In a future major release, the \
             default behavior of this command will be to prompt the user before executing the reset rather than doing a \
             dry run. You should add the --dry-run option explicitly if you are scripting this command and want to keep \
             the current default behavior without prompting.",
        );
    }
    args.refuse_beside("all-topics", &["topic"])?;
    let names = asked(args, desk.world());
    let only_group =
        Some(&names[..]).filter(|names| names.len() == 1 && args.has("group")).map(|names| names[0].clone());
    let scenario = scenario(args, desk, only_group.as_ref())?;
    let mut moved = Vec::new();
    for name in &names {
        if let Some(found) = group(desk.world(), name)?
            && !is_empty(found)
        {
            let state = found.state().name();
            desk.say(format!(
                "\nError: Assignments can only be reset if the group '{name}' is inactive, but the current state is {state}."
            ));
            continue;
        }
        moved.extend(prepare(args, desk, name, &scenario)?);
    }
    if args.has("execute") {
        desk.act(commands(desk.world(), &moved)).map_err(|refusal| refusal.message)?;
    }
    if args.has("export") {
        let plan: Vec<_> = moved.into_iter().map(|moved| (moved.group, moved.partition, moved.offset)).collect();
        desk.say(format!("{}\n", plan::write(&plan, only_group.is_none())).trim_end_matches('\n').to_owned());
    } else {
        desk.say(format!("\n{}", table(&moved)));
    }
    Ok(())
}

fn scenario(args: &Args, desk: &Desk, only_group: Option<&Name>) -> Result<Scenario, String> {
    let given: Vec<&str> = SCENARIOS.into_iter().filter(|scenario| args.has(scenario)).collect();
    let scenario = match given[..] {
        [scenario] => scenario,
        [first, second, ..] => {
            return Err(format!("Option \"[{first}]\" can't be used with option \"[{second}]\""));
        }
        [] => {
            let all: Vec<String> = SCENARIOS.iter().map(|scenario| format!("[{scenario}]")).collect();
            return Err(format!(
                "Option '[reset-offsets]' requires one of the following scenarios: [{}]",
                all.join(", ")
            ));
        }
    };
    let number = || args.number(scenario).map(Option::unwrap_or_default);
    Ok(match scenario {
        "to-earliest" => Scenario::Earliest,
        "to-latest" => Scenario::Latest,
        "to-current" => Scenario::Current,
        "to-offset" => Scenario::Offset(number()?),
        "shift-by" => Scenario::ShiftBy(number()?),
        "to-datetime" => Scenario::Time(moment::date_time(args.required(scenario)?)?),
        "by-duration" => {
            let ago = moment::duration(args.required(scenario)?)?;
            // The tool counts in milliseconds.
            let at = (desk.world().now.as_micros() as i64).saturating_sub(ago);
            Scenario::Time(at.div_euclid(1_000) * 1_000)
        }
        _ => Scenario::File(plan::read(&desk.read(args.required(scenario)?)?, only_group)?),
    })
}

/// The new offsets of one group; the tool warns of what is cut off at an end of the log.
fn prepare(args: &Args, desk: &mut Desk, name: &Name, scenario: &Scenario) -> Result<Vec<Moved>, String> {
    let wanted = match scenario {
        Scenario::File(plan) => planned(desk, name, plan),
        _ => in_scope(args, desk.world(), name)?.into_iter().map(|partition| (partition, 0)).collect(),
    };
    check_partitions(desk.world(), wanted.iter().map(|(partition, _)| partition))?;
    let mut moved = Vec::new();
    for (partition, planned) in wanted {
        let committed = desk.world().group(name).and_then(|group| group.committed(&partition));
        let (offset, target) = new_offset(desk, &partition, committed, scenario, planned)?;
        moved.push(Moved { group: name.clone(), partition, offset, target });
    }
    Ok(moved)
}

fn planned(desk: &mut Desk, name: &Name, plan: &[Planned]) -> Vec<(TopicPartition, i64)> {
    let of_group = plan.iter().filter(|(group, ..)| group == name);
    let mut found: Vec<_> = of_group.map(|(_, partition, offset)| (partition.clone(), *offset)).collect();
    found.sort_unstable();
    if found.is_empty() {
        desk.say(format!("\nError: No reset plan for group {name} found."));
    }
    found
}

fn in_scope(args: &Args, world: &World, name: &Name) -> Result<Vec<TopicPartition>, String> {
    if args.has("all-topics") {
        let committed = world.group(name).map(|group| group.committed_all()).unwrap_or_default();
        return Ok(committed.into_keys().collect());
    }
    let topics = args.values("topic");
    if topics.is_empty() {
        return Err("One of the reset scopes should be defined: --all-topics, --topic.".into());
    }
    let mut found = Vec::new();
    for topic in topics {
        found.extend(partitions(world, topic)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn check_partitions<'a>(world: &World, all: impl Iterator<Item = &'a TopicPartition> + Clone) -> Ran {
    let list = |is_bad: &dyn Fn(&TopicPartition) -> bool| {
        all.clone().filter(|partition| is_bad(partition)).map(TopicPartition::to_string).collect::<Vec<_>>().join(",")
    };
    let strange =
        list(&|partition| partitions_of(world, &partition.topic).is_none_or(|count| partition.partition >= count));
    if !strange.is_empty() {
        let message = format!("The partitions \"{strange}\" do not exist");
        return Err(exception("UnknownTopicOrPartitionException", message));
    }
    let leaderless = list(&|partition| live_leader(world, partition).is_none());
    if !leaderless.is_empty() {
        let message = format!("The partitions \"{leaderless}\" have no leader");
        return Err(exception("LeaderNotAvailableException", message));
    }
    Ok(())
}

fn new_offset(
    desk: &mut Desk,
    partition: &TopicPartition,
    committed: Option<u64>,
    scenario: &Scenario,
    planned: i64,
) -> Result<(u64, Option<Target>), String> {
    let leader = live_leader(desk.world(), partition).expect("every partition has a leader: that was looked at");
    let (start, end) = (leader.log.start(), leader.high_watermark);
    Ok(match scenario {
        Scenario::Earliest => (start, Some(Target::Earliest)),
        Scenario::Latest => (end, Some(Target::Latest)),
        Scenario::Current => committed.map_or((end, Some(Target::Latest)), |offset| (offset, None)),
        Scenario::Offset(offset) => at(within(desk, partition, *offset, (start, end))),
        Scenario::File(_) => at(within(desk, partition, planned, (start, end))),
        Scenario::ShiftBy(by) => {
            let none = "since there is no current committed offset";
            let committed = committed.ok_or_else(|| format!("Cannot shift offset for partition {partition} {none}"))?;
            let offset = within(desk, partition, (committed as i64).saturating_add(*by), (start, end));
            (offset, Some(Target::ShiftBy { by: *by }))
        }
        Scenario::Time(at_us) => {
            let first = leader.log.offset_at(*at_us).filter(|offset| *offset < end);
            if first.is_none() {
                desk.say(format!(
                    "\nWarn: Partition {} from topic {} is empty. Falling back to latest known offset.",
                    partition.partition, partition.topic
                ));
            }
            let at_us = u64::try_from(*at_us).unwrap_or(0);
            (first.unwrap_or(end), Some(Target::Time { at_us }))
        }
    })
}

fn at(offset: u64) -> (u64, Option<Target>) {
    (offset, Some(Target::Offset { offset }))
}

/// Cuts an offset off at the ends of the log (`checkOffsetsRange`).
fn within(desk: &mut Desk, partition: &TopicPartition, offset: i64, (start, end): (u64, u64)) -> u64 {
    let (word, limit) = match offset {
        offset if offset > end as i64 => ("higher than latest", end),
        offset if offset < start as i64 => ("lower than earliest", start),
        offset => return offset as u64,
    };
    let message = format!(
        "New offset ({offset}) is {word} offset for topic partition {partition}. Value will be set to {limit}."
    );
    desk.complain(warning(desk.world().now, &message, CLASS));
    limit
}

/// One command for a whole topic where that says the same; else one for each partition. A group that is not on the
/// stage comes there: Kafka makes one of any name that something is committed for.
fn commands(world: &World, moved: &[Moved]) -> Vec<Command> {
    let mut commands = Vec::new();
    for of_group in moved.chunk_by(|a, b| a.group == b.group) {
        let group = &of_group[0].group;
        let topics: Vec<&[Moved]> = of_group.chunk_by(|a, b| a.partition.topic == b.partition.topic).collect();
        if !world.groups.contains_key(group) {
            let topics = topics.iter().map(|of_topic| of_topic[0].partition.topic.clone()).collect();
            commands.push(Command::AddGroup { group: group.clone(), topics, config: ConsumerConfig::default() });
        }
        topics.into_iter().for_each(|of_topic| reset_topic(world, of_topic, &mut commands));
    }
    commands
}

fn reset_topic(world: &World, moved: &[Moved], commands: &mut Vec<Command>) {
    let topic = &moved[0].partition.topic;
    let to = |target: Target, partition| {
        let scope = Scope { topic: topic.clone(), partition };
        Command::ResetOffsets { group: moved[0].group.clone(), scope, to: target }
    };
    let is_whole = partitions_of(world, topic) == Some(moved.len() as u32);
    match moved[0].target {
        Some(target) if is_whole && moved.iter().all(|one| one.target == Some(target)) => {
            commands.push(to(target, None));
        }
        _ => commands.extend(moved.iter().filter_map(|one| Some(to(one.target?, Some(one.partition.partition))))),
    }
}

fn table(moved: &[Moved]) -> String {
    let group_width = width(15, moved.iter().map(|moved| moved.group.as_str()));
    let topic_width = width(15, moved.iter().map(|moved| moved.partition.topic.as_str()));
    let line = |group: &str, topic: &str, partition: &str, offset: &str| {
        row(&[(group, group_width), (topic, topic_width), (partition, 10), (offset, 0)])
    };
    let mut lines = vec![line("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET")];
    for Moved { group, partition, offset, .. } in moved {
        let number = partition.partition.to_string();
        lines.push(line(group.as_str(), partition.topic.as_str(), &number, &offset.to_string()));
    }
    lines.join("\n")
}
