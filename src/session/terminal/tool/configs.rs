//! `kafka-configs` (`ConfigCommand`): topics' own settings are read and changed; brokers' are read.
//!
//! Every property that the playground gives a broker is read-only in Kafka: it stands in the broker's file, and the broker
//! refuses to change it while it runs. Groups have no settings of their own here.

use serde_json::Value;

use super::super::desk::{Desk, Ran};
use super::super::options::{Args, BOOTSTRAP, COMMAND_CONFIG, What, absent, flag, one};
use super::{Tool, exception, topic_config};
use crate::engine::World;
use crate::engine::command::Command;
use crate::kernel::document;
use crate::model::Name;
use crate::model::kafka::config::TopicConfig;
use crate::view::config::{self, Property};

const KINDS: &[&str] = &["topics", "brokers", "groups"];

/// Of what the playground knows of a cluster: not a broker's own property, or a feature of all of them.
const NO_PROPERTIES: [&str; 2] = ["racks", "eligible.leader.replicas.version"];

pub const TOOL: Tool = Tool {
    name: "kafka-configs",
    about: "This tool helps to manipulate and describe entity config for a topic, broker or group.",
    options: &[
        BOOTSTRAP,
        flag("describe", "List settings."),
        flag("alter", "Change settings."),
        one("entity-type", What::OneOf(KINDS), "topics, brokers or groups."),
        one("entity-name", What::Entity, "The topic's name, the broker's id, the group's name."),
        one("topic", What::Topic, "Short for --entity-type topics --entity-name."),
        one("broker", What::Broker, "Short for --entity-type brokers --entity-name."),
        one("group", What::Group, "Short for --entity-type groups --entity-name."),
        flag("all", "To describe: what is not set too."),
        one("add-config", What::Setting, "To alter: settings, k1=v1,k2=[v1,v2]."),
        one("delete-config", What::SettingNames, "To alter: names to put back to their defaults, k1,k2."),
        absent("entity-default", "brokers and clients have no defaults to set here"),
        absent("add-config-file", "write the settings behind --add-config"),
        absent("bootstrap-controller", "the controller has no address here"),
        absent("user", "there are no users"),
        absent("user-defaults", "there are no users"),
        absent("client", "there are no quotas"),
        absent("client-defaults", "there are no quotas"),
        absent("client-metrics", "clients do not push metrics"),
        absent("ip", "there are no quotas"),
        absent("broker-logger", "brokers have no loggers"),
        absent("broker-defaults", "brokers' settings are read-only"),
        COMMAND_CONFIG,
    ],
    run,
};

fn run(args: &Args, desk: &mut Desk) -> Ran {
    let action = args
        .action(&["describe", "alter"])
        .map_err(|_| "Command must include exactly one action: --describe, --alter".to_owned())?;
    let (kind, name) = entity(args)?;
    match (action, kind) {
        ("describe", kind) => {
            for name in entities(desk.world(), kind, name.as_deref()) {
                describe(args, desk, kind, &name)?;
            }
            Ok(())
        }
        (_, kind) => {
            let name = name.ok_or("an entity name must be specified with --alter")?;
            if !args.has("add-config") && !args.has("delete-config") {
                return Err(
                    "At least one of --add-config, --add-config-file, or --delete-config must be specified with \
                            --alter"
                        .into(),
                );
            }
            let done = match kind {
                "topics" => alter_topic(args, desk, &name),
                "brokers" => Err(alter_broker(args)?),
                _ => Err(
                    "a group has no settings of its own in this playground; its session and heartbeat are those of \
                          the cluster (group.consumer.session.timeout.ms)"
                        .into(),
                ),
            };
            done.map_err(|error| format!("Error while executing config command\n{error}"))
        }
    }
}

/// Which kind, and which one if it is named.
fn entity(args: &Args) -> Result<(&'static str, Option<String>), String> {
    for (short, kind) in [("topic", "topics"), ("broker", "brokers"), ("group", "groups")] {
        if let Some(name) = args.value(short)? {
            return Ok((kind, Some(name.to_owned())));
        }
    }
    let kind = args.value("entity-type")?.ok_or("At least one entity type must be specified")?;
    let known = KINDS.iter().copied().find(|known| *known == kind);
    let elsewhere = "this playground has topics, brokers and groups";
    let known = known.ok_or_else(|| format!("--entity-type {kind}: {elsewhere}"))?;
    Ok((known, args.value("entity-name")?.map(str::to_owned)))
}

fn entities(world: &World, kind: &str, name: Option<&str>) -> Vec<String> {
    match (name, kind) {
        (Some(name), _) => vec![name.to_owned()],
        (None, "topics") => world.cluster.topics.keys().map(Name::to_string).collect(),
        (None, "brokers") => world.brokers.keys().map(|id| id.0.to_string()).collect(),
        (None, _) => world.groups.keys().map(Name::to_string).collect(),
    }
}

fn describe(args: &Args, desk: &mut Desk, kind: &str, name: &str) -> Ran {
    let world = desk.world();
    let singular = kind.trim_end_matches('s');
    let is_there = match kind {
        "topics" => world.cluster.topics.contains_key(name),
        "brokers" => world.brokers.keys().any(|id| id.0.to_string() == name),
        _ => true,
    };
    if !is_there {
        desk.say(format!("The {singular} '{name}' doesn't exist and doesn't have dynamic config."));
        return Ok(());
    }
    let is_all = args.has("all");
    let mut lines = vec![format!("{} configs for {singular} {name} are:", if is_all { "All" } else { "Dynamic" })];
    let mut properties = match kind {
        "topics" => config::topic(world, &name.into()),
        "brokers" => config::cluster(world),
        _ => Vec::new(),
    };
    properties.sort_unstable_by_key(|property| property.name);
    for property in properties {
        let is_kafkas = topic_config::is_setting(property.name)
            && !NO_PROPERTIES.contains(&property.name)
            && !property.doc.contains("Not a Kafka property");
        let is_set = property.value != property.default;
        let is_dynamic = kind == "topics" && is_set;
        if is_kafkas && (is_all || is_dynamic) {
            lines.push(line(&property, kind, is_set));
        }
    }
    desk.say(lines.join("\n"));
    Ok(())
}

/// Where a value comes from, the nearest first.
fn line(property: &Property, kind: &str, is_set: bool) -> String {
    let Property { name, value, default, .. } = property;
    let (own, below) = match kind {
        "topics" => (format!("DYNAMIC_TOPIC_CONFIG:{name}={value}"), brokers_name(name)),
        _ => (format!("STATIC_BROKER_CONFIG:{name}={value}"), Some(*name)),
    };
    let default = below.map(|below| format!("DEFAULT_CONFIG:{below}={default}"));
    let synonyms: Vec<String> = is_set.then_some(own).into_iter().chain(default).collect();
    format!("  {name}={value} sensitive=false synonyms={{{}}}", synonyms.join(", "))
}

/// The broker's property that a topic's falls back to. Retention by time has one in hours, without a value in this unit.
fn brokers_name(name: &str) -> Option<&str> {
    Some(match name {
        "segment.bytes" => "log.segment.bytes",
        "retention.bytes" => "log.retention.bytes",
        "cleanup.policy" => "log.cleanup.policy",
        "max.message.bytes" => "message.max.bytes",
        "retention.ms" | "segment.ms" => return None,
        "delete.retention.ms" => "log.cleaner.delete.retention.ms",
        "min.cleanable.dirty.ratio" => "log.cleaner.min.cleanable.ratio",
        "min.compaction.lag.ms" => "log.cleaner.min.compaction.lag.ms",
        "max.compaction.lag.ms" => "log.cleaner.max.compaction.lag.ms",
        same => same,
    })
}

fn alter_topic(args: &Args, desk: &mut Desk, name: &str) -> Ran {
    let topic = Name::from(name);
    let Some(config) = desk.world().cluster.topics.get(&topic).map(|topic| topic.config.clone()) else {
        return Err(exception("UnknownTopicOrPartitionException", format!("The topic '{name}' does not exist.")));
    };
    let mut changes = match args.value("add-config")? {
        Some(added) => topic_config::pairs(added)?,
        None => Vec::new(),
    };
    let deleted = args.value("delete-config")?.unwrap_or_default();
    let deleted: Vec<&str> = deleted.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    check_set(&config, &deleted)?;
    changes.extend(deleted.into_iter().map(|name| (name.to_owned(), None)));
    let config = topic_config::with(&config, &changes)?;
    desk.act(vec![Command::ConfigureTopic { topic, config }]).map_err(topic_config::invalid)?;
    desk.say(format!("Completed updating config for topic {name}."));
    Ok(())
}

/// What is not set cannot be deleted.
fn check_set(config: &TopicConfig, names: &[&str]) -> Ran {
    let own: Vec<String> = config::settings(config).into_iter().map(|(name, _)| name).collect();
    let unset: Vec<&str> = names.iter().copied().filter(|name| !own.iter().any(|own| own == name)).collect();
    if unset.is_empty() {
        return Ok(());
    }
    Err(exception("InvalidConfigurationException", format!("Invalid config(s): {}", unset.join(","))))
}

/// What the broker answers.
fn alter_broker(args: &Args) -> Result<String, String> {
    let added = topic_config::pairs(args.value("add-config")?.unwrap_or_default()).unwrap_or_default();
    let deleted = args.value("delete-config")?.unwrap_or_default().split(',');
    let named = added.into_iter().map(|(name, _)| name).chain(deleted.map(str::to_owned));
    let named: Vec<String> = named.filter(|name| !name.is_empty()).collect();
    let fields = document::to_value(&crate::model::kafka::config::ClusterConfig::default());
    let is_known = |name: &String| matches!(fields.get(name), Some(Value::Number(_)));
    match named.iter().find(|name| !is_known(name)) {
        Some(strange) => Ok(format!("{strange} is no setting of this playground's brokers")),
        None => Ok(exception(
            "InvalidRequestException",
            format!("Cannot update these configs dynamically: Set({})", named.join(", ")),
        )),
    }
}
