//! What flies along the wires.

use super::brush::{Brush, Font};
use crate::scene::geometry::Rect;
use crate::scene::picture::{CargoShape, PacketShape};

const SIDE: f64 = 12.0;

impl<'a> Brush<'a> {
    pub fn packets(&self, packets: &[PacketShape]) {
        for packet in packets {
            self.context.set_global_alpha(packet.alpha);
            match packet.cargo {
                CargoShape::Records { hue, count } => self.records(packet, hue, count),
                CargoShape::Message { name } => self.message(packet, name),
            }
        }
        self.context.set_global_alpha(1.0);
    }

    /// A square in the hue of the first key; a batch is two squares deep and says how many it holds.
    fn records(&self, packet: &PacketShape, hue: Option<u8>, count: u32) {
        let square = Rect::new(packet.at.x - SIDE / 2.0, packet.at.y - SIDE / 2.0, SIDE, SIDE);
        self.fill_with(self.colors.key(hue));
        self.stroke_with(&self.colors.panel);
        self.context.set_line_width(1.5);
        if count > 1 {
            self.context.begin_path();
            self.round(&Rect { x: square.x - 3.0, y: square.y - 3.0, ..square }, 3.5);
            self.context.fill();
            self.context.stroke();
        }
        self.context.begin_path();
        self.round(&square, 3.5);
        self.context.fill();
        self.context.stroke();
        if count > 1 && !self.is_coarse() {
            self.fill_with(&self.colors.cell_ink);
            self.write_with(if count < 100 { Font::Tiny } else { Font::Minute });
            self.context.set_text_align("center");
            let text = if count < 1_000 { count.to_string() } else { format!("{}k", count / 1_000) };
            let _ = self.context.fill_text(&text, packet.at.x, packet.at.y + 3.0);
        }
    }

    fn message(&self, packet: &PacketShape, name: &str) {
        self.fill_with(&self.colors.ink2);
        self.context.begin_path();
        let _ = self.context.arc(packet.at.x, packet.at.y, 3.5, 0.0, std::f64::consts::TAU);
        self.context.fill();
        if !self.is_coarse() {
            self.write_with(Font::Message);
            self.context.set_text_align("left");
            let _ = self.context.fill_text(name, packet.at.x + 6.0, packet.at.y - 4.0);
        }
    }
}
