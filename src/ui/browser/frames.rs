//! Animation frames.

use gloo::render::{AnimationFrame, request_animation_frame};

use crate::kernel::Span;

/// Keeps the next frame requested, and turns timestamps into the wall time that passed between two frames.
#[derive(Default)]
pub struct Frames {
    /// Dropping it would cancel the frame.
    requested: Option<AnimationFrame>,
    last_ms: Option<f64>,
}

/// A hidden tab gets no frames; when it returns, the run goes on instead of catching up.
const LONGEST: Span = Span::from_millis(100);

impl Frames {
    /// `called`: once, with the frame's timestamp in milliseconds.
    pub fn request(&mut self, called: impl FnOnce(f64) + 'static) {
        self.requested = Some(request_animation_frame(called));
    }

    /// Wall time since the last frame, at most `LONGEST`.
    pub fn passed(&mut self, timestamp_ms: f64) -> Span {
        let last_ms = self.last_ms.replace(timestamp_ms).unwrap_or(timestamp_ms);
        let micros = (timestamp_ms - last_ms).max(0.0) * 1_000.0;
        Span::from_micros(micros as u64).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_tab_does_not_make_the_run_jump() {
        let mut frames = Frames::default();
        assert_eq!(frames.passed(5_000.0), Span::ZERO);
        assert_eq!(frames.passed(5_016.5), Span::from_micros(16_500));
        assert_eq!(frames.passed(65_000.0), LONGEST);
        assert_eq!(frames.passed(64_000.0), Span::ZERO);
    }
}
