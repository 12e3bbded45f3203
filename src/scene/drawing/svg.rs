//! A drawing as SVG: presentation attributes only and text as text, so that every program that reads SVG shows it alike
//! and one can edit the words.

use std::fmt::Write;

use super::{Align, Drawing, Face, Ink, Outline, Palette, Shape, Stroke, TextStyle, Tint};
use crate::scene::geometry::{Point, Rect};

const TEXT_FACE: &str = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif";
const CODE_FACE: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

/// The document. `title` is what a screen reader says of it.
pub fn svg(drawing: &Drawing, palette: &Palette, title: &str) -> String {
    let mut svg = Writer { text: String::with_capacity(64 * 1_024), palette, clips: 0 };
    let Rect { x, y, w, h } = drawing.bounds;
    let _ = writeln!(
        svg.text,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="{} {} {0} {1}" role="img">"#,
        short(w),
        short(h),
        short(x),
        short(y)
    );
    let _ = writeln!(svg.text, "<title>{}</title>", escaped(title));
    svg.figure(&Outline::Rect(drawing.bounds, 0.0), Some(Tint::Background.alpha(1.0)), None);
    svg.shapes(&drawing.shapes);
    svg.text.push_str("</svg>\n");
    svg.text
}

struct Writer<'a> {
    text: String,
    palette: &'a Palette,
    clips: u32,
}

impl Writer<'_> {
    fn shapes(&mut self, shapes: &[Shape]) {
        for shape in shapes {
            match shape {
                Shape::Figure { outline, fill, stroke } => self.figure(outline, *fill, *stroke),
                Shape::Text { at, text, style, ink } => self.text(*at, text, *style, *ink),
                Shape::Clipped(windows, shapes) => self.clipped(windows, shapes),
            }
        }
    }

    fn clipped(&mut self, windows: &[Rect], shapes: &[Shape]) {
        self.clips += 1;
        let id = format!("clip{}", self.clips);
        let _ = write!(self.text, r#"<clipPath id="{id}">"#);
        for window in windows {
            let Rect { x, y, w, h } = window;
            let (x, y, w, h) = (short(*x), short(*y), short(*w), short(*h));
            let _ = write!(self.text, r#"<rect x="{x}" y="{y}" width="{w}" height="{h}"/>"#);
        }
        let _ = writeln!(self.text, r#"</clipPath><g clip-path="url(#{id})">"#);
        self.shapes(shapes);
        self.text.push_str("</g>\n");
    }

    fn figure(&mut self, outline: &Outline, fill: Option<Ink>, stroke: Option<Stroke>) {
        match outline {
            Outline::Rect(Rect { x, y, w, h }, radius) => {
                let (x, y, w, h) = (short(*x), short(*y), short(*w), short(*h));
                let _ = write!(self.text, r#"<rect x="{x}" y="{y}" width="{w}" height="{h}""#);
                if *radius > 0.0 {
                    let _ = write!(self.text, r#" rx="{}""#, short(*radius));
                }
            }
            Outline::Circle(Point { x, y }, radius) => {
                let _ = write!(self.text, r#"<circle cx="{}" cy="{}" r="{}""#, short(*x), short(*y), short(*radius));
            }
            Outline::Line(points) => self.points("polyline", points),
            Outline::Polygon(points) => self.points("polygon", points),
            Outline::Curve(curve) => {
                let [from, c1, c2, to] = [curve.from, curve.c1, curve.c2, curve.to].map(pair);
                let _ = write!(self.text, r#"<path d="M{from} C{c1} {c2} {to}""#);
            }
        }
        self.paint("fill", fill);
        if let Some(Stroke { ink, width, dash }) = stroke {
            self.paint("stroke", Some(ink));
            let _ = write!(self.text, r#" stroke-width="{}""#, short(width));
            if let Some([on, off]) = dash {
                let _ = write!(self.text, r#" stroke-dasharray="{} {}""#, short(on), short(off));
            }
        }
        self.text.push_str("/>\n");
    }

    fn points(&mut self, tag: &str, points: &[Point]) {
        let points: Vec<String> = points.iter().copied().map(pair).collect();
        let _ = write!(self.text, r#"<{tag} points="{}""#, points.join(" "));
    }

    fn paint(&mut self, what: &str, ink: Option<Ink>) {
        let Some(Ink { tint, alpha }) = ink else {
            let _ = write!(self.text, r#" {what}="none""#);
            return;
        };
        let _ = write!(self.text, r#" {what}="{}""#, self.palette.color(tint));
        if alpha < 1.0 {
            let _ = write!(self.text, r#" {what}-opacity="{}""#, short(alpha));
        }
    }

    fn text(&mut self, at: Point, text: &str, style: TextStyle, ink: Ink) {
        let TextStyle { size, weight, face, align } = style;
        let face = if face == Face::Code { CODE_FACE } else { TEXT_FACE };
        let (x, y, size) = (short(at.x), short(at.y), short(size));
        let _ = write!(self.text, r#"<text x="{x}" y="{y}" font-family="{face}" font-size="{size}""#);
        if weight != 400 {
            let _ = write!(self.text, r#" font-weight="{weight}""#);
        }
        match align {
            Align::Left => {}
            Align::Middle => self.text.push_str(r#" text-anchor="middle""#),
            Align::Right => self.text.push_str(r#" text-anchor="end""#),
        }
        self.paint("fill", Some(ink));
        let _ = writeln!(self.text, ">{}</text>", escaped(text));
    }
}

fn pair(at: Point) -> String {
    format!("{},{}", short(at.x), short(at.y))
}

/// Two decimals at the most.
fn short(number: f64) -> String {
    let hundredths = libm::round(number * 100.0) / 100.0;
    // Without a sign before nothing.
    format!("{}", if hundredths == 0.0 { 0.0 } else { hundredths })
}

/// Names are the person's: text, never markup. What XML has no place for is a blank.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}
