//! Points, rectangles and curves, in stage units (CSS pixels at 100 %) or on the screen.

use std::ops::{Add, Mul, Sub};

use crate::view::stage::Place;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub const fn new(x: f64, y: f64) -> Self {
        Point { x, y }
    }

    pub fn distance(self, other: Point) -> f64 {
        let d = self - other;
        (d.x * d.x + d.y * d.y).sqrt()
    }

    /// Across becomes down.
    pub fn transposed(self) -> Point {
        Point::new(self.y, self.x)
    }

    /// Half-way between the two.
    pub fn middle(self, other: Point) -> Point {
        (self + other) * 0.5
    }
}

impl Add for Point {
    type Output = Point;

    fn add(self, other: Point) -> Point {
        Point::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Point;

    fn sub(self, other: Point) -> Point {
        Point::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Point;

    fn mul(self, by: f64) -> Point {
        Point::new(self.x * by, self.y * by)
    }
}

impl From<Place> for Point {
    fn from(place: Place) -> Self {
        Point::new(f64::from(place.x), f64::from(place.y))
    }
}

/// A rectangle by its upper left corner and its size; sizes are never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Rect { x, y, w, h }
    }

    /// The rectangle with these two corners, whichever way round they are.
    pub fn between(a: Point, b: Point) -> Self {
        Rect::new(a.x.min(b.x), a.y.min(b.y), (a.x - b.x).abs(), (a.y - b.y).abs())
    }

    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    pub fn center(&self) -> Point {
        Point::new(self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    pub fn contains(&self, p: Point) -> bool {
        p.x >= self.x && p.x <= self.right() && p.y >= self.y && p.y <= self.bottom()
    }

    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Larger by `by` on every side.
    pub fn grown(&self, by: f64) -> Rect {
        Rect::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    /// The smallest rectangle around both.
    pub fn union(&self, other: &Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// How far `p` is from the rectangle; 0 inside.
    pub fn distance(&self, p: Point) -> f64 {
        let nearest = Point::new(between(p.x, self.x, self.right()), between(p.y, self.y, self.bottom()));
        nearest.distance(p)
    }
}

/// A cubic Bézier curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    pub from: Point,
    pub c1: Point,
    pub c2: Point,
    pub to: Point,
}

/// Into how many straight pieces a curve is cut to measure distances.
const PIECES: u32 = 24;

impl Curve {
    /// A wire: it leaves to the right and arrives from the left, with a loop where the way leads back.
    pub fn wire(from: Point, to: Point) -> Self {
        let dx = to.x - from.x;
        let reach = if dx >= 0.0 { (dx / 2.0).max(24.0) } else { (-dx / 2.0).clamp(60.0, 180.0) };
        Curve { from, c1: from + Point::new(reach, 0.0), c2: to - Point::new(reach, 0.0), to }
    }

    pub fn reversed(self) -> Self {
        Curve { from: self.to, c1: self.c2, c2: self.c1, to: self.from }
    }

    /// The point at `t` in 0..=1.
    pub fn at(&self, t: f64) -> Point {
        let u = 1.0 - t;
        self.from * (u * u * u) + self.c1 * (3.0 * u * u * t) + self.c2 * (3.0 * u * t * t) + self.to * (t * t * t)
    }

    /// How far `p` is from the curve, by its pieces.
    pub fn distance(&self, p: Point) -> f64 {
        let mut nearest = f64::INFINITY;
        let mut start = self.from;
        for i in 1..=PIECES {
            let end = self.at(f64::from(i) / f64::from(PIECES));
            nearest = nearest.min(distance_to_segment(p, start, end));
            start = end;
        }
        nearest
    }

    /// A rectangle that the curve does not leave: the one around its four points.
    pub fn bounds(&self) -> Rect {
        Rect::between(self.from, self.to).union(&Rect::between(self.c1, self.c2))
    }
}

fn distance_to_segment(p: Point, a: Point, b: Point) -> f64 {
    let ab = b - a;
    let length2 = ab.x * ab.x + ab.y * ab.y;
    if length2 == 0.0 {
        return p.distance(a);
    }
    let along = ((p - a).x * ab.x + (p - a).y * ab.y) / length2;
    p.distance(a + ab * along.clamp(0.0, 1.0))
}

/// `value`, or the end that it is beyond. Unlike `clamp` it takes ends the wrong way round, and so has no message of floats,
/// which would bring their `Debug` into the page.
pub fn between(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wire_starts_and_ends_where_it_is_plugged_in() {
        let wire = Curve::wire(Point::new(10.0, 20.0), Point::new(110.0, 80.0));
        assert_eq!(wire.at(0.0), Point::new(10.0, 20.0));
        assert_eq!(wire.at(1.0), Point::new(110.0, 80.0));
        assert_eq!(wire.at(0.5), Point::new(60.0, 50.0));
    }

    #[test]
    fn a_wire_that_leads_back_still_leaves_to_the_right() {
        let wire = Curve::wire(Point::new(300.0, 0.0), Point::new(0.0, 0.0));
        assert!(wire.at(0.1).x > 300.0);
        assert!(wire.at(0.9).x < 0.0);
    }

    #[test]
    fn the_distance_to_a_wire_is_measured_square_to_it() {
        let wire = Curve::wire(Point::new(0.0, 0.0), Point::new(100.0, 0.0));
        assert!((wire.distance(Point::new(50.0, 7.0)) - 7.0).abs() < 0.01);
        assert!((wire.distance(Point::new(-3.0, 4.0)) - 5.0).abs() < 0.01);
    }

    #[test]
    fn a_rectangle_is_the_same_from_either_pair_of_corners() {
        let (a, b) = (Point::new(5.0, 1.0), Point::new(2.0, 9.0));
        assert_eq!(Rect::between(a, b), Rect::new(2.0, 1.0, 3.0, 8.0));
        assert_eq!(Rect::between(b, a), Rect::between(a, b));
    }

    #[test]
    fn a_point_inside_a_rectangle_is_at_no_distance() {
        let rect = Rect::new(0.0, 0.0, 10.0, 10.0);
        assert_eq!(rect.distance(Point::new(4.0, 4.0)), 0.0);
        assert_eq!(rect.distance(Point::new(13.0, 14.0)), 5.0);
    }
}
