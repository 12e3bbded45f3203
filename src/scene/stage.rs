//! The stage between two frames: what is shown, from where, and what a hand is doing to it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::camera::Camera;
use super::geometry::{Curve, Point, Rect};
use super::lane::{Glide, LaneWindow, ROW_H, Strip};
use super::layout::{Layout, NodeKind};
use super::motion::Motion;
use super::pick::FlagId;
use super::picture::*;
use super::wire::{self, Strand, WireId};
use crate::kernel::{SortedMap, Time};
use crate::model::{Name, TopicPartition};
use crate::view::stage::{LaneView, Place, StageView};

/// Below this zoom, labels and marks are too small to read and are left out.
const COARSE_BELOW: f64 = 0.45;

/// Screens less high than this, in somebody's blog, show everything too small to be read.
const LOW: f64 = 400.0;

/// What the painter and the page share. Whoever changes something that shows calls [`Scene::touch`] or a method that
/// does, so that the next frame is painted though the world stands still.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    view: Rc<StageView>,
    layout: Layout,
    strands: Vec<Strand>,
    windows: SortedMap<TopicPartition, LaneWindow>,
    /// Where cards stand that are being dragged, or were let go after the last view.
    moved: SortedMap<Name, Place>,
    in_hand: bool,
    pub camera: Camera,
    /// How everything was last brought into view, and the camera that did it.
    overview: Option<(Fit, Camera)>,
    /// The canvas's size in CSS pixels.
    pub screen: Point,
    pub selection: BTreeSet<Name>,
    pub selected_wire: Option<WireId>,
    pub hovered_wire: Option<WireId>,
    pub proposal: Option<Proposal>,
    pub marquee: Option<Rect>,
    /// The flag in hand, and the offset where it would come to stand.
    pub ghost: Option<(FlagId, u64)>,
    pub messages: Messages,
    pub flight: Flight,
    /// Counts changes that do not come from the world.
    revision: u64,
    painted: Option<(Time, u64)>,
    sliding: bool,
    picture: Picture,
}

/// A wire that is being drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub from: Name,
    /// Where the pointer is, on the stage.
    pub at: Point,
    /// The card it would end at, and why it cannot.
    pub target: Option<(Name, Result<(), String>)>,
}

impl Scene {
    pub fn view(&self) -> &Rc<StageView> {
        &self.view
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    pub fn strands(&self) -> &[Strand] {
        &self.strands
    }

    pub fn show(&mut self, view: &Rc<StageView>) {
        if Rc::ptr_eq(&self.view, view) {
            return;
        }
        self.view = view.clone();
        if !self.in_hand {
            self.moved.clear();
        }
        self.lay_out();
        let Scene { selection, layout, windows, selected_wire, strands, .. } = self;
        selection.retain(|id| layout.card_of(id).is_some());
        windows.retain(|partition, _| layout.lanes.contains_key(partition));
        if selected_wire.as_ref().is_some_and(|wire| strands.iter().all(|strand| strand.wire != *wire)) {
            *selected_wire = None;
        }
    }

    /// Whether any part of this view is on the stage already.
    pub fn shares_parts_with(&self, view: &StageView) -> bool {
        let mut parts = view.producers.iter().map(|card| &card.id).chain(view.topics.iter().map(|card| &card.id));
        parts.any(|id| self.layout.node(id).is_some())
    }

    /// Something that shows has changed.
    pub fn touch(&mut self) {
        self.revision += 1;
    }

    pub fn resize(&mut self, screen: Point) {
        self.screen = screen;
        self.touch();
    }

    /// Moves cards for the time of a drag; no cards to let the view say again where they stand.
    pub fn move_cards(&mut self, moved: SortedMap<Name, Place>) {
        self.in_hand = !moved.is_empty();
        self.moved = moved;
        self.lay_out();
    }

    /// The drag is over. Cards stay where they were let go until the next view, which knows their place.
    pub fn let_go(&mut self) {
        self.in_hand = false;
    }

    fn lay_out(&mut self) {
        self.layout = Layout::of(&self.view, &self.moved);
        self.strands = wire::strands(&self.view, &self.layout);
        self.touch();
    }

    /// Brings a place to the middle, large enough to read and to touch.
    pub fn look_at(&mut self, rect: Rect) {
        self.camera.look_at(rect, self.screen);
        self.touch();
    }

    /// Shows everything, or what is selected.
    pub fn fit(&mut self, what: Fit) {
        let selected = self.layout.nodes.iter().filter(|node| self.selection.contains(&node.id)).map(|node| node.rect);
        let bounds = match what {
            Fit::Selection => selected.reduce(|all, rect| all.union(&rect)).or_else(|| self.layout.bounds()),
            Fit::All | Fit::First => self.layout.bounds(),
        };
        if let Some(bounds) = bounds.filter(|_| self.screen.x > 0.0) {
            let is_low = self.screen.y < LOW && self.screen.x > self.screen.y;
            if what == Fit::First && is_low {
                self.camera.fit_width(bounds, self.screen);
            } else {
                self.camera.fit(bounds, self.screen);
            }
            self.overview = (what != Fit::Selection).then_some((what, self.camera));
            self.touch();
        }
    }

    /// How everything was brought into view, if nobody has moved the camera since.
    fn overview(&self) -> Option<Fit> {
        self.overview.filter(|(_, camera)| *camera == self.camera).map(|(what, _)| what)
    }

    /// On a screen of another size: everything into view again, unless somebody has moved the camera.
    pub fn fit_again(&mut self) {
        if let Some(what) = self.overview() {
            self.fit(what);
        }
    }

    /// Pans until a place is in view; that does not count as moving the camera by hand.
    pub fn reveal(&mut self, rect: Rect) {
        let overview = self.overview();
        self.camera.reveal(rect, self.screen);
        self.overview = overview.map(|what| (what, self.camera));
        self.touch();
    }

    /// Pans until what is selected is in view.
    pub fn reveal_selection(&mut self) {
        let Layout { nodes, members, .. } = &self.layout;
        let cards = nodes.iter().map(|node| (&node.id, node.rect));
        let parts = cards.chain(members.iter().map(|(id, member)| (id, member.rect)));
        let selected = parts.filter(|(id, _)| self.selection.contains(*id)).map(|(_, rect)| rect);
        if let Some(rect) = selected.reduce(|all, rect| all.union(&rect)) {
            self.reveal(rect);
        }
    }

    /// A partition's offsets as of the last view.
    pub fn lane(&self, partition: &TopicPartition) -> Option<&LaneView> {
        let topic = self.view.topics.iter().find(|topic| topic.id == partition.topic)?;
        topic.lanes.iter().find(|lane| lane.partition == partition.partition)
    }

    pub fn window(&self, partition: &TopicPartition) -> LaneWindow {
        self.windows.get(partition).copied().unwrap_or_else(|| {
            let mut window = LaneWindow::default();
            if let Some(lane) = self.lane(partition) {
                window.settle(lane, 0.0, Glide::Jump);
            }
            window
        })
    }

    /// The overview strip of a lane longer than its window.
    pub fn strip(&self, partition: &TopicPartition) -> Option<Strip> {
        Strip::of(self.layout.lanes.get(partition)?, self.lane(partition)?, self.window(partition).first)
    }

    /// Changes a lane's window: pans it, holds it, lets it follow again.
    pub fn with_window(&mut self, partition: &TopicPartition, change: impl FnOnce(&mut LaneWindow, &LaneView)) {
        let mut window = self.window(partition);
        let Some(lane) = self.lane(partition) else { return };
        change(&mut window, lane);
        self.windows.insert(partition.clone(), window);
        self.touch();
    }

    /// Where the pennant of a group's flag hangs.
    pub fn flag_rect(&self, partition: &TopicPartition, group: &Name, offset: u64) -> Option<Rect> {
        let lane_box = self.layout.lanes.get(partition)?;
        let x = lane_box.gap_of(offset, self.window(partition).first);
        let row = self.layout.row(&partition.topic, group);
        Some(Rect::new(x - 1.0, lane_box.row_top(row), 10.0, ROW_H))
    }

    /// The offset that a flag would come to stand at if it were let go at `at`.
    pub fn offset_at(&self, partition: &TopicPartition, at: Point) -> Option<u64> {
        let lane_box = self.layout.lanes.get(partition)?;
        Some(lane_box.offset_at(at.x, self.window(partition).first))
    }

    /// The frame's picture, `dt_ms` milliseconds of the wall clock after the last one; `None` if nothing has changed
    /// since.
    pub fn picture(&mut self, motion: &dyn Motion, dt_ms: f64) -> Option<&Picture> {
        let now = (motion.now(), self.revision);
        if self.painted == Some(now) {
            return None;
        }
        let mut picture = std::mem::take(&mut self.picture);
        picture.clear();
        let visible = self.camera.visible(self.screen).grown(20.0);
        self.draw_wires(&visible, &mut picture);
        let settled = self.draw_topics(motion, dt_ms, &visible, &mut picture);
        draw_packets(&motion.packets(), &self.view, &self.layout, self.messages, self.flight, &visible, &mut picture);
        picture.proposal = self.draw_proposal();
        picture.marquee = self.marquee;
        self.picture = picture;
        // A window that still glides wants the next frame, even if the world stands still.
        self.painted = settled.then_some(now);
        self.sliding = !settled;
        Some(&self.picture)
    }

    /// Whether lanes have moved in the last picture beneath what stands still, as after a jump in time.
    pub fn is_sliding(&self) -> bool {
        self.sliding
    }

    fn draw_wires(&self, visible: &Rect, picture: &mut Picture) {
        let seen = self.strands.iter().filter(|strand| strand.way.bounds().grown(4.0).overlaps(visible));
        picture.wires.extend(seen.map(|strand| {
            let emphasis = match Some(&strand.wire) {
                wire if wire == self.selected_wire.as_ref() => Emphasis::Selected,
                wire if wire == self.hovered_wire.as_ref() => Emphasis::Hovered,
                _ => Emphasis::None,
            };
            WireShape { way: strand.way, hue: strand.hue, flow: strand.flow, emphasis, wire: strand.wire.clone() }
        }));
    }

    /// Whether every window has arrived where it belongs.
    fn draw_topics(&mut self, motion: &dyn Motion, dt_ms: f64, visible: &Rect, picture: &mut Picture) -> bool {
        let mut settled = true;
        for topic in &self.view.topics {
            let Some(node) = self.layout.node(&topic.id).filter(|node| node.rect.overlaps(visible)) else { continue };
            picture.panels.push(Panel { rect: node.rect, emphasis: self.emphasis(&topic.id) });
            for lane in motion.lanes(&topic.id) {
                let partition = TopicPartition::new(&topic.id, lane.partition);
                let Some(lane_box) = self.layout.lanes.get(&partition) else { continue };
                if !lane_box.rect(node.rect.w).overlaps(visible) {
                    continue;
                }
                let window = self.windows.entry(partition.clone()).or_default();
                let before = window.first;
                let glide = if self.flight == Flight::Fading { Glide::Jump } else { Glide::Smooth };
                window.settle(&lane, dt_ms, glide);
                settled &= window.first == before;
                let (from, count) = window.span();
                let cells = motion.cells(&partition, from, count);
                let detail = if self.camera.zoom < COARSE_BELOW { Detail::Coarse } else { Detail::Full };
                draw_lane(lane_box, &lane, window, &cells, topic.replication, detail, picture);
                draw_flags(lane_box, &lane, window, |group| self.layout.row(&topic.id, group), picture);
            }
        }
        self.draw_ghost(picture);
        settled
    }

    fn emphasis(&self, id: &Name) -> Emphasis {
        let target = self.proposal.as_ref().and_then(|proposal| proposal.target.as_ref());
        if target.is_some_and(|(target, legal)| target == id && legal.is_ok()) {
            Emphasis::Target
        } else if self.selection.contains(id) {
            Emphasis::Selected
        } else {
            Emphasis::None
        }
    }

    fn draw_ghost(&self, picture: &mut Picture) {
        let Some((flag, offset)) = &self.ghost else { return };
        let Some(pennant) = self.flag_rect(&flag.partition, &flag.group, *offset) else { return };
        let Some(lane_box) = self.layout.lanes.get(&flag.partition) else { return };
        let hue = self.view.groups.iter().find(|group| group.id == flag.group).map_or(0, |group| group.hue);
        let top = Point::new(pennant.x + 1.0, lane_box.cells_top());
        let (foot, emphasis) = (pennant.bottom(), Emphasis::Selected);
        picture.flags.push(Flag { top, foot, hue, kind: FlagKind::Ghost, emphasis });
    }

    fn draw_proposal(&self) -> Option<(Curve, Legal)> {
        let proposal = self.proposal.as_ref()?;
        let from = self.layout.node(&proposal.from)?;
        let (end, legal) = match &proposal.target {
            Some((target, Ok(()))) => (self.layout.node(target).map(|node| (node.inlet(), node.outlet())), Legal::Yes),
            Some((_, Err(_))) => (None, Legal::No),
            None => (None, Legal::Open),
        };
        // Wires run from producer to topic to group. One that is drawn the other way round ends where it will arrive.
        let backwards = from.kind == NodeKind::Group || (from.kind == NodeKind::Topic && proposal.at.x < from.rect.x);
        let curve = if backwards {
            Curve::wire(end.map_or(proposal.at, |(_, outlet)| outlet), from.inlet())
        } else {
            Curve::wire(from.outlet(), end.map_or(proposal.at, |(inlet, _)| inlet))
        };
        Some((curve, legal))
    }
}

/// What the camera is asked to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    All,
    /// The same, when a run is first seen; on a low screen rather what can be read.
    First,
    Selection,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::{Still, orders, scene};

    const FRAME_MS: f64 = 16.0;

    #[test]
    fn the_opening_scene_shows_three_lanes_four_flags_each_and_every_wire() {
        let mut scene = scene();
        let picture = scene.picture(&Still::orders(), FRAME_MS).unwrap();
        assert_eq!((picture.panels.len(), picture.wells.len()), (1, 3));
        assert_eq!(picture.flags.iter().filter(|flag| flag.kind == FlagKind::Committed).count(), 12);
        assert_eq!(picture.wires.len(), 3 + 5);
    }

    #[test]
    fn nothing_is_painted_while_nothing_changes() {
        let mut scene = scene();
        let still = Still::orders();
        while scene.picture(&still, FRAME_MS).is_some() {}
        assert!(scene.picture(&still, FRAME_MS).is_none());
        scene.touch();
        assert!(scene.picture(&still, FRAME_MS).is_some());
    }

    #[test]
    fn lanes_slide_after_a_jump_in_time_until_they_have_arrived() {
        let mut scene = scene();
        let mut still = Still::orders();
        while scene.picture(&still, FRAME_MS).is_some() {}
        assert!(!scene.is_sliding());
        still.lanes.iter_mut().for_each(|lane| lane.log_end += 9);
        scene.touch();
        scene.picture(&still, FRAME_MS);
        assert!(scene.is_sliding());
        while scene.picture(&still, FRAME_MS).is_some() {}
        assert!(!scene.is_sliding());
    }

    fn in_sight(scene: &Scene, part: &str) -> bool {
        let rect = scene.layout().card_of(&part.into()).unwrap().rect;
        let seen = scene.camera.visible(scene.screen);
        seen.contains(Point::new(rect.x, rect.y)) && seen.contains(Point::new(rect.right(), rect.bottom()))
    }

    #[test]
    fn on_a_smaller_screen_everything_is_shown_again_unless_somebody_has_moved_the_camera() {
        let (large, small) = (Point::new(1_032.0, 700.0), Point::new(616.0, 500.0));
        let resized = |act: fn(&mut Scene)| {
            let mut scene = scene();
            scene.resize(large);
            scene.fit(Fit::All);
            act(&mut scene);
            scene.resize(small);
            scene.fit_again();
            in_sight(&scene, "fraud") && in_sight(&scene, "checkout")
        };
        assert!(resized(|_| {}));
        assert!(!resized(|scene| scene.camera.pan(Point::new(3.0, 0.0))));
        assert!(resized(|scene| scene.reveal(Rect::new(2_000.0, 0.0, 10.0, 10.0))), "revealing is nobody's hand");
    }

    #[test]
    fn what_is_selected_is_panned_into_view_as_large_as_it_was() {
        let mut scene = scene();
        scene.resize(Point::new(700.0, 700.0));
        scene.camera = Camera { zoom: 1.25, ..Camera::default() };
        scene.selection = BTreeSet::from(["fraud".into()]);
        assert!(!in_sight(&scene, "fraud"));
        scene.reveal_selection();
        assert!(in_sight(&scene, "fraud"));
        assert_eq!(scene.camera.zoom, 1.25);
    }

    #[test]
    fn what_the_camera_does_not_see_is_not_drawn() {
        let mut scene = scene();
        scene.camera.offset = Point::new(-5_000.0, 0.0);
        let picture = scene.picture(&Still::orders(), FRAME_MS).unwrap();
        assert!(picture.panels.is_empty() && picture.cells.is_empty() && picture.wires.is_empty());
    }

    #[test]
    fn a_flag_in_hand_leaves_its_ghost_where_it_would_stand() {
        let mut scene = scene();
        let flag = FlagId { group: "fraud".into(), partition: TopicPartition::new(&"orders".into(), 0) };
        scene.ghost = Some((flag.clone(), 1_390));
        let x = scene.flag_rect(&flag.partition, &flag.group, 1_390).unwrap().x + 1.0;
        let picture = scene.picture(&Still::orders(), FRAME_MS).unwrap();
        let ghost = picture.flags.iter().find(|flag| flag.kind == FlagKind::Ghost).unwrap();
        assert_eq!((ghost.top.x, ghost.hue), (x, 3));
    }

    #[test]
    fn what_left_the_stage_is_no_longer_selected() {
        let mut scene = scene();
        scene.selection = BTreeSet::from(["fraud".into(), "fraud-1".into(), "orders".into()]);
        let mut view = orders();
        view.groups.pop();
        scene.show(&Rc::new(view));
        assert_eq!(scene.selection, BTreeSet::from(["orders".into()]));
    }

    #[test]
    fn a_card_stays_where_it_was_let_go_until_the_next_view_says_where_it_is() {
        let mut scene = scene();
        let x = |scene: &Scene| scene.layout().node(&"checkout".into()).unwrap().rect.x;
        scene.move_cards(SortedMap::from([("checkout".into(), Place { x: 400, y: 0 })]));
        scene.show(&Rc::new(orders()));
        assert_eq!(x(&scene), 400.0, "a view that comes during the drag does not take it out of the hand");
        scene.let_go();
        assert_eq!(x(&scene), 400.0);
        scene.show(&Rc::new(orders()));
        assert_eq!(x(&scene), 36.0);
    }

    #[test]
    fn a_legal_wire_ends_at_the_card_and_an_illegal_one_at_the_pointer() {
        let mut scene = scene();
        let at = Point::new(700.0, 700.0);
        let end = |scene: &mut Scene, target| {
            scene.proposal = Some(Proposal { from: "orders".into(), at, target: Some(target) });
            scene.draw_proposal().unwrap().0.to
        };
        let inlet = scene.layout().node(&"fraud".into()).unwrap().inlet();
        assert_eq!(end(&mut scene, ("fraud".into(), Ok(()))), inlet);
        assert_eq!(end(&mut scene, ("fraud".into(), Err("no".to_string()))), at);
    }
}
