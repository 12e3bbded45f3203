//! A partition's lane: where an offset is drawn, and which offsets its window shows.
//!
//! A lane is, from top to bottom: a line of offset labels, the well with the cells and the overview strip, a row for
//! every group's flag, and a line for what is wrong. Every group keeps its row in all lanes of a topic, so that flags
//! at the same offset stay apart and do not change places when they pass one another.

use super::geometry::{Point, Rect, between};
use crate::view::stage::LaneView;

/// From one cell to the next.
pub const PITCH: f64 = 19.0;
pub const CELL_W: f64 = 16.0;
pub const CELL_H: f64 = 22.0;
/// Cells that a window shows.
pub const WINDOW: u64 = 18;
/// From the card's edge to the first cell.
pub const LEFT: f64 = 34.0;
/// The well reaches this far beyond its first and last cell.
const WELL_PAD: f64 = 4.0;
/// Room to the right of the newest cell, where the next records will be.
const AHEAD: f64 = 36.0;
pub const WELL_W: f64 = WINDOW as f64 * PITCH + AHEAD + 2.0 * WELL_PAD;

const LABELS_H: f64 = 12.0;
pub const WELL_H: f64 = 32.0;
/// Height of a flag's row.
pub const ROW_H: f64 = 8.0;
/// Groups beyond this many share rows.
pub const ROWS_MAX: u32 = 6;
const CAPTION_H: f64 = 13.0;

/// How much below the log start a window may show, so that one sees that something was there.
const BELOW_START: u64 = 2;

/// What is left of a cell at `at` that compaction took.
pub fn pressed(at: Point) -> Rect {
    Rect::new(at.x + 3.0, at.y + CELL_H - 4.0, CELL_W - 6.0, 3.0)
}

/// Where one lane is on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaneBox {
    pub partition: u32,
    /// The whole lane's upper left corner; the card's left edge.
    pub x: f64,
    pub y: f64,
    /// Rows for flags.
    pub rows: u32,
}

/// The height of a lane with this many rows.
pub fn height(rows: u32) -> f64 {
    LABELS_H + WELL_H + 2.0 + f64::from(rows) * ROW_H + CAPTION_H
}

impl LaneBox {
    pub fn rect(&self, width: f64) -> Rect {
        Rect::new(self.x, self.y, width, height(self.rows))
    }

    pub fn well(&self) -> Rect {
        Rect::new(self.x + LEFT - WELL_PAD, self.y + LABELS_H, WELL_W, WELL_H)
    }

    pub fn cells_top(&self) -> f64 {
        self.y + LABELS_H + (WELL_H - CELL_H) / 2.0
    }

    /// The baseline of the offset labels.
    pub fn labels_baseline(&self) -> f64 {
        self.y + LABELS_H - 3.0
    }

    pub fn caption_baseline(&self) -> f64 {
        self.row_top(self.rows) + 10.0
    }

    /// The top of a flag's row.
    pub fn row_top(&self, row: u32) -> f64 {
        self.y + LABELS_H + WELL_H + 1.0 + f64::from(row) * ROW_H
    }

    /// The left edge of the cell at `offset` in a window whose first cell is `first`; the gap before it, where flags
    /// stand, is half a gap further left.
    pub fn x_of(&self, offset: f64, first: f64) -> f64 {
        self.x + LEFT + (offset - first) * PITCH
    }

    /// Where a mark at `offset` stands: in the gap before that offset's cell, for an offset is the *next* to read. What
    /// lies outside the window is held at its edge.
    pub fn gap_of(&self, offset: u64, first: f64) -> f64 {
        let x = self.x_of(offset as f64, first) - (PITCH - CELL_W) / 2.0;
        let well = self.well();
        between(x, well.x + 1.0, well.right() - 1.0)
    }

    /// The offset whose gap is nearest to `x`.
    pub fn offset_at(&self, x: f64, first: f64) -> u64 {
        let cells = (x + (PITCH - CELL_W) / 2.0 - self.x - LEFT) / PITCH + first;
        cells.round().max(0.0) as u64
    }

    /// Where wires of producers end, and where those of consumers begin.
    pub fn inlet(&self) -> Point {
        Point::new(self.x, self.well().center().y)
    }
}

/// Which offsets a lane shows. It follows the end by itself; panning holds it where it was left, until it is panned
/// back to the end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LaneWindow {
    /// The offset at the left edge; between two while it glides.
    pub first: f64,
    /// Where somebody panned it to; `None` while it follows the end.
    held: Option<f64>,
    /// Whether it was ever placed: the first time it is there at once, and does not glide in from zero.
    settled: bool,
}

/// How long gliding takes to get half-way, in milliseconds.
const GLIDE_MS: f64 = 60.0;

/// Whether a window glides to where it belongs, or jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glide {
    Smooth,
    Jump,
}

impl LaneWindow {
    pub fn follows(&self) -> bool {
        self.held.is_none()
    }

    /// Moves on by `dt_ms` milliseconds of the wall clock towards where it belongs.
    pub fn settle(&mut self, lane: &LaneView, dt_ms: f64, glide: Glide) {
        let (low, high) = range(lane);
        let target = self.held.map_or(high, |held| between(held, low, high));
        let gap = target - self.first;
        let near = gap.abs() < 0.02 || gap.abs() > 2.0 * WINDOW as f64;
        if near || !self.settled || glide == Glide::Jump {
            self.first = target;
        } else {
            // dt / (dt + half-life) is a smooth approach without an exponential, and exact at both ends.
            self.first += gap * (dt_ms / (dt_ms + GLIDE_MS));
        }
        self.settled = true;
    }

    /// Moves by so many cells, right for more. At the end it follows again.
    pub fn pan(&mut self, cells: f64, lane: &LaneView) {
        let (low, high) = range(lane);
        let to = between(self.held.unwrap_or(self.first) + cells, low, high);
        self.held = (to < high - 0.5).then_some(to);
        if let Some(held) = self.held {
            self.first = held;
        }
    }

    /// Moves to where `first` is at the left edge. At the end it follows again.
    pub fn scroll_to(&mut self, first: f64, lane: &LaneView) {
        self.pan(first - self.held.unwrap_or(self.first), lane);
    }

    /// Stays where it is, whatever is written: so that nothing moves beneath a hand that drags a flag.
    pub fn hold(&mut self) {
        self.held = Some(self.first);
    }

    pub fn follow(&mut self) {
        self.held = None;
    }

    /// The first offset that may show, and how many cells to ask for.
    pub fn span(&self) -> (u64, u32) {
        (self.first.floor().max(0.0) as u64, WINDOW as u32 + 2)
    }
}

/// The least and the greatest offset that may stand at the left edge.
fn range(lane: &LaneView) -> (f64, f64) {
    let low = lane.log_start.saturating_sub(BELOW_START);
    (low as f64, lane.log_end.saturating_sub(WINDOW).max(low) as f64)
}

/// The overview strip: the whole log from left to right, for lanes longer than their window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strip {
    pub track: Rect,
    /// The part that the window shows.
    pub thumb: Rect,
    start: u64,
    len: f64,
}

impl Strip {
    pub fn of(lane_box: &LaneBox, lane: &LaneView, first: f64) -> Option<Strip> {
        let len = lane.log_end.saturating_sub(lane.log_start);
        if len <= WINDOW {
            return None;
        }
        let well = lane_box.well();
        let track = Rect::new(well.x + WELL_PAD, well.bottom() - 4.0, well.w - 2.0 * WELL_PAD, 3.0);
        let mut strip = Strip { track, thumb: track, start: lane.log_start, len: len as f64 };
        strip.thumb.w = (WINDOW as f64 / strip.len * track.w).max(6.0);
        strip.thumb.x = strip.x_of(first).min(track.right() - strip.thumb.w);
        Some(strip)
    }

    pub fn x_of(&self, offset: f64) -> f64 {
        let along = (offset - self.start as f64) / self.len;
        self.track.x + along.clamp(0.0, 1.0) * self.track.w
    }

    /// The offset at the left edge of a window whose middle is shown at `x`.
    pub fn first_at(&self, x: f64) -> f64 {
        let along = ((x - self.track.x) / self.track.w).clamp(0.0, 1.0);
        self.start as f64 + along * self.len - WINDOW as f64 / 2.0
    }

    /// Whether a hand that reaches for the strip at `at` means it; it is thin.
    pub fn is_meant(&self, at: Point) -> bool {
        self.track.grown(3.0).contains(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::lane;

    const BOX: LaneBox = LaneBox { partition: 0, x: 100.0, y: 50.0, rows: 4 };

    #[test]
    fn a_new_window_is_at_the_end_at_once() {
        let mut window = LaneWindow::default();
        window.settle(&lane(0, 0, 1_000), 16.0, Glide::Smooth);
        assert_eq!(window.first, 982.0);
    }

    #[test]
    fn a_short_log_starts_at_the_left_edge() {
        let mut window = LaneWindow::default();
        window.settle(&lane(0, 0, 5), 16.0, Glide::Smooth);
        assert_eq!(window.first, 0.0);
    }

    #[test]
    fn a_window_that_follows_glides_and_arrives() {
        let mut window = LaneWindow::default();
        window.settle(&lane(0, 0, 100), 16.0, Glide::Smooth);
        window.settle(&lane(0, 0, 104), 16.0, Glide::Smooth);
        assert!(window.first > 82.0 && window.first < 86.0, "{}", window.first);
        for _ in 0..60 {
            window.settle(&lane(0, 0, 104), 16.0, Glide::Smooth);
        }
        assert_eq!(window.first, 86.0);
    }

    #[test]
    fn less_motion_means_no_gliding() {
        let mut window = LaneWindow::default();
        window.settle(&lane(0, 0, 100), 16.0, Glide::Jump);
        window.settle(&lane(0, 0, 104), 16.0, Glide::Jump);
        assert_eq!(window.first, 86.0);
    }

    #[test]
    fn panning_holds_the_window_until_it_is_panned_back_to_the_end() {
        let mut window = LaneWindow::default();
        window.settle(&lane(0, 0, 100), 16.0, Glide::Smooth);
        window.pan(-10.0, &lane(0, 0, 100));
        window.settle(&lane(0, 0, 150), 16.0, Glide::Smooth);
        assert_eq!((window.first, window.follows()), (72.0, false));
        window.pan(500.0, &lane(0, 0, 150));
        assert!(window.follows());
    }

    #[test]
    fn a_window_stops_a_little_below_the_log_start() {
        let mut window = LaneWindow::default();
        window.settle(&lane(0, 40, 100), 16.0, Glide::Smooth);
        window.pan(-500.0, &lane(0, 40, 100));
        assert_eq!(window.first, 38.0);
    }

    #[test]
    fn a_held_window_moves_on_when_retention_deletes_what_it_showed() {
        let mut window = LaneWindow::default();
        window.settle(&lane(0, 0, 100), 16.0, Glide::Smooth);
        window.pan(-70.0, &lane(0, 0, 100));
        for _ in 0..60 {
            window.settle(&lane(0, 50, 100), 16.0, Glide::Smooth);
        }
        assert_eq!(window.first, 48.0);
    }

    #[test]
    fn a_flag_stands_in_the_gap_before_the_offset_it_names() {
        let gap = BOX.gap_of(12, 10.0);
        assert!(gap < BOX.x_of(12.0, 10.0) && gap > BOX.x_of(11.0, 10.0) + CELL_W - 0.01);
        assert_eq!(BOX.offset_at(gap, 10.0), 12);
    }

    #[test]
    fn a_flag_outside_the_window_is_held_at_its_edge() {
        assert_eq!(BOX.gap_of(0, 500.0), BOX.well().x + 1.0);
        assert_eq!(BOX.gap_of(900, 500.0), BOX.well().right() - 1.0);
    }

    #[test]
    fn the_strip_shows_which_part_of_a_long_log_is_in_the_window() {
        assert_eq!(Strip::of(&BOX, &lane(0, 0, 18), 0.0), None);
        let strip = Strip::of(&BOX, &lane(0, 0, 180), 162.0).unwrap();
        assert!((strip.thumb.w - strip.track.w / 10.0).abs() < 1e-9);
        assert!((strip.thumb.right() - strip.track.right()).abs() < 1e-9);
    }

    #[test]
    fn reaching_for_the_middle_of_the_strip_shows_the_middle_of_the_log() {
        let (lane, mut window) = (lane(0, 0, 1_000), LaneWindow::default());
        window.settle(&lane, 16.0, Glide::Smooth);
        let strip = Strip::of(&BOX, &lane, window.first).unwrap();
        window.scroll_to(strip.first_at(strip.track.center().x), &lane);
        assert_eq!((window.first, window.follows()), (491.0, false));
        window.scroll_to(strip.first_at(strip.track.right()), &lane);
        assert!(window.follows());
    }
}
