//! What producers and consumers have in common: requests that wait for their answers.

use super::message::{Correlation, Message, Request};
use crate::kernel::{Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Out, Timer};

/// The requests that a client waits for, each with what it was sent for. An answer that comes after
/// `request.timeout.ms` finds nobody waiting and is ignored, as in the real clients.
#[derive(Clone, Debug)]
pub struct Requests<P> {
    next: Correlation,
    waiting: SortedMap<Correlation, P>,
}

impl<P> Default for Requests<P> {
    fn default() -> Self {
        Requests { next: Correlation(0), waiting: SortedMap::new() }
    }
}

impl<P> Requests<P> {
    /// Sends a request; `deadline` is when the client stops waiting.
    pub fn send(&mut self, deadline: Time, to: Endpoint, request: Request, purpose: P, out: &mut Out) {
        let correlation = self.next();
        self.waiting.insert(correlation, purpose);
        out.send(to, Message::Request { correlation, request });
        out.arm(Timer::Request(correlation), deadline);
    }

    /// Sends a request that is not answered (`acks=0`, or a farewell).
    pub fn send_and_forget(&mut self, to: Endpoint, request: Request, out: &mut Out) {
        let correlation = self.next();
        out.send(to, Message::Request { correlation, request });
    }

    /// The answer came, or its time ran out: what was the request for?
    pub fn settle(&mut self, correlation: Correlation, out: &mut Out) -> Option<P> {
        let purpose = self.waiting.remove(&correlation)?;
        out.disarm(Timer::Request(correlation));
        Some(purpose)
    }

    /// Forgets everything it waits for: the process is gone.
    pub fn forget_all(&mut self, out: &mut Out) {
        for correlation in std::mem::take(&mut self.waiting).into_keys() {
            out.disarm(Timer::Request(correlation));
        }
    }

    /// Forgets the requests that were sent for this; their answers will be ignored.
    pub fn forget(&mut self, is_it: impl Fn(&P) -> bool, out: &mut Out) {
        let matching = self.waiting.iter().filter(|(_, purpose)| is_it(purpose));
        let correlations: Vec<Correlation> = matching.map(|(&correlation, _)| correlation).collect();
        correlations.into_iter().for_each(|correlation| drop(self.settle(correlation, out)));
    }

    pub fn waiting(&self) -> impl Iterator<Item = &P> {
        self.waiting.values()
    }

    fn next(&mut self) -> Correlation {
        self.next = Correlation(self.next.0 + 1);
        self.next
    }
}

/// The moment until which a request sent now is waited for.
pub fn deadline(now: Time, timeout_ms: u64) -> Time {
    now + Span::from_millis(timeout_ms)
}
