//! From a line of a script to a command.

use std::error::Error;

use goldenscript::{ArgumentConsumer, Command as Line};
use headwater::kernel::Delay;
use headwater::model::kafka::config::ClusterConfig;
use serde_json::{Map, Value, json};

use super::text::parse_span;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn quick_cluster() -> ClusterConfig {
    let latency = Delay::constant_millis(1);
    ClusterConfig { client_latency: latency, broker_latency: latency, ..Default::default() }
}

pub fn cluster(line: &Line) -> Result<(u64, ClusterConfig)> {
    let mut arguments = line.consume_args();
    let seed = arguments.take_key("seed").map_or(Ok(1), str::parse)?;
    let Value::Object(mut fields) = serde_json::to_value(quick_cluster())? else { unreachable!("a struct") };
    fields.extend(properties(&mut arguments)?);
    Ok((seed, serde_json::from_value(Value::Object(fields))?))
}

pub fn command(line: &Line) -> Result<Value> {
    let verb = line.name.as_str();
    let mut arguments = line.consume_args();
    let name = arguments.next_pos().map(str::to_owned).ok_or_else(|| format!("{verb} of what?"))?;
    let command = match verb {
        "topic" => json!({ "type": "add_topic", "topic": name, "config": properties(&mut arguments)? }),
        "partitions" => json!({ "type": "add_partitions", "topic": name, "total": number(&mut arguments, "total")? }),
        "producer" => producer(name, &mut arguments)?,
        "publish" => publish(name, &mut arguments)?,
        "connect" => json!({ "type": "connect", "producer": name, "topic": arguments.take_key("topic") }),
        "producing" => json!({ "type": "set_producing", "producer": name, "producing": arguments.next_pos() }),
        "group" => group(name, &mut arguments)?,
        "configure" => {
            let command = group(name, &mut arguments)?;
            json!({ "type": "configure_group", "group": command["group"], "config": command["config"] })
        }
        "consumer" => json!({ "type": "add_consumer", "consumer": name, "group": arguments.take_key("group") }),
        "subscribe" | "unsubscribe" => json!({ "type": verb, "group": name, "topic": arguments.next_pos() }),
        "kill" | "restart" if name.starts_with("broker-") => {
            json!({ "type": format!("{verb}_broker"), "broker": name })
        }
        "wipe" => json!({ "type": "wipe_broker", "broker": name }),
        "shutdown" => json!({ "type": "shut_down_broker", "broker": name }),
        "broker" => match arguments.take_key("rack") {
            Some(rack) => json!({ "type": "add_broker", "broker": name, "rack": rack }),
            None => json!({ "type": "add_broker", "broker": name }),
        },
        "delete" => {
            let (topic, partition) = name.rsplit_once('-').ok_or("a partition is written orders-0")?;
            let before = arguments.take_key("before").map(str::parse::<u64>).transpose()?;
            json!({ "type": "delete_records", "topic": topic, "partition": partition.parse::<u32>()?, "before": before })
        }
        "elect" => json!({ "type": "elect_leaders", "election": name, "topic": arguments.take_key("topic") }),
        "kill-producer" | "restart-producer" => {
            json!({ "type": format!("{}_producer", verb.trim_end_matches("-producer")), "producer": name })
        }
        "commit" | "abort" => json!({ "type": "end_transaction", "producer": name, "outcome": verb }),
        "kill" | "hang" | "unhang" | "leave" | "restart" => json!({ "type": verb, "consumer": name }),
        "slow" => json!({ "type": "slow_down", "consumer": name, "percent": number(&mut arguments, "percent")? }),
        "clock" => {
            let drift = arguments.take_key("drift_ppm").map_or(Ok(0), str::parse::<i32>)?;
            let ahead = arguments.take_key("ahead_ms").map_or(Ok(0), str::parse::<i64>)?;
            json!({ "type": "set_clock", "client": name, "drift_ppm": drift, "ahead_ms": ahead })
        }
        "seek" => scoped("seek", name, &mut arguments)?,
        "reset" => scoped("reset_offsets", name, &mut arguments)?,
        "configure-topic" => {
            json!({ "type": "configure_topic", "topic": name, "config": properties(&mut arguments)? })
        }
        "delete-offsets" => match name.split_once('/') {
            Some((group, topic)) => json!({ "type": "delete_offsets", "group": group, "topic": topic }),
            None => return Err("delete-offsets GROUP/TOPIC".into()),
        },
        "stop" | "start" => json!({ "type": format!("{verb}_group"), "group": name }),
        "cut" => json!({ "type": "partition", "a": name, "b": arguments.next_pos() }),
        "repair" | "hold" | "release" => json!({ "type": verb, "a": name, "b": arguments.next_pos() }),
        "rename" => json!({ "type": "rename", "node": name, "label": arguments.next_pos() }),
        "remove" => {
            let part = arguments.next_pos().ok_or("remove topic|producer|group|consumer NAME")?;
            Value::Object([("type".into(), json!(format!("remove_{name}"))), (name, json!(part))].into_iter().collect())
        }
        _ => return Err(format!("no such verb: {verb}").into()),
    };
    arguments.reject_next()?;
    Ok(command)
}

/// `producer p topic=orders constant=10 keys=order/40 value_bytes=100 linger.ms=5`.
fn producer(name: String, arguments: &mut ArgumentConsumer) -> Result<Value> {
    let topic = arguments.take_key("topic");
    let mut workload = Map::new();
    for kind in ["constant", "poisson"] {
        if let Some(rate) = arguments.take_key(kind) {
            workload.insert("arrivals".into(), json!({ "kind": kind, "per_second": rate.parse::<f64>()? }));
        }
    }
    if let Some((prefix, count)) = arguments.take_key("keys").and_then(|keys| keys.split_once('/')) {
        workload.insert("keys".into(), json!({ "kind": "uniform", "prefix": prefix, "count": count.parse::<u32>()? }));
    }
    if let Some(ppm) = arguments.take_key("tombstones_ppm") {
        workload.insert("tombstones_ppm".into(), ppm.parse::<u32>()?.into());
    }
    if let Some(bytes) = arguments.take_key("value_bytes") {
        workload.insert("value_bytes".into(), bytes.parse::<u32>()?.into());
    }
    let config = properties(arguments)?;
    Ok(json!({ "type": "add_producer", "producer": name, "topic": topic, "config": config, "workload": workload }))
}

/// `publish p key=a value=x partition=1 count=3`; `bytes=10MB` for a value of that size.
fn publish(name: String, arguments: &mut ArgumentConsumer) -> Result<Value> {
    let value = match arguments.take_key("bytes") {
        Some(size) => Some("x".repeat(size.parse()?)),
        None => arguments.take_key("value").map(str::to_owned),
    };
    let mut command = json!({ "type": "publish", "producer": name, "key": arguments.take_key("key"), "value": value });
    for field in ["partition", "count"] {
        if let Some(n) = arguments.take_key(field) {
            command[field] = n.parse::<u64>()?.into();
        }
    }
    if let Some((header, value)) = arguments.take_key("header").and_then(|header| header.split_once('/')) {
        command["headers"] = json!({ header: value });
    }
    Ok(command)
}

/// `group inventory topics=orders/payments service=20ms session.timeout.ms=10000`.
fn group(name: String, arguments: &mut ArgumentConsumer) -> Result<Value> {
    let topics: Vec<&str> = arguments.take_key("topics").map_or(Vec::new(), |topics| topics.split('/').collect());
    let service = arguments.take_key("service").map(parse_span).transpose()?;
    let mut config = properties(arguments)?;
    if let Some(us) = service {
        config.insert("service_time".into(), serde_json::to_value(Delay::Constant { us })?);
    }
    Ok(json!({ "type": "add_group", "group": name, "topics": topics, "config": config }))
}

/// `seek g orders-0 to=earliest`, `reset g orders to=shift/-3`; targets: earliest, latest, offset/N, shift/N, time/SPAN.
fn scoped(kind: &str, group: String, arguments: &mut ArgumentConsumer) -> Result<Value> {
    let scope = arguments.next_pos().ok_or("of which topic or partition?")?;
    let (topic, partition) = match scope.rsplit_once('-') {
        Some((topic, partition)) if partition.parse::<u32>().is_ok() => (topic, partition.parse().ok()),
        _ => (scope, None::<u32>),
    };
    let to = arguments.take_key("to").ok_or("to where?")?;
    let to = match to.split_once('/') {
        None => json!({ "kind": to }),
        Some(("offset", offset)) => json!({ "kind": "offset", "offset": offset.parse::<u64>()? }),
        Some(("shift", by)) => json!({ "kind": "shift_by", "by": by.parse::<i64>()? }),
        Some(("time", at)) => json!({ "kind": "time", "at_us": parse_span(at)?.as_micros() }),
        Some((other, _)) => return Err(format!("no such target: {other}").into()),
    };
    let mut command = json!({ "type": kind, "group": group, "topic": topic, "to": to });
    if let Some(partition) = partition {
        command["partition"] = partition.into();
    }
    Ok(command)
}

fn number(arguments: &mut ArgumentConsumer, key: &str) -> Result<u64> {
    Ok(arguments.take_key(key).ok_or_else(|| format!("{key} is missing"))?.parse()?)
}

/// What is left, as configuration under the real property names.
fn properties(arguments: &mut ArgumentConsumer) -> Result<Map<String, Value>> {
    let mut found = Map::new();
    while let Some((key, value)) = arguments.next_key() {
        let value = match key {
            "acks" => json!(value),
            "racks" => json!(value.split('/').collect::<Vec<_>>()),
            "partition.assignment.strategy" => json!(value.split('/').collect::<Vec<_>>()),
            _ => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
        };
        found.insert(key.to_owned(), value);
    }
    Ok(found)
}

/// The words after the verb that are not `key=value`.
pub fn words(line: &Line) -> Vec<&str> {
    let mut arguments = line.consume_args();
    std::iter::from_fn(|| arguments.next_pos()).collect()
}
