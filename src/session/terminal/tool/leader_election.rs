//! `kafka-leader-election` (`LeaderElectionCommand`).

use serde_json::Value;

use super::super::desk::{Desk, Ran};
use super::super::options::{Args, BOOTSTRAP, COMMAND_CONFIG, What, absent, flag, one};
use super::{Tool, exception, partitions_of, refused};
use crate::engine::World;
use crate::engine::command::{Command, Election};
use crate::kernel::document;
use crate::model::{Name, TopicPartition};

pub const TOOL: Tool = Tool {
    name: "kafka-leader-election",
    about: "This tool attempts to elect a new leader for a set of topic partitions. The type of elections supported are \
            preferred replicas and unclean replicas.",
    options: &[
        BOOTSTRAP,
        one(
            "election-type",
            What::OneOf(&["preferred", "unclean"]),
            "preferred: the first replica, where it is in sync. unclean: where nobody leads, any replica that is alive.",
        ),
        one("topic", What::Topic, "The topic, with --partition."),
        one("partition", What::Number, "The partition."),
        flag("all-topic-partitions", "Every partition of every topic."),
        one(
            "path-to-json-file",
            What::File,
            "Partitions as JSON: {\"partitions\":[{\"topic\":\"orders\",\"partition\":1}]}",
        ),
        absent("admin.config", "there is nobody to authenticate to"),
        COMMAND_CONFIG,
    ],
    run,
};

fn run(args: &Args, desk: &mut Desk) -> Ran {
    let scopes = ["topic", "all-topic-partitions", "path-to-json-file"];
    if args.value("election-type")?.is_none() {
        return Err("Missing required option(s): election-type".into());
    }
    if scopes.iter().filter(|scope| args.has(scope)).count() != 1 {
        let names = "topic, all-topic-partitions, path-to-json-file";
        return Err(format!("One and only one of the following options is required: {names}"));
    }
    if args.has("topic") != args.has("partition") {
        return Err("Option partition is required if and only if topic is used".into());
    }
    let (election, kind) = match args.required("election-type")? {
        kind if kind.eq_ignore_ascii_case("preferred") => (Election::Preferred, "PREFERRED"),
        kind if kind.eq_ignore_ascii_case("unclean") => (Election::Unclean, "UNCLEAN"),
        kind => return Err(format!("Cannot parse argument '{kind}' of option election-type: preferred or unclean")),
    };
    let is_all = args.has("all-topic-partitions");
    let partitions = wanted(args, desk)?;
    let (known, strange): (Vec<_>, Vec<_>) = partitions.into_iter().partition(|partition| {
        partitions_of(desk.world(), &partition.topic).is_some_and(|count| partition.partition < count)
    });
    let had: Vec<bool> = known.iter().map(|partition| is_elected(desk.world(), partition, election)).collect();
    let commands = if is_all {
        vec![Command::ElectLeaders { election, topic: None, partition: None }]
    } else {
        let elect = |partition: &TopicPartition| Command::ElectLeaders {
            election,
            topic: Some(partition.topic.clone()),
            partition: Some(partition.partition),
        };
        known.iter().map(elect).collect()
    };
    desk.act(commands).map_err(refused)?;
    report(desk, election, kind, is_all, known.iter().zip(had), &strange)
}

fn wanted(args: &Args, desk: &Desk) -> Result<Vec<TopicPartition>, String> {
    if let Some(topic) = args.value("topic")? {
        let number = args.number("partition")?.unwrap_or_default();
        return Ok(vec![TopicPartition::new(&topic.into(), u32::try_from(number).unwrap_or(u32::MAX))]);
    }
    let Some(path) = args.value("path-to-json-file")? else {
        return Ok(desk.world().cluster.partitions().map(|(partition, _)| partition).collect());
    };
    let text = desk.read(path)?;
    let value: Value =
        document::from_text(&text).map_err(|wrong| format!("Replica election data is no JSON: {wrong}"))?;
    let missing = || "Replica election data is missing \"partitions\" field".to_owned();
    let list = value["partitions"].as_array().ok_or_else(missing)?;
    let mut partitions = Vec::new();
    for (n, item) in list.iter().enumerate() {
        let (topic, number) = (item["topic"].as_str(), item["partition"].as_u64());
        let (Some(topic), Some(number)) = (topic, number.and_then(|number| u32::try_from(number).ok())) else {
            return Err(format!("partitions[{n}]: a topic and the number of a partition are needed"));
        };
        let partition = TopicPartition::new(&topic.into(), number);
        if partitions.contains(&partition) {
            return Err(format!("Replica election data contains duplicate partitions: {partition}"));
        }
        partitions.push(partition);
    }
    Ok(partitions)
}

/// Is what the election is for there already?
fn is_elected(world: &World, partition: &TopicPartition, election: Election) -> bool {
    let Some(replicas) = world.cluster.replicas(partition) else { return false };
    match election {
        Election::Preferred => replicas.leader == replicas.brokers.first().copied(),
        Election::Unclean => replicas.leader.is_some(),
    }
}

fn report<'a>(
    desk: &mut Desk,
    election: Election,
    kind: &str,
    is_all: bool,
    partitions: impl Iterator<Item = (&'a TopicPartition, bool)>,
    strange: &[TopicPartition],
) -> Ran {
    let (mut elected, mut needless, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    let unavailable = match election {
        Election::Preferred => ("PreferredLeaderNotAvailableException", "The preferred leader was not available."),
        Election::Unclean => {
            ("EligibleLeadersNotAvailableException", "Eligible topic partition leaders are not available.")
        }
    };
    for (partition, had) in partitions {
        if had {
            needless.push(partition.to_string());
        } else if is_elected(desk.world(), partition, election) {
            elected.push(partition.to_string());
        } else {
            failed.push((partition, exception(unavailable.0, unavailable.1)));
        }
    }
    for partition in strange {
        let none: &Name = &partition.topic;
        let message = match partitions_of(desk.world(), none) {
            None => format!("No such topic as {none}"),
            Some(_) => format!("No such partition as {partition}"),
        };
        failed.push((partition, exception("UnknownTopicOrPartitionException", message)));
    }
    if !elected.is_empty() {
        let partitions = elected.join(", ");
        desk.say(format!("Successfully completed leader election ({kind}) for partitions {partitions}"));
    }
    // Of all partitions, the controller does not mention those where there was nothing to do.
    if !needless.is_empty() && !is_all {
        desk.say(format!("Valid replica already elected for partitions {}", needless.join(", ")));
    }
    for (partition, error) in &failed {
        desk.say(format!("Error completing leader election ({kind}) for partition: {partition}: {error}"));
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("{} replica(s) could not be elected", failed.len())) }
}
