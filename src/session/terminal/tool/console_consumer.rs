//! `kafka-console-consumer` (`ConsoleConsumer`, `DefaultMessageFormatter`): prints records until Ctrl+C.
//!
//! It is a member on the stage, `console-consumer`: it joins, the group rebalances, and what it reads is printed as it reads
//! it. Without `--group` it makes a group of its own, `console-consumer-` and a number, that commits nothing and goes with
//! it. With `--partition` it is assigned by hand and joins no group: here it looks at the log up to the high watermark, and
//! the run does not notice. A generated value has no text and is described.

use super::super::Program;
use super::super::desk::{Desk, Ran};
use super::super::options::{Args, BOOTSTRAP, What, absent, flag, one, pair};
use super::{Tool, exception, live_leader, matches, partitions_of, refused, topic_config};
use crate::engine::World;
use crate::engine::command::Command;
use crate::kernel::{Chance, SortedMap, Span, Time, document};
use crate::model::kafka::config::{AutoOffsetReset, ConsumerConfig, IsolationLevel};
use crate::model::{Name, TopicPartition};
use crate::view::records::{RecordRow, records};

const FORMAT: &[&str] = &[
    "print.timestamp",
    "print.key",
    "print.offset",
    "print.partition",
    "print.headers",
    "print.value",
    "key.separator",
    "headers.separator",
    "null.literal",
];

const CLIENT: &[&str] = &["auto.offset.reset", "client.id", "enable.auto.commit", "group.protocol", "max.poll.records"];

const ISOLATION: [&str; 2] = ["read_committed", "read_uncommitted"];

pub const TOOL: Tool = Tool {
    name: "kafka-console-consumer",
    about: "This tool helps to read data from Kafka topics and outputs it to standard output. Ctrl+C ends it.",
    options: &[
        BOOTSTRAP,
        one("topic", What::Topic, "The topic."),
        one("include", What::Topic, "Several: a|b or or.*"),
        one("group", What::Group, "Join this group. Without it, one of its own, as long as this runs."),
        flag("from-beginning", "From the log start, where nothing is committed; else from the log end."),
        one("partition", What::Number, "Only this partition, without a group."),
        one("offset", What::Text("OFFSET"), "With --partition: from this offset, earliest or latest."),
        one("max-messages", What::Number, "End after so many."),
        one("timeout-ms", What::Number, "End when nothing comes for so long, in the run's time."),
        one("property", What::Property(FORMAT), "What to print: print.key=true, print.partition=true, ..."),
        one("formatter-property", What::Property(FORMAT), "The same, by its newer name."),
        one(
            "isolation-level",
            What::OneOf(&ISOLATION),
            "read_committed: nothing of transactions that are open or aborted. Else read_uncommitted.",
        ),
        one("consumer-property", What::Property(CLIENT), "With --group, for a new group: a property of its members."),
        absent("formatter", "records are printed in one way; --property says what of them"),
        absent("formatter-config", "there are no property files; use --property"),
        absent("key-deserializer", "keys are text"),
        absent("value-deserializer", "values are text"),
        absent("skip-message-on-error", "every record can be read"),
        absent("enable-systest-events", "nobody listens to them"),
        absent("consumer.config", "there are no property files; use --consumer-property"),
        absent("command-config", "there are no property files; use --consumer-property"),
    ],
    run,
};

/// As good as never: a group of its own commits nothing.
const NEVER_MS: u64 = 86_400_000;

/// How the groups that it makes begin.
const OWN_GROUP: &str = "console-consumer-";

/// As many lines at a time as a page can take.
const LINES_MAX: u32 = 500;

/// A consumer that goes on printing.
#[derive(Clone, Debug)]
pub struct Following {
    source: Source,
    /// The next record to print.
    next: SortedMap<TopicPartition, u64>,
    format: Format,
    isolation: IsolationLevel,
    left: Option<u64>,
    printed: u64,
    timeout: Option<Span>,
    last_at: Time,
}

#[derive(Clone, Debug)]
enum Source {
    Logs { topics: Vec<Name>, partition: Option<u32> },
    Member { consumer: Name, group: Name, own: Own },
}

/// What is there for this program alone, and goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    Nothing,
    Member,
    Group,
}

#[derive(Clone, Debug)]
struct Format {
    timestamp: bool,
    key: bool,
    offset: bool,
    partition: bool,
    headers: bool,
    value: bool,
    separator: String,
    headers_separator: String,
    null: String,
}

fn run(args: &Args, desk: &mut Desk) -> Ran {
    let topics = topics(args, desk.world())?;
    let number = |option: &str| Ok::<_, String>(args.number(option)?.and_then(|number| u64::try_from(number).ok()));
    let (format, isolation) = (Format::new(args)?, isolation(args)?);
    let (source, next) = match args.value("group")? {
        Some(group) => join(args, desk, &group.into(), topics)?,
        None if args.has("partition") || args.has("offset") => look(args, desk.world(), topics)?,
        None => {
            let group = own_group(desk.world());
            desk.note(format!("It reads as the group {group}, which is on the stage as long as this runs."));
            join(args, desk, &group, topics)?
        }
    };
    let following = Following {
        source,
        next,
        format,
        isolation,
        left: number("max-messages")?,
        printed: 0,
        timeout: number("timeout-ms")?.map(Span::from_millis),
        last_at: desk.world().now,
    };
    if !desk.is_playing() {
        desk.note("The run is paused: what comes next is printed when it plays. Ctrl+C (or the button End) ends this.");
    }
    desk.begun = Some(Program::Consumer(following));
    Ok(())
}

fn isolation(args: &Args) -> Result<IsolationLevel, String> {
    match args.value("isolation-level")? {
        None | Some("read_uncommitted") => Ok(IsolationLevel::ReadUncommitted),
        Some("read_committed") => Ok(IsolationLevel::ReadCommitted),
        Some(other) => Err(format!(
            "org.apache.kafka.common.config.ConfigException: Invalid value {other} for configuration isolation.level: String \
             must be one of: {}",
            ISOLATION.join(", ")
        )),
    }
}

fn topics(args: &Args, world: &World) -> Result<Vec<Name>, String> {
    let wanted = match (args.value("topic")?, args.value("include")?) {
        (Some(topic), None) => topic,
        (None, Some(several)) => several,
        _ => return Err("Exactly one of --include/--topic is required.".into()),
    };
    let found: Vec<Name> =
        world.cluster.topics.keys().filter(|topic| matches(wanted, topic.as_str())).cloned().collect();
    if found.is_empty() {
        return Err(exception("UnknownTopicOrPartitionException", format!("there is no topic called {wanted}")));
    }
    Ok(found)
}

/// The real tool draws a number below 100,000. Here it follows from the run, so that the same line at the same moment makes
/// the same group.
fn own_group(world: &World) -> Name {
    let mut chance = Chance::of(world.seed, &format!("console-consumer at {}", world.now));
    loop {
        let group = Name::from(format!("{OWN_GROUP}{}", chance.below(100_000)));
        if !world.has_part(&group) {
            return group;
        }
    }
}

/// Where to begin looking at the logs.
fn look(args: &Args, world: &World, topics: Vec<Name>) -> Result<(Source, SortedMap<TopicPartition, u64>), String> {
    let partition = args.number("partition")?.map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    let offset = args.value("offset")?;
    if offset.is_some() && partition.is_none() {
        return Err("The partition is required when offset is specified.".into());
    }
    if partition.is_some() && args.has("include") {
        return Err("The topic is required when partition is specified.".into());
    }
    if offset.is_some() && args.has("from-beginning") {
        return Err("Options from-beginning and offset cannot be specified together.".into());
    }
    let is_there = |number: &u32| partitions_of(world, &topics[0]).is_some_and(|count| *number < count);
    if let Some(strange) = partition.filter(|number| !is_there(number)) {
        return Err(exception("UnknownTopicOrPartitionException", format!("{} has no partition {strange}", topics[0])));
    }
    let mut next = SortedMap::new();
    for name in partitions(world, &topics, partition) {
        let Some(leader) = live_leader(world, &name) else { continue };
        let (start, end) = (leader.log.start(), leader.readable_to(isolation(args)?));
        let from = match offset {
            Some("earliest") => start,
            Some("latest") => end,
            Some(text) => text.parse().map_err(|_| {
                format!("The provided offset value '{text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.")
            })?,
            None if args.has("from-beginning") => start,
            None => end,
        };
        next.insert(name, from);
    }
    Ok((Source::Logs { topics, partition }, next))
}

fn partitions(world: &World, topics: &[Name], only: Option<u32>) -> Vec<TopicPartition> {
    let of_topic = |topic: &Name| {
        let count = partitions_of(world, topic).unwrap_or(0);
        (0..count).map(|number| TopicPartition::new(topic, number)).collect::<Vec<_>>()
    };
    let all = topics.iter().flat_map(of_topic);
    all.filter(|partition| only.is_none_or(|only| partition.partition == only)).collect()
}

/// Starts a member: a new one, or one on the stage that goes by this client id and does not run.
fn join(
    args: &Args,
    desk: &mut Desk,
    group: &Name,
    topics: Vec<Name>,
) -> Result<(Source, SortedMap<TopicPartition, u64>), String> {
    if args.has("partition") {
        return Err("Options group and partition cannot be specified together.".into());
    }
    let (mut config, client) = config(args)?;
    if args.value("group")?.is_none() {
        config.auto_commit_interval_ms = NEVER_MS;
    }
    let world = desk.world();
    let mut commands = Vec::new();
    match world.groups.get(group) {
        None => commands.push(Command::AddGroup { group: group.clone(), topics, config }),
        Some(spec) if topics.iter().any(|topic| !spec.topics.contains(topic)) => {
            return Err(format!(
                "the members of a group share one subscription here, and {group} reads {}: subscribe it on the stage first",
                spec.topics.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
            ));
        }
        Some(_) => {}
    }
    let base = client.unwrap_or_else(|| "console-consumer".into());
    let is_free = |name: &Name| !world.has_part(name);
    let numbered = (2..).map(|n| Name::from(format!("{base}-{n}")));
    let (consumer, is_own) = match world.consumers.get(base.as_str()) {
        Some(known) if known.group == *group && !known.life.has_process() => (known.name.clone(), false),
        _ => (std::iter::once(base.as_str().into()).chain(numbered).find(is_free).expect("numbers do not end"), true),
    };
    commands.push(match is_own {
        true => Command::AddConsumer { consumer: consumer.clone(), group: group.clone() },
        false => Command::Restart { consumer: consumer.clone() },
    });
    desk.act(commands).map_err(refused)?;
    let own = match (args.value("group")?, is_own) {
        (None, _) => Own::Group,
        (Some(_), true) => Own::Member,
        (Some(_), false) => Own::Nothing,
    };
    let committed = desk.world().group(group).map(|group| group.committed_all()).unwrap_or_default();
    Ok((Source::Member { consumer, group: group.clone(), own }, committed))
}

/// For a new group.
fn config(args: &Args) -> Result<(ConsumerConfig, Option<String>), String> {
    let default = document::to_value(&ConsumerConfig::default());
    let mut fields = default.clone();
    if args.has("from-beginning") {
        fields["auto.offset.reset"] = "earliest".into();
    }
    let mut client = None;
    for property in args.values("consumer-property") {
        let (name, value) = pair(property)?;
        let unknown = || format!("{name} is no property of this playground's consumers");
        match name {
            "client.id" => client = Some(value.to_owned()),
            "partition.assignment.strategy" => {
                fields[name] = value.split(',').map(|class| assignor(class).to_owned()).collect();
            }
            // Members take their own names there.
            "group.instance.id" => fields[name] = "client.id".into(),
            _ => fields[name] = topic_config::typed(name, value, default.get(name).ok_or_else(unknown)?)?,
        }
    }
    // The tool sets it after the properties.
    fields["isolation.level"] = isolation(args)?.name().into();
    Ok((document::from_value(fields).map_err(|wrong| wrong.to_string())?, client))
}

/// The assignor's own name from its class.
fn assignor(class: &str) -> &str {
    match class.trim().rsplit('.').next().unwrap_or(class) {
        "RangeAssignor" => "range",
        "RoundRobinAssignor" => "roundrobin",
        "StickyAssignor" => "sticky",
        "CooperativeStickyAssignor" => "cooperative-sticky",
        other => other,
    }
}

fn is_aborted(world: &World, partition: &TopicPartition, offset: u64) -> bool {
    let Some(replica) = world.shown_replica(partition) else { return false };
    let stamp = replica.log.batches_from(offset).next().and_then(|batch| batch.stamp);
    stamp.is_some_and(|stamp| replica.transactions.is_aborted(stamp.producer, offset))
}

impl Following {
    /// Prints what has come; true when it is over.
    pub fn go_on(&mut self, desk: &mut Desk) -> bool {
        let lines = self.read(desk.world());
        if !lines.is_empty() {
            self.last_at = desk.world().now;
            desk.say(lines.join("\n"));
        }
        let waited = desk.world().now.since(self.last_at);
        if self.timeout.is_some_and(|timeout| waited >= timeout) {
            desk.complain(exception("TimeoutException", "timed out waiting for a record"));
            return true;
        }
        self.left == Some(0)
    }

    fn read(&mut self, world: &World) -> Vec<String> {
        let mut lines = Vec::new();
        for (partition, until) in self.readable(world) {
            let Some(from) = self.next.get(&partition).copied() else { continue };
            let room = u64::from(LINES_MAX) - lines.len() as u64;
            let count = until.saturating_sub(from).min(self.left.unwrap_or(u64::MAX)).min(room);
            let rows = records(world, &partition, from, count as u32);
            let is_seen = |row: &&RecordRow| {
                self.isolation == IsolationLevel::ReadUncommitted || !is_aborted(world, &partition, row.offset)
            };
            let seen = rows.iter().filter(is_seen).map(|row| self.format.line(&partition, row));
            let before = lines.len();
            lines.extend(seen);
            let printed = (lines.len() - before) as u64;
            self.printed += printed;
            self.left = self.left.map(|left| left.saturating_sub(printed));
            // Going back in time is no reason to print everything again.
            let after = rows.last().map_or(from.min(until) + count, |last| last.offset + 1);
            self.next.insert(partition, after);
        }
        lines
    }

    /// Partitions, and up to which offset they can be printed.
    fn readable(&mut self, world: &World) -> Vec<(TopicPartition, u64)> {
        match &self.source {
            Source::Logs { topics, partition } => {
                let mut readable = Vec::new();
                for name in partitions(world, topics, *partition) {
                    let Some(leader) = live_leader(world, &name) else { continue };
                    self.next.entry(name.clone()).or_insert(0);
                    readable.push((name, leader.readable_to(self.isolation)));
                }
                readable
            }
            Source::Member { consumer, group, .. } => {
                let Some(member) = world.consumers.get(consumer) else { return Vec::new() };
                let mut readable = Vec::new();
                for (partition, position) in &member.assignment {
                    let Some(position) = position.next else { continue };
                    let from = || match member.config.auto_offset_reset {
                        AutoOffsetReset::Earliest => world.leader(partition).map_or(0, |leader| leader.log.start()),
                        _ => position,
                    };
                    self.next.entry(partition.clone()).or_insert_with(from);
                    // The group on the stage may read more than was asked for here.
                    let until = world.leader(partition).map_or(position, |leader| leader.readable_to(self.isolation));
                    readable.push((partition.clone(), position.min(until)));
                }
                // What others read meanwhile is not this member's to print.
                for (partition, committed) in world.group(group).map(|group| group.committed_all()).unwrap_or_default()
                {
                    if !member.assignment.contains_key(&partition) {
                        self.next.insert(partition, committed);
                    }
                }
                readable
            }
        }
    }

    /// Ctrl+C, or the end: the member says goodbye.
    pub fn end(&self, desk: &mut Desk) {
        if let Some(command) = self.goodbye(desk.world())
            && let Err(refusal) = desk.act(vec![command])
        {
            desk.complain(refused(refusal));
        }
        desk.complain(format!("Processed a total of {} messages", self.printed));
    }

    /// Takes off the stage what this program put there. A group that somebody else has joined meanwhile stays.
    fn goodbye(&self, world: &World) -> Option<Command> {
        let Source::Member { consumer, group, own } = &self.source else { return None };
        let member = world.consumers.get(consumer)?;
        let is_alone = || world.consumers.values().filter(|one| one.group == *group).count() == 1;
        let (consumer, group) = (consumer.clone(), group.clone());
        match own {
            Own::Group if is_alone() => Some(Command::RemoveGroup { group }),
            Own::Group | Own::Member => Some(Command::RemoveConsumer { consumer }),
            Own::Nothing => member.life.has_process().then_some(Command::Leave { consumer }),
        }
    }
}

impl Format {
    fn new(args: &Args) -> Result<Format, String> {
        let mut format = Format {
            timestamp: false,
            key: false,
            offset: false,
            partition: false,
            headers: false,
            value: true,
            separator: "\t".into(),
            headers_separator: ",".into(),
            null: "null".into(),
        };
        for property in args.values("property").into_iter().chain(args.values("formatter-property")) {
            let (name, value) = pair(property)?;
            let (is_true, text) = (value.eq_ignore_ascii_case("true"), value.replace("\\t", "\t"));
            match name {
                "print.timestamp" => format.timestamp = is_true,
                "print.key" => format.key = is_true,
                "print.offset" => format.offset = is_true,
                "print.partition" => format.partition = is_true,
                "print.headers" => format.headers = is_true,
                "print.value" => format.value = is_true,
                "key.separator" => format.separator = text,
                "headers.separator" => format.headers_separator = text,
                "null.literal" => format.null = text,
                _ => return Err(format!("--property {name}: of these there are {}", FORMAT.join(", "))),
            }
        }
        Ok(format)
    }

    fn line(&self, partition: &TopicPartition, row: &RecordRow) -> String {
        let mut fields = Vec::new();
        if self.timestamp {
            fields.push(format!("CreateTime:{}", row.timestamp_us.div_euclid(1_000)));
        }
        if self.partition {
            fields.push(format!("Partition:{}", partition.partition));
        }
        if self.offset {
            fields.push(format!("Offset:{}", row.offset));
        }
        if self.headers {
            let headers = row.headers.iter().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>();
            let none = headers.is_empty();
            fields.push(if none { "NO_HEADERS".into() } else { headers.join(&self.headers_separator) });
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| self.null.clone());
        if self.key {
            fields.push(text(&row.key));
        }
        if self.value {
            fields.push(text(&row.value));
        }
        fields.join(&self.separator)
    }
}
