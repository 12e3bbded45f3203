//! Real time to virtual time.

use serde::{Deserialize, Serialize};

use crate::kernel::{Span, Time};

/// Virtual time a real time, in thousandths: 1 is a thousandth of real time, 1,000,000 a thousand times as fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Speed {
    milli: u32,
}

impl Speed {
    pub const REAL_TIME: Speed = Speed { milli: 1_000 };
    pub const MIN: Speed = Speed { milli: 1 };
    pub const MAX: Speed = Speed { milli: 1_000_000 };

    pub fn from_milli(milli: u32) -> Self {
        Speed { milli: milli.clamp(Speed::MIN.milli, Speed::MAX.milli) }
    }

    /// The nearest speed there is.
    pub fn from_factor(factor: f64) -> Self {
        Speed::from_milli(libm::round(factor * 1_000.0) as u32)
    }

    pub fn as_milli(self) -> u32 {
        self.milli
    }

    pub fn as_factor(self) -> f64 {
        f64::from(self.milli) / 1_000.0
    }
}

/// What [`super::Session::frame`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    Paused,
    Moved,
    /// Too much happens for this speed; the rest follows in the next frames.
    Behind,
}

#[derive(Clone, Debug)]
pub struct Playback {
    playing: bool,
    until: Option<Time>,
    /// Where it begins again, and when.
    stretch: Option<(Time, Time)>,
    speed: Speed,
    /// Thousandths of a microsecond that did not make a whole one yet, so that the speed holds at every frame rate.
    carry: u64,
}

impl Playback {
    pub fn new(speed: Speed) -> Self {
        Playback { playing: true, until: None, stretch: None, speed, carry: 0 }
    }

    /// Where time should be after `wall` of real time; `None` while paused.
    pub fn target(&mut self, now: Time, wall: Span) -> Option<Time> {
        if !self.playing {
            return None;
        }
        let thousandths = wall.as_micros() * u64::from(self.speed.milli) + self.carry;
        self.carry = thousandths % 1_000;
        let target = now + Span::from_micros(thousandths / 1_000);
        let stops = self.until.into_iter().chain(self.stretch.map(|(_, end)| end));
        Some(stops.fold(target, |target, stop| target.min(stop.max(now))))
    }

    /// Time got to `target`: does that end the stretch that is played over and over? Then its beginning.
    pub fn over(&self, target: Time) -> Option<Time> {
        self.stretch.filter(|(_, end)| target >= *end).map(|(beginning, _)| beginning)
    }

    /// A stretch without length is none.
    pub fn set_loop(&mut self, stretch: Option<(Time, Time)>) {
        self.stretch = stretch.filter(|(beginning, end)| beginning < end);
    }

    pub fn looped(&self) -> Option<(Time, Time)> {
        self.stretch
    }

    /// Time got to `target`: is that where it was to pause?
    pub fn arrived(&mut self, target: Time) -> Advance {
        if self.until.is_some_and(|until| target >= until) {
            self.pause();
        }
        Advance::Moved
    }

    pub fn play(&mut self, until: Option<Time>) {
        self.playing = true;
        self.until = until;
    }

    pub fn pause(&mut self) {
        self.playing = false;
        self.until = None;
    }

    pub fn is_playing(&self) -> bool {
        self.playing
    }

    pub fn speed(&self) -> Speed {
        self.speed
    }

    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_one_second(speed: Speed, frames: u64) -> Time {
        let mut playback = Playback::new(speed);
        let wall = Span::from_micros(1_000_000 / frames);
        (0..frames).fold(Time::ZERO, |now, _| playback.target(now, wall).expect("it plays"))
    }

    #[test]
    fn a_second_of_real_time_is_the_same_virtual_time_at_every_frame_rate() {
        let slow = Speed::from_milli(3);
        assert_eq!(after_one_second(slow, 250), Time::from_millis(3));
        assert_eq!(after_one_second(slow, 50), Time::from_millis(3));
    }

    #[test]
    fn playing_until_a_moment_stops_there_exactly() {
        let mut playback = Playback::new(Speed::REAL_TIME);
        playback.play(Some(Time::from_millis(10)));
        let target = playback.target(Time::ZERO, Span::from_millis(16)).expect("it plays");
        assert_eq!(target, Time::from_millis(10));
        playback.arrived(target);
        assert!(!playback.is_playing());
    }
}
