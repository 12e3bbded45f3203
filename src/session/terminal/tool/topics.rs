//! `kafka-topics` (`TopicCommand`).

use super::super::desk::{Desk, Ran};
use super::super::options::{Args, BOOTSTRAP, COMMAND_CONFIG, What, absent, flag, one};
use super::{Tool, exception, ids, matches, message_of, refused, topic_config};
use crate::engine::World;
use crate::engine::command::Command;
use crate::model::kafka::cluster::{OFFSETS_TOPIC, Replicas, Topic};
use crate::model::kafka::config::TopicConfig;
use crate::model::{Name, TopicId};
use crate::scenario::link::base64url;
use crate::view::config::settings;

pub const TOOL: Tool = Tool {
    name: "kafka-topics",
    about: "This tool helps to create, delete, describe, or change a topic.",
    options: &[
        BOOTSTRAP,
        flag("list", "List all available topics."),
        flag("describe", "List details for the given topics."),
        flag("create", "Create a new topic."),
        flag("alter", "Raise the number of partitions."),
        flag("delete", "Delete a topic."),
        one("topic", What::Topic, "The topic; except for --create, several: a,b or or.*"),
        one("partitions", What::Number, "The number of partitions, to create or to raise to."),
        one("replication-factor", What::Number, "On how many brokers each partition is kept."),
        one("config", What::Setting, "A setting of the new topic; may be given more than once."),
        flag("if-exists", "To alter, delete or describe: only where the topic exists."),
        flag("if-not-exists", "To create: only where there is none yet."),
        flag("exclude-internal", "To list or describe: without __consumer_offsets."),
        flag("under-replicated-partitions", "To describe: only partitions with fewer in sync than replicas."),
        flag("unavailable-partitions", "To describe: only partitions whose leader is not available."),
        flag("under-min-isr-partitions", "To describe: only partitions below min.insync.replicas."),
        flag("at-min-isr-partitions", "To describe: only partitions that have just min.insync.replicas."),
        flag("topics-with-overrides", "To describe: only topics with settings of their own, without partitions."),
        absent("replica-assignment", "the controller places replicas"),
        absent("topic-id", "name the topic"),
        absent("partition-size-limit-per-response", "answers have no size"),
        absent("delete-config", "Kafka has taken it away too; use kafka-configs --alter --delete-config"),
        COMMAND_CONFIG,
    ],
    run,
};

const ACTIONS: [&str; 5] = ["list", "describe", "create", "alter", "delete"];

const REPORTS: [&str; 5] = [
    "under-replicated-partitions",
    "unavailable-partitions",
    "under-min-isr-partitions",
    "at-min-isr-partitions",
    "topics-with-overrides",
];

fn run(args: &Args, desk: &mut Desk) -> Ran {
    let action = args.action(&ACTIONS)?;
    let only = |options: &[&str], allowed: &[&str]| match options.iter().find(|option| args.has(option)) {
        Some(option) if !allowed.contains(&action) => {
            Err(format!("Option \"[{action}]\" can't be used with option \"[{option}]\""))
        }
        _ => Ok(()),
    };
    only(&["config", "replication-factor", "if-not-exists"], &["create"])?;
    only(&["partitions"], &["create", "alter"])?;
    only(&["if-exists"], &["alter", "delete", "describe"])?;
    only(&REPORTS, &["describe"])?;
    let done = match action {
        "list" => list(args, desk),
        "describe" => describe(args, desk),
        "create" => create(args, desk),
        "alter" => alter(args, desk),
        _ => delete(args, desk),
    };
    done.map_err(|error| match error.starts_with("Missing required") || error.starts_with("Cannot parse") {
        true => error,
        false => format!("Error while executing topic command : {}", message_of(&error)),
    })
}

/// The topics that were asked for; the internal one is there once a group is.
fn found(world: &World, args: &Args) -> Result<Vec<Name>, String> {
    let internal = OFFSETS_TOPIC.into();
    let has_groups = world.groups.keys().any(|group| world.group(group).is_some());
    let is_shown = has_groups && !args.has("exclude-internal");
    let mut names: Vec<Name> = world.cluster.topics.keys().cloned().chain(is_shown.then_some(internal)).collect();
    names.sort_unstable();
    let Some(wanted) = args.value("topic")? else { return Ok(names) };
    names.retain(|name| matches(wanted, name.as_str()));
    if names.is_empty() && !args.has("if-exists") {
        return Err(format!("Topic '{wanted}' does not exist as expected"));
    }
    Ok(names)
}

fn list(args: &Args, desk: &mut Desk) -> Ran {
    // Who lists what there is not gets an empty list.
    let names = found(desk.world(), args).unwrap_or_default();
    desk.say(names.iter().map(Name::as_str).collect::<Vec<_>>().join("\n"));
    Ok(())
}

fn create(args: &Args, desk: &mut Desk) -> Ran {
    let name = args.required("topic")?;
    let topic = Name::from(name);
    if name.contains(['.', '_']) {
        desk.say(
            "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. \
             To avoid issues it is best to use either, but not both.",
        );
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return Err(format!(
            "Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
        ));
    }
    let size = |option: &str| Ok::<_, String>(args.number(option)?.unwrap_or(1));
    let (partitions, replicas) = (size("partitions")?, size("replication-factor")?);
    if !(1..=i64::from(i16::MAX)).contains(&replicas) {
        return Err(format!("The replication factor must be between 1 and {} inclusive", i16::MAX));
    }
    if partitions < 1 {
        return Err("The partitions must be greater than 0".into());
    }
    if desk.world().cluster.topics.contains_key(&topic) {
        return if args.has("if-not-exists") { Ok(()) } else { Err(format!("Topic '{name}' already exists.")) };
    }
    let brokers = desk.world().brokers.len() as i64;
    if replicas > brokers {
        return Err(exception(
            "InvalidReplicationFactorException",
            format!(
                "Unable to replicate the partition {replicas} time(s): The target replication factor of {replicas} cannot be \
                 reached because only {brokers} broker(s) are registered."
            ),
        ));
    }
    let mut changes = Vec::new();
    for setting in args.values("config") {
        let wrong = "Invalid topic config: all configs to be added must be in the format \"key=val\".";
        let (name, value) = setting.split_once('=').ok_or_else(|| format!("requirement failed: {wrong}"))?;
        changes.push((name.trim().to_owned(), Some(value.trim().to_owned())));
    }
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let sized =
        TopicConfig { partitions: count(partitions), replication_factor: count(replicas), ..Default::default() };
    let config = topic_config::with(&sized, &changes)?;
    desk.act(vec![Command::AddTopic { topic, config }]).map_err(|refusal| refusal.message)?;
    desk.say(format!("Created topic {name}."));
    Ok(())
}

fn alter(args: &Args, desk: &mut Desk) -> Ran {
    args.required("topic")?;
    args.required("partitions")?;
    let total = args.number("partitions")?.unwrap_or_default();
    let topics = found(desk.world(), args)?;
    let mut commands = Vec::new();
    for topic in topics {
        let now = topic_named(desk.world(), &topic).map_or(0, |topic| topic.partitions.len() as i64);
        if total == now {
            return Err(format!("Topic already has {now} partition(s)."));
        }
        if total < now {
            return Err(format!(
                "The topic {topic} currently has {now} partition(s); {total} would not be an increase."
            ));
        }
        commands.push(Command::AddPartitions { topic, total: u32::try_from(total).unwrap_or(u32::MAX) });
    }
    desk.act(commands).map_err(|refusal| refusal.message)
}

fn delete(args: &Args, desk: &mut Desk) -> Ran {
    args.required("topic")?;
    let topics = found(desk.world(), args)?;
    if topics.iter().any(|topic| topic.as_str() == OFFSETS_TOPIC) {
        return Err("Deletion of internal topics is not modelled: groups would lose their coordinators' log.".into());
    }
    desk.act(topics.into_iter().map(|topic| Command::RemoveTopic { topic }).collect()).map_err(refused)
}

fn topic_named<'a>(world: &'a World, name: &Name) -> Option<&'a Topic> {
    if name.as_str() == OFFSETS_TOPIC {
        return Some(&world.cluster.offsets);
    }
    world.cluster.topics.get(name).map(|topic| &**topic)
}

fn describe(args: &Args, desk: &mut Desk) -> Ran {
    let mut text = String::new();
    let report = REPORTS.into_iter().find(|report| args.has(report));
    let world = desk.world();
    for name in found(world, args)? {
        let Some(topic) = topic_named(world, &name) else { continue };
        let own = own_settings(&name, &topic.config);
        match report {
            None => text += &heading(&name, topic, &own),
            Some("topics-with-overrides") if !own.is_empty() => text += &heading(&name, topic, &own),
            Some(_) => {}
        }
        if report == Some("topics-with-overrides") {
            continue;
        }
        for (number, replicas) in topic.partitions.iter().enumerate() {
            if report.is_none_or(|report| is_reported(report, world, &topic.config, replicas)) {
                text += &partition_line(&name, number, replicas);
            }
        }
    }
    if !text.is_empty() {
        desk.say(text);
    }
    Ok(())
}

fn own_settings(name: &Name, config: &TopicConfig) -> String {
    if name.as_str() == OFFSETS_TOPIC {
        return "compression.type=producer,cleanup.policy=compact,segment.bytes=104857600".into();
    }
    let own = settings(config).into_iter().filter(|(name, _)| topic_config::is_setting(name));
    own.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}

fn heading(name: &Name, topic: &Topic, own: &str) -> String {
    let (partitions, replicas) =
        (topic.partitions.len(), topic.partitions.first().map_or(0, |first| first.brokers.len()));
    // The internal topic has none here.
    let id = if topic.id == TopicId::default() { String::new() } else { format!("\tTopicId: {}", topic_id(topic)) };
    format!("Topic: {name}{id}\tPartitionCount: {partitions}\tReplicationFactor: {replicas}\tConfigs: {own}\n")
}

/// 128 bits in 22 letters, as `Uuid#toString` writes them.
fn topic_id(topic: &Topic) -> String {
    let bytes = [topic.id.hi.to_be_bytes(), topic.id.lo.to_be_bytes()].concat();
    base64url(&bytes)
}

fn partition_line(name: &Name, number: usize, replicas: &Replicas) -> String {
    let leader = replicas.leader.map_or_else(|| "none".to_owned(), |leader| leader.0.to_string());
    format!(
        "\tTopic: {name}\tPartition: {number}\tLeader: {leader}\tReplicas: {}\tIsr: {}\tElr: {}\tLastKnownElr: \n",
        ids(&replicas.brokers),
        ids(&replicas.isr),
        ids(&replicas.elr)
    )
}

fn is_reported(report: &str, world: &World, config: &TopicConfig, replicas: &Replicas) -> bool {
    let least = config.min_insync_replicas as usize;
    match report {
        "under-replicated-partitions" => replicas.isr.len() < replicas.brokers.len(),
        "unavailable-partitions" => replicas.leader.is_none_or(|leader| !world.controller.is_in_service(leader)),
        "under-min-isr-partitions" => replicas.leader.is_none() || replicas.isr.len() < least,
        _ => replicas.isr.len() == least,
    }
}
