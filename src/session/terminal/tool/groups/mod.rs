//! `kafka-consumer-groups` (`ConsumerGroupCommand`): what is committed, who is in a group, and moving both.
//!
//! Groups are those that a coordinator knows: a group on the stage that nobody has joined yet does not exist for Kafka.

mod delete;
mod describe;
mod list;
mod moment;
mod plan;
mod reset;

use super::super::desk::{Desk, Ran};
use super::super::options::{Args, BOOTSTRAP, COMMAND_CONFIG, What, absent, flag, maybe, one};
use super::{Tool, exception};
use crate::engine::World;
use crate::model::kafka::coordinator::Group;
use crate::model::{Name, TopicPartition};

const STATES: &[&str] =
    &["Empty", "Stable", "PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling", "Dead"];
const TYPES: &[&str] = &["classic", "consumer"];

pub const TOOL: Tool = Tool {
    name: "kafka-consumer-groups",
    about: "This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or reset \
            consumer group offsets.",
    options: &[
        BOOTSTRAP,
        flag("list", "List all consumer groups."),
        flag("describe", "Describe groups: offsets and lag, members, or state."),
        flag("delete", "Delete groups that have no members."),
        flag("reset-offsets", "Move the committed offsets of groups that have no members."),
        flag("delete-offsets", "Forget what a group has committed for topics that it does not read."),
        one("group", What::Group, "The group; may be given more than once."),
        flag("all-groups", "Every group there is."),
        one("topic", What::Topic, "A topic, or some of its partitions: orders:0,1. May be given more than once."),
        flag("all-topics", "To reset: everything that the group has committed."),
        flag("offsets", "To describe: offsets and lag. That is what it does anyway."),
        flag("members", "To describe: who is in the group."),
        flag("verbose", "To describe: more columns."),
        maybe(
            "state",
            What::OneOf(STATES),
            "To describe: the group's state. To list: states beside the names, or only these.",
        ),
        maybe("type", What::OneOf(TYPES), "To list: types beside the names, or only these."),
        flag("to-earliest", "Reset to the log start."),
        flag("to-latest", "Reset to the log end."),
        flag("to-current", "Reset to what is committed, where nothing is to the log end."),
        one("to-offset", What::Number, "Reset to this offset."),
        one("shift-by", What::Number, "Reset by so many, on or back (-5)."),
        one(
            "to-datetime",
            What::Text("DATE"),
            "Reset to the first record since 2026-01-31T12:00:00.000, UTC or with a zone.",
        ),
        one("by-duration", What::Text("PnDTnHnMnS"), "Reset to the first record of the last so long: PT30S."),
        one("from-file", What::File, "Reset to what a CSV file says: topic,partition,offset."),
        flag("dry-run", "To reset: only print the new offsets. That is what it does anyway."),
        flag("execute", "To reset: do it."),
        flag("export", "To reset: print the new offsets as CSV."),
        one("timeout", What::Number, "Taken and of no use: answers come at once."),
        absent("validate-regex", "consumers subscribe to topics by name here"),
        COMMAND_CONFIG,
    ],
    run,
};

const ACTIONS: [&str; 5] = ["list", "describe", "delete", "reset-offsets", "delete-offsets"];

fn run(args: &Args, desk: &mut Desk) -> Ran {
    let action = args.action(&ACTIONS)?;
    only_with(args, action, &["offsets", "members", "verbose"], &["describe"])?;
    only_with(args, action, &["state"], &["describe", "list"])?;
    only_with(args, action, &["type"], &["list"])?;
    if action != "list" && action != "delete-offsets" && !args.has("group") && !args.has("all-groups") {
        return Err(format!("Option [{action}] takes one of these options: [all-groups], [group]"));
    }
    args.refuse_beside("group", &["all-groups"])?;
    let done = match action {
        "list" => list::list(args, desk),
        "describe" => describe::describe(args, desk),
        "delete" => delete::groups(args, desk),
        "reset-offsets" => reset::reset(args, desk),
        _ => delete::offsets(args, desk),
    };
    // What a broker answers is told apart from what is wrong with the options.
    done.map_err(|error| match error.starts_with("org.apache.kafka.") || error.starts_with("java.") {
        true => format!("\nError: Executing consumer group command failed due to {error}"),
        false => error,
    })
}

fn only_with(args: &Args, action: &str, options: &[&str], actions: &[&str]) -> Ran {
    match options.iter().find(|option| args.has(option)) {
        Some(option) if !actions.contains(&action) => {
            Err(format!("Option(s) [{option}] are unavailable given other options on the command line"))
        }
        _ => Ok(()),
    }
}

/// Every group that a coordinator knows, by name.
fn known(world: &World) -> Vec<Name> {
    let is_known = |group: &&Name| world.group(group).is_some_and(|group| group.protocol() != "share");
    world.groups.keys().filter(is_known).cloned().collect()
}

/// The groups that the options name, each once, by name.
fn asked(args: &Args, world: &World) -> Vec<Name> {
    if args.has("all-groups") {
        return known(world);
    }
    let mut names: Vec<Name> = args.values("group").into_iter().map(Name::from).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A group as its coordinator sees it; an error while nobody coordinates it.
fn group<'a>(world: &'a World, name: &Name) -> Result<Option<&'a Group>, String> {
    let unavailable = |_| exception("CoordinatorNotAvailableException", "The coordinator is not available.");
    world.check_coordinator(name).map_err(unavailable)?;
    // A share group is none of this tool's.
    Ok(world.group(name).filter(|group| group.protocol() != "share"))
}

fn is_empty(group: &Group) -> bool {
    matches!(group.state().name(), "Empty" | "Dead")
}

/// `orders` is every partition, `orders:0,1` those.
fn partitions(world: &World, topic: &str) -> Result<Vec<TopicPartition>, String> {
    let Some((name, numbers)) = topic.split_once(':') else {
        let name = Name::from(topic);
        let count = super::partitions_of(world, &name).ok_or_else(unknown_topic)?;
        return Ok((0..count).map(|number| TopicPartition::new(&name, number)).collect());
    };
    let number = |text: &str| {
        let wrong = || format!("Invalid partition '{text}' specified in topic arg '{topic}''");
        text.parse().map(|number| TopicPartition::new(&name.into(), number)).map_err(|_| wrong())
    };
    if name.is_empty() || numbers.is_empty() || numbers.contains(':') {
        return Err(format!("Invalid topic arg '{topic}', expected topic name and partitions"));
    }
    numbers.split(',').map(number).collect()
}

fn unknown_topic() -> String {
    exception("UnknownTopicOrPartitionException", "This server does not host this topic-partition.")
}
