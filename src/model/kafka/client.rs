//! What producers and consumers have in common: requests that wait for their answers, and connections that fail.

use super::message::{Correlation, Message, Request};
use crate::kernel::{Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Out, Timer};

/// The requests that a client waits for, each with what it was sent for. An answer that comes after
/// `request.timeout.ms` finds nobody waiting and is ignored, as in the real clients.
#[derive(Clone, Debug)]
pub struct Requests<P> {
    next: Correlation,
    waiting: SortedMap<Correlation, (Endpoint, P)>,
    /// The brokers whose connection was reset and is not there again.
    broken: SortedMap<Endpoint, Broken>,
}

/// A connection that has to be made anew before anything can be asked.
#[derive(Clone, Copy, Debug)]
struct Broken {
    /// When to try next, and how long to wait after a failure.
    not_before: Time,
    backoff: Span,
    /// The request that opens the connection, while it is not answered.
    opening: Option<Correlation>,
}

/// `reconnect.backoff.ms`, doubled with every failure up to `reconnect.backoff.max.ms`.
const RECONNECT_BACKOFF: Span = Span::from_millis(50);
const RECONNECT_BACKOFF_MAX: Span = Span::from_secs(1);

/// `socket.connection.setup.timeout.ms`.
const CONNECTION_SETUP_TIMEOUT: Span = Span::from_secs(10);

/// What a client did about a reset connection.
#[derive(Debug)]
pub struct Disconnected<P> {
    /// The connection was there until now; otherwise it was an attempt that failed.
    pub is_news: bool,
    /// What the requests were sent for that will get no answer.
    pub abandoned: Vec<P>,
}

impl<P> Default for Requests<P> {
    fn default() -> Self {
        Requests { next: Correlation(0), waiting: SortedMap::new(), broken: SortedMap::new() }
    }
}

impl<P> Requests<P> {
    pub fn counting_from(next: Correlation) -> Self {
        Requests { next, ..Requests::default() }
    }

    /// Sends a request; `deadline` is when the client stops waiting.
    pub fn send(&mut self, deadline: Time, to: Endpoint, request: Request, purpose: P, out: &mut Out) {
        let correlation = self.next();
        self.waiting.insert(correlation, (to, purpose));
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
        let (_, purpose) = self.waiting.remove(&correlation)?;
        out.disarm(Timer::Request(correlation));
        Some(purpose)
    }

    /// An answer did not come in time: the client closes the connection, and what else waits for an answer from there will
    /// get none either (`NetworkClient#handleTimedOutRequests`). A new one is there at once. Returns what the requests were
    /// sent for.
    pub fn time_out(&mut self, correlation: Correlation, out: &mut Out) -> Vec<P> {
        let Some((from, _)) = self.waiting.get(&correlation) else { return Vec::new() };
        self.abandon(*from, out)
    }

    /// The connection was reset: nothing that waits for an answer from there will get one.
    pub fn disconnect(&mut self, now: Time, from: Endpoint, out: &mut Out) -> Disconnected<P> {
        let known = self.broken.get(&from);
        let (is_news, backoff) = (known.is_none(), known.map_or(RECONNECT_BACKOFF, |broken| broken.backoff));
        let abandoned = self.abandon(from, out);
        let not_before = now + backoff;
        let backoff = backoff.times(2).min(RECONNECT_BACKOFF_MAX);
        self.broken.insert(from, Broken { not_before, backoff, opening: None });
        Disconnected { is_news, abandoned }
    }

    fn abandon(&mut self, from: Endpoint, out: &mut Out) -> Vec<P> {
        let waited = self.waiting.iter().filter(|(_, (to, _))| *to == from);
        let waited: Vec<Correlation> = waited.map(|(&correlation, _)| correlation).collect();
        waited.into_iter().filter_map(|correlation| self.settle(correlation, out)).collect()
    }

    pub fn is_connected(&self, to: Endpoint) -> bool {
        !self.broken.contains_key(&to)
    }

    /// Whether something may be asked there. If the connection is broken it is opened anew, as soon as its backoff is over;
    /// [`Timer::Reconnect`] says when to look again.
    pub fn connect(&mut self, now: Time, to: Endpoint, out: &mut Out) -> bool {
        let next = Correlation(self.next.0 + 1);
        let Some(broken) = self.broken.get_mut(&to) else { return true };
        if broken.not_before <= now {
            (broken.opening, self.next) = (Some(next), next);
            broken.not_before = now + CONNECTION_SETUP_TIMEOUT;
            out.send(to, Message::Request { correlation: next, request: Request::ApiVersions });
        }
        // Only what lies ahead: a connection that nobody needs now is nothing to wake up for.
        let later = self.broken.values().map(|broken| broken.not_before).filter(|&at| at > now).min();
        later.into_iter().for_each(|at| out.arm(Timer::Reconnect, at));
        false
    }

    /// An answer came: was it to the request that opens a connection? Then that is there again.
    pub fn connected(&mut self, correlation: Correlation) -> bool {
        let before = self.broken.len();
        self.broken.retain(|_, broken| broken.opening != Some(correlation));
        self.broken.len() < before
    }

    /// Forgets everything it waits for: the process is gone.
    pub fn forget_all(&mut self, out: &mut Out) {
        self.broken.clear();
        for correlation in std::mem::take(&mut self.waiting).into_keys() {
            out.disarm(Timer::Request(correlation));
        }
    }

    /// Forgets the requests that were sent for this; their answers will be ignored.
    pub fn forget(&mut self, is_it: impl Fn(&P) -> bool, out: &mut Out) {
        let matching = self.waiting.iter().filter(|(_, (_, purpose))| is_it(purpose));
        let correlations: Vec<Correlation> = matching.map(|(&correlation, _)| correlation).collect();
        correlations.into_iter().for_each(|correlation| drop(self.settle(correlation, out)));
    }

    pub fn waiting(&self) -> impl Iterator<Item = &P> {
        self.waiting.values().map(|(_, purpose)| purpose)
    }

    pub fn waiting_mut(&mut self) -> impl Iterator<Item = &mut P> {
        self.waiting.values_mut().map(|(_, purpose)| purpose)
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
