//! `--describe`: `--offsets`, `--members`, `--state`, each with `--verbose`.

use super::super::super::desk::{Desk, Ran};
use super::super::super::options::Args;
use super::super::super::table::{row, width};
use super::super::live_leader;
use super::{asked, group, is_empty};
use crate::engine::World;
use crate::model::kafka::coordinator::{Group, Member};
use crate::model::kafka::java_order::{Buckets, iteration_order};
use crate::model::{Name, TopicPartition};

/// Where nothing is known.
const MISSING: &str = "-";

/// Everybody is on one machine.
const HOST: &str = "/127.0.0.1";

pub fn describe(args: &Args, desk: &mut Desk) -> Ran {
    let kinds = ["members", "offsets", "state"];
    if kinds.iter().filter(|kind| args.has(kind)).count() > 1 {
        return Err("Option [describe] takes at most one of these options: [members], [offsets], [state]".into());
    }
    if args.value("state")?.is_some() {
        return Err("Option [describe] does not take a value for [state]".into());
    }
    for name in asked(args, desk.world()) {
        if group(desk.world(), &name)?.is_none() {
            desk.say(format!("\nError: Consumer group '{name}' does not exist."));
            continue;
        }
        let verbose = args.has("verbose");
        if let Some(remark) = remark(desk.world(), &name) {
            desk.complain(format!("\n{remark}"));
        }
        let table = desk.world().group(&name).map(|group| match kinds.into_iter().find(|kind| args.has(kind)) {
            Some("members") => members(group, &name, verbose),
            Some("state") => Some(state(desk.world(), group, &name, verbose)),
            _ => offsets(desk.world(), group, &name, verbose),
        });
        if let Some(table) = table.flatten() {
            desk.say(format!("\n{table}"));
        }
    }
    Ok(())
}

/// What the tool says of a group that is not stable.
fn remark(world: &World, name: &Name) -> Option<String> {
    match world.group(name)?.state().name() {
        "Stable" => None,
        "Empty" | "Dead" => Some(format!("Consumer group '{name}' has no active members.")),
        _ => Some(format!("Warning: Consumer group '{name}' is rebalancing.")),
    }
}

/// A row of `--offsets`: where a partition stands, and who reads it.
struct OffsetRow {
    partition: TopicPartition,
    committed: Option<u64>,
    end: Option<u64>,
    owner: Option<(String, String)>,
}

impl OffsetRow {
    /// Negative where the log was cut back behind what was committed.
    fn lag(&self) -> Option<i64> {
        Some(self.end? as i64 - self.committed? as i64)
    }
}

/// Members with partitions, those with most first; then what is committed and nobody's.
fn offset_rows(world: &World, group: &Group) -> Vec<OffsetRow> {
    let mut members = described(group);
    members.retain(|member| !member.assignment.is_empty());
    members.sort_by_key(|member| std::cmp::Reverse(member.assignment.len()));
    let row = |partition: &TopicPartition, owner| OffsetRow {
        committed: group.committed(partition),
        end: live_leader(world, partition).map(|leader| leader.high_watermark),
        partition: partition.clone(),
        owner,
    };
    let mut rows = Vec::new();
    for member in members {
        let mut assigned = member.assignment.clone();
        assigned.sort_unstable();
        let owner = (member.id.to_string(), member.client_id.to_string());
        rows.extend(assigned.into_iter().map(|partition| row(partition, Some(owner.clone()))));
    }
    for partition in group.committed_all().keys() {
        if !rows.iter().any(|row| row.partition == *partition) {
            rows.push(row(partition, None));
        }
    }
    rows
}

/// The members as the coordinator answers, in the order of its hash map: Java's own in a classic group, and Kafka's
/// `TimelineHashMap`, which begins with two buckets, in one with the consumer protocol. A classic group says who reads what
/// only while it is stable.
fn described(group: &Group) -> Vec<Member<'_>> {
    let mut members = group.members();
    let buckets = if group.as_classic().is_some() { Buckets::default() } else { Buckets::with_capacity(2) };
    let order = iteration_order(buckets, members.iter().map(|member| member.id));
    members.sort_by_key(|member| order.iter().position(|id| *id == member.id));
    if group.as_classic().is_some() && group.state().name() != "Stable" {
        members.iter_mut().for_each(|member| member.assignment.clear());
    }
    members
}

fn offsets(world: &World, group: &Group, name: &Name, verbose: bool) -> Option<String> {
    let rows = offset_rows(world, group);
    if rows.is_empty() {
        return None;
    }
    let id = |row: &OffsetRow| row.owner.as_ref().map_or(MISSING.to_owned(), |(id, _)| id.clone());
    let ids: Vec<String> = rows.iter().map(id).collect();
    let widths = (
        width(15, [name.as_str()].into_iter()),
        width(15, rows.iter().map(|row| row.partition.topic.as_str())),
        width(15, ids.iter().map(String::as_str)),
    );
    let line = |cells: [&str; 9]| {
        let [group, topic, partition, current, end, lag, id, host, client] = cells;
        let mut columns = vec![(group, widths.0), (topic, widths.1), (partition, 10)];
        // The epoch that a commit came with; the playground's consumers send none.
        columns.extend(verbose.then_some((if partition == "PARTITION" { "LEADER-EPOCH" } else { MISSING }, 15)));
        columns.extend([(current, 15), (end, 15), (lag, 15), (id, widths.2), (host, 15), (client, 0)]);
        row(&columns)
    };
    let mut lines = vec![line([
        "GROUP",
        "TOPIC",
        "PARTITION",
        "CURRENT-OFFSET",
        "LOG-END-OFFSET",
        "LAG",
        "CONSUMER-ID",
        "HOST",
        "CLIENT-ID",
    ])];
    for (offsets, id) in rows.iter().zip(&ids) {
        let number = |number: Option<i64>| number.map_or(MISSING.to_owned(), |number| number.to_string());
        let (host, client) = match &offsets.owner {
            Some((_, client)) => (HOST, client.as_str()),
            None => (MISSING, MISSING),
        };
        lines.push(line([
            name.as_str(),
            offsets.partition.topic.as_str(),
            &offsets.partition.partition.to_string(),
            &number(offsets.committed.map(|offset| offset as i64)),
            &number(offsets.end.map(|offset| offset as i64)),
            &number(offsets.lag()),
            id,
            host,
            client,
        ]));
    }
    Some(lines.join("\n"))
}

fn members(group: &Group, name: &Name, verbose: bool) -> Option<String> {
    let members = described(group);
    if members.is_empty() {
        return None;
    }
    let has_instances = members.iter().any(|member| member.instance_id.is_some());
    let instance = |member: &Member| member.instance_id.map_or(String::new(), Name::to_string);
    let instances: Vec<String> = members.iter().map(instance).collect();
    let group_width = width(15, [name.as_str()].into_iter());
    let id_width = width(15, members.iter().map(|member| member.id.as_str()));
    let instance_width = width(17, instances.iter().map(String::as_str));
    let client_width = width(15, members.iter().map(|member| member.client_id.as_str()));
    let line = |group: &str, id: &str, instance: &str, host: &str, client: &str, count: &str, more: String| {
        let mut cells = vec![(group, group_width), (id, id_width)];
        cells.extend(has_instances.then_some((instance, instance_width)));
        cells.extend([(host, 15), (client, client_width), (count, 15)]);
        format!("{} {more}", row(&cells)).trim_end().to_owned()
    };
    let details: Vec<[String; 4]> = members.iter().map(|member| details(group, member)).collect();
    let widths = |n: usize| width(20, details.iter().map(|details| details[n].as_str()));
    let (assignment_width, target_width) = (widths(1), widths(3));
    let more = |[epoch, assignment, target_epoch, target]: [&str; 4]| {
        let cells = [(epoch, 15), (assignment, assignment_width), (target_epoch, 15), (target, target_width)];
        if verbose { row(&cells) } else { String::new() }
    };
    let heading = more(["CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH", "TARGET-ASSIGNMENT"]);
    let mut lines =
        vec![line("GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "#PARTITIONS", heading)];
    for ((member, instance), [epoch, assignment, target_epoch, target]) in members.iter().zip(&instances).zip(&details)
    {
        let count = member.assignment.len().to_string();
        let (id, client) = (member.id.as_str(), member.client_id.as_str());
        let more = more([epoch, assignment, target_epoch, target]);
        lines.push(line(name.as_str(), id, instance, HOST, client, &count, more));
    }
    Some(lines.join("\n"))
}

/// Epoch and assignment, now and to come; only the consumer protocol has all four.
fn details(group: &Group, member: &Member) -> [String; 4] {
    let missing = || MISSING.to_owned();
    let consumer = group.as_consumer();
    let target = consumer.map_or(Vec::new(), |group| group.target(member.id).iter().collect());
    [
        member.epoch.map_or_else(missing, |epoch| epoch.to_string()),
        assignment(&member.assignment),
        consumer.map_or_else(missing, |group| group.target_epoch().to_string()),
        assignment(&target),
    ]
}

/// `orders:0,1;payments:2`
fn assignment(partitions: &[&TopicPartition]) -> String {
    let mut sorted = partitions.to_vec();
    sorted.sort_unstable();
    let mut text = String::new();
    let mut topic = None;
    for partition in sorted {
        if topic == Some(&partition.topic) {
            text += &format!(",{}", partition.partition);
        } else {
            let end = if text.is_empty() { "" } else { ";" };
            text += &format!("{end}{}:{}", partition.topic, partition.partition);
            topic = Some(&partition.topic);
        }
    }
    if text.is_empty() { MISSING.into() } else { text }
}

fn state(world: &World, group: &Group, name: &Name, verbose: bool) -> String {
    let id = world.cluster.coordinator(name).map_or(0, |broker| broker.0);
    let coordinator = format!("localhost:{}  ({id})", 9_091 + id);
    let group_width = width(15, [name.as_str()].into_iter());
    let coordinator_width = width(25, [coordinator.as_str()].into_iter());
    let line = |group: &str, coordinator: &str, strategy: &str, state: &str, epochs: [&str; 2], count: &str| {
        let mut cells = vec![(group, group_width), (coordinator, coordinator_width), (strategy, 20), (state, 20)];
        cells.extend(verbose.then_some([(epochs[0], 15), (epochs[1], 25)]).into_iter().flatten());
        cells.push((count, 0));
        row(&cells)
    };
    let epoch = |epoch: Option<i32>| epoch.map_or(MISSING.to_owned(), |epoch| epoch.to_string());
    let (epoch, target) = match group.as_consumer() {
        Some(group) => (epoch(Some(group.epoch())), epoch(Some(group.target_epoch()))),
        None => (epoch(None), epoch(None)),
    };
    let strategy = group.assignor().filter(|_| !is_empty(group)).unwrap_or(MISSING);
    let count = group.members().len().to_string();
    let heading = ["GROUP-EPOCH", "TARGET-ASSIGNMENT-EPOCH"];
    [
        line("GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", heading, "#MEMBERS"),
        line(name.as_str(), &coordinator, strategy, group.state().name(), [&epoch, &target], &count),
    ]
    .join("\n")
}
