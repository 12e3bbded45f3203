//! Which brokers take what is ready for them (`RecordAccumulator.NodeLatencyStats`).
//!
//! With `partitioner.availability.timeout.ms` the sticky partitioner keeps away from partitions that have something to send,
//! to a broker that has not taken anything for longer: because its connection is gone, or because as many requests as may
//! wait there for an answer.

use crate::kernel::{SortedMap, Span, Time};
use crate::model::kafka::message::BrokerId;

#[derive(Clone, Debug, Default)]
pub struct Availability {
    brokers: SortedMap<BrokerId, Looks>,
}

#[derive(Clone, Copy, Debug)]
struct Looks {
    /// When there was last something ready to be sent.
    ready_at: Time,
    /// When it could last be sent.
    drained_at: Time,
}

impl Availability {
    /// Something is ready for this broker, and may be sent to it now, or may not (`updateNodeLatencyStats`).
    pub fn note(&mut self, now: Time, broker: BrokerId, can_drain: bool) {
        let looks = self.brokers.entry(broker).or_insert(Looks { ready_at: now, drained_at: now });
        looks.ready_at = now;
        if can_drain {
            looks.drained_at = now;
        }
    }

    /// Whether something has waited for this broker for longer than `timeout_ms`; never if that is 0.
    pub fn is_late(&self, broker: BrokerId, timeout_ms: u32) -> bool {
        let waited = |looks: &Looks| looks.ready_at.since(looks.drained_at);
        timeout_ms > 0
            && self.brokers.get(&broker).map(waited).is_some_and(|it| it > Span::from_millis(u64::from(timeout_ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKER: BrokerId = BrokerId(2);

    /// The first look is at 10 s, the next ones so much later.
    fn after(looks_ms: &[(u64, bool)]) -> Availability {
        let mut availability = Availability::default();
        for &(later, can_drain) in looks_ms {
            availability.note(Time::from_secs(10) + Span::from_millis(later), BROKER, can_drain);
        }
        availability
    }

    #[test]
    fn a_broker_is_late_when_something_has_waited_longer_than_the_timeout() {
        assert!(!after(&[(0, true), (500, false)]).is_late(BROKER, 500));
        assert!(after(&[(0, true), (501, false)]).is_late(BROKER, 500));
        assert!(!after(&[(0, true), (501, false)]).is_late(BrokerId(1), 500));
    }

    #[test]
    fn it_is_not_any_more_once_it_takes_something() {
        assert!(!after(&[(0, true), (501, false), (502, true)]).is_late(BROKER, 500));
    }

    #[test]
    fn one_that_never_took_anything_is_late_from_the_first_look_on() {
        assert!(!after(&[(0, false)]).is_late(BROKER, 500));
        assert!(after(&[(0, false), (501, false)]).is_late(BROKER, 500));
    }

    #[test]
    fn without_a_timeout_none_is_late() {
        assert!(!after(&[(0, true), (90_000, false)]).is_late(BROKER, 0));
    }
}
