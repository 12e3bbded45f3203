//! What each part of the model leaves out, in a sentence or two: the short form of what its files open with.

/// Shown beside the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caveats {
    pub modelled: &'static str,
    pub left_out: &'static [&'static str],
}

pub const PRODUCER: Caveats = Caveats {
    modelled: "As in KafkaProducer: partitioning by murmur2 or by sticky batches, batch.size and linger.ms, requests in \
               flight, acknowledgements, retries, delivery.timeout.ms, buffer.memory, idempotence by sequence numbers, transactions in the \
               second version of their protocol (KIP-890): every end raises the epoch.",
    left_out: &[
        "max.block.ms while nobody has told who leads, or within a transaction's end: records wait there for as long as it \
         takes",
        "compression",
        "a batch that has lingered takes no more records while its broker takes nothing; in Kafka it goes on being filled",
        "without transactions, the InitProducerId request: a producer id is simply there",
        "the first version of transactions, and two-phase commit (KIP-939)",
        "the rest of the application: it writes to one topic, and ends transactions by the clock or by hand",
    ],
};

pub const TOPIC: Caveats = Caveats {
    modelled: "As in a Kafka broker: batches with contiguous offsets, replication by fetching followers, in-sync replicas, \
               leader epochs and truncation by them, a high watermark that consumers do not read beyond, segments, retention, \
               compaction by each replica's own cleaner, tombstones included.",
    left_out: &[
        "the minute before a deleted file is gone from the disk",
        "cleaning takes no time and its map of keys always has room; __consumer_offsets is not compacted",
        "disks and page caches: an append takes no time, and what is written is not lost with its process",
        "reassignment of replicas, fetching from followers",
    ],
};

pub const BROKER: Caveats = Caveats {
    modelled: "As in Kafka's KRaft mode: registration, heartbeats and fencing, controlled shutdown, elections (clean, \
               preferred, unclean), in-sync replicas, eligible leader replicas behind their flag, placement over racks; transaction \
               coordinators with their timeouts, fencing and markers.",
    left_out: &[
        "the controllers' own quorum: one controller, on a machine of its own, that does not fail",
        "the metadata log as records: brokers are sent the whole image",
        "__consumer_offsets as a log: what a coordinator knows is on every in-sync replica at once",
        "__transaction_state as a log: what a coordinator decides is written at once and outlives every disk, and it never \
         forgets a transactional id",
        "several disks in a broker, and recognising an empty one",
    ],
};

pub const GROUP: Caveats = Caveats {
    modelled: "As in Kafka's two group protocols. Classic: find the coordinator, join, sync, heartbeat, leave, with the \
               timeouts and delays of the real coordinator, dynamic and static members. Consumer (KIP-848): heartbeats, \
               epochs, the coordinator's own target, and members that are led there one by one. Assignors give the \
               partitions that Kafka's own give. Share groups (KIP-932): locks, deliveries, acknowledgements.",
    left_out: &[
        "racks, and subscriptions by regular expression",
        "share groups: __share_group_state is never lost and takes no time, no dead letters, no renewed locks, no rewinding, \
         and records of open or aborted transactions are read like all others",
        "a group with members does not change from one protocol to the other: stop it first",
        "__consumer_offsets as a log: a commit is answered at once",
        "authorization",
    ],
};

pub const CONSUMER: Caveats = Caveats {
    modelled: "As in KafkaConsumer: an application thread that polls and works, a heartbeat thread beside it, prefetching, \
               eager and cooperative rebalancing, reconciliation, auto-commit inside poll() or a commit after each poll, \
               auto.offset.reset, both timeouts, isolation.level; the offsets of what it read within the transactions of what \
               it writes.",
    left_out: &[
        "manual assignment, pausing",
        "Kafka Streams itself: with an output topic, the records of one poll() are one transaction, and side effects elsewhere \
         belong to none",
        "group.instance.id is each member's client.id, since a group's members share their configuration",
        "in the consumer protocol, member ids begin with the client.id; Kafka's are bare UUIDs",
        "fetch sessions, fetching from followers, and noticing that a log was truncated (KIP-320)",
        "the time that poll() itself takes; the application's own work takes its service time",
        "in a share group, fetching ahead and renewing locks: the next records are acquired when those at hand are done",
    ],
};
