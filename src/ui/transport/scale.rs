//! From virtual time to pixels of the timeline.

use crate::kernel::{Span, Time};

/// Ends that a timeline may have, in seconds; after the last, whole hours.
const ENDS_S: [u64; 18] = [10, 15, 20, 30, 45, 60, 80, 100, 120, 180, 240, 300, 450, 600, 900, 1_200, 1_800, 2_700];

/// A line from the beginning of the run to a round time somewhat ahead of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    pub end: Time,
    /// Pixels.
    pub width: u32,
}

impl Scale {
    /// Leaves at least a tenth of the line for what is to come.
    pub fn around(now: Time, width: u32) -> Scale {
        let fits = |end: &Time| now.as_micros() <= end.as_micros() / 10 * 9;
        let listed = ENDS_S.into_iter().map(Time::from_secs).find(fits);
        // Above, whole steps of a sixth of the power of two below: 1 h, 1 h 10 min, ... 2 h, 2 h 20 min, ...
        let step = (now.as_micros() / 3_000_000_000).max(1).next_power_of_two() * 600;
        let end = (now.as_micros() / 9 * 10 / 1_000_000 / step + 1) * step;
        Scale { end: listed.unwrap_or(Time::from_secs(end)), width }
    }

    /// Pixels from the left, in tenths so that lines stay smooth.
    pub fn x_tenths(&self, at: Time) -> u64 {
        let tenths = u128::from(at.min(self.end).as_micros()) * u128::from(self.width) * 10;
        (tenths / u128::from(self.end.as_micros().max(1))) as u64
    }

    pub fn x(&self, at: Time) -> String {
        let tenths = self.x_tenths(at);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// Round times to write beneath the line, far enough apart to be read.
    pub fn ticks(&self) -> Vec<Time> {
        let most = u64::from(self.width / 90).clamp(2, 6);
        let step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800]
            .into_iter()
            .map(Span::from_secs)
            .find(|step| self.end.as_micros() <= step.as_micros() * most)
            .unwrap_or(Span::from_secs(3_600 * self.end.as_micros().div_ceil(3_600_000_000 * most)));
        let ticks = std::iter::successors(Some(Time::ZERO), |at| Some(*at + step));
        ticks.take_while(|at| *at <= self.end).collect()
    }
}

/// `0:40`, `1:00:00`.
pub fn tick_text(at: Time) -> String {
    let seconds = at.as_micros() / 1_000_000;
    match seconds {
        ..3_600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_is_always_on_the_line_with_room_ahead() {
        for seconds in [0, 9, 10, 42, 55, 600, 7_000, 90_000] {
            let now = Time::from_secs(seconds);
            let scale = Scale::around(now, 1_000);
            assert!(scale.x_tenths(now) <= 9_600, "{seconds} s of {}", scale.end);
        }
        assert_eq!(Scale::around(Time::from_secs(42), 1_000).end, Time::from_secs(60));
    }

    #[test]
    fn ticks_are_round_and_not_crowded() {
        let scale = Scale { end: Time::from_secs(60), width: 1_000 };
        let read: Vec<String> = scale.ticks().into_iter().map(tick_text).collect();
        assert_eq!(read, ["0:00", "0:10", "0:20", "0:30", "0:40", "0:50", "1:00"]);
        let narrow = Scale { end: Time::from_secs(60), width: 300 };
        assert!(narrow.ticks().len() <= 4);
        let days = Scale { end: Time::from_secs(200_000), width: 1_000 };
        assert!(days.ticks().len() <= 7);
    }
}
