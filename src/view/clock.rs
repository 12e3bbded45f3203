//! A wrong clock, in words.

use crate::engine::World;
use crate::kernel::Span;
use crate::model::Name;

/// A client's clock, as it was set and as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockCard {
    /// By how many millionths it runs fast; slow if negative.
    pub drift_ppm: i32,
    /// By how many milliseconds it was ahead when it was set; behind if negative.
    pub ahead_ms: i64,
    /// By how many microseconds it is ahead now.
    pub off_us: i64,
}

/// That of a producer's or a consumer's machine.
pub fn clock(world: &World, client: &Name) -> ClockCard {
    let Some(machine) = world.client(client) else { return ClockCard::default() };
    let clock = world.clocks.of(machine);
    let ahead_ms = clock.set_ahead_us() / 1_000;
    ClockCard { drift_ppm: clock.drift_ppm, ahead_ms, off_us: clock.ahead_us(world.now) }
}

/// What is wrong with a clock, as a sentence that begins after "its clock": "runs 10 % fast and is 2 s ahead".
pub fn clock_words(drift_ppm: i32, ahead_ms: i64) -> String {
    let speed = if drift_ppm > 0 { "fast" } else { "slow" };
    let runs = (drift_ppm != 0).then(|| format!("runs {} {speed}", share(drift_ppm.unsigned_abs())));
    let is = (ahead_ms != 0).then(|| {
        let side = if ahead_ms > 0 { "ahead" } else { "behind" };
        format!("is {} {side}", Span::from_millis(ahead_ms.unsigned_abs()))
    });
    match (runs, is) {
        (None, None) => "is right".into(),
        (Some(only), None) | (None, Some(only)) => only,
        (Some(runs), Some(is)) => format!("{runs} and {is}"),
    }
}

/// `10 %`, `0.5 %`, `200 ppm`.
fn share(ppm: u32) -> String {
    match ppm {
        ppm if ppm % 10_000 == 0 => format!("{} %", ppm / 10_000),
        ppm if ppm % 1_000 == 0 => format!("{}.{} %", ppm / 10_000, ppm / 1_000 % 10),
        ppm => format!("{ppm} ppm"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_says_how() {
        assert_eq!(clock_words(100_000, 2_000), "runs 10 % fast and is 2 s ahead");
        assert_eq!(clock_words(-5_000, 0), "runs 0.5 % slow");
        assert_eq!(clock_words(200, 0), "runs 200 ppm fast");
        assert_eq!(clock_words(0, -90_000), "is 1:30 behind");
        assert_eq!(clock_words(0, 0), "is right");
    }
}
