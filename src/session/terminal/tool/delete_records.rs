//! `kafka-delete-records` (`DeleteRecordsCommand`).
//!
//! Its offsets come from a JSON file, and a page has none: `/dev/stdin` takes what is piped in or stands in a here-document,
//! and `>` writes files that last as long as the page.

use serde_json::Value;

use super::super::desk::{Desk, Ran};
use super::super::options::{Args, BOOTSTRAP, COMMAND_CONFIG, What, one};
use super::{Tool, exception, live_leader, partitions_of};
use crate::engine::World;
use crate::engine::command::Command;
use crate::kernel::document;
use crate::model::TopicPartition;

pub const TOOL: Tool = Tool {
    name: "kafka-delete-records",
    about: "This tool helps to delete records of the given partitions down to the specified offset.",
    options: &[
        BOOTSTRAP,
        one(
            "offset-json-file",
            What::File,
            "Partitions and offsets: {\"partitions\":[{\"topic\":\"orders\",\"partition\":1,\"offset\":5}],\"version\":1}. -1 is \
             the high watermark. /dev/stdin reads what is piped in.",
        ),
        COMMAND_CONFIG,
    ],
    run,
};

fn run(args: &Args, desk: &mut Desk) -> Ran {
    let text = desk.read(args.required("offset-json-file")?)?;
    let wanted = read(&text)?;
    desk.say("Executing records delete operation");
    let mut lines = vec!["Records delete operation completed:".to_owned()];
    for (partition, before) in wanted {
        lines.push(match delete(desk, &partition, before) {
            Ok(low) => format!("partition: {partition}\tlow_watermark: {low}"),
            Err(error) => format!("partition: {partition}\terror: {error}"),
        });
    }
    desk.say(lines.join("\n"));
    Ok(())
}

/// Partitions, and before which offset they are to be deleted.
fn read(text: &str) -> Result<Vec<(TopicPartition, i64)>, String> {
    let value: Value =
        document::from_text(text).map_err(|wrong| format!("The input string is not a valid JSON: {wrong}"))?;
    if let Some(version) = value.get("version").filter(|version| version.as_i64() != Some(1)) {
        return Err(format!("Not supported version field value {version}"));
    }
    let list = value["partitions"].as_array().ok_or("Missing partitions field")?;
    let mut wanted = Vec::<(TopicPartition, i64)>::new();
    for (n, item) in list.iter().enumerate() {
        let number =
            |field: &str| item[field].as_i64().ok_or_else(|| format!("partitions[{n}].{field}: a number is needed"));
        let topic = item["topic"].as_str().ok_or_else(|| format!("partitions[{n}].topic: a name is needed"))?;
        let partition =
            u32::try_from(number("partition")?).map_err(|_| format!("partitions[{n}].partition: below 0"))?;
        let partition = TopicPartition::new(&topic.into(), partition);
        if wanted.iter().any(|(known, _)| *known == partition) {
            return Err(format!("Offset json file contains duplicate topic partitions: {partition}"));
        }
        wanted.push((partition, number("offset")?));
    }
    Ok(wanted)
}

/// The log start afterwards.
fn delete(desk: &mut Desk, partition: &TopicPartition, before: i64) -> Result<u64, String> {
    check(desk.world(), partition, before)?;
    let before = u64::try_from(before).ok();
    let command = Command::DeleteRecords { topic: partition.topic.clone(), partition: partition.partition, before };
    desk.act(vec![command]).map_err(|refusal| refusal.message)?;
    Ok(live_leader(desk.world(), partition).map_or(0, |leader| leader.log.start()))
}

fn check(world: &World, partition: &TopicPartition, before: i64) -> Ran {
    if partitions_of(world, &partition.topic).is_none_or(|count| partition.partition >= count) {
        let message = "This server does not host this topic-partition.";
        return Err(exception("UnknownTopicOrPartitionException", message));
    }
    let Some(leader) = live_leader(world, partition) else {
        return Err(exception("LeaderNotAvailableException", "There is no leader for this topic-partition"));
    };
    let high_watermark = leader.high_watermark;
    if before < -1 || before > high_watermark as i64 {
        let message = format!(
            "Cannot increment the log start offset to {before} of partition {partition} since it is larger than the high \
             watermark {high_watermark}"
        );
        return Err(exception("OffsetOutOfRangeException", message));
    }
    Ok(())
}
