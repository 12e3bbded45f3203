//! The one frame loop.

use yew::prelude::*;

use super::{App, Msg};
use crate::kernel::Time;

/// The panels are refreshed at most this often.
const REFRESH_MS: f64 = 100.0;

/// When the panels were last brought up to date, and with what.
#[derive(Debug, Default)]
pub struct Freshness {
    pub at_ms: f64,
    pub now: Time,
}

impl App {
    pub fn request_frame(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.frames.request(move |timestamp_ms| link.send_message(Msg::Frame(timestamp_ms)));
    }

    /// Advances, paints, and says whether anything outside the canvas changed.
    pub fn frame(&mut self, ctx: &Context<Self>, timestamp_ms: f64) -> bool {
        self.request_frame(ctx);
        let passed = self.frames.passed(timestamp_ms);
        let session = self.session.get_mut();
        let advanced = session.frame(passed);
        if let Some(painter) = &mut self.painter {
            painter.paint(session.world(), timestamp_ms);
        }
        let is_other = self.panels.freshness.now != session.now() || self.panels.line.seeking != session.seeking();
        let is_known = self.frame_later(ctx);
        let is_stale = is_known || is_other && timestamp_ms - self.panels.freshness.at_ms >= REFRESH_MS;
        let is_shorter = self.toasts.expire(timestamp_ms);
        let is_said = self.announce(timestamp_ms);
        if is_stale {
            self.follow_terminal();
            self.refresh();
            self.panels.freshness.at_ms = timestamp_ms;
        }
        if let Err(refusal) = advanced {
            self.arriving = None;
            self.refused(&refusal);
        }
        self.arrived();
        self.update_address(timestamp_ms);
        let is_reset = self.carry_on_resetting();
        let is_told = self.keep_when_due();
        is_stale || is_shorter || is_said || is_reset || is_told
    }

    fn announce(&mut self, timestamp_ms: f64) -> bool {
        for sentence in self.session.get_mut().take_announcements() {
            self.announcer.say(sentence);
        }
        let breath = self.announcer.breathe(timestamp_ms);
        let is_said = breath.is_some();
        if let Some(breath) = breath {
            self.announced = breath.into();
        }
        is_said
    }
}
