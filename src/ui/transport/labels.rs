//! Which marks of the timeline are written out, and on which of two lines, so that no text lies over another, nor over a
//! mark's shape.

/// The label of one mark: its shape's middle is at `x`, its text is `width` wide. Pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    pub x: i64,
    pub width: i64,
}

/// Where a label went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// 0 is beside the shape, 1 above it.
    pub row: usize,
    /// The text ends at the mark, because right of it the line ends.
    pub is_left: bool,
}

const ROWS: usize = 2;
/// Between two texts.
const GAP: i64 = 10;
/// Half a shape, with its margin.
const SHAPE: i64 = 9;

/// The newest marks are served first: what just happened is what people look for. `labels` ascend in `x`; a mark without
/// a spot is drawn without text. The playhead's knob at `playhead` is in the way as another shape would be.
pub fn spots(labels: &[Label], playhead: i64, line_width: i64) -> Vec<Option<Spot>> {
    let mut shapes: Vec<i64> = labels.iter().map(|label| label.x).collect();
    let at = shapes.partition_point(|x| *x < playhead);
    shapes.insert(at, playhead);
    let mut taken: [Vec<(i64, i64)>; ROWS] = Default::default();
    let mut spots = vec![None; labels.len()];
    for (index, label) in labels.iter().enumerate().rev() {
        let is_left = label.x + SHAPE + label.width > line_width;
        let free = (0..ROWS).find_map(|row| {
            let (from, to) = extent(label, row, is_left);
            let meets = taken[row].iter().any(|(other_from, other_to)| from < other_to + GAP && *other_from < to + GAP);
            (from >= 0 && !meets && (row > 0 || !covers_a_shape(&shapes, from, to))).then_some((row, from, to))
        });
        if let Some((row, from, to)) = free {
            spots[index] = Some(Spot { row, is_left });
            taken[row].push((from, to));
        }
    }
    spots
}

/// Beside its shape in the lower row, from its shape's edge on in the upper.
fn extent(label: &Label, row: usize, is_left: bool) -> (i64, i64) {
    let aside = if row == 0 { SHAPE } else { -SHAPE };
    match is_left {
        false => (label.x + aside, label.x + aside + label.width),
        true => (label.x - aside - label.width, label.x - aside),
    }
}

fn covers_a_shape(shapes: &[i64], from: i64, to: i64) -> bool {
    let next = shapes.partition_point(|x| *x + SHAPE <= from);
    shapes.get(next).is_some_and(|x| *x - SHAPE < to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(labels: &[(i64, i64)]) -> Vec<Option<usize>> {
        let labels: Vec<Label> = labels.iter().map(|&(x, width)| Label { x, width }).collect();
        spots(&labels, -100, 1_000).into_iter().map(|spot| spot.map(|spot| spot.row)).collect()
    }

    #[test]
    fn labels_with_room_stand_beside_their_shapes() {
        assert_eq!(rows(&[(0, 50), (100, 50), (200, 50)]), [Some(0), Some(0), Some(0)]);
    }

    #[test]
    fn a_label_that_would_run_into_the_next_shape_goes_above() {
        assert_eq!(rows(&[(100, 80), (150, 80)]), [Some(1), Some(0)]);
    }

    #[test]
    fn of_many_marks_close_together_only_what_can_be_read_is_written() {
        assert_eq!(rows(&[(100, 80), (120, 80), (140, 80)]), [None, Some(1), Some(0)]);
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
    fn no_text_lies_over_another_nor_over_a_shape_whatever_the_marks() {
        let mut labels: Vec<Label> = (0..60).map(|n| Label { x: n * n * 7 % 1_000, width: 40 + n % 5 * 20 }).collect();
        labels.sort_by_key(|label| label.x);
        labels.dedup_by_key(|label| label.x / 20);
        let mut texts: Vec<(usize, i64, i64)> = Vec::new();
        for (label, spot) in labels.iter().zip(spots(&labels, -100, 1_000)) {
            let Some(spot) = spot else { continue };
            let (from, to) = extent(label, spot.row, spot.is_left);
            let is_free = |other: &Label| other.x + SHAPE <= from || other.x - SHAPE >= to;
            assert!(spot.row > 0 || labels.iter().filter(|other| other.x != label.x).all(is_free));
            texts.push((spot.row, from, to));
        }
        texts.sort_unstable();
        assert!(texts.len() > 8, "{texts:?}");
        assert!(texts.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1), "{texts:?}");
    }
}
