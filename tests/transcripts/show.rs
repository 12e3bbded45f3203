//! The world, looked at.

use std::fmt::Write;

use goldenscript::Command as Line;
use headwater::engine::World;
use headwater::model::kafka::consumer::{Application, Consumer};
use headwater::model::kafka::message::BrokerId;
use headwater::model::kafka::producer::Producer;
use headwater::model::log::{Batch, Value};
use headwater::model::workload::KeyId;
use headwater::model::{Name, TopicPartition};

use super::player::{Outcome, Player};
use super::text::without_uuid;
use super::verbs::words;

pub fn show(player: &Player, line: &Line) -> Outcome {
    let world = player.world();
    match words(line)[..] {
        ["log", partition] => log(world, &named(partition)?),
        ["topic", topic] => topic_of(world, &topic.into()),
        ["replicas", partition] => replicas(world, &named(partition)?),
        ["segments", partition] => segments(world, &named(partition)?),
        ["share", group, partition] => share(world, &group.into(), &named(partition)?),
        ["stable", partition] => stable(world, &named(partition)?),
        ["transactions"] => transactions(world),
        ["compaction", partition] => compaction(world, &named(partition)?),
        ["partition", partition] => partition_of(world, &named(partition)?),
        ["brokers"] => brokers(world),
        ["group", group] => group_of(world, &group.into()),
        ["consumer", name] => consumer_of(world.consumers.get(name).ok_or("no such consumer")?),
        ["producer", name] => producer_of(world.producers.get(name).ok_or("no such producer")?),
        ["work", group] => work(world, &group.into()),
        ["totals"] => totals(world),
        _ => Err("show log|segments|compaction|topic|replicas|group|consumer|producer|work NAME, or totals".into()),
    }
}

pub fn named(partition: &str) -> Result<TopicPartition, Box<dyn std::error::Error>> {
    let (topic, number) = partition.rsplit_once('-').ok_or("a partition is written orders-0")?;
    Ok(TopicPartition::new(&topic.into(), number.parse()?))
}

/// Every record of a partition, with its offset.
fn log(world: &World, name: &TopicPartition) -> Outcome {
    let leader = world.leader(name).ok_or("no such partition")?;
    let mut said = format!(
        "{name}: start {}, high watermark {}, end {}\n",
        leader.log.start(),
        leader.high_watermark,
        leader.log.end()
    );
    for batch in leader.log.batches_from(leader.log.start()) {
        for index in 0..batch.records.len() {
            writeln!(said, "{}", record(world, batch, index))?;
        }
    }
    Ok(said)
}

/// A line a segment of the leader's log: its offsets, and what is left of its batches.
fn segments(world: &World, name: &TopicPartition) -> Outcome {
    let leader = world.leader(name).ok_or("no such partition")?;
    let mut said = String::new();
    for segment in leader.log.segments() {
        write!(said, "{} to {}, {} bytes:", segment.base_offset, segment.end_offset(), segment.bytes)?;
        for batch in segment.batches.iter() {
            let offsets: Vec<String> = (0..batch.records.len()).map(|index| batch.offset(index).to_string()).collect();
            write!(said, " {}..{} [{}]", batch.base_offset, batch.end_offset(), offsets.join(" "))?;
        }
        said.push('\n');
    }
    Ok(said)
}

/// How a share group stands in a partition: what is in flight, neighbours of one state in one line.
fn share(world: &World, group: &Name, name: &TopicPartition) -> Outcome {
    let Some(share) = world.shared(group, name) else { return Ok("not read yet\n".into()) };
    let mut said = format!("start {}, end {}\n", share.start(), share.end());
    let mut lines: Vec<(u64, u64, String)> = Vec::new();
    for (offset, record) in share.records() {
        let held =
            record.held.as_ref().map(|(member, until)| format!(" by {} until {until}", without_uuid(member.as_str())));
        let text = format!("{}, delivery {}{}", record.state.name(), record.delivery_count, held.unwrap_or_default());
        match lines.last_mut() {
            Some((_, to, last)) if *last == text && *to + 1 == *offset => *to = *offset,
            _ => lines.push((*offset, *offset, text)),
        }
    }
    for (from, to, text) in lines {
        writeln!(said, "{from} to {to}: {text}")?;
    }
    Ok(said)
}

/// The last stable offset, and the transactions that hold it back or are read over.
fn stable(world: &World, name: &TopicPartition) -> Outcome {
    let leader = world.leader(name).ok_or("no such partition")?;
    let (stable, end) = (leader.last_stable(), leader.high_watermark);
    let mut said = format!("last stable {stable}, high watermark {end}, end {}\n", leader.log.end());
    for (_, first) in leader.transactions.open() {
        writeln!(said, "open from {first}")?;
    }
    for batch in leader.log.batches_from(leader.log.start()) {
        if let Some(outcome) = batch.marker() {
            writeln!(said, "{}: {outcome:?} marker", batch.base_offset)?;
        }
    }
    for aborted in leader.transactions.aborted_within(leader.log.start(), leader.log.end()) {
        writeln!(said, "aborted from {} to {}", aborted.first, aborted.marker)?;
    }
    Ok(said)
}

/// A line a transactional id, as its coordinator has written it down.
fn transactions(world: &World) -> Outcome {
    let mut said = String::new();
    for it in world.cluster.transactions.all() {
        let partitions: Vec<String> = it.partitions.iter().map(ToString::to_string).collect();
        let groups: Vec<String> = it.groups.iter().map(ToString::to_string).collect();
        let coordinator = world.cluster.coordinator(&it.id).map_or("none".into(), |broker| broker.name().to_string());
        let (epoch, state) = (it.producer.epoch, it.state.name());
        writeln!(
            said,
            "{} on {coordinator}: {state}, epoch {epoch}, partitions [{}], groups [{}]",
            it.id,
            partitions.join(" "),
            groups.join(" ")
        )?;
    }
    Ok(said)
}

/// A line a replica: how dirty its log is.
fn compaction(world: &World, name: &TopicPartition) -> Outcome {
    let config = &world.cluster.topics.get(&name.topic).ok_or("no such topic")?.config;
    let mut said = String::new();
    for (id, broker) in &world.brokers {
        let Some(replica) = broker.partitions.get(name) else { continue };
        let dirtiness = replica.dirtiness(world.now, config);
        let (clean, cleanable) = (dirtiness.clean_bytes, dirtiness.cleanable_bytes);
        let (first, until) = (replica.first_dirty(), dirtiness.until);
        let next = broker.next_cleaning.map_or("never".into(), |next| next.to_string());
        let of = format!("{cleanable} of {} bytes ({} %)", clean + cleanable, dirtiness.ppm() / 10_000);
        writeln!(said, "broker-{}: dirty from {first} to {until}, {of}, next check {next}", id.0)?;
    }
    Ok(said)
}

fn record(world: &World, batch: &Batch, index: u32) -> String {
    let key = batch.records.key(index);
    let extra = batch.records.extra(index);
    let value = match extra.and_then(|extra| extra.value.as_ref()) {
        Some(Value::Text(text)) if text.len() > 100 => format!(" ({} bytes)", text.len()),
        Some(Value::Text(text)) => format!(" value={text}"),
        Some(Value::Row(rows, row)) => format!(" value={}", String::from_utf8_lossy(rows.value(*row))),
        None if batch.records.is_tombstone(index) => " null".into(),
        None => format!(" ({} bytes)", batch.records.value_bytes(index)),
    };
    let headers = extra.into_iter().flat_map(|extra| extra.headers.iter());
    let headers: String = headers.map(|(name, value)| format!(" {name}:{value}")).collect();
    let offset = batch.offset(index);
    format!("{offset}{}{value}{headers} at {}", key_text(world, key), batch.records.created_at(index))
}

fn key_text(world: &World, key: KeyId) -> String {
    let Some(bytes) = world.keys.bytes(key) else { return String::new() };
    format!(" key={} (murmur2 {})", String::from_utf8_lossy(bytes), world.keys.hash(key))
}

/// A line a partition.
fn topic_of(world: &World, topic: &Name) -> Outcome {
    let count = world.cluster.topics.get(topic).ok_or("no such topic")?.partitions.len() as u32;
    let mut said = String::new();
    for partition in (0..count).map(|partition| TopicPartition::new(topic, partition)) {
        let Some(leader) = world.leader(&partition) else { continue };
        writeln!(said, "{partition}: {} records, high watermark {}", leader.log.end(), leader.high_watermark)?;
    }
    Ok(said)
}

fn replicas(world: &World, partition: &TopicPartition) -> Outcome {
    let mut said = String::new();
    for (id, broker) in &world.brokers {
        let Some(replica) = broker.partitions.get(partition) else { continue };
        let role = if replica.leads() { "leader" } else { "follower" };
        writeln!(said, "broker-{} {role}: end {}, high watermark {}", id.0, replica.log.end(), replica.high_watermark)?;
    }
    Ok(said)
}

/// As the controller has it, in the words of `kafka-topics --describe`; and what is lost.
fn partition_of(world: &World, name: &TopicPartition) -> Outcome {
    let replicas = world.cluster.replicas(name).ok_or("no such partition")?;
    let ids = |brokers: &[BrokerId]| brokers.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(",");
    let leader = replicas.leader.map_or("none".into(), |leader| leader.0.to_string());
    let mut said = format!(
        "{name}: Leader: {leader} (epoch {}) Replicas: {} Isr: {}",
        replicas.leader_epoch,
        ids(&replicas.brokers),
        ids(&replicas.isr)
    );
    if !replicas.elr.is_empty() {
        write!(said, " Elr: {}", ids(&replicas.elr))?;
    }
    let lost: Vec<String> = world.lost_ranges(name).iter().map(|(from, to)| format!("{from} to {}", to - 1)).collect();
    if !lost.is_empty() {
        write!(said, ", lost: {}", lost.join(", "))?;
    }
    Ok(said + "\n")
}

fn brokers(world: &World) -> Outcome {
    let mut said = String::new();
    for (id, broker) in &world.brokers {
        let service = if world.controller.is_in_service(*id) { "in service" } else { "fenced" };
        let rack = broker.rack.as_ref().map_or(String::new(), |rack| format!(", rack {rack}"));
        let life = if broker.life.has_process() { "runs" } else { "does not run" };
        writeln!(said, "{}: {life}, {service}{rack}", id.name())?;
    }
    Ok(said)
}

/// As the coordinator sees it, and what is committed.
fn group_of(world: &World, name: &Name) -> Outcome {
    let Some(group) = world.group(name) else { return Ok(format!("{name}: nobody has joined\n")) };
    let (state, count, assignor) = (group.state().name(), group.generation(), group.assignor().unwrap_or("-"));
    let leader = group.leader().map_or("-".into(), |leader| without_uuid(leader.id.as_str()));
    let mut said = match group.as_consumer() {
        None => format!("{state} generation {count}, {assignor}, leader {leader}\n"),
        Some(group) => format!("{state} epoch {count}, target epoch {}, {assignor}\n", group.target_epoch()),
    };
    for member in group.members() {
        let epoch = member.epoch.map_or(String::new(), |epoch| format!(" at epoch {epoch}"));
        let assigned = partitions(member.assignment.iter().copied());
        writeln!(said, "{}{epoch}: {assigned}", without_uuid(member.id.as_str()))?;
    }
    for (partition, offset) in group.committed_all() {
        let end = world.leader(&partition).map_or(0, |leader| leader.high_watermark);
        writeln!(said, "{partition}: committed {offset}, lag {}", end.saturating_sub(offset))?;
    }
    Ok(said)
}

fn partitions<'a>(listed: impl Iterator<Item = &'a TopicPartition>) -> String {
    let listed: Vec<String> = listed.map(ToString::to_string).collect();
    if listed.is_empty() { "nothing".into() } else { listed.join(" ") }
}

fn consumer_of(consumer: &Consumer) -> Outcome {
    let mut said = format!("{:?}, {:?}\n", consumer.life, consumer.membership.phase);
    if let Some(problem) = &consumer.problem {
        writeln!(said, "problem: {problem}")?;
    }
    for (partition, position) in &consumer.assignment {
        let next = position.next.map_or("unknown".into(), |next| next.to_string());
        writeln!(said, "{partition}: position {next}")?;
    }
    if let Some(output) = consumer.output() {
        write!(said, "output: {}", producer_of(output)?)?;
    }
    if let Application::Working(work) = &consumer.application
        && let Some((partition, _, offset)) = work.in_hand()
    {
        writeln!(said, "in hand: {partition} offset {offset}")?;
    }
    Ok(said)
}

fn producer_of(producer: &Producer) -> Outcome {
    let counts = producer.counts;
    let (created, acknowledged, failed) = (counts.created, counts.acknowledged, counts.failed);
    let waiting = producer.waiting();
    let mut said = format!("created {created}, acknowledged {acknowledged}, failed {failed}, waiting {waiting}\n");
    if let Some(transaction) = producer.transaction() {
        let (phase, ended) = (transaction.phase.name(), transaction.counts);
        let epoch = producer.identity().epoch;
        writeln!(said, "{phase} in epoch {epoch}, {} committed, {} aborted", ended.committed, ended.aborted)?;
    }
    Ok(said)
}

/// What a group has processed: offsets and how often.
fn work(world: &World, group: &Name) -> Outcome {
    let ledger = &world.groups.get(group).ok_or("no such group")?.ledger;
    let (processed, duplicates, out_of_order) = (ledger.processed, ledger.duplicates, ledger.out_of_order);
    let mut said = format!("processed {processed}, duplicates {duplicates}, out of order {out_of_order}\n");
    for (partition, coverage) in ledger.coverage() {
        let steps = coverage.steps();
        for (n, (from, times)) in steps.iter().enumerate().filter(|(_, step)| step.1 > 0) {
            let to = steps.get(n + 1).map_or(*from, |next| next.0);
            writeln!(said, "{partition}: {from} to {} {times} x", to - 1)?;
        }
    }
    Ok(said)
}

fn totals(world: &World) -> Outcome {
    let totals = world.totals();
    let lost = world.lost();
    Ok(format!("{totals:?}, lost {lost}\n").replace("Totals ", ""))
}
