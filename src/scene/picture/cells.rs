//! A lane's well: cells, labels, watermarks and the overview strip.

use super::{CellShape, CellState, Label, LabelKind, Line, LineKind, Picture};
use crate::scene::geometry::Point;
use crate::scene::lane::{LaneBox, LaneWindow, PITCH, Strip, WELL_H, WINDOW};
use crate::scene::palette;
use crate::view::lane::{Cell, Standing};
use crate::view::stage::LaneView;

/// Every so many cells has its offset written above it.
const LABEL_EVERY: u64 = 5;

/// Room for the word that says where the clean part of a compacted log ends.
const CLEAN_W: f64 = 44.0;

/// How much is drawn: less when it would be too small to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Cells and flags only.
    Coarse,
    Full,
}

/// One lane as `window` shows it, without its flags. `cells` are those of the window's span.
pub fn draw_lane(
    lane_box: &LaneBox,
    lane: &LaneView,
    window: &LaneWindow,
    cells: &[Cell],
    replication: u32,
    detail: Detail,
    picture: &mut Picture,
) {
    picture.wells.push(lane_box.well());
    picture.cells.extend(deleted(lane_box, lane, window));
    picture.cells.extend(cells.iter().filter_map(|cell| shape(lane_box, lane, window, cell)));
    picture.cells.extend(lost(lane_box, lane, window));
    if lane.compaction.is_some() {
        picture.cells.extend(cleaned(lane_box, lane, window, cells));
    }
    watermarks(lane_box, lane, window, picture);
    picture.strips.extend(Strip::of(lane_box, lane, window.first));
    if detail == Detail::Full {
        partition(lane_box, lane, replication, picture);
        labels(lane_box, lane, window, picture);
    }
}

fn shape(lane_box: &LaneBox, lane: &LaneView, window: &LaneWindow, cell: &Cell) -> Option<CellShape> {
    let at = place(lane_box, window, cell.offset)?;
    let key = cell.key.map(|key| (palette::hue(key), palette::mark(key)));
    let state = match cell.standing {
        Standing::Marker(outcome) => CellState::Marker(outcome),
        _ if cell.uncommitted => CellState::Uncommitted,
        Standing::Undecided => CellState::Undecided,
        Standing::Aborted => CellState::Aborted,
        Standing::Settled => CellState::Readable,
    };
    let lost = lane.lost.iter().any(|(from, to)| (*from..*to).contains(&cell.offset));
    Some(CellShape { at, key, state, tombstone: cell.is_tombstone, times: cell.times_processed, lost })
}

/// Where acknowledged records were and nothing is now.
fn lost(lane_box: &LaneBox, lane: &LaneView, window: &LaneWindow) -> impl Iterator<Item = CellShape> {
    let (first, count) = window.span();
    let (low, high) = (lane.log_end.max(first), first + u64::from(count));
    let offsets = lane.lost.iter().flat_map(move |(from, to)| low.max(*from)..high.min(*to));
    let (lane_box, window) = (*lane_box, *window);
    offsets.filter_map(move |offset| {
        let at = place(&lane_box, &window, offset)?;
        Some(CellShape { at, key: None, state: CellState::Deleted, tombstone: false, times: 0, lost: true })
    })
}

/// Where records were that compaction took: the offsets of the window that have none.
fn cleaned(
    lane_box: &LaneBox,
    lane: &LaneView,
    window: &LaneWindow,
    cells: &[Cell],
) -> impl Iterator<Item = CellShape> {
    let (first, count) = window.span();
    let offsets = first.max(lane.log_start)..lane.log_end.min(first + u64::from(count));
    let is_hole = |offset: &u64| cells.binary_search_by_key(offset, |cell| cell.offset).is_err();
    offsets.filter(is_hole).filter_map(|offset| {
        let at = place(lane_box, window, offset)?;
        Some(CellShape { at, key: None, state: CellState::Cleaned, tombstone: false, times: 0, lost: false })
    })
}

/// The last few that retention took, as far as the window reaches below the log start.
fn deleted(lane_box: &LaneBox, lane: &LaneView, window: &LaneWindow) -> impl Iterator<Item = CellShape> {
    let (first, _) = window.span();
    let (lane_box, window) = (*lane_box, *window);
    (first..lane.log_start.min(first + WINDOW)).filter_map(move |offset| {
        let at = place(&lane_box, &window, offset)?;
        Some(CellShape { at, key: None, state: CellState::Deleted, tombstone: false, times: 0, lost: false })
    })
}

/// Where a cell is drawn, unless it lies outside the well.
fn place(lane_box: &LaneBox, window: &LaneWindow, offset: u64) -> Option<Point> {
    let at = Point::new(lane_box.x_of(offset as f64, window.first), lane_box.cells_top());
    let well = lane_box.well();
    (at.x > well.x - PITCH && at.x < well.right()).then_some(at)
}

fn watermarks(lane_box: &LaneBox, lane: &LaneView, window: &LaneWindow, picture: &mut Picture) {
    let well = lane_box.well();
    let mut mark = |offset: u64, kind| {
        let x = lane_box.gap_of(offset, window.first);
        if x > well.x + 1.0 && x < well.right() - 1.0 {
            picture.lines.push(Line { top: Point::new(x, well.y), height: WELL_H, kind });
        }
    };
    if lane.log_start > 0 {
        mark(lane.log_start, LineKind::LogStart);
    }
    if let Some(compaction) = lane.compaction.filter(|compaction| compaction.first_dirty > lane.log_start) {
        mark(compaction.first_dirty, LineKind::FirstDirty);
    }
    mark(lane.log_end, LineKind::LogEnd);
    for follower in lane.replicas.iter().filter(|replica| replica.log_end < lane.log_end) {
        mark(follower.log_end, LineKind::FollowerEnd);
    }
    if lane.last_stable < lane.high_watermark {
        mark(lane.last_stable, LineKind::LastStable);
    }
    mark(lane.high_watermark, LineKind::HighWatermark);
}

fn partition(lane_box: &LaneBox, lane: &LaneView, replication: u32, picture: &mut Picture) {
    let middle = Point::new(lane_box.x + 15.0, lane_box.well().center().y);
    let text = lane.partition.to_string();
    picture.labels.push(Label { at: middle + Point::new(0.0, 4.0), text, kind: LabelKind::Partition });
    let (text, kind) = match lane.leader {
        Some(leader) => (format!("b{leader}"), LabelKind::Leader),
        None => ("none".into(), LabelKind::NoLeader),
    };
    picture.labels.push(Label { at: middle + Point::new(0.0, 16.0), text, kind });
    if (lane.isr.len() as u32) < replication {
        let text = format!("{}/{replication}", lane.isr.len());
        picture.labels.push(Label { at: middle + Point::new(0.0, 28.0), text, kind: LabelKind::InSync });
    }
}

fn labels(lane_box: &LaneBox, lane: &LaneView, window: &LaneWindow, picture: &mut Picture) {
    let y = lane_box.labels_baseline();
    let well = lane_box.well();
    let (first, count) = window.span();
    let mark = lane_box.gap_of(lane.high_watermark, window.first);
    let stable = (lane.last_stable < lane.high_watermark).then(|| lane_box.gap_of(lane.last_stable, window.first));
    let stable = stable.filter(|x| *x > well.x + 1.0 && *x < well.right() - 1.0 && (*x - mark).abs() > 22.0);
    let clean = lane.compaction.map(|compaction| compaction.first_dirty).filter(|to| *to > lane.log_start);
    let clean = clean.map(|to| lane_box.gap_of(to, window.first));
    let clean = clean.filter(|x| *x > well.x + CLEAN_W && *x < well.right() - 1.0 && (*x - mark).abs() > 10.0);
    let shown = first.next_multiple_of(LABEL_EVERY)..lane.log_end.min(first + u64::from(count));
    for offset in shown.step_by(LABEL_EVERY as usize) {
        let text = grouped(offset);
        let x = lane_box.x_of(offset as f64, window.first);
        let end = x + text.len() as f64 * 6.0;
        let covers = |mark: f64| x < mark + 12.0 && end > mark - 12.0;
        let covers_mark = (x < mark + 10.0 && end > mark - 10.0) || stable.is_some_and(covers);
        let covers_clean = clean.is_some_and(|clean| x < clean + 2.0 && end > clean - CLEAN_W);
        if x >= well.x && end <= well.right() && !covers_mark && !covers_clean {
            picture.labels.push(Label { at: Point::new(x, y), text, kind: LabelKind::Offset });
        }
    }
    if let Some(x) = clean {
        let at = Point::new(x - CLEAN_W, y);
        picture.labels.push(Label { at, text: "clean ◂".to_string(), kind: LabelKind::FirstDirty });
    }
    if let Some(x) = stable {
        picture.labels.push(Label { at: Point::new(x, y), text: "LSO".to_string(), kind: LabelKind::LastStable });
    }
    if mark > well.x + 1.0 && mark < well.right() - 1.0 && lane.log_end > 0 {
        let at = Point::new(mark, y);
        picture.labels.push(Label { at, text: "HW".to_string(), kind: LabelKind::HighWatermark });
    }
}

/// `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TopicPartition;
    use crate::scene::Motion;
    use crate::scene::fixture::Still;
    use crate::scene::lane::Glide;
    use crate::view::stage::CompactionView;

    const BOX: LaneBox = LaneBox { partition: 0, x: 0.0, y: 0.0, rows: 4 };

    /// Lane `partition` of the opening scene, panned by so many cells.
    fn drawn(partition: u32, pan: f64) -> Picture {
        let still = Still::orders();
        let lane = &still.lanes[partition as usize];
        let mut window = LaneWindow::default();
        window.settle(lane, 0.0, Glide::Jump);
        window.pan(pan, lane);
        let (from, count) = window.span();
        let cells = still.cells(&TopicPartition::new(&"orders".into(), partition), from, count);
        let mut picture = Picture::default();
        draw_lane(&BOX, lane, &window, &cells, 3, Detail::Full, &mut picture);
        picture
    }

    #[test]
    fn the_newest_cell_is_above_the_high_watermark_and_looks_so() {
        let picture = drawn(0, 0.0);
        assert_eq!(picture.cells.len(), WINDOW as usize);
        let uncommitted: Vec<_> = picture.cells.iter().filter(|c| c.state == CellState::Uncommitted).collect();
        let watermark = picture.lines.iter().find(|line| line.kind == LineKind::HighWatermark).unwrap();
        assert_eq!(uncommitted.len(), 1);
        assert!(uncommitted[0].at.x > watermark.top.x);
    }

    #[test]
    fn what_retention_deleted_is_an_outline_before_the_log_start() {
        let picture = drawn(2, -1_000.0);
        let deleted = picture.cells.iter().filter(|cell| cell.state == CellState::Deleted).count();
        assert_eq!(deleted, 2);
        assert!(picture.lines.iter().any(|line| line.kind == LineKind::LogStart));
    }

    #[test]
    fn what_compaction_took_is_pressed_flat_between_what_is_left_and_the_clean_part_ends_at_a_line() {
        let still = Still::orders();
        let mut lane = still.lanes[0].clone();
        let mut window = LaneWindow::default();
        window.settle(&lane, 0.0, Glide::Jump);
        let (from, count) = window.span();
        lane.compaction = Some(CompactionView { first_dirty: from + 10, ..CompactionView::default() });
        let mut cells = still.cells(&TopicPartition::new(&"orders".into(), 0), from, count);
        cells.retain(|cell| cell.offset >= from + 10 || cell.offset.is_multiple_of(3));
        let mut picture = Picture::default();
        draw_lane(&BOX, &lane, &window, &cells, 3, Detail::Full, &mut picture);
        let flat = picture.cells.iter().filter(|cell| cell.state == CellState::Cleaned).count();
        assert_eq!(flat, (from..from + 10).filter(|offset| !offset.is_multiple_of(3)).count());
        let line = picture.lines.iter().find(|line| line.kind == LineKind::FirstDirty).unwrap();
        assert_eq!(line.top.x, BOX.gap_of(from + 10, window.first));
        assert!(picture.labels.iter().any(|label| label.kind == LabelKind::FirstDirty));
    }

    #[test]
    fn offsets_are_written_above_every_fifth_cell() {
        let picture = drawn(1, -2.0);
        let offsets: Vec<_> =
            picture.labels.iter().filter(|label| label.kind == LabelKind::Offset).map(|label| &*label.text).collect();
        assert_eq!(offsets, ["1,380", "1,385", "1,390", "1,395"]);
    }

    #[test]
    fn a_watermark_outside_the_window_is_not_drawn_at_its_edge() {
        let picture = drawn(0, -100.0);
        assert!(picture.lines.is_empty());
        assert!(picture.labels.iter().all(|label| label.kind != LabelKind::HighWatermark));
    }

    #[test]
    fn a_partition_that_lacks_replicas_says_how_many_it_has() {
        let still = Still::orders();
        let mut lane = still.lanes[0].clone();
        lane.isr = vec![2];
        let mut picture = Picture::default();
        draw_lane(&BOX, &lane, &LaneWindow::default(), &[], 3, Detail::Full, &mut picture);
        assert!(picture.labels.iter().any(|label| label.kind == LabelKind::InSync && label.text == "1/3"));
    }

    #[test]
    fn an_acknowledged_record_that_is_gone_is_struck_through_where_it_was() {
        let still = Still::orders();
        let mut lane = still.lanes[0].clone();
        lane.lost = vec![(lane.log_end - 1, lane.log_end + 1)];
        let mut window = LaneWindow::default();
        window.settle(&lane, 0.0, Glide::Jump);
        let (from, count) = window.span();
        let cells = still.cells(&TopicPartition::new(&"orders".into(), 0), from, count);
        let mut picture = Picture::default();
        draw_lane(&BOX, &lane, &window, &cells, 3, Detail::Full, &mut picture);
        let lost: Vec<CellState> = picture.cells.iter().filter(|cell| cell.lost).map(|cell| cell.state).collect();
        assert_eq!(lost, [CellState::Uncommitted, CellState::Deleted]);
    }

    #[test]
    fn a_lane_says_who_leads_it_and_where_followers_end_that_lag() {
        let picture = drawn(0, 0.0);
        assert!(picture.labels.iter().any(|label| label.kind == LabelKind::Leader && label.text == "b1"));
        assert_eq!(picture.lines.iter().filter(|line| line.kind == LineKind::FollowerEnd).count(), 2);
    }

    #[test]
    fn large_numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
