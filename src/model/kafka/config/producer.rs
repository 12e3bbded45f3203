//! Producer properties (Kafka's `ProducerConfig`).

use serde::{Deserialize, Serialize};

use crate::model::Name;
use crate::model::refusal::{Refusal, within};

/// The default of `buffer.memory`.
const BUFFER_MEMORY: u32 = 32 << 20;

/// Whose confirmation a producer waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Acks {
    /// Nobody's: sent is done.
    #[serde(rename = "0")]
    None,
    /// The leader's own append.
    #[serde(rename = "1")]
    Leader,
    /// Every in-sync replica's.
    #[default]
    #[serde(rename = "all", alias = "-1")]
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProducerConfig {
    pub acks: Acks,
    #[serde(rename = "batch.size")]
    pub batch_size: u32,
    #[serde(rename = "linger.ms")]
    pub linger_ms: u64,
    #[serde(rename = "max.in.flight.requests.per.connection")]
    pub max_in_flight: u32,
    #[serde(rename = "enable.idempotence")]
    pub enable_idempotence: bool,
    #[serde(rename = "request.timeout.ms")]
    pub request_timeout_ms: u64,
    #[serde(rename = "delivery.timeout.ms")]
    pub delivery_timeout_ms: u64,
    #[serde(rename = "retry.backoff.ms")]
    pub retry_backoff_ms: u64,
    #[serde(rename = "partitioner.adaptive.partitioning.enable")]
    pub adaptive_partitioning: bool,
    /// Milliseconds; 0: off, as in Kafka.
    #[serde(rename = "partitioner.availability.timeout.ms")]
    pub availability_timeout_ms: u32,
    #[serde(rename = "max.request.size")]
    pub max_request_size: u32,
    /// Bytes.
    #[serde(rename = "buffer.memory")]
    pub buffer_memory: u32,
    #[serde(rename = "max.block.ms")]
    pub max_block_ms: u32,
    #[serde(rename = "metadata.max.age.ms")]
    pub metadata_max_age_ms: u64,
    /// With one, everything is sent in transactions. No default in Kafka either.
    #[serde(rename = "transactional.id")]
    pub transactional_id: Option<Name>,
    #[serde(rename = "transaction.timeout.ms")]
    pub transaction_timeout_ms: u32,
    /// How long after its first record the application commits a transaction; 0 if somebody does it by hand. Not a Kafka
    /// property.
    pub commit_after_ms: u32,
    /// Of a hundred transactions, how many the application aborts instead. Not a Kafka property.
    pub abort_percent: u32,
}

impl Default for ProducerConfig {
    fn default() -> Self {
        ProducerConfig {
            acks: Acks::All,
            batch_size: 16_384,
            linger_ms: 5,
            max_in_flight: 5,
            enable_idempotence: true,
            request_timeout_ms: 30_000,
            delivery_timeout_ms: 120_000,
            retry_backoff_ms: 100,
            adaptive_partitioning: true,
            availability_timeout_ms: 0,
            max_request_size: 1_048_576,
            buffer_memory: BUFFER_MEMORY,
            max_block_ms: 60_000,
            metadata_max_age_ms: 300_000,
            transactional_id: None,
            transaction_timeout_ms: 60_000,
            commit_after_ms: 1_000,
            abort_percent: 0,
        }
    }
}

impl ProducerConfig {
    pub fn validate(&self) -> Result<(), Refusal> {
        within("max.in.flight.requests.per.connection", self.max_in_flight, 1, 1_000)?;
        within("linger.ms", self.linger_ms, 0, 3_600_000)?;
        within("request.timeout.ms", self.request_timeout_ms, 1, 3_600_000)?;
        within("retry.backoff.ms", self.retry_backoff_ms, 1, 3_600_000)?;
        within("metadata.max.age.ms", self.metadata_max_age_ms, 1, 86_400_000)?;
        within("max.request.size", self.max_request_size, 1_024, 1 << 30)?;
        within("partitioner.availability.timeout.ms", self.availability_timeout_ms, 0, 3_600_000)?;
        within("max.block.ms", self.max_block_ms, 0, 3_600_000)?;
        self.validate_buffer()?;
        let shortest = self.linger_ms + self.request_timeout_ms;
        if self.delivery_timeout_ms < shortest {
            let message = "must be at least linger.ms + request.timeout.ms, that is";
            return Err(Refusal::new("delivery.timeout.ms", format!("{message} {shortest}")));
        }
        self.validate_transactions()?;
        self.validate_idempotence()
    }

    /// How many bytes the buffer takes. Links that ask for more than the default at once, and name no buffer, are from before
    /// there was one: they open as ever, without a bound.
    pub fn buffer(&self) -> u32 {
        let is_older =
            self.buffer_memory == BUFFER_MEMORY && self.batch_size.max(self.max_request_size) > BUFFER_MEMORY;
        if is_older { u32::MAX } else { self.buffer_memory }
    }

    /// `BufferPool#allocate` throws an IllegalArgumentException, at every `send()`, where not even one batch fits.
    fn validate_buffer(&self) -> Result<(), Refusal> {
        within("buffer.memory", self.buffer_memory, 1_024, u32::MAX)?;
        if self.buffer() < self.batch_size {
            let message = format!("must be at least batch.size, that is {}: a batch takes so much", self.batch_size);
            return Err(Refusal::new("buffer.memory", message));
        }
        Ok(())
    }

    fn validate_transactions(&self) -> Result<(), Refusal> {
        within("transaction.timeout.ms", self.transaction_timeout_ms, 1, 86_400_000)?;
        within("commit_after_ms", self.commit_after_ms, 0, 86_400_000)?;
        within("abort_percent", self.abort_percent, 0, 100)?;
        match &self.transactional_id {
            Some(id) if id.as_str().is_empty() => Err(Refusal::new("transactional.id", "must not be empty")),
            Some(_) if !self.enable_idempotence => {
                Err(Refusal::new("transactional.id", "needs an idempotent producer (enable.idempotence)"))
            }
            _ => Ok(()),
        }
    }

    /// Kafka's `ProducerConfig#postProcessAndValidateIdempotenceConfigs`, for idempotence that was asked for.
    fn validate_idempotence(&self) -> Result<(), Refusal> {
        if !self.enable_idempotence {
            return Ok(());
        }
        if self.acks != Acks::All {
            return Err(Refusal::new("acks", "must be all for an idempotent producer (enable.idempotence)"));
        }
        if self.max_in_flight > 5 {
            let message = "must be at most 5 for an idempotent producer (enable.idempotence)";
            return Err(Refusal::new("max.in.flight.requests.per.connection", message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_field(config: ProducerConfig) -> Option<String> {
        config.validate().err().map(|refusal| refusal.field)
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(refused_field(ProducerConfig::default()), None);
    }

    #[test]
    fn an_idempotent_producer_needs_every_replica_and_at_most_five_requests_in_flight() {
        let hasty = ProducerConfig { acks: Acks::Leader, ..Default::default() };
        assert_eq!(refused_field(hasty).as_deref(), Some("acks"));
        let wide = ProducerConfig { max_in_flight: 6, ..Default::default() };
        assert_eq!(refused_field(wide).as_deref(), Some("max.in.flight.requests.per.connection"));
    }

    #[test]
    fn delivery_may_not_time_out_before_a_single_request_does() {
        let impatient = ProducerConfig { delivery_timeout_ms: 1_000, ..Default::default() };
        assert_eq!(refused_field(impatient).as_deref(), Some("delivery.timeout.ms"));
    }

    #[test]
    fn the_buffer_has_room_for_a_batch_at_least() {
        let with = |buffer_memory| refused_field(ProducerConfig { buffer_memory, ..Default::default() });
        assert_eq!(with(16_383).as_deref(), Some("buffer.memory"));
        assert_eq!(with(16_384), None);
        assert_eq!(with(0).as_deref(), Some("buffer.memory"));
        let older = ProducerConfig { batch_size: 64 << 20, ..Default::default() };
        assert_eq!((older.validate(), older.buffer()), (Ok(()), u32::MAX));
    }
}
