//! The lanes of the topic cards: wells, cells with their marks, watermarks, flags, bars and labels.

use super::brush::{Brush, Font};
use crate::model::kafka::broker::RecordState;
use crate::model::log::Outcome;
use crate::scene::Picture;
use crate::scene::geometry::{Point, Rect};
use crate::scene::lane::{CELL_H, CELL_W, ROW_H, pressed};
use crate::scene::palette::{KEY_HUES, Mark};
use crate::scene::picture::*;

const CELL_RADIUS: f64 = 5.0;

impl<'a> Brush<'a> {
    pub fn lanes(&self, picture: &Picture) {
        self.wells(&picture.wells);
        self.apart(|| {
            self.context.begin_path();
            for well in &picture.wells {
                // Badges reach a little above their cell.
                self.context.rect(well.x, well.y - 2.0, well.w, well.h + 2.0);
            }
            self.context.clip();
            self.cells(&picture.cells);
        });
        self.strips(picture);
        self.lines(&picture.lines);
        self.bars(&picture.bars);
        self.shares(&picture.shares);
        self.flags(&picture.flags);
        self.labels(&picture.labels);
    }

    fn wells(&self, wells: &[Rect]) {
        self.context.begin_path();
        for well in wells {
            self.round(well, 8.0);
        }
        self.fill_with(&self.colors.sunk);
        self.context.fill();
    }

    fn cells(&self, cells: &[CellShape]) {
        for hue in (0..KEY_HUES.len() as u8).map(Some).chain([None]) {
            let is_it = |cell: &&CellShape| cell.key.map(|(hue, _)| hue) == hue;
            self.fill_with(self.colors.key(hue));
            self.fill_cells(cells.iter().filter(is_it).filter(|cell| cell.state == CellState::Readable));
            self.context.set_global_alpha(0.4);
            let is_pale = |cell: &&CellShape| matches!(cell.state, CellState::Uncommitted | CellState::Undecided);
            self.fill_cells(cells.iter().filter(is_it).filter(is_pale));
            self.context.set_global_alpha(0.22);
            self.fill_cells(cells.iter().filter(is_it).filter(|cell| cell.state == CellState::Aborted));
            self.context.set_global_alpha(1.0);
        }
        self.hollow(cells);
        self.unreadable(cells);
        if !self.is_coarse() {
            self.marks(cells);
            self.badges(cells);
        }
        self.losses(cells);
    }

    fn fill_cells<'c>(&self, cells: impl Iterator<Item = &'c CellShape>) {
        let mut any = false;
        for cell in cells {
            if !std::mem::replace(&mut any, true) {
                self.context.begin_path();
            }
            self.round(&Rect::new(cell.at.x, cell.at.y, CELL_W, CELL_H), CELL_RADIUS);
        }
        if any {
            self.context.fill();
        }
    }

    /// Null values: nothing is inside.
    fn hollow(&self, cells: &[CellShape]) {
        self.fill_with(&self.colors.sunk);
        for cell in cells.iter().filter(|cell| cell.tombstone) {
            self.context.begin_path();
            self.round(&Rect::new(cell.at.x + 3.0, cell.at.y + 3.0, CELL_W - 6.0, CELL_H - 6.0), CELL_RADIUS - 2.0);
            self.context.fill();
        }
    }

    /// What compaction took, pressed flat on the floor of the lane.
    fn pressed(&self, cells: &[CellShape]) {
        self.fill_with(&self.colors.ink3);
        self.context.set_global_alpha(0.45);
        for cell in cells.iter().filter(|cell| cell.state == CellState::Cleaned) {
            let flat = pressed(cell.at);
            self.context.fill_rect(flat.x, flat.y, flat.w, flat.h);
        }
        self.context.set_global_alpha(1.0);
    }

    /// Dashed outlines for what cannot be read yet or any more; hatching only for what is still to come.
    fn unreadable(&self, cells: &[CellShape]) {
        if cells.iter().all(|cell| cell.state == CellState::Readable) {
            return;
        }
        self.pressed(cells);
        self.context.begin_path();
        for cell in cells.iter().filter(|cell| cell.state == CellState::Uncommitted) {
            for step in [5.0, 12.0, 19.0, 26.0, 33.0] {
                // A line of slope -1 cut to the cell.
                let (x0, x1) = (f64::max(1.0, step - CELL_H + 1.0), f64::min(step - 1.0, CELL_W - 1.0));
                self.context.move_to(cell.at.x + x0, cell.at.y + step - x0);
                self.context.line_to(cell.at.x + x1, cell.at.y + step - x1);
            }
        }
        self.context.set_global_alpha(0.3);
        self.stroke_with(&self.colors.ink2);
        self.context.set_line_width(1.0);
        self.context.stroke();
        self.context.set_global_alpha(0.75);
        self.context.begin_path();
        let is_dashed = |cell: &&CellShape| {
            matches!(cell.state, CellState::Uncommitted | CellState::Undecided | CellState::Deleted)
        };
        for cell in cells.iter().filter(is_dashed) {
            self.round(&Rect::new(cell.at.x + 0.5, cell.at.y + 0.5, CELL_W - 1.0, CELL_H - 1.0), CELL_RADIUS);
        }
        self.dash(&[3.0, 2.0]);
        self.stroke_with(&self.colors.ink3);
        self.context.stroke();
        self.dash(&[]);
        self.context.set_global_alpha(1.0);
        self.decisions(cells);
    }

    /// How transactions ended: markers, and a stroke through what was aborted.
    fn decisions(&self, cells: &[CellShape]) {
        self.context.begin_path();
        for cell in cells {
            let at = cell.at;
            let line = |points: &[(f64, f64)]| {
                for (n, (x, y)) in points.iter().enumerate() {
                    if n == 0 {
                        self.context.move_to(at.x + x, at.y + y)
                    } else {
                        self.context.line_to(at.x + x, at.y + y)
                    }
                }
            };
            match cell.state {
                CellState::Aborted => line(&STRUCK),
                CellState::Marker(Outcome::Commit) => line(&TICK),
                CellState::Marker(Outcome::Abort) => CROSS.iter().for_each(|stroke| line(stroke)),
                _ => {}
            }
        }
        self.stroke_with(&self.colors.ink2);
        self.context.set_line_width(1.6);
        self.context.stroke();
    }

    /// The keys' second signs, all in one path.
    fn marks(&self, cells: &[CellShape]) {
        self.context.set_global_alpha(0.55);
        self.stroke_with(&self.colors.cell_ink);
        self.context.set_line_width(1.8);
        self.context.begin_path();
        for cell in cells {
            let Some((_, mark)) = cell.key.filter(|_| !cell.tombstone) else { continue };
            self.mark(mark, cell.at + Point::new(CELL_W / 2.0, CELL_H / 2.0));
        }
        self.context.stroke();
        self.context.begin_path();
        for cell in cells.iter().filter(|cell| cell.tombstone) {
            if let Some((_, mark)) = cell.key {
                self.mark(mark, cell.at + Point::new(CELL_W / 2.0, CELL_H / 2.0));
            }
        }
        self.stroke_with(&self.colors.ink2);
        self.context.set_global_alpha(1.0);
        self.context.stroke();
    }

    fn mark(&self, mark: Mark, at: Point) {
        let stroke = |dx: f64, dy: f64| {
            self.context.move_to(at.x - dx, at.y - dy);
            self.context.line_to(at.x + dx, at.y + dy);
        };
        let circle = |radius: f64| {
            self.context.move_to(at.x + radius, at.y);
            let _ = self.context.arc(at.x, at.y, radius, 0.0, std::f64::consts::TAU);
        };
        match mark {
            Mark::Dot => circle(0.9),
            Mark::Dash => stroke(3.6, 0.0),
            Mark::Bar => stroke(0.0, 3.6),
            Mark::Ring => circle(3.0),
            Mark::Cross => {
                stroke(2.6, 2.6);
                stroke(2.6, -2.6);
            }
        }
    }

    /// `×2` on what a group processed more than once.
    fn badges(&self, cells: &[CellShape]) {
        for cell in cells.iter().filter(|cell| cell.times >= 2) {
            let pill = Rect::new(cell.at.x, cell.at.y - 3.0, CELL_W, 9.0);
            self.context.begin_path();
            self.round(&pill, 4.5);
            self.fill_with(&self.colors.warn);
            self.context.fill();
            self.write_with(Font::Tiny);
            self.context.set_text_align("center");
            self.fill_with(&self.colors.background);
            let text = if cell.times > 9 { "×9+".to_string() } else { format!("×{}", cell.times) };
            let _ = self.context.fill_text(&text, pill.center().x, pill.y + 7.5);
        }
    }

    /// A stroke through what was acknowledged and is gone, or through what has its place now.
    fn losses(&self, cells: &[CellShape]) {
        if cells.iter().all(|cell| !cell.lost) {
            return;
        }
        self.context.begin_path();
        for cell in cells.iter().filter(|cell| cell.lost) {
            self.context.move_to(cell.at.x - 1.0, cell.at.y + CELL_H + 1.0);
            self.context.line_to(cell.at.x + CELL_W + 1.0, cell.at.y - 1.0);
        }
        self.stroke_with(&self.colors.bad);
        self.context.set_line_width(2.0);
        self.context.stroke();
    }

    fn strips(&self, picture: &Picture) {
        self.fill_with(&self.colors.line);
        self.context.begin_path();
        for strip in &picture.strips {
            self.round(&strip.track, 1.5);
        }
        self.context.fill();
        self.fill_with(&self.colors.line2);
        self.context.begin_path();
        for strip in &picture.strips {
            self.round(&strip.thumb, 1.5);
        }
        self.context.fill();
        for tick in &picture.ticks {
            self.fill_with(self.colors.group(tick.hue));
            self.context.fill_rect(tick.at.x - 1.0, tick.at.y - 0.5, 2.0, 4.0);
        }
    }

    fn lines(&self, lines: &[Line]) {
        for line in lines {
            let (color, width) = match line.kind {
                LineKind::LogStart => (&self.colors.ink2, 2.0),
                LineKind::HighWatermark | LineKind::LastStable => (&self.colors.accent, 1.6),
                LineKind::LogEnd | LineKind::FollowerEnd | LineKind::FirstDirty => (&self.colors.ink3, 1.2),
            };
            self.stroke_with(color);
            self.context.set_line_width(width);
            self.context.begin_path();
            let Point { x, y } = line.top;
            let bottom = y + line.height;
            match line.kind {
                LineKind::HighWatermark | LineKind::FirstDirty => self.upright(x, y, bottom),
                LineKind::LastStable => {
                    self.dash(&[3.0, 2.0]);
                    self.upright(x, y, bottom);
                    self.dash(&[]);
                }
                // A bracket that opens to the log.
                LineKind::LogStart => {
                    self.context.move_to(x + 4.0, y + 2.0);
                    self.context.line_to(x, y + 2.0);
                    self.context.line_to(x, bottom - 2.0);
                    self.context.line_to(x + 4.0, bottom - 2.0);
                }
                // One short stroke: as far as a follower is.
                LineKind::FollowerEnd => self.upright(x, bottom - 7.0, bottom - 2.0),
                // Where the next record goes: two short strokes.
                LineKind::LogEnd => {
                    self.upright(x, y + 1.0, y + 7.0);
                    self.upright(x, bottom - 8.0, bottom - 2.0);
                }
            }
            self.context.stroke();
        }
    }

    fn upright(&self, x: f64, top: f64, bottom: f64) {
        self.context.move_to(x, top);
        self.context.line_to(x, bottom);
    }

    fn bars(&self, bars: &[Bar]) {
        for bar in bars {
            let (color, alpha, width) = match bar.kind {
                BarKind::Stalled => (&*self.colors.bad, 1.0, 2.0),
                BarKind::Uncommitted(hue) => (self.colors.group(hue), 0.35, 2.0),
            };
            self.context.set_global_alpha(alpha);
            self.stroke_with(color);
            self.context.set_line_width(width);
            self.context.begin_path();
            self.context.move_to(bar.from.x, bar.from.y);
            self.context.line_to(bar.to_x, bar.from.y);
            self.context.stroke();
        }
        self.context.set_global_alpha(1.0);
    }

    /// On offer: a ring. In somebody's hands: a disc. Done: a dash. Given up: a cross.
    fn shares(&self, marks: &[ShareMark]) {
        self.context.set_line_width(1.4);
        for ShareMark { at, hue, state, delivery_count } in marks {
            let color = if *state == RecordState::Archived { &*self.colors.bad } else { self.colors.group(*hue) };
            self.stroke_with(color);
            self.context.begin_path();
            match state {
                RecordState::Available | RecordState::Acquired => {
                    let _ = self.context.arc(at.x, at.y, 2.6, 0.0, std::f64::consts::TAU);
                }
                RecordState::Acknowledged => {
                    self.context.move_to(at.x - 4.0, at.y);
                    self.context.line_to(at.x + 4.0, at.y);
                }
                RecordState::Archived => {
                    for dy in [-2.6, 2.6] {
                        self.context.move_to(at.x - 2.6, at.y - dy);
                        self.context.line_to(at.x + 2.6, at.y + dy);
                    }
                }
            }
            self.context.stroke();
            if *state == RecordState::Acquired {
                self.fill_with(color);
                self.context.fill();
            }
            if *delivery_count >= 2 && !self.is_coarse() {
                self.write_with(Font::Tiny);
                self.context.set_text_align("left");
                self.fill_with(&self.colors.warn);
                let _ = self.context.fill_text(&delivery_count.to_string(), at.x + 4.0, at.y + 3.0);
            }
        }
    }

    fn flags(&self, flags: &[Flag]) {
        self.context.set_line_join("round");
        for flag in flags {
            let color = self.colors.group(flag.hue);
            self.stroke_with(color);
            self.context.set_line_width(if flag.kind == FlagKind::Position { 1.1 } else { 1.7 });
            self.context.set_global_alpha(if flag.kind == FlagKind::Position { 0.75 } else { 1.0 });
            self.dash(if flag.kind == FlagKind::Ghost { &[3.0, 2.0] } else { &[] });
            self.context.begin_path();
            let Point { x, y } = flag.top;
            // A position's staff does not cross the cells: there are enough lines among them.
            let top = if flag.kind == FlagKind::Position { y + CELL_H } else { y };
            self.upright(x, top, flag.foot);
            self.context.stroke();
            self.dash(&[]);
            self.context.begin_path();
            self.context.move_to(x, flag.foot - ROW_H + 0.5);
            self.context.line_to(x + 7.0, flag.foot - ROW_H / 2.0);
            self.context.line_to(x, flag.foot - 0.5);
            self.context.close_path();
            self.fill_with(if flag.kind == FlagKind::Position { &self.colors.panel } else { color });
            self.context.fill();
            self.context.stroke();
        }
        self.context.set_global_alpha(1.0);
    }

    fn labels(&self, labels: &[Label]) {
        let kinds = [
            (LabelKind::Offset, Font::Code, "left", &self.colors.ink3),
            (LabelKind::FirstDirty, Font::Code, "left", &self.colors.ink3),
            (LabelKind::HighWatermark, Font::Code, "center", &self.colors.accent),
            (LabelKind::LastStable, Font::Code, "center", &self.colors.accent),
            (LabelKind::Partition, Font::Partition, "center", &self.colors.ink2),
            (LabelKind::Leader, Font::Code, "center", &self.colors.ink3),
            (LabelKind::NoLeader, Font::Alarm, "center", &self.colors.bad),
            (LabelKind::InSync, Font::Alarm, "center", &self.colors.warn),
            (LabelKind::Lag, Font::Alarm, "center", &self.colors.bad),
        ];
        for (kind, font, align, color) in kinds {
            for (at, label) in labels.iter().filter(|label| label.kind == kind).enumerate() {
                if at == 0 {
                    self.write_with(font);
                    self.context.set_text_align(align);
                    self.fill_with(color);
                }
                let _ = self.context.fill_text(&label.text, label.at.x, label.at.y);
            }
        }
    }
}
