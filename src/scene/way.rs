//! The way of a wire: one curve, or around the cards that stand between its ends.

use super::geometry::{Curve, Point, Rect};

/// From the end of a wire to where its straight part begins, where the way leads on; gaps between columns are wider.
const RUN: f64 = 48.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    Direct(Curve),
    /// Out, straight along a free line, and in.
    Around([Curve; 3]),
}

/// Where the straight part of a way lies that leads around cards, and how far its bends reach where it turns back. Wires
/// that turn beside each other differ in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detour {
    pub y: f64,
    pub reach: f64,
}

impl Way {
    pub fn direct(from: Point, to: Point) -> Way {
        Way::Direct(Curve::wire(from, to))
    }

    /// Leaves to the right and arrives from the left, as every wire does.
    pub fn around(from: Point, to: Point, detour: Detour) -> Way {
        let Detour { y, reach } = detour;
        let run = ((to.x - from.x) / 2.0).min(RUN);
        // Back, or straight down: it turns about, and its ends are one above the other.
        let (run, reach) = if run < RUN / 2.0 { (0.0, reach) } else { (run, run / 2.0) };
        let (out, back) = (Point::new(from.x + run, y), Point::new(to.x - run, y));
        let bend = |sign: f64, at: Point| at + Point::new(sign * reach, 0.0);
        let turn = if run > 0.0 { -1.0 } else { 1.0 };
        Way::Around([
            Curve { from, c1: bend(1.0, from), c2: bend(turn, out), to: out },
            Curve { from: out, c1: out, c2: back, to: back },
            Curve { from: back, c1: bend(-turn, back), c2: bend(-1.0, to), to },
        ])
    }

    /// One after the other, each beginning where the last ended.
    pub fn pieces(&self) -> &[Curve] {
        match self {
            Way::Direct(curve) => std::slice::from_ref(curve),
            Way::Around(curves) => curves,
        }
    }

    pub fn from(&self) -> Point {
        self.pieces()[0].from
    }

    pub fn to(&self) -> Point {
        self.pieces()[self.pieces().len() - 1].to
    }

    pub fn reversed(self) -> Self {
        match self {
            Way::Direct(curve) => Way::Direct(curve.reversed()),
            Way::Around([out, along, back]) => Way::Around([back.reversed(), along.reversed(), out.reversed()]),
        }
    }

    /// The point at `t` in 0..=1. What flies along flies evenly, whichever piece it is on.
    pub fn at(&self, t: f64) -> Point {
        let all: f64 = self.pieces().iter().map(length).sum();
        let mut left = t * all;
        for piece in self.pieces() {
            let long = length(piece);
            if left <= long && long > 0.0 {
                return piece.at(left / long);
            }
            left -= long;
        }
        self.to()
    }

    pub fn distance(&self, p: Point) -> f64 {
        self.pieces().iter().map(|piece| piece.distance(p)).fold(f64::INFINITY, f64::min)
    }

    pub fn bounds(&self) -> Rect {
        self.pieces().iter().map(Curve::bounds).reduce(|all, rect| all.union(&rect)).unwrap_or_default()
    }
}

/// Half-way between the shortest and the longest that a curve with these points can be.
fn length(curve: &Curve) -> f64 {
    let Curve { from, c1, c2, to } = *curve;
    (from.distance(to) + from.distance(c1) + c1.distance(c2) + c2.distance(to)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTLET: Point = Point::new(1_000.0, 100.0);

    fn around(to: Point) -> Way {
        Way::around(OUTLET, to, Detour { y: 250.0, reach: 36.0 })
    }

    #[test]
    fn a_way_around_leaves_to_the_right_and_arrives_from_the_left_wherever_it_leads() {
        for to in [Point::new(200.0, 400.0), Point::new(1_030.0, 400.0), Point::new(1_900.0, -40.0)] {
            let way = around(to);
            assert_eq!((way.from(), way.to()), (OUTLET, to));
            assert!(way.at(0.01).x > OUTLET.x && way.at(0.99).x < to.x, "{way:?}");
            assert!(way.pieces().windows(2).all(|pair| pair[0].to == pair[1].from));
            assert!((way.at(0.5).y - 250.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_way_that_turns_back_stays_close_to_its_ends() {
        let bounds = (0..=100).map(|n| around(Point::new(200.0, 400.0)).at(f64::from(n) / 100.0).x);
        let (least, most) = bounds.fold((0.0_f64, 0.0_f64), |(least, most), x| (least.min(x - 200.0), most.max(x)));
        assert!(least >= -27.5 && most <= 1_027.5, "{least} {most}");
    }

    #[test]
    fn the_way_back_is_the_way() {
        let (way, back) = (around(Point::new(200.0, 400.0)), around(Point::new(200.0, 400.0)).reversed());
        assert!((0..=10).map(|n| f64::from(n) / 10.0).all(|t| way.at(t).distance(back.at(1.0 - t)) < 1e-6));
    }
}
