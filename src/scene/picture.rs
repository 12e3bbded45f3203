//! The display list of one frame: shapes in stage units, by kind, in the order in which they are painted.
//!
//! The lists are kept from frame to frame and refilled, so that a frame allocates next to nothing. Shapes say what a
//! thing is (a cell above the high watermark), and the painter what that looks like.

mod cells;
mod flags;
mod packets;

use super::geometry::{Curve, Point, Rect};
use super::lane::Strip;
use super::palette::Mark;
use super::way::Way;
use super::wire::{Flow, WireId};
use crate::model::kafka::broker::RecordState;
use crate::model::log::Outcome;
use crate::scene::lane::{CELL_H, CELL_W};

pub use cells::{Detail, draw_lane, grouped};
pub use flags::draw_flags;
pub use packets::{Flight, Messages, draw_packets};

/// Everything that the canvas shows in one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub wires: Vec<WireShape>,
    /// The bodies of the topics' cards.
    pub panels: Vec<Panel>,
    pub wells: Vec<Rect>,
    pub cells: Vec<CellShape>,
    pub strips: Vec<Strip>,
    pub ticks: Vec<Tick>,
    pub lines: Vec<Line>,
    pub bars: Vec<Bar>,
    pub shares: Vec<ShareMark>,
    pub flags: Vec<Flag>,
    pub labels: Vec<Label>,
    pub packets: Vec<PacketShape>,
    /// A wire that is being drawn, and whether it may end where it is.
    pub proposal: Option<(Curve, Legal)>,
    pub marquee: Option<Rect>,
}

impl Picture {
    pub fn clear(&mut self) {
        self.wires.clear();
        self.panels.clear();
        self.wells.clear();
        self.cells.clear();
        self.strips.clear();
        self.ticks.clear();
        self.lines.clear();
        self.bars.clear();
        self.shares.clear();
        self.flags.clear();
        self.labels.clear();
        self.packets.clear();
        self.proposal = None;
        self.marquee = None;
    }
}

/// How a part stands out from the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emphasis {
    #[default]
    None,
    Hovered,
    Selected,
    /// A wire that is being drawn may end here.
    Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legal {
    Open,
    Yes,
    No,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WireShape {
    pub way: Way,
    pub hue: Option<u32>,
    pub flow: Flow,
    pub emphasis: Emphasis,
    pub wire: WireId,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    pub rect: Rect,
    pub emphasis: Emphasis,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellShape {
    /// The upper left corner.
    pub at: Point,
    /// Index into the key hues, and the mark; `None` without a key.
    pub key: Option<(u8, Mark)>,
    pub state: CellState,
    /// A null value: hollow.
    pub tombstone: bool,
    /// `×2` and more is written on the cell.
    pub times: u32,
    /// An acknowledged record was here and is gone: struck through, whatever has its offset now.
    pub lost: bool,
}

/// What a share group has in flight: a mark in its row, below the record's cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareMark {
    pub at: Point,
    pub hue: u32,
    pub state: RecordState,
    /// Written beside it from 2 on.
    pub delivery_count: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// Below the high watermark: consumers can read it.
    Readable,
    /// Above the high watermark: hatched and dashed.
    Uncommitted,
    /// Below the log start, or lost beyond the log end: only its outline is left.
    Deleted,
    /// Compaction took it: its place stays, pressed flat.
    Cleaned,
    /// Its transaction is open: pale, and dashed.
    Undecided,
    /// Its transaction was aborted: paler, and struck out.
    Aborted,
    /// The marker of a transaction: a tick or a cross in an empty cell.
    Marker(Outcome),
}

/// In a cell, from its upper left corner: the stroke through what was aborted, and what markers show.
pub const STRUCK: [(f64, f64); 2] = [(3.0, CELL_H - 3.0), (CELL_W - 3.0, 3.0)];
pub const TICK: [(f64, f64); 3] = [(4.0, CELL_H * 0.52), (CELL_W * 0.42, CELL_H * 0.72), (CELL_W - 4.0, CELL_H * 0.3)];
pub const CROSS: [[(f64, f64); 2]; 2] =
    [[(5.0, CELL_H * 0.3), (CELL_W - 5.0, CELL_H * 0.7)], [(5.0, CELL_H * 0.7), (CELL_W - 5.0, CELL_H * 0.3)]];

/// Where a flag is in the whole log, on the overview strip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    pub at: Point,
    pub hue: u32,
}

/// An upright line through a well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub top: Point,
    pub height: f64,
    pub kind: LineKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    LogStart,
    HighWatermark,
    LogEnd,
    /// Where a follower's log ends that has less than the leader.
    FollowerEnd,
    /// Compaction has been as far as this: before it every key occurs once.
    FirstDirty,
    /// Where reading ends with `read_committed`, while that is before the high watermark.
    LastStable,
}

/// From a flag to where the log ends for its group, in the flag's row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub from: Point,
    pub to_x: f64,
    pub kind: BarKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarKind {
    /// From committed to position: what a crash now would repeat. In this group's hue.
    Uncommitted(u32),
    /// Nobody reads on.
    Stalled,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag {
    /// The top of its staff.
    pub top: Point,
    /// The bottom of its staff, where the pennant hangs.
    pub foot: f64,
    pub hue: u32,
    pub kind: FlagKind,
    pub emphasis: Emphasis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagKind {
    Committed,
    Position,
    /// Where a flag would come to stand if it were let go.
    Ghost,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// On the baseline.
    pub at: Point,
    pub text: String,
    pub kind: LabelKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// Left-aligned above its cell.
    Offset,
    /// A partition's number, centred.
    Partition,
    /// Who leads the partition; centred below its number.
    Leader,
    /// Nobody leads it.
    NoLeader,
    /// Fewer replicas in sync than there should be; centred below the partition's number.
    InSync,
    /// Centred below a stalled bar.
    Lag,
    /// Centred above the high watermark.
    HighWatermark,
    /// Above the first dirty offset: to its left the log is clean.
    FirstDirty,
    /// Centred above the last stable offset.
    LastStable,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacketShape {
    pub at: Point,
    pub cargo: CargoShape,
    /// 1 in mid-flight; less at both ends when packets fade instead of flying.
    pub alpha: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CargoShape {
    Records { hue: Option<u8>, count: u32 },
    Message { name: &'static str },
}
