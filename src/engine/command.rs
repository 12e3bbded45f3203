//! Everything that anybody can ask of a run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::kernel::document::tagged;
use crate::kernel::{Delay, Ppm, SortedMap};
use crate::model::Name;
use crate::model::kafka::config::{ConsumerConfig, ProducerConfig, TopicConfig};
use crate::model::log::Outcome;
use crate::model::workload::{Rows, Workload};

/// The only way in which a run changes from outside: a person, a lesson, a test script, a link and the console all
/// speak it. Parts are named by their id, which is unique over the whole stage; a label (see [`Command::Rename`]) is
/// understood as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    AddTopic {
        topic: Name,
        #[serde(default)]
        config: TopicConfig,
    },
    RemoveTopic {
        topic: Name,
    },
    /// Raises the number of partitions to `total`; Kafka has no way back.
    AddPartitions {
        topic: Name,
        total: u32,
    },
    /// Gives a topic another configuration (`kafka-configs --alter`), from now on. It is the whole of it: what is left out
    /// is the default. The numbers of partitions and of replicas have to be what they are.
    ConfigureTopic {
        topic: Name,
        config: TopicConfig,
    },

    AddProducer {
        producer: Name,
        /// Where its records go; without one it waits to be connected.
        #[serde(default)]
        topic: Option<Name>,
        #[serde(default)]
        config: ProducerConfig,
        #[serde(default)]
        workload: Workload,
    },
    RemoveProducer {
        producer: Name,
    },
    /// Restarts the producer with another configuration.
    ConfigureProducer {
        producer: Name,
        config: ProducerConfig,
        workload: Workload,
    },
    /// Sends the producer's records to this topic from now on, or nowhere.
    Connect {
        producer: Name,
        topic: Option<Name>,
    },
    /// Publishes `count` equal records by hand, through the producer and its batching.
    Publish {
        producer: Name,
        #[serde(default)]
        key: Option<String>,
        #[serde(default)]
        value: Option<String>,
        #[serde(default)]
        headers: SortedMap<String, String>,
        /// Instead of the partitioner's choice.
        #[serde(default)]
        partition: Option<u32>,
        #[serde(default = "one")]
        count: u32,
    },
    /// Publishes a file's records through the producer, one after the other.
    Replay {
        producer: Name,
        rows: Arc<Rows>,
        pace: Pace,
    },
    /// Stops or resumes what the producer makes on its own.
    SetProducing {
        producer: Name,
        producing: Switch,
    },
    /// The process dies without a word. A transaction stays open until its `transaction.timeout.ms` is over.
    KillProducer {
        producer: Name,
    },
    /// Starts the process anew, after whatever ended the last one, or over it.
    RestartProducer {
        producer: Name,
    },
    /// `commitTransaction()` or `abortTransaction()`, by hand.
    EndTransaction {
        producer: Name,
        outcome: Outcome,
    },

    AddGroup {
        group: Name,
        #[serde(default)]
        topics: Vec<Name>,
        #[serde(default)]
        config: ConsumerConfig,
    },
    RemoveGroup {
        group: Name,
    },
    /// Running members take over a new configuration when they restart.
    ConfigureGroup {
        group: Name,
        config: ConsumerConfig,
    },
    Subscribe {
        group: Name,
        topic: Name,
    },
    Unsubscribe {
        group: Name,
        topic: Name,
    },

    /// Starts a consumer of the group.
    AddConsumer {
        consumer: Name,
        group: Name,
    },
    RemoveConsumer {
        consumer: Name,
    },
    /// The process dies without a word: the group learns of it when the session times out.
    Kill {
        consumer: Name,
    },
    /// The application stops polling; the background thread goes on heartbeating.
    Hang {
        consumer: Name,
    },
    /// The application carries on where it hung.
    Unhang {
        consumer: Name,
    },
    /// Every record takes `percent` of its service time; 100 is normal.
    SlowDown {
        consumer: Name,
        percent: u32,
    },
    /// The clock of a client's machine is wrong from now on: it runs `drift_ppm` millionths fast and is `ahead_ms` ahead
    /// (negative: slow, behind). What the client measures lasts as long as its clock says, and records are stamped with what
    /// it shows. Without either the clock is right.
    SetClock {
        client: Name,
        #[serde(default, skip_serializing_if = "is_zero")]
        drift_ppm: i32,
        #[serde(default, skip_serializing_if = "is_zero")]
        ahead_ms: i64,
    },
    /// `close()`: commits, says goodbye to the coordinator, stops.
    Leave {
        consumer: Name,
    },
    /// Starts the process anew, after whatever ended the last one, or over it.
    Restart {
        consumer: Name,
    },

    /// Moves the position of the live consumers that own the partitions (`KafkaConsumer#seek`).
    Seek {
        group: Name,
        #[serde(flatten)]
        scope: Scope,
        to: Target,
    },
    /// Moves the group's committed offsets (`kafka-consumer-groups --reset-offsets`); refused unless it is empty.
    ResetOffsets {
        group: Name,
        #[serde(flatten)]
        scope: Scope,
        to: Target,
    },
    /// Forgets committed offsets (`kafka-consumer-groups --delete-offsets`); refused while a member subscribes to the topic.
    DeleteOffsets {
        group: Name,
        #[serde(flatten)]
        scope: Scope,
    },
    /// Every live member leaves.
    StopGroup {
        group: Name,
    },
    /// Every member that does not run is started.
    StartGroup {
        group: Name,
    },

    /// Starts another broker, called `broker-N`. Replicas go there with the next topics and partitions.
    AddBroker {
        broker: Name,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rack: Option<Name>,
    },
    /// The process dies without a word; its disk stays as it is.
    KillBroker {
        broker: Name,
    },
    /// The disk dies, and the process with it: restarted, it begins with an empty one.
    WipeBroker {
        broker: Name,
    },
    /// A controlled shutdown: leadership moves to others first.
    ShutDownBroker {
        broker: Name,
    },
    /// Starts the process anew, after whatever ended the last one, or over it.
    RestartBroker {
        broker: Name,
    },
    /// Deletes a partition's records before this offset (`kafka-delete-records`); without one, up to the high watermark.
    DeleteRecords {
        topic: Name,
        partition: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
    },

    /// `kafka-leader-election`: of one partition, of a topic, or of all.
    ElectLeaders {
        election: Election,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Name>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partition: Option<u32>,
    },

    /// Cuts the network between two parts, until it is repaired.
    Partition {
        a: Name,
        b: Name,
    },
    Repair {
        a: Name,
        b: Name,
    },
    /// Keeps messages between two parts on the wire, until they are released.
    Hold {
        a: Name,
        b: Name,
    },
    Release {
        a: Name,
        b: Name,
    },
    /// The wires between clients and brokers, from now on.
    SetNetwork {
        client_latency: Delay,
        loss_ppm: Ppm,
    },

    /// What a part is called on the stage. Its id stays, as Kafka's names do.
    Rename {
        node: Name,
        label: String,
    },
    /// Where a part stands on the stage; no influence on the run.
    Place {
        node: Name,
        x: i32,
        y: i32,
    },
}

tagged!(Command, "type");

impl Command {
    /// Whether it is asked for only where there is more than the first minute needs: panels, menus, files, the terminal.
    /// Those are fetched later (see [`crate::kernel::later`]), and so is what carries such a command out.
    pub fn is_rare(&self) -> bool {
        match self {
            Command::ConfigureTopic { .. }
            | Command::ConfigureProducer { .. }
            | Command::ConfigureGroup { .. }
            | Command::Publish { .. }
            | Command::Replay { .. }
            | Command::EndTransaction { .. }
            | Command::SetClock { .. }
            | Command::DeleteOffsets { .. }
            | Command::WipeBroker { .. }
            | Command::DeleteRecords { .. }
            | Command::ElectLeaders { .. }
            | Command::Partition { .. }
            | Command::Repair { .. }
            | Command::Hold { .. }
            | Command::Release { .. }
            | Command::SetNetwork { .. } => true,
            Command::AddTopic { .. }
            | Command::RemoveTopic { .. }
            | Command::AddPartitions { .. }
            | Command::AddProducer { .. }
            | Command::RemoveProducer { .. }
            | Command::Connect { .. }
            | Command::SetProducing { .. }
            | Command::KillProducer { .. }
            | Command::RestartProducer { .. }
            | Command::AddGroup { .. }
            | Command::RemoveGroup { .. }
            | Command::Subscribe { .. }
            | Command::Unsubscribe { .. }
            | Command::AddConsumer { .. }
            | Command::RemoveConsumer { .. }
            | Command::Kill { .. }
            | Command::Hang { .. }
            | Command::Unhang { .. }
            | Command::SlowDown { .. }
            | Command::Leave { .. }
            | Command::Restart { .. }
            | Command::Seek { .. }
            | Command::ResetOffsets { .. }
            | Command::StopGroup { .. }
            | Command::StartGroup { .. }
            | Command::AddBroker { .. }
            | Command::KillBroker { .. }
            | Command::ShutDownBroker { .. }
            | Command::RestartBroker { .. }
            | Command::Rename { .. }
            | Command::Place { .. } => false,
        }
    }
}

fn one() -> u32 {
    1
}

fn is_zero<T: Default + PartialEq>(number: &T) -> bool {
    *number == T::default()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    On,
    Off,
}

/// Which leaders an election may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Election {
    /// The first replica of the assignment, where it is in sync.
    Preferred,
    /// Where there is no leader: any replica that is alive, whatever it lacks.
    Unclean,
}

/// How fast a file is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Pace {
    /// The gaps between the rows' own timestamps, sped up or slowed down to `percent` of their length.
    Original { percent: u32 },
    /// Evenly, at this rate.
    Rate { per_second: crate::model::workload::PerSecond },
}

tagged!(Pace, "kind");

/// Which partitions of a group a command is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    pub topic: Name,
    /// All of the topic's if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<u32>,
}

/// Where to move an offset; the scenarios of `kafka-consumer-groups --reset-offsets`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// The log start.
    Earliest,
    /// The high watermark.
    Latest,
    /// This offset; outside the log, the nearer end.
    Offset { offset: u64 },
    /// So many records on, or back if negative; outside the log, the nearer end.
    ShiftBy { by: i64 },
    /// The first record whose timestamp is at or after this, or the end. A record made in the run has the moment of the run
    /// as its timestamp, one of a file its own if it has one, in microseconds since 1970-01-01.
    Time { at_us: u64 },
}

tagged!(Target, "kind");
