//! Which marks of the timeline are written out, and on which of two lines, so that no text lies over another.

/// The label of one mark: its line begins at `x`, the text right of it is `width` wide. Pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    pub x: i64,
    pub width: i64,
}

/// Where a label went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// 0 is nearer to the track.
    pub row: usize,
    /// The text ends at the mark, because right of it the line ends.
    pub is_left: bool,
}

const ROWS: usize = 2;
/// Between two texts, and between a text and another mark's line.
const GAP: i64 = 8;
/// Half the knob of the playhead.
const KNOB: i64 = 6;

/// The newest marks are served first: what just happened is what people look for. `labels` ascend in `x`; a mark without
/// a spot is drawn without text. The playhead's knob at `playhead` keeps the lower row free around it.
pub fn spots(labels: &[Label], playhead: i64, line_width: i64) -> Vec<Option<Spot>> {
    let mut taken = vec![Taken { row: 0, mark: playhead, from: playhead - KNOB, to: playhead + KNOB }];
    let mut spots = vec![None; labels.len()];
    for (index, label) in labels.iter().enumerate().rev() {
        let is_left = label.x + label.width > line_width;
        let from = if is_left { label.x - label.width } else { label.x };
        let candidate = |row| Taken { row, mark: label.x, from, to: from + label.width };
        let free = (0..ROWS).map(candidate).find(|new| from >= 0 && !taken.iter().any(|old| old.collides(new)));
        if let Some(new) = free {
            spots[index] = Some(Spot { row: new.row, is_left });
            taken.push(new);
        }
    }
    spots
}

struct Taken {
    row: usize,
    mark: i64,
    from: i64,
    to: i64,
}

impl Taken {
    /// Texts of one row must not meet; and the line down from the upper row must not cross a text of the lower.
    fn collides(&self, other: &Taken) -> bool {
        let crosses = |upper: &Taken, lower: &Taken| {
            upper.row > lower.row && lower.from < upper.mark + GAP && upper.mark < lower.to + GAP
        };
        let meets = self.row == other.row && self.from < other.to + GAP && other.from < self.to + GAP;
        meets || crosses(self, other) || crosses(other, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(labels: &[(i64, i64)]) -> Vec<Option<usize>> {
        let labels: Vec<Label> = labels.iter().map(|&(x, width)| Label { x, width }).collect();
        spots(&labels, -100, 1_000).into_iter().map(|spot| spot.map(|spot| spot.row)).collect()
    }

    #[test]
    fn labels_with_room_stay_next_to_the_track() {
        assert_eq!(rows(&[(0, 50), (100, 50), (200, 50)]), [Some(0), Some(0), Some(0)]);
    }

    #[test]
    fn an_older_label_that_would_run_into_a_newer_one_goes_to_the_upper_row() {
        assert_eq!(rows(&[(100, 80), (150, 80)]), [Some(1), Some(0)]);
    }

    #[test]
    fn of_many_marks_at_once_only_what_can_be_read_is_written() {
        assert_eq!(rows(&[(100, 80), (101, 80), (102, 80)]), [None, None, Some(0)]);
    }

    #[test]
    fn a_label_at_the_end_is_written_to_the_left_of_its_mark() {
        let spots = spots(&[Label { x: 980, width: 60 }], -100, 1_000);
        assert_eq!(spots, [Some(Spot { row: 0, is_left: true })]);
    }

    #[test]
    fn a_label_makes_way_for_the_playhead() {
        let spots = spots(&[Label { x: 100, width: 80 }], 150, 1_000);
        assert_eq!(spots, [Some(Spot { row: 1, is_left: false })]);
    }

    #[test]
    fn no_two_texts_overlap_whatever_the_marks() {
        let labels: Vec<Label> = (0..60).map(|n| Label { x: n * n * 7 % 1_000, width: 40 + n % 5 * 20 }).collect();
        let mut labels = labels;
        labels.sort_by_key(|label| label.x);
        let spots = spots(&labels, -100, 1_000);
        let mut texts: Vec<(usize, i64, i64)> = Vec::new();
        for (label, spot) in labels.iter().zip(spots) {
            let Some(spot) = spot else { continue };
            let from = if spot.is_left { label.x - label.width } else { label.x };
            texts.push((spot.row, from, from + label.width));
        }
        texts.sort_unstable();
        assert!(texts.len() > 10);
        assert!(texts.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1), "{texts:?}");
    }
}
