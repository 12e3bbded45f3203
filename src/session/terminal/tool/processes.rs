//! Processes: what Kafka's scripts for servers do, and `kill`, as far as [`crate::view::command_line`] writes it.

use super::super::desk::{Desk, Ran};
use super::super::options::{Args, What, flag, one};
use super::{Tool, refused};
use crate::engine::command::Command;
use crate::model::Name;

pub const START: Tool = Tool {
    name: "kafka-server-start",
    about: "Starts a broker: server-1.properties is broker 1's. A number that is new is a new broker.",
    options: &[flag("daemon", "In the background; so it is anyway."), one("", What::File, "server-N.properties")],
    run: start,
};

pub const STOP: Tool = Tool {
    name: "kafka-server-stop",
    about: "Shuts a broker down in an orderly way.",
    options: &[one("node-id", What::Number, "The broker's number; every broker if left out.")],
    run: stop,
};

fn start(args: &Args, desk: &mut Desk) -> Ran {
    let usage = "USAGE: kafka-server-start.sh [-daemon] server-N.properties";
    let path = args.value("")?.ok_or(usage)?;
    let broker = broker_of_file(path).ok_or_else(|| format!("{usage}: '{path}' has no broker's number in it"))?;
    let command = match desk.world().broker(&broker) {
        Some(found) if found.life.has_process() => return Err(format!("{broker} runs already")),
        Some(_) => Command::RestartBroker { broker },
        None => Command::AddBroker { broker, rack: None },
    };
    desk.act(vec![command]).map_err(refused)
}

fn stop(args: &Args, desk: &mut Desk) -> Ran {
    let wanted = args.number("node-id")?;
    let running = desk.world().brokers.values().filter(|broker| broker.life.has_process());
    let named = running.filter(|broker| wanted.is_none_or(|wanted| i64::from(broker.id.0) == wanted));
    let commands: Vec<Command> = named.map(|broker| Command::ShutDownBroker { broker: broker.id.name() }).collect();
    if commands.is_empty() {
        return Err("No kafka server to stop".into());
    }
    desk.act(commands).map_err(refused)
}

/// `.../server-2.properties` is `broker-2`.
fn broker_of_file(path: &str) -> Option<Name> {
    let file = path.rsplit('/').next()?;
    let number: u32 = file.strip_prefix("server-")?.strip_suffix(".properties")?.parse().ok()?;
    Some(format!("broker-{number}").into())
}

/// `kill -KILL $(pgrep -f PATTERN)`: the signal, and what the pattern is. The pattern finds consumers by `client.id=` or
/// by `group`, brokers by their properties file.
pub fn kill(signal: &str, pattern: &str, desk: &mut Desk) -> Ran {
    let is_kill = match signal.trim_start_matches('-').trim_start_matches("SIG") {
        "KILL" | "9" => true,
        "TERM" | "15" | "" => false,
        other => return Err(format!("kill: -{other} does nothing here; -KILL (-9) and -TERM (-15) do")),
    };
    let plain = pattern.strip_suffix("( |$)").unwrap_or(pattern).replace('\\', "");
    let world = desk.world();
    let commands: Vec<Command> = if let Some(broker) = broker_of_file(&plain) {
        let found = world.broker(&broker).filter(|broker| broker.life.has_process());
        let signalled = |broker| match is_kill {
            true => Command::KillBroker { broker },
            false => Command::ShutDownBroker { broker },
        };
        found.map(|_| signalled(broker)).into_iter().collect()
    } else {
        let client = plain.strip_prefix("client.id=");
        let group = plain.trim_start_matches('-').strip_prefix("group ");
        let is_meant = |consumer: &&crate::model::kafka::consumer::Consumer| {
            consumer.life.has_process()
                && (client == Some(consumer.name.as_str()) || group == Some(consumer.group.as_str()))
        };
        let signalled = |consumer: Name| match is_kill {
            true => Command::Kill { consumer },
            false => Command::Leave { consumer },
        };
        world.consumers.values().filter(is_meant).map(|consumer| signalled(consumer.name.clone())).collect()
    };
    if commands.is_empty() {
        return Err(format!("kill: pgrep found no process for '{pattern}'"));
    }
    desk.act(commands).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_known_by_its_properties_file() {
        assert_eq!(broker_of_file("config/server-12.properties"), Some("broker-12".into()));
        for other in ["server.properties", "server-x.properties", "server-1"] {
            assert_eq!(broker_of_file(other), None, "{other}");
        }
    }
}
