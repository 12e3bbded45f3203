//! `kafka-console-producer` (`ConsoleProducer`, `LineMessageReader`): every line is a record.
//!
//! It is a producer on the stage, `console-producer`, with what the real one sets: `linger.ms` 1000, `request.timeout.ms`
//! 1500. It stays there afterwards, since it may still have records to send. Left out: topics that come to be by being
//! produced to (`auto.create.topics.enable`).

use super::super::Program;
use super::super::desk::{Desk, Ran};
use super::super::options::{Args, BOOTSTRAP, What, absent, flag, one, pair};
use super::{Tool, refused, topic_config};
use crate::engine::World;
use crate::engine::command::Command;
use crate::kernel::{SortedMap, document};
use crate::model::Name;
use crate::model::kafka::config::ProducerConfig;
use crate::model::workload::Workload;

const READER: &[&str] = &[
    "parse.key",
    "key.separator",
    "parse.headers",
    "headers.delimiter",
    "headers.separator",
    "headers.key.separator",
    "null.marker",
    "ignore.error",
];

const CLIENT: &[&str] = &[
    "acks",
    "batch.size",
    "buffer.memory",
    "client.id",
    "delivery.timeout.ms",
    "enable.idempotence",
    "linger.ms",
    "max.block.ms",
    "max.in.flight.requests.per.connection",
    "max.request.size",
    "partitioner.availability.timeout.ms",
    "request.timeout.ms",
    "retry.backoff.ms",
];

pub const TOOL: Tool = Tool {
    name: "kafka-console-producer",
    about: "This tool helps to read data from standard input and publish it to Kafka. A line is a record; Ctrl+D ends it.",
    options: &[
        BOOTSTRAP,
        one("topic", What::Topic, "The topic."),
        one(
            "property",
            What::Property(READER),
            "How to read a line: parse.key=true, key.separator=:, null.marker=NULL, ...",
        ),
        one("reader-property", What::Property(READER), "The same, by its newer name."),
        one("producer-property", What::Property(CLIENT), "A property of the producer, such as linger.ms=5."),
        one("request-required-acks", What::OneOf(&["all", "1", "0"]), "acks."),
        one("timeout", What::Number, "linger.ms; 1000 unless it is given."),
        one("batch-size", What::Number, "batch.size."),
        one("max-partition-memory-bytes", What::Number, "batch.size, by its newer name."),
        one("request-timeout-ms", What::Number, "request.timeout.ms; 1500 unless it is given."),
        one("retry-backoff-ms", What::Number, "retry.backoff.ms."),
        one("max-memory-bytes", What::Number, "buffer.memory."),
        one("max-block-ms", What::Number, "max.block.ms."),
        flag("sync", "Taken and of no use: there is nobody to wait."),
        absent("compression-codec", "records are not compressed"),
        absent("line-reader", "lines are read in one way"),
        absent("message-send-max-retries", "a producer retries until delivery.timeout.ms is over"),
        absent("metadata-expiry-ms", "use --producer-property metadata.max.age.ms"),
        absent("socket-buffer-size", "there are no sockets"),
        absent("producer.config", "there are no property files; use --producer-property"),
        absent("command-config", "there are no property files; use --producer-property"),
        absent("reader-config", "there are no property files; use --property"),
    ],
    run,
};

/// A producer that reads from the keyboard.
#[derive(Clone, Debug)]
pub struct Producing {
    producer: Name,
    reader: Reader,
}

/// How a line becomes a record.
#[derive(Clone, Debug)]
struct Reader {
    parses_key: bool,
    key_separator: String,
    parses_headers: bool,
    headers_delimiter: String,
    headers_separator: String,
    headers_key_separator: String,
    null_marker: Option<String>,
    ignores_errors: bool,
    lines: u32,
}

fn run(args: &Args, desk: &mut Desk) -> Ran {
    let topic = Name::from(args.required("topic")?);
    if !desk.world().cluster.topics.contains_key(&topic) {
        return Err(format!(
            "org.apache.kafka.common.errors.TimeoutException: Topic {topic} not present in metadata after 60000 ms. (There is \
             no such topic, and auto.create.topics.enable is false here: kafka-topics --create makes one.)"
        ));
    }
    let mut reader = Reader::new(args)?;
    let (config, client) = config(args)?;
    if config.transactional_id.is_some() {
        return Err(format!(
            "java.lang.IllegalStateException: Cannot add partition {topic}-0 to transaction before completing a call to \
             initTransactions (The console producer makes no transactions; a producer on the stage does.)"
        ));
    }
    let (producer, mut commands) = producer(desk.world(), &topic, config, client.as_deref())?;
    match desk.input.take() {
        Some(text) => {
            let mut wrong = None;
            for line in text.lines() {
                match reader.record(line, &producer) {
                    Ok(command) => join(&mut commands, command),
                    Err(error) => {
                        wrong = Some(error);
                        break;
                    }
                }
            }
            desk.act(commands).map_err(refused)?;
            wrong.map_or(Ok(()), Err)
        }
        None => {
            desk.act(commands).map_err(refused)?;
            desk.note("A line is a record. Ctrl+D (or the button End) ends it.");
            desk.begun = Some(Program::Producer(Producing { producer, reader }));
            Ok(())
        }
    }
}

impl Producing {
    /// What is said at the end: unlike a process, it stays where it can be seen.
    pub fn farewell(&self) -> String {
        format!("{} stays on the stage: it may still have records to send. Remove it there.", self.producer)
    }

    /// Publishes a line; an error ends the program.
    pub fn line(&mut self, line: &str, desk: &mut Desk) -> Ran {
        let command = self.reader.record(line, &self.producer)?;
        desk.act(vec![command]).map_err(refused)
    }
}

/// The same record once more is counted up.
fn join(commands: &mut Vec<Command>, next: Command) {
    if let (
        Some(Command::Publish { key, value, headers, count, .. }),
        Command::Publish { key: next_key, value: next_value, headers: next_headers, .. },
    ) = (commands.last_mut(), &next)
        && (&*key, &*value, &*headers) == (next_key, next_value, next_headers)
    {
        *count += 1;
        return;
    }
    commands.push(next);
}

/// The producer's configuration, and its name if it is given one.
fn config(args: &Args) -> Result<(ProducerConfig, Option<String>), String> {
    let mut settings: Vec<(String, String)> =
        vec![("linger.ms".into(), "1000".into()), ("request.timeout.ms".into(), "1500".into())];
    let options = [
        ("request-required-acks", "acks"),
        ("timeout", "linger.ms"),
        ("batch-size", "batch.size"),
        ("max-partition-memory-bytes", "batch.size"),
        ("request-timeout-ms", "request.timeout.ms"),
        ("retry-backoff-ms", "retry.backoff.ms"),
        ("max-memory-bytes", "buffer.memory"),
        ("max-block-ms", "max.block.ms"),
    ];
    for (option, name) in options {
        if let Some(value) = args.value(option)? {
            settings.push((name.into(), value.to_owned()));
        }
    }
    let mut client = None;
    for property in args.values("producer-property") {
        let (name, value) = pair(property)?;
        match name {
            "client.id" => client = Some(value.to_owned()),
            _ => settings.push((name.to_owned(), value.to_owned())),
        }
    }
    let default = document::to_value(&ProducerConfig::default());
    let mut fields = default.clone();
    for (name, value) in settings {
        let unknown = || format!("{name} is no property of this playground's producers");
        fields[name.as_str()] = topic_config::typed(&name, &value, default.get(&name).ok_or_else(unknown)?)?;
    }
    let config: ProducerConfig = document::from_value(fields).map_err(|wrong| wrong.to_string())?;
    config.validate().map_err(refused)?;
    Ok((config, client))
}

/// A console producer on the stage that can be taken, or a new one, and the command that makes it.
fn producer(
    world: &World,
    topic: &Name,
    config: ProducerConfig,
    client: Option<&str>,
) -> Result<(Name, Vec<Command>), String> {
    let base = client.unwrap_or("console-producer");
    for n in 1.. {
        let name: Name = if n == 1 { base.into() } else { format!("{base}-{n}").into() };
        match world.producers.get(&name) {
            Some(found) if found.topic.as_ref() == Some(topic) && found.config == config => {
                return Ok((name, Vec::new()));
            }
            None if !world.has_part(&name) => {
                let (producer, topic) = (name.clone(), Some(topic.clone()));
                let workload = Workload::default();
                return Ok((name, vec![Command::AddProducer { producer, topic, config, workload }]));
            }
            _ => {}
        }
    }
    unreachable!("there are more numbers than parts")
}

impl Reader {
    fn new(args: &Args) -> Result<Reader, String> {
        let mut reader = Reader {
            parses_key: false,
            key_separator: "\t".into(),
            parses_headers: false,
            headers_delimiter: "\t".into(),
            headers_separator: ",".into(),
            headers_key_separator: ":".into(),
            null_marker: None,
            ignores_errors: false,
            lines: 0,
        };
        for property in args.values("property").into_iter().chain(args.values("reader-property")) {
            let (name, value) = pair(property)?;
            // As in a property file.
            let (is_true, text) = (value.eq_ignore_ascii_case("true"), value.replace("\\t", "\t"));
            match name {
                "parse.key" => reader.parses_key = is_true,
                "key.separator" => reader.key_separator = text,
                "parse.headers" => reader.parses_headers = is_true,
                "headers.delimiter" => reader.headers_delimiter = text,
                "headers.separator" => reader.headers_separator = text,
                "headers.key.separator" => reader.headers_key_separator = text,
                "null.marker" => reader.null_marker = Some(text),
                "ignore.error" => reader.ignores_errors = is_true,
                _ => return Err(format!("--property {name}: of these there are {}", READER.join(", "))),
            }
        }
        Ok(reader)
    }

    fn record(&mut self, line: &str, producer: &Name) -> Result<Command, String> {
        self.lines += 1;
        let mut rest = line;
        let mut headers = SortedMap::new();
        if self.parses_headers
            && let Some(text) = self.cut(&mut rest, &self.headers_delimiter, "header delimiter", line)?
        {
            for header in text.split(self.headers_separator.as_str()) {
                let wrong =
                    || format!("No header key separator found in pair '{header}' on line number {}", self.lines);
                let (name, value) = header.split_once(self.headers_key_separator.as_str()).ok_or_else(wrong)?;
                headers.insert(name.to_owned(), value.to_owned());
            }
        }
        let key = match self.parses_key {
            true => self.cut(&mut rest, &self.key_separator, "key separator", line)?.map(str::to_owned),
            false => None,
        };
        let present = |text: String| Some(text).filter(|text| self.null_marker.as_ref() != Some(text));
        Ok(Command::Publish {
            producer: producer.clone(),
            key: key.and_then(present),
            value: present(rest.to_owned()),
            headers,
            partition: None,
            count: 1,
        })
    }

    /// What stands before the mark, taken off the rest.
    fn cut<'a>(&self, rest: &mut &'a str, mark: &str, what: &str, line: &str) -> Result<Option<&'a str>, String> {
        match rest.split_once(mark) {
            Some((found, after)) => {
                *rest = after;
                Ok(Some(found))
            }
            None if self.ignores_errors => Ok(None),
            None => Err(format!(
                "org.apache.kafka.common.KafkaException: No {what} found on line number {}: '{line}'",
                self.lines
            )),
        }
    }
}
