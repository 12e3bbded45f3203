//! The future-event list.

use std::collections::BTreeMap;

use super::Time;

/// What is still to happen, in the order in which it will: by time, and first in, first out at equal times.
///
/// A balanced tree rather than a heap: cancelling is then a plain removal, and a clone is an exact copy.
#[derive(Clone, Debug)]
pub struct Calendar<E> {
    entries: BTreeMap<Ticket, E>,
    next_sequence: u64,
}

/// The place of one entry in the calendar; whoever holds it can cancel the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    at: Time,
    sequence: u64,
}

impl Ticket {
    pub fn at(self) -> Time {
        self.at
    }
}

impl<E> Default for Calendar<E> {
    fn default() -> Self {
        Calendar { entries: BTreeMap::new(), next_sequence: 0 }
    }
}

impl<E> Calendar<E> {
    /// Enters an event; it comes after everything entered before for the same time.
    pub fn enter(&mut self, at: Time, event: E) -> Ticket {
        let ticket = Ticket { at, sequence: self.next_sequence };
        self.next_sequence += 1;
        self.entries.insert(ticket, event);
        ticket
    }

    /// Takes an event out before it happens; `None` if it has happened or was cancelled already.
    pub fn cancel(&mut self, ticket: Ticket) -> Option<E> {
        self.entries.remove(&ticket)
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Time> {
        self.entries.first_key_value().map(|(ticket, _)| ticket.at)
    }

    /// Takes the next event if it happens at or before `limit`.
    pub fn pop_until(&mut self, limit: Time) -> Option<(Time, E)> {
        let entry = self.entries.first_entry()?;
        (entry.key().at <= limit).then(|| {
            let (ticket, event) = entry.remove_entry();
            (ticket.at, event)
        })
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time::from_secs(12);

    fn drain(calendar: &mut Calendar<&'static str>, limit: Time) -> Vec<&'static str> {
        std::iter::from_fn(|| calendar.pop_until(limit)).map(|(_, event)| event).collect()
    }

    #[test]
    fn events_come_by_time_and_first_in_first_out_at_equal_times() {
        let mut calendar = Calendar::default();
        calendar.enter(NOON, "second");
        calendar.enter(NOON, "third");
        calendar.enter(Time::ZERO, "first");
        assert_eq!(drain(&mut calendar, NOON), ["first", "second", "third"]);
    }

    #[test]
    fn a_cancelled_event_does_not_happen() {
        let mut calendar = Calendar::default();
        let ticket = calendar.enter(NOON, "cancelled");
        calendar.enter(NOON, "kept");
        assert_eq!(calendar.cancel(ticket), Some("cancelled"));
        assert_eq!(calendar.cancel(ticket), None);
        assert_eq!(drain(&mut calendar, NOON), ["kept"]);
    }

    #[test]
    fn nothing_past_the_limit_happens() {
        let mut calendar = Calendar::default();
        calendar.enter(NOON, "later");
        assert_eq!(calendar.pop_until(Time::from_secs(11)), None);
        assert_eq!(calendar.next_at(), Some(NOON));
    }
}
