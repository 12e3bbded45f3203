//! Paints a drawing figure by figure: for moving pictures, where nobody minds a frame that takes longer.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d;

use crate::scene::drawing::{Align, Drawing, Face, Ink, Outline, Palette, Shape, Stroke, TextStyle, Tint};
use crate::scene::geometry::{Point, Rect};

const TEXT_FACE: &str = "ui-sans-serif, system-ui, 'Segoe UI', sans-serif";
const CODE_FACE: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

/// Fits the drawing into a canvas of this size.
pub fn paint(context: &CanvasRenderingContext2d, size: (f64, f64), drawing: &Drawing, palette: &Palette) {
    let Rect { x, y, w, h } = drawing.bounds;
    let scale = (size.0 / w).min(size.1 / h);
    let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    context.set_fill_style_str(palette.color(Tint::Background));
    context.fill_rect(0.0, 0.0, size.0, size.1);
    let (left, top) = ((size.0 - w * scale) / 2.0 - x * scale, (size.1 - h * scale) / 2.0 - y * scale);
    let _ = context.set_transform(scale, 0.0, 0.0, scale, left, top);
    shapes(context, &drawing.shapes, palette);
}

fn shapes(context: &CanvasRenderingContext2d, list: &[Shape], palette: &Palette) {
    for shape in list {
        match shape {
            Shape::Figure { outline, fill, stroke } => figure(context, outline, *fill, *stroke, palette),
            Shape::Text { at, text, style, ink } => write(context, *at, text, *style, *ink, palette),
            Shape::Clipped(windows, inner) => {
                context.save();
                context.begin_path();
                windows.iter().for_each(|window| context.rect(window.x, window.y, window.w, window.h));
                context.clip();
                shapes(context, inner, palette);
                context.restore();
            }
        }
    }
}

fn figure(
    context: &CanvasRenderingContext2d,
    outline: &Outline,
    fill: Option<Ink>,
    stroke: Option<Stroke>,
    palette: &Palette,
) {
    context.begin_path();
    trace(context, outline);
    if let Some(Ink { tint, alpha }) = fill {
        context.set_global_alpha(alpha);
        context.set_fill_style_str(palette.color(tint));
        context.fill();
    }
    if let Some(Stroke { ink, width, dash }) = stroke {
        context.set_global_alpha(ink.alpha);
        context.set_stroke_style_str(palette.color(ink.tint));
        context.set_line_width(width);
        let pattern: Array = dash.iter().flatten().map(|length| JsValue::from_f64(*length)).collect();
        let _ = context.set_line_dash(&pattern);
        context.stroke();
    }
    context.set_global_alpha(1.0);
}

fn trace(context: &CanvasRenderingContext2d, outline: &Outline) {
    let line = |points: &[Point]| {
        for (at, point) in points.iter().enumerate() {
            if at == 0 { context.move_to(point.x, point.y) } else { context.line_to(point.x, point.y) }
        }
    };
    match outline {
        Outline::Rect(Rect { x, y, w, h }, radius) => {
            let _ = context.round_rect_with_f64(*x, *y, *w, *h, *radius);
        }
        Outline::Circle(at, radius) => {
            let _ = context.arc(at.x, at.y, *radius, 0.0, std::f64::consts::TAU);
        }
        Outline::Line(points) => line(points),
        Outline::Polygon(points) => {
            line(points);
            context.close_path();
        }
        Outline::Curve(curve) => {
            context.move_to(curve.from.x, curve.from.y);
            context.bezier_curve_to(curve.c1.x, curve.c1.y, curve.c2.x, curve.c2.y, curve.to.x, curve.to.y);
        }
    }
}

fn write(context: &CanvasRenderingContext2d, at: Point, text: &str, style: TextStyle, ink: Ink, palette: &Palette) {
    let face = if style.face == Face::Code { CODE_FACE } else { TEXT_FACE };
    context.set_font(&format!("{} {}px {face}", style.weight, style.size));
    context.set_text_align(match style.align {
        Align::Left => "left",
        Align::Middle => "center",
        Align::Right => "right",
    });
    context.set_global_alpha(ink.alpha);
    context.set_fill_style_str(palette.color(ink.tint));
    let _ = context.fill_text(text, at.x, at.y);
    context.set_global_alpha(1.0);
}
