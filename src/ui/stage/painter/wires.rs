//! Wires, the bodies of topic cards, the wire that is being drawn, and the marquee.

use super::brush::Brush;
use crate::scene::geometry::{Curve, Rect};
use crate::scene::picture::{Emphasis, Legal, Panel, WireShape};
use crate::scene::wire::Flow;

const WIRE: f64 = 2.0;
const CARD_RADIUS: f64 = 12.0;

impl<'a> Brush<'a> {
    pub fn wires(&self, wires: &[WireShape]) {
        for wire in wires {
            let color = match (wire.emphasis, wire.hue) {
                (Emphasis::Selected, _) => &self.colors.accent,
                (_, Some(hue)) => self.colors.pale_group(hue),
                (_, None) => &self.colors.line2,
            };
            self.stroke_with(color);
            self.context.set_line_width(if wire.emphasis == Emphasis::None { WIRE } else { WIRE + 1.5 });
            self.dash(if wire.flow == Flow::Stopped { &[5.0, 4.0] } else { &[] });
            wire.way.pieces().iter().for_each(|piece| self.curve(piece));
        }
        self.dash(&[]);
    }

    fn curve(&self, curve: &Curve) {
        let Curve { from, c1, c2, to } = curve;
        self.context.begin_path();
        self.context.move_to(from.x, from.y);
        self.context.bezier_curve_to(c1.x, c1.y, c2.x, c2.y, to.x, to.y);
        self.context.stroke();
    }

    /// The cards of topics, whose lanes the canvas draws; their headers are in the page.
    pub fn panels(&self, panels: &[Panel]) {
        for panel in panels {
            self.apart(|| {
                self.fill_with(&self.colors.panel);
                self.context.set_shadow_color(&self.colors.shadow);
                // Shadows do not follow the transform.
                self.context.set_shadow_blur(14.0 * self.zoom);
                self.context.set_shadow_offset_y(4.0 * self.zoom);
                self.context.begin_path();
                self.round(&panel.rect, CARD_RADIUS);
                self.context.fill();
            });
            let (color, width) = match panel.emphasis {
                Emphasis::None | Emphasis::Hovered => (&self.colors.line, 1.0),
                Emphasis::Selected | Emphasis::Target => (&self.colors.accent, 2.0),
            };
            self.stroke_with(color);
            self.context.set_line_width(width);
            self.context.stroke();
        }
    }

    pub fn proposal(&self, proposal: Option<&(Curve, Legal)>) {
        let Some((curve, legal)) = proposal else { return };
        let color = match legal {
            Legal::Open => &self.colors.ink3,
            Legal::Yes => &self.colors.accent,
            Legal::No => &self.colors.bad,
        };
        self.stroke_with(color);
        self.context.set_line_width(WIRE);
        self.dash(if *legal == Legal::Yes { &[] } else { &[5.0, 4.0] });
        self.curve(curve);
        self.dash(&[]);
    }

    pub fn marquee(&self, marquee: Option<&Rect>) {
        let Some(rect) = marquee else { return };
        self.context.set_global_alpha(0.12);
        self.fill_with(&self.colors.accent);
        self.context.fill_rect(rect.x, rect.y, rect.w, rect.h);
        self.context.set_global_alpha(1.0);
        self.stroke_with(&self.colors.accent);
        self.context.set_line_width(1.0 / self.zoom);
        self.context.stroke_rect(rect.x, rect.y, rect.w, rect.h);
    }
}
