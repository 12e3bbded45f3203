//! Which part of the stage the screen shows, and how large.

use super::geometry::{Point, Rect};

/// No smaller than this: text is gone by then.
pub const ZOOM_MIN: f64 = 0.25;
pub const ZOOM_MAX: f64 = 4.0;
/// One press on + or −.
const ZOOM_STEP: f64 = 1.25;
/// Left free at the sides of what is fitted and above it, in screen pixels; less on narrow screens.
const MARGIN: f64 = 28.0;
/// Left free below it, where the counters and the zoom buttons are; less on low screens.
const FOOT: f64 = 68.0;

/// A point of the stage appears on the screen at `offset + zoom × point`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Where the stage's origin is on the screen, in CSS pixels from the canvas's corner.
    pub offset: Point,
    pub zoom: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Camera { offset: Point::default(), zoom: 1.0 }
    }
}

impl Camera {
    pub fn to_stage(&self, screen: Point) -> Point {
        (screen - self.offset) * (1.0 / self.zoom)
    }

    pub fn to_screen(&self, stage: Point) -> Point {
        self.offset + stage * self.zoom
    }

    /// The part of the stage that a screen of this size shows.
    pub fn visible(&self, screen: Point) -> Rect {
        Rect::between(self.to_stage(Point::default()), self.to_stage(screen))
    }

    pub fn percent(&self) -> u32 {
        (self.zoom * 100.0).round() as u32
    }

    pub fn pan(&mut self, by: Point) {
        self.offset = self.offset + by;
    }

    /// Zooms by `factor`; what is under `pointer` (a point on the screen) stays under it.
    pub fn zoom_by(&mut self, factor: f64, pointer: Point) {
        let zoom = (self.zoom * factor).clamp(ZOOM_MIN, ZOOM_MAX);
        let under = self.to_stage(pointer);
        self.zoom = zoom;
        self.offset = pointer - under * zoom;
    }

    pub fn zoom_in(&mut self, screen: Point) {
        self.zoom_by(ZOOM_STEP, screen * 0.5);
    }

    pub fn zoom_out(&mut self, screen: Point) {
        self.zoom_by(1.0 / ZOOM_STEP, screen * 0.5);
    }

    /// 100 %, about the middle of the screen.
    pub fn reset(&mut self, screen: Point) {
        self.zoom_by(1.0 / self.zoom, screen * 0.5);
    }

    /// Shows all of `bounds` in the middle of what is free of a screen of this size; never larger than 100 %.
    pub fn fit(&mut self, bounds: Rect, screen: Point) {
        let free = free(screen);
        let zoom = (free.w / bounds.w.max(1.0)).min(free.h / bounds.h.max(1.0));
        self.zoom = zoom.clamp(ZOOM_MIN, 1.0);
        self.offset = free.center() - bounds.center() * self.zoom;
    }

    /// Shows the upper part of `bounds`, as wide as the screen: where there is no room for everything, rather a part that
    /// can be read.
    pub fn fit_width(&mut self, bounds: Rect, screen: Point) {
        let margin = MARGIN.min(screen.x * 0.03);
        self.zoom = ((screen.x - 2.0 * margin) / bounds.w.max(1.0)).clamp(ZOOM_MIN, 1.0);
        let left = (screen.x - bounds.w * self.zoom) / 2.0;
        self.offset = Point::new(left - bounds.x * self.zoom, margin - bounds.y * self.zoom);
    }

    /// Pans no further than it takes to have all of `rect` in what is free of the screen; of something larger, its upper
    /// left corner.
    pub fn reveal(&mut self, rect: Rect, screen: Point) {
        let (free, at) = (free(screen), self.to_screen(Point::new(rect.x, rect.y)));
        let x = way_into(at.x, rect.w * self.zoom, free.x, free.w);
        let y = way_into(at.y, rect.h * self.zoom, free.y, free.h);
        self.pan(Point::new(x, y));
    }

    /// Brings a point of the stage to the middle of the screen, at this size.
    pub fn show(&mut self, point: Point, zoom: f64, screen: Point) {
        self.zoom = zoom.clamp(ZOOM_MIN, ZOOM_MAX);
        self.offset = screen * 0.5 - point * self.zoom;
    }

    /// Brings `rect` to the middle of the screen, at 100 %.
    pub fn look_at(&mut self, rect: Rect, screen: Point) {
        self.zoom = 1.0;
        self.offset = screen * 0.5 - rect.center();
    }
}

/// What is left of a screen of this size between its margins, above the counters and the zoom buttons.
fn free(screen: Point) -> Rect {
    let margin = MARGIN.min(screen.x * 0.03);
    let foot = FOOT.min(screen.y * 0.12);
    Rect::new(margin, margin, screen.x - 2.0 * margin, screen.y - margin - foot)
}

/// How far something that begins at `at` and is so long has to move to lie in the `room` that begins at `from`.
fn way_into(at: f64, length: f64, from: f64, room: f64) -> f64 {
    if at < from || length > room { from - at } else { (from + room - at - length).min(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Point = Point::new(800.0, 600.0);

    #[test]
    fn what_is_under_the_pointer_stays_there_while_zooming() {
        let mut camera = Camera { offset: Point::new(-40.0, 25.0), zoom: 0.8 };
        let pointer = Point::new(200.0, 150.0);
        let under = camera.to_stage(pointer);
        camera.zoom_by(1.7, pointer);
        assert!(camera.to_screen(under).distance(pointer) < 1e-9);
        assert!((camera.zoom - 1.36).abs() < 1e-9);
    }

    #[test]
    fn zoom_stops_at_both_ends() {
        let mut camera = Camera::default();
        camera.zoom_by(100.0, Point::default());
        assert_eq!(camera.zoom, ZOOM_MAX);
        camera.zoom_by(0.0001, Point::default());
        assert_eq!(camera.zoom, ZOOM_MIN);
    }

    #[test]
    fn fitting_shows_everything_above_the_buttons_at_the_foot() {
        let mut camera = Camera::default();
        for bounds in [Rect::new(-100.0, 50.0, 2_000.0, 400.0), Rect::new(0.0, 0.0, 300.0, 2_000.0)] {
            camera.fit(bounds, SCREEN);
            let upper = camera.to_screen(Point::new(bounds.x, bounds.y));
            let lower = camera.to_screen(Point::new(bounds.right(), bounds.bottom()));
            assert!(upper.x > 0.0 && upper.y > 0.0 && lower.x < SCREEN.x && lower.y <= SCREEN.y - FOOT);
        }
    }

    #[test]
    fn on_a_low_screen_the_whole_width_is_shown_from_the_top() {
        let mut camera = Camera::default();
        let (bounds, screen) = (Rect::new(-100.0, 50.0, 975.0, 640.0), Point::new(640.0, 284.0));
        camera.fit_width(bounds, screen);
        let upper = camera.to_screen(Point::new(bounds.x, bounds.y));
        let lower = camera.to_screen(Point::new(bounds.right(), bounds.bottom()));
        assert!(upper.x > 0.0 && upper.y > 0.0 && lower.x < screen.x);
        assert!(camera.zoom > 0.6, "{}", camera.zoom);
    }

    #[test]
    fn what_is_looked_at_is_in_the_middle_at_its_own_size() {
        let mut camera = Camera { offset: Point::new(-40.0, 25.0), zoom: 0.38 };
        let row = Rect::new(980.0, 200.0, 240.0, 64.0);
        camera.look_at(row, SCREEN);
        assert_eq!(camera.zoom, 1.0);
        assert!(camera.to_screen(row.center()).distance(SCREEN * 0.5) < 1e-9);
    }

    #[test]
    fn what_is_out_of_sight_is_brought_in_by_the_shortest_way_and_what_is_in_sight_stays() {
        let revealed = |rect: Rect| {
            let mut camera = Camera { offset: Point::new(-100.0, 0.0), zoom: 2.0 };
            camera.reveal(rect, SCREEN);
            camera.offset - Point::new(-100.0, 0.0)
        };
        assert_eq!(revealed(Rect::new(100.0, 100.0, 50.0, 50.0)), Point::default());
        // Up to a margin, which is 3 % of the width at most, and above the buttons at the foot.
        assert_eq!(revealed(Rect::new(20.0, 100.0, 50.0, 50.0)), Point::new(84.0, 0.0));
        assert_eq!(revealed(Rect::new(100.0, 300.0, 50.0, 50.0)), Point::new(0.0, -168.0));
        assert_eq!(revealed(Rect::new(100.0, 100.0, 900.0, 50.0)), Point::new(-76.0, 0.0), "its corner, if too large");
    }

    #[test]
    fn fitting_something_small_does_not_magnify_it() {
        let mut camera = Camera::default();
        camera.fit(Rect::new(0.0, 0.0, 10.0, 10.0), SCREEN);
        assert_eq!(camera.zoom, 1.0);
    }

    #[test]
    fn screen_to_stage_and_back_is_where_it_was() {
        let camera = Camera { offset: Point::new(13.0, -7.0), zoom: 2.5 };
        let p = Point::new(321.0, 123.0);
        assert!(camera.to_screen(camera.to_stage(p)).distance(p) < 1e-9);
    }
}
