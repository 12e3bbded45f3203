//! What is no command on a real cluster, and what one would do there instead.

use crate::engine::command::{Command, Switch};
use crate::model::log::Outcome;

/// In a sentence without a full stop; none for what only the stage has.
pub fn otherwise(command: &Command) -> Option<String> {
    use Command as C;
    Some(match command {
        C::AddProducer { producer, .. } => format!("{producer}: an application starts with a KafkaProducer in it"),
        C::RemoveProducer { producer } => format!("{producer}: the application calls KafkaProducer#close and ends"),
        C::ConfigureProducer { producer, .. } => {
            format!("{producer}: the application starts anew with other producer properties")
        }
        C::Connect { producer, topic } => match topic {
            Some(topic) => {
                format!("{producer}: the application sends to another topic, new ProducerRecord(\"{topic}\", ..)")
            }
            None => format!("{producer}: the application sends no more records"),
        },
        C::Publish { producer, .. } => format!("{producer}: the application calls KafkaProducer#send"),
        C::Replay { producer, .. } => format!("{producer}: kafka-console-producer.sh reads a file, < FILE"),
        C::SetProducing { producer, producing: Switch::On } => format!("{producer}: the application goes on sending"),
        C::SetProducing { producer, .. } => format!("{producer}: the application stops sending"),
        C::KillProducer { producer } => format!("{producer}: kill -KILL ends the application's process"),
        C::RestartProducer { producer } => format!("{producer}: the application is started again"),
        C::EndTransaction { producer, outcome: Outcome::Commit } => {
            format!("{producer}: the application calls KafkaProducer#commitTransaction")
        }
        C::EndTransaction { producer, .. } => {
            format!("{producer}: the application calls KafkaProducer#abortTransaction")
        }
        C::AddGroup { group, .. } => format!("{group}: a group begins when its first consumer joins"),
        C::ConfigureGroup { group, .. } => format!("{group}: its consumers start anew with other consumer properties"),
        C::Subscribe { group, .. } | C::Unsubscribe { group, .. } => {
            format!("{group}: its applications call KafkaConsumer#subscribe with other topics")
        }
        C::AddConsumer { consumer, .. } | C::Restart { consumer } => {
            format!(
                "{consumer}: an application starts with a KafkaConsumer in it, once there is a topic to subscribe to"
            )
        }
        C::Hang { consumer } => {
            format!("{consumer}: the application's thread blocks; kill -STOP would stop the heartbeats too")
        }
        C::Unhang { consumer } => format!("{consumer}: the application's thread goes on"),
        C::SlowDown { consumer, .. } => format!("{consumer}: whatever the application calls for each record is slower"),
        C::SetClock { client, .. } => {
            format!("{client}: its machine is set with date -s, and no NTP daemon corrects it")
        }
        C::Seek { group, .. } => {
            format!("{group}: its applications call KafkaConsumer#seek; no tool reaches into them")
        }
        C::Partition { a, b } => format!("iptables -A INPUT -s {a} -j DROP on {b}, and the other way round"),
        C::Repair { a, b } => format!("iptables -D INPUT -s {a} -j DROP on {b}, and the other way round"),
        C::Hold { a, b } => format!("tc qdisc add dev eth0 root netem delay 1h between {a} and {b}"),
        C::Release { a, b } => format!("tc qdisc del dev eth0 root between {a} and {b}"),
        C::SetNetwork { .. } => "tc qdisc change dev eth0 root netem delay .. loss ..".into(),
        _ => return None,
    })
}
