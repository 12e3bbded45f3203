//! What the canvas shows on the page: wires, the bodies of topics, lanes with cells and flags, packets.

use super::{Align, Drawing, Face, Ink, Outline, Stroke, TextStyle, Tint};
use crate::model::kafka::broker::RecordState;
use crate::model::log::Outcome;
use crate::scene::geometry::{Point, Rect};
use crate::scene::lane::{CELL_H, CELL_W, ROW_H, pressed};
use crate::scene::palette::Mark;
use crate::scene::picture::*;
use crate::scene::wire::Flow;

const TINY: TextStyle = TextStyle::new(8.5, 700).aligned(Align::Middle);
const CELL_RADIUS: f64 = 5.0;
/// Half a packet's side.
const HALF: f64 = 6.0;

impl Drawing {
    pub(super) fn wires_and_lanes(&mut self, picture: &Picture) {
        for wire in &picture.wires {
            let ink = wire.hue.map_or(Tint::Line2.alpha(1.0), |hue| Tint::Group(hue).alpha(0.62));
            let stroke = Stroke::new(ink, 2.0);
            let stroke = if wire.flow == Flow::Stopped { stroke.dashed([5.0, 4.0]) } else { stroke };
            for piece in wire.way.pieces() {
                self.stroke(Outline::Curve(*piece), stroke);
            }
        }
        for panel in &picture.panels {
            self.draw(Outline::Rect(panel.rect, 12.0), Tint::Panel, Stroke::new(Tint::Line, 1.0));
        }
        for well in &picture.wells {
            self.fill(Outline::Rect(*well, 8.0), Tint::Sunk);
        }
        // Badges reach a little above their cell.
        let windows = picture.wells.iter().map(|well| Rect::new(well.x, well.y - 2.0, well.w, well.h + 2.0)).collect();
        self.clipped(windows, |inner| picture.cells.iter().for_each(|cell| inner.cell(cell)));
        for strip in &picture.strips {
            self.fill(Outline::Rect(strip.track, 1.5), Tint::Line);
            self.fill(Outline::Rect(strip.thumb, 1.5), Tint::Line2);
        }
        for tick in &picture.ticks {
            self.fill(Outline::Rect(Rect::new(tick.at.x - 1.0, tick.at.y - 0.5, 2.0, 4.0), 0.0), Tint::Group(tick.hue));
        }
        picture.lines.iter().for_each(|line| self.mark_line(line));
        for bar in &picture.bars {
            let ink = match bar.kind {
                BarKind::Stalled => Tint::Bad.alpha(1.0),
                BarKind::Uncommitted(hue) => Tint::Group(hue).alpha(0.35),
            };
            self.stroke(Outline::Line(vec![bar.from, Point::new(bar.to_x, bar.from.y)]), Stroke::new(ink, 2.0));
        }
        picture.shares.iter().for_each(|mark| self.share(mark));
        picture.flags.iter().for_each(|flag| self.flag(flag));
        picture.labels.iter().for_each(|label| self.label(label));
    }

    fn cell(&mut self, cell: &CellShape) {
        let hue = cell.key.map(|(hue, _)| hue);
        let outline = Outline::Rect(Rect::new(cell.at.x, cell.at.y, CELL_W, CELL_H), CELL_RADIUS);
        match cell.state {
            CellState::Readable => self.fill(outline, Tint::Key(hue)),
            CellState::Uncommitted => {
                self.fill(outline, Tint::Key(hue).alpha(0.4));
                self.hatching(cell.at);
            }
            CellState::Deleted => {}
            CellState::Cleaned => self.fill(Outline::Rect(pressed(cell.at), 0.0), Tint::Ink3.alpha(0.45)),
            CellState::Undecided => self.fill(outline, Tint::Key(hue).alpha(0.4)),
            CellState::Aborted => {
                self.fill(outline, Tint::Key(hue).alpha(0.22));
                self.decision(cell.at, &STRUCK);
            }
            CellState::Marker(Outcome::Commit) => self.decision(cell.at, &TICK),
            CellState::Marker(Outcome::Abort) => CROSS.iter().for_each(|stroke| self.decision(cell.at, stroke)),
        }
        if cell.tombstone {
            let inside = Rect::new(cell.at.x + 3.0, cell.at.y + 3.0, CELL_W - 6.0, CELL_H - 6.0);
            self.fill(Outline::Rect(inside, CELL_RADIUS - 2.0), Tint::Sunk);
        }
        if matches!(cell.state, CellState::Uncommitted | CellState::Undecided | CellState::Deleted) {
            let inset = Rect::new(cell.at.x + 0.5, cell.at.y + 0.5, CELL_W - 1.0, CELL_H - 1.0);
            let stroke = Stroke::new(Tint::Ink3.alpha(0.75), 1.0).dashed([3.0, 2.0]);
            self.stroke(Outline::Rect(inset, CELL_RADIUS), stroke);
        }
        if let Some((_, mark)) = cell.key {
            let ink = if cell.tombstone { Tint::Ink2.alpha(1.0) } else { Tint::CellInk.alpha(0.55) };
            self.key_mark(mark, cell.at + Point::new(CELL_W / 2.0, CELL_H / 2.0), ink);
        }
        if cell.lost {
            let (from, to) = (Point::new(-1.0, CELL_H + 1.0), Point::new(CELL_W + 1.0, -1.0));
            self.stroke(Outline::Line(vec![cell.at + from, cell.at + to]), Stroke::new(Tint::Bad, 2.0));
        }
        if cell.times >= 2 {
            let pill = Rect::new(cell.at.x, cell.at.y - 3.0, CELL_W, 9.0);
            self.fill(Outline::Rect(pill, 4.5), Tint::Warn);
            let text = if cell.times > 9 { "×9+".to_string() } else { format!("×{}", cell.times) };
            self.text(Point::new(pill.center().x, pill.y + 7.5), text, TINY, Tint::Background);
        }
    }

    fn decision(&mut self, at: Point, points: &[(f64, f64)]) {
        let line = points.iter().map(|&(x, y)| at + Point::new(x, y)).collect();
        self.stroke(Outline::Line(line), Stroke::new(Tint::Ink2, 1.6));
    }

    /// Lines of slope -1, cut to the cell.
    fn hatching(&mut self, at: Point) {
        for step in [5.0, 12.0, 19.0, 26.0, 33.0] {
            let (x0, x1) = (f64::max(1.0, step - CELL_H + 1.0), f64::min(step - 1.0, CELL_W - 1.0));
            let line = vec![at + Point::new(x0, step - x0), at + Point::new(x1, step - x1)];
            self.stroke(Outline::Line(line), Stroke::new(Tint::Ink2.alpha(0.3), 1.0));
        }
    }

    fn key_mark(&mut self, mark: Mark, at: Point, ink: Ink) {
        let stroke = Stroke::new(ink, 1.8);
        let mut line = |dx: f64, dy: f64| {
            self.stroke(Outline::Line(vec![at - Point::new(dx, dy), at + Point::new(dx, dy)]), stroke);
        };
        match mark {
            Mark::Dash => line(3.6, 0.0),
            Mark::Bar => line(0.0, 3.6),
            Mark::Cross => {
                line(2.6, 2.6);
                line(2.6, -2.6);
            }
            Mark::Dot => self.stroke(Outline::Circle(at, 0.9), stroke),
            Mark::Ring => self.stroke(Outline::Circle(at, 3.0), stroke),
        }
    }

    fn mark_line(&mut self, line: &Line) {
        let Point { x, y } = line.top;
        let bottom = y + line.height;
        let upright = |top: f64, bottom: f64| Outline::Line(vec![Point::new(x, top), Point::new(x, bottom)]);
        match line.kind {
            LineKind::FirstDirty => self.stroke(upright(y, bottom), Stroke::new(Tint::Ink3, 1.2)),
            LineKind::HighWatermark => self.stroke(upright(y, bottom), Stroke::new(Tint::Accent, 1.6)),
            LineKind::LastStable => {
                self.stroke(upright(y, bottom), Stroke::new(Tint::Accent, 1.6).dashed([3.0, 2.0]));
            }
            // A bracket that opens to the log.
            LineKind::LogStart => {
                let corners = [(x + 4.0, y + 2.0), (x, y + 2.0), (x, bottom - 2.0), (x + 4.0, bottom - 2.0)];
                let corners = corners.map(|(x, y)| Point::new(x, y)).to_vec();
                self.stroke(Outline::Line(corners), Stroke::new(Tint::Ink2, 2.0));
            }
            LineKind::FollowerEnd => self.stroke(upright(bottom - 7.0, bottom - 2.0), Stroke::new(Tint::Ink3, 1.2)),
            // Where the next record goes: two short strokes.
            LineKind::LogEnd => {
                self.stroke(upright(y + 1.0, y + 7.0), Stroke::new(Tint::Ink3, 1.2));
                self.stroke(upright(bottom - 8.0, bottom - 2.0), Stroke::new(Tint::Ink3, 1.2));
            }
        }
    }

    /// As on the page: ring, disc, dash, cross.
    fn share(&mut self, mark: &ShareMark) {
        let ShareMark { at, hue, state, delivery_count } = *mark;
        let tint = if state == RecordState::Archived { Tint::Bad } else { Tint::Group(hue) };
        let stroke = Stroke::new(tint, 1.4);
        let mut line = |dx: f64, dy: f64| {
            self.stroke(Outline::Line(vec![at - Point::new(dx, dy), at + Point::new(dx, dy)]), stroke);
        };
        match state {
            RecordState::Available => self.stroke(Outline::Circle(at, 2.6), stroke),
            RecordState::Acquired => self.fill(Outline::Circle(at, 3.3), tint),
            RecordState::Acknowledged => line(4.0, 0.0),
            RecordState::Archived => {
                line(2.6, 2.6);
                line(2.6, -2.6);
            }
        }
        if delivery_count >= 2 {
            let style = TextStyle { size: 8.0, ..TINY };
            self.text(at + Point::new(6.0, 3.0), delivery_count.to_string(), style, Tint::Warn);
        }
    }

    fn flag(&mut self, flag: &Flag) {
        let is_position = flag.kind == FlagKind::Position;
        let ink = Tint::Group(flag.hue).alpha(if is_position { 0.75 } else { 1.0 });
        let stroke = Stroke::new(ink, if is_position { 1.1 } else { 1.7 });
        let Point { x, y } = flag.top;
        let top = if is_position { y + CELL_H } else { y };
        self.stroke(Outline::Line(vec![Point::new(x, top), Point::new(x, flag.foot)]), stroke);
        let pennant = [(x, flag.foot - ROW_H + 0.5), (x + 7.0, flag.foot - ROW_H / 2.0), (x, flag.foot - 0.5)];
        let pennant = Outline::Polygon(pennant.map(|(x, y)| Point::new(x, y)).to_vec());
        let fill = if is_position { Tint::Panel.alpha(1.0) } else { ink };
        self.draw(pennant, fill, stroke);
    }

    fn label(&mut self, label: &Label) {
        let (style, tint) = match label.kind {
            LabelKind::Offset | LabelKind::FirstDirty => (TextStyle::new(10.0, 400).code(), Tint::Ink3),
            LabelKind::HighWatermark | LabelKind::LastStable => {
                (TextStyle::new(10.0, 400).code().aligned(Align::Middle), Tint::Accent)
            }
            LabelKind::Partition => (TextStyle::new(12.0, 600).aligned(Align::Middle), Tint::Ink2),
            LabelKind::Leader => (TextStyle::new(10.0, 400).code().aligned(Align::Middle), Tint::Ink3),
            LabelKind::NoLeader => (TextStyle::new(11.0, 600).aligned(Align::Middle), Tint::Bad),
            LabelKind::InSync => (TextStyle::new(11.0, 600).aligned(Align::Middle), Tint::Warn),
            LabelKind::Lag => (TextStyle::new(11.0, 600).aligned(Align::Middle), Tint::Bad),
        };
        self.text(label.at, label.text.clone(), style, tint);
    }

    /// Above the cards, as on the page.
    pub(super) fn packets(&mut self, picture: &Picture) {
        for packet in &picture.packets {
            match packet.cargo {
                CargoShape::Records { hue, count } => self.records(packet.at, hue, count),
                CargoShape::Message { name } => {
                    self.fill(Outline::Circle(packet.at, 3.5), Tint::Ink2);
                    let style = TextStyle { face: Face::Text, ..TextStyle::new(9.5, 400) };
                    self.text(packet.at + Point::new(6.0, -4.0), name, style, Tint::Ink2);
                }
            }
        }
    }

    /// A square in the hue of the first key; a batch is two squares deep and says how many it holds.
    fn records(&mut self, at: Point, hue: Option<u8>, count: u32) {
        let square = Rect::new(at.x - HALF, at.y - HALF, 2.0 * HALF, 2.0 * HALF);
        let border = Stroke::new(Tint::Panel, 1.5);
        if count > 1 {
            let behind = Rect { x: square.x - 3.0, y: square.y - 3.0, ..square };
            self.draw(Outline::Rect(behind, 3.5), Tint::Key(hue), border);
        }
        self.draw(Outline::Rect(square, 3.5), Tint::Key(hue), border);
        if count > 1 {
            let style = if count < 100 { TINY } else { TextStyle { size: 6.0, ..TINY } };
            let text = if count < 1_000 { count.to_string() } else { format!("{}k", count / 1_000) };
            self.text(at + Point::new(0.0, 3.0), text, style, Tint::CellInk);
        }
    }
}
