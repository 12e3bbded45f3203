//! What is in flight, at its true place.

use super::{CargoShape, PacketShape, Picture};
use crate::scene::geometry::Rect;
use crate::scene::layout::Layout;
use crate::scene::palette;
use crate::scene::wire;
use crate::view::packets::{Cargo, PacketView};
use crate::view::stage::StageView;

/// Whether protocol messages are drawn beside records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Messages {
    Shown,
    #[default]
    Hidden,
}

/// Whether things fly, or appear half-way and fade, for those who asked their system for less motion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flight {
    #[default]
    Flying,
    Fading,
}

/// Those of `packets` that can be seen in `visible`.
pub fn draw_packets(
    packets: &[PacketView],
    view: &StageView,
    layout: &Layout,
    messages: Messages,
    flight: Flight,
    visible: &Rect,
    picture: &mut Picture,
) {
    for packet in packets {
        let cargo = match packet.cargo {
            Cargo::Records { count, key } => CargoShape::Records { hue: key.map(palette::hue), count },
            Cargo::Message { name } if messages == Messages::Shown => CargoShape::Message { name },
            Cargo::Message { .. } => continue,
        };
        let Some(way) = wire::route(&packet.route, view, layout) else { continue };
        let t = f64::from(packet.progress_ppm.min(1_000_000)) / 1e6;
        let (at, alpha) = match flight {
            Flight::Flying => (way.at(t), 1.0),
            // A parabola: nothing at both ends, full in the middle.
            Flight::Fading => (way.at(0.5), 4.0 * t * (1.0 - t)),
        };
        if visible.contains(at) {
            picture.packets.push(PacketShape { at, cargo, alpha });
        }
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::kernel::SortedMap;
    use crate::model::TopicPartition;
    use crate::scene::fixture::orders;
    use crate::view::packets::Route;

    const EVERYWHERE: Rect = Rect::new(-1e6, -1e6, 2e6, 2e6);

    fn batch(progress_ppm: u32) -> PacketView {
        let partition = TopicPartition::new(&"orders".into(), 1);
        let route = Route::ProducerToLane { producer: "checkout".into(), partition };
        PacketView { route, progress_ppm, cargo: Cargo::Records { count: 3, key: Some(14) } }
    }

    fn heartbeat() -> PacketView {
        let route = Route::FromClient { client: "fraud-1".into() };
        PacketView { route, progress_ppm: 500_000, cargo: Cargo::Message { name: "Heartbeat" } }
    }

    fn drawn(packets: &[PacketView], messages: Messages, flight: Flight) -> Vec<PacketShape> {
        let view = orders();
        let layout = Layout::of(&view, &SortedMap::new());
        let mut picture = Picture::default();
        draw_packets(packets, &view, &layout, messages, flight, &EVERYWHERE, &mut picture);
        picture.packets
    }

    #[test]
    fn a_batch_flies_from_its_producer_to_the_lane_of_its_partition() {
        let layout = Layout::of(&orders(), &SortedMap::new());
        let at = |ppm| drawn(&[batch(ppm)], Messages::Hidden, Flight::Flying)[0].at;
        assert_eq!(at(0), layout.node(&"checkout".into()).unwrap().outlet());
        assert_eq!(at(1_000_000), layout.lanes[&TopicPartition::new(&"orders".into(), 1)].inlet());
    }

    #[test]
    fn a_batch_has_the_hue_of_its_first_key() {
        let cargo = drawn(&[batch(1)], Messages::Hidden, Flight::Flying)[0].cargo;
        assert_eq!(cargo, CargoShape::Records { hue: Some(2), count: 3 });
    }

    #[test]
    fn protocol_messages_fly_only_when_they_are_asked_for() {
        assert!(drawn(&[heartbeat()], Messages::Hidden, Flight::Flying).is_empty());
        assert_eq!(drawn(&[heartbeat()], Messages::Shown, Flight::Flying).len(), 1);
    }

    #[test]
    fn with_less_motion_packets_stay_where_they_are_and_fade() {
        let early = drawn(&[batch(100_000)], Messages::Hidden, Flight::Fading)[0];
        let middle = drawn(&[batch(500_000)], Messages::Hidden, Flight::Fading)[0];
        assert_eq!(early.at, middle.at);
        assert!(early.alpha < middle.alpha && middle.alpha == 1.0);
    }
}
