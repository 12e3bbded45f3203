//! `--delete` and `--delete-offsets`.

use super::super::super::desk::{Desk, Ran};
use super::super::super::options::Args;
use super::super::super::table::{row, width};
use super::super::exception;
use super::{asked, group, is_empty, partitions, unknown_topic};
use crate::engine::command::{Command, Scope};
use crate::model::{Name, TopicPartition};

pub fn groups(args: &Args, desk: &mut Desk) -> Ran {
    if args.has("topic") {
        return Err("The consumer does not support topic-specific offset deletion from a consumer group.".into());
    }
    let (mut failed, mut gone) = (Vec::new(), Vec::new());
    for name in asked(args, desk.world()) {
        match delete_group(&name, desk) {
            Ok(()) => gone.push(format!("'{name}'")),
            Err(error) => failed.push(format!("* Group '{name}' could not be deleted due to: {error}")),
        }
    }
    if failed.is_empty() {
        desk.say(format!("Deletion of requested consumer groups ({}) was successful.", gone.join(", ")));
        return Ok(());
    }
    desk.say(format!("\nError: Deletion of some consumer groups failed:\n{}", failed.join("\n")));
    if !gone.is_empty() {
        desk.say(format!("\nThese consumer groups were deleted successfully: {}", gone.join(", ")));
    }
    Ok(())
}

fn delete_group(name: &Name, desk: &mut Desk) -> Ran {
    match group(desk.world(), name)? {
        None => Err(exception("GroupIdNotFoundException", "The group id does not exist.")),
        Some(group) if !is_empty(group) => Err(exception("GroupNotEmptyException", "The group is not empty.")),
        Some(_) => desk.act(vec![Command::RemoveGroup { group: name.clone() }]).map_err(|refusal| refusal.message),
    }
}

/// A partition, and what is wrong with it.
type Outcome = (TopicPartition, Option<String>);

pub fn offsets(args: &Args, desk: &mut Desk) -> Ran {
    let topics = args.values("topic");
    let Some(name) = args.value("group")?.map(Name::from).filter(|_| !topics.is_empty()) else {
        return Err("Option [delete-offsets] takes the following options: [group], [topic]".into());
    };
    if group(desk.world(), &name)?.is_none() {
        desk.say("\nError: The group id does not exist.");
        return Ok(());
    }
    let (outcomes, commands) = plan(desk, &name, &topics)?;
    desk.act(commands).map_err(|refusal| refusal.message)?;
    let has_failed = outcomes.iter().any(|(_, error)| error.is_some());
    desk.say(match has_failed {
        true => "\nError: Encountered some partition-level error, see the follow-up details.".into(),
        false => format!("Request succeeded for deleting offsets from group {name}."),
    });
    desk.say(format!("\n{}", table(&outcomes)));
    Ok(())
}

fn plan(desk: &Desk, group: &Name, topics: &[&str]) -> Result<(Vec<Outcome>, Vec<Command>), String> {
    let (mut outcomes, mut commands) = (Vec::<Outcome>::new(), Vec::new());
    let world = desk.world();
    for topic in topics {
        let whole = !topic.contains(':');
        let Ok(found) = partitions(world, topic) else {
            if !whole {
                return Err(partitions(world, topic).err().unwrap_or_default());
            }
            outcomes.push((TopicPartition::new(&(*topic).into(), u32::MAX), Some(unknown_topic())));
            continue;
        };
        for partition in found {
            let scope = Scope { topic: partition.topic.clone(), partition: Some(partition.partition) };
            let error = world.plan_deletion(group, &scope).err().map(|refusal| match refusal.field.as_str() {
                "topic" if world.cluster.topics.contains_key(&partition.topic) => exception(
                    "GroupSubscribedToTopicException",
                    "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it.",
                ),
                _ => unknown_topic(),
            });
            if error.is_none() && !whole {
                commands.push(Command::DeleteOffsets { group: group.clone(), scope });
            }
            outcomes.push((partition, error));
        }
        let name = Name::from(*topic);
        if whole && outcomes.iter().all(|(partition, error)| partition.topic != name || error.is_none()) {
            let scope = Scope { topic: name, partition: None };
            commands.push(Command::DeleteOffsets { group: group.clone(), scope });
        }
    }
    outcomes.sort_unstable();
    Ok((outcomes, commands))
}

fn table(outcomes: &[Outcome]) -> String {
    let topic_width = width(15, outcomes.iter().map(|(partition, _)| partition.topic.as_str()));
    let line = |topic: &str, partition: &str, status: &str| row(&[(topic, topic_width), (partition, 10), (status, 15)]);
    let mut lines = vec![line("TOPIC", "PARTITION", "STATUS")];
    for (partition, error) in outcomes {
        let number = match partition.partition {
            u32::MAX => "-".to_owned(),
            number => number.to_string(),
        };
        let status = error.as_ref().map_or("Successful".to_owned(), |error| format!("Error: {error}"));
        lines.push(line(partition.topic.as_str(), &number, &status));
    }
    lines.join("\n")
}
