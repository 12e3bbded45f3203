//! Marks too close to be told apart are shown as one.

use std::ops::Range;

use super::glyph::gravity;
use super::scale::Scale;
use crate::session::{Mark, MarkKind};

/// Marks that share a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Pixels: where the first of them is.
    pub x: i64,
    /// The gravest of their kinds.
    pub kind: MarkKind,
    /// Which of the marks.
    pub marks: Range<usize>,
}

/// From the left; `marks` ascend in time. Two clusters are at least `apart` pixels from each other.
pub fn clusters(marks: &[Mark], scale: Scale, apart: i64) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let x = (scale.x_tenths(mark.at) / 10) as i64;
        match clusters.last_mut() {
            Some(last) if x - last.x < apart => {
                last.marks.end = index + 1;
                last.kind = graver(last.kind, mark.kind);
            }
            _ => clusters.push(Cluster { x, kind: mark.kind, marks: index..index + 1 }),
        }
    }
    clusters
}

fn graver(one: MarkKind, other: MarkKind) -> MarkKind {
    if gravity(other) < gravity(one) { other } else { one }
}

impl Cluster {
    /// The label of the first of the gravest, and how many more there are.
    pub fn label(&self, marks: &[Mark]) -> String {
        let marks = &marks[self.marks.clone()];
        let first = marks.iter().find(|mark| mark.kind == self.kind).map_or("", |mark| &mark.label);
        match marks.len() {
            1 => first.to_owned(),
            many => format!("{first} +{}", many - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ObservationId;
    use crate::kernel::Time;

    fn mark(second: u64, kind: MarkKind, label: &str) -> Mark {
        Mark { at: Time::from_secs(second), kind, label: label.into(), node: None, observation: ObservationId(second) }
    }

    fn scale() -> Scale {
        Scale { end: Time::from_secs(100), width: 1_000 }
    }

    #[test]
    fn marks_far_enough_apart_stand_alone() {
        let marks = [mark(1, MarkKind::Command, "a"), mark(5, MarkKind::Command, "b")];
        let clusters = clusters(&marks, scale(), 16);
        assert_eq!(clusters.iter().map(|cluster| cluster.x).collect::<Vec<_>>(), [10, 50]);
        assert_eq!(clusters[1].label(&marks), "b");
    }

    #[test]
    fn marks_in_one_place_go_by_the_gravest_and_are_counted() {
        let marks = [
            mark(10, MarkKind::Command, "published"),
            mark(11, MarkKind::Fault, "killed"),
            mark(11, MarkKind::Rebalance, "generation 2"),
        ];
        let clusters = clusters(&marks, scale(), 16);
        assert_eq!((clusters.len(), clusters[0].kind), (1, MarkKind::Fault));
        assert_eq!(clusters[0].label(&marks), "killed +2");
    }

    #[test]
    fn a_dense_run_of_marks_does_not_become_one_cluster_over_the_whole_line() {
        let marks: Vec<Mark> = (0..100).map(|second| mark(second, MarkKind::Command, "")).collect();
        let clusters = clusters(&marks, scale(), 40);
        assert_eq!(clusters.len(), 25);
        assert!(clusters.windows(2).all(|pair| pair[1].x - pair[0].x >= 40));
    }
}
