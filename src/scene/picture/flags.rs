//! The flags of the groups on a lane: committed offset, position, and what lies between them and the end.

use super::{Bar, BarKind, Emphasis, Flag, FlagKind, Label, LabelKind, Picture, ShareMark, Tick};
use crate::kernel::order::sort_by;
use crate::model::Name;
use crate::scene::geometry::{Point, between};
use crate::scene::lane::{CELL_W, LaneBox, LaneWindow, ROW_H, Strip};
use crate::view::stage::{FlagView, LaneView};

/// All flags of a lane. `row` says which row a group has. Rows further down are drawn first, so that of several flags at
/// one offset each keeps its own piece of the staff.
pub fn draw_flags(
    lane_box: &LaneBox,
    lane: &LaneView,
    window: &LaneWindow,
    row: impl Fn(&Name) -> u32,
    picture: &mut Picture,
) {
    let first = picture.flags.len();
    for flag in &lane.flags {
        draw_flag(lane_box, lane, window, row(&flag.group), flag, picture);
    }
    sort_by(&mut picture.flags[first..], |a, b| b.foot.total_cmp(&a.foot));
    if let Some(strip) = Strip::of(lane_box, lane, window.first) {
        let ticks = lane.flags.iter().filter_map(|flag| {
            let offset = flag.committed.or(flag.position)?;
            Some(Tick { at: Point::new(strip.x_of(offset as f64), strip.track.y), hue: flag.hue })
        });
        picture.ticks.extend(ticks);
    }
    captions(lane_box, lane, window, picture);
}

fn draw_flag(
    lane_box: &LaneBox,
    lane: &LaneView,
    window: &LaneWindow,
    row: u32,
    flag: &FlagView,
    picture: &mut Picture,
) {
    let (top, row_top) = (lane_box.cells_top(), lane_box.row_top(row));
    let mut plant = |offset: u64, kind| {
        let top = Point::new(lane_box.gap_of(offset, window.first), top);
        picture.flags.push(Flag { top, foot: row_top + ROW_H, hue: flag.hue, kind, emphasis: Emphasis::None });
    };
    if let Some(position) = flag.position.filter(|&position| Some(position) != flag.committed) {
        plant(position, FlagKind::Position);
    }
    if let Some(committed) = flag.committed {
        plant(committed, FlagKind::Committed);
    }
    let well = lane_box.well();
    let marks = flag.in_flight.iter().map(|record| ShareMark {
        at: Point::new(lane_box.x_of(record.offset as f64, window.first) + CELL_W / 2.0, row_top + ROW_H / 2.0),
        hue: flag.hue,
        state: record.state,
        delivery_count: record.delivery_count,
    });
    picture.shares.extend(marks.filter(|mark| mark.at.x > well.x && mark.at.x < well.right()));
    let mut bar = |from: u64, to: u64, kind| {
        let (from, to_x) = (lane_box.gap_of(from, window.first), lane_box.gap_of(to, window.first));
        if to_x > from {
            picture.bars.push(Bar { from: Point::new(from, row_top + ROW_H / 2.0), to_x, kind });
        }
    };
    if is_stalled(flag) {
        bar(flag.committed.unwrap_or(lane.log_start), lane.high_watermark, BarKind::Stalled);
    } else if let (Some(committed), Some(position), true) = (flag.committed, flag.position, flag.in_flight.is_empty()) {
        bar(committed, position, BarKind::Uncommitted(flag.hue));
    }
}

/// Nobody reads on, though there is something to read.
pub fn is_stalled(flag: &FlagView) -> bool {
    flag.unread_for.is_some() && flag.lag.is_some_and(|lag| lag > 0)
}

/// `lag 9 · unread 6.1 s` below the first stalled group's bar; how many more there are, after it.
fn captions(lane_box: &LaneBox, lane: &LaneView, window: &LaneWindow, picture: &mut Picture) {
    let mut stalled = lane.flags.iter().filter(|flag| is_stalled(flag));
    let Some(flag) = stalled.next() else { return };
    let (Some(lag), Some(unread)) = (flag.lag, flag.unread_for) else { return };
    let more = match stalled.count() {
        0 => String::new(),
        n => format!(" · {n} more"),
    };
    let text = format!("lag {} · unread {unread}{more}", super::cells::grouped(lag));
    let from = lane_box.gap_of(flag.committed.unwrap_or(lane.log_start), window.first);
    let to = lane_box.gap_of(lane.high_watermark, window.first);
    let well = lane_box.well();
    // Half the text's width at some 5.6 units a character, so that it stays inside the card.
    let half = text.len() as f64 * 2.8;
    let x = between((from + to) / 2.0, well.x + half, well.right() - half);
    picture.labels.push(Label { at: Point::new(x, lane_box.caption_baseline()), text, kind: LabelKind::Lag });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::{flag, lane, orders_lanes};
    use crate::scene::lane::Glide;

    const BOX: LaneBox = LaneBox { partition: 1, x: 0.0, y: 0.0, rows: 4 };

    fn drawn(lane: &LaneView) -> Picture {
        let mut window = LaneWindow::default();
        window.settle(lane, 0.0, Glide::Jump);
        let rows: Vec<Name> = lane.flags.iter().map(|flag| flag.group.clone()).collect();
        let row = |group: &Name| rows.iter().position(|name| name == group).unwrap() as u32;
        let mut picture = Picture::default();
        draw_flags(&BOX, lane, &window, row, &mut picture);
        picture
    }

    #[test]
    fn flags_at_the_same_offset_hang_in_different_rows() {
        let mut lane = lane(0, 0, 100);
        lane.flags = vec![flag("a", 0, 95, 95, &lane), flag("b", 1, 95, 95, &lane)];
        let flags = drawn(&lane).flags;
        assert_eq!(flags[0].top.x, flags[1].top.x);
        assert_eq!(flags[0].foot - flags[1].foot, ROW_H);
    }

    #[test]
    fn position_and_commit_are_one_flag_until_they_part() {
        let mut lane = lane(0, 0, 100);
        lane.flags = vec![flag("a", 0, 95, 95, &lane)];
        assert_eq!(drawn(&lane).flags.len(), 1);
        lane.flags[0].position = Some(98);
        let picture = drawn(&lane);
        assert_eq!(picture.flags.len(), 2);
        assert_eq!(picture.bars[0].kind, BarKind::Uncommitted(0));
    }

    #[test]
    fn a_partition_that_nobody_reads_has_a_red_bar_with_its_lag_and_time() {
        let picture = drawn(&orders_lanes()[1]);
        let stalled: Vec<_> = picture.bars.iter().filter(|bar| bar.kind == BarKind::Stalled).collect();
        assert_eq!(stalled.len(), 1);
        assert_eq!(picture.labels[0].text, "lag 9 · unread 6.1 s");
    }

    #[test]
    fn several_stalled_groups_are_counted_in_one_caption() {
        let mut lane = orders_lanes()[1].clone();
        lane.flags[3].unread_for = lane.flags[0].unread_for;
        assert_eq!(drawn(&lane).labels[0].text, "lag 9 · unread 6.1 s · 1 more");
    }

    #[test]
    fn a_group_that_has_read_everything_is_not_stalled_however_long_it_is_away() {
        let mut lane = lane(0, 0, 100);
        lane.flags = vec![flag("a", 0, 99, 99, &lane)];
        lane.flags[0].unread_for = Some(crate::kernel::Span::from_secs(60));
        assert!(!is_stalled(&lane.flags[0]));
    }
}
