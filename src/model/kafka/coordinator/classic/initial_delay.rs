//! How long a group that was empty waits for more members (`tryCompleteInitialRebalanceElseSchedule`).
//!
//! When an application is deployed its instances start one after the other; without this delay each would cost a
//! rebalance. Every window in which somebody joins is followed by another, but together they take no longer than the
//! rebalance timeout.

use crate::kernel::Span;

#[derive(Clone, Debug)]
pub(super) struct InitialDelay {
    /// The running window.
    window: Span,
    /// What may be added to it.
    remaining: Span,
    /// Somebody joined in the running window.
    pub joined: bool,
}

impl InitialDelay {
    pub fn new(delay: Span, rebalance_timeout: Span) -> Self {
        InitialDelay { window: delay, remaining: rebalance_timeout - delay, joined: false }
    }

    pub fn window(&self) -> Span {
        self.window
    }

    /// The window after this one; `None` if nobody joined in this one, or the time is up.
    pub fn extended(&self, delay: Span) -> Option<Self> {
        if !self.joined || self.remaining == Span::ZERO {
            return None;
        }
        let window = delay.min(self.remaining);
        Some(InitialDelay { window, remaining: self.remaining - self.window, joined: false })
    }
}
