use std::rc::Rc;

use super::keys::*;
use super::*;
use crate::engine::command::Target;
use crate::scene::fixture::{orders, producer, scene, topic};
use crate::scene::lane::PITCH;
use crate::view::stage::Place;

fn press(at: Point, device: Device, grab: Grab) -> Press {
    Press { pointer: 1, at, button: Button::Primary, device, keys: Modifiers::default(), grab }
}

/// Presses at `from`, moves to `to`, lets go.
fn drag(scene: &mut Scene, from: Point, to: Point, grab: Grab) -> Vec<Effect> {
    let mut hand = Hand::default();
    hand.press(scene, press(from, Device::Mouse, grab));
    let mut effects = hand.moved(scene, 1, to, Modifiers::default());
    effects.extend(hand.release(scene, 1, to));
    effects
}

fn click_with(scene: &mut Scene, at: Point, keys: Modifiers) -> Vec<Effect> {
    let mut hand = Hand::default();
    hand.press(scene, Press { keys, ..press(at, Device::Mouse, Grab::Picked) });
    hand.release(scene, 1, at)
}

fn header(scene: &Scene, part: &str) -> Point {
    let rect = scene.layout().node(&part.into()).unwrap().rect;
    Point::new(rect.x + 20.0, rect.y + 10.0)
}

fn names(parts: &[&str]) -> BTreeSet<Name> {
    parts.iter().map(|&part| Name::from(part)).collect()
}

const SHIFT: Modifiers = Modifiers { shift: true, alt: false, space: false };
const EMPTY: Point = Point::new(40.0, 600.0);

#[test]
fn a_click_selects_and_a_click_beside_it_deselects() {
    let mut scene = scene();
    let at = header(&scene, "fraud");
    assert_eq!(click_with(&mut scene, at, Modifiers::default()), [Effect::Select(Some("fraud".into()))]);
    assert_eq!(click_with(&mut scene, EMPTY, Modifiers::default()), [Effect::Select(None)]);
    assert!(scene.selection.is_empty());
}

#[test]
fn shift_click_adds_and_takes_away() {
    let mut scene = scene();
    let (fraud, orders) = (header(&scene, "fraud"), header(&scene, "orders"));
    click_with(&mut scene, fraud, Modifiers::default());
    click_with(&mut scene, orders, SHIFT);
    assert_eq!(scene.selection, names(&["fraud", "orders"]));
    click_with(&mut scene, fraud, SHIFT);
    assert_eq!(scene.selection, names(&["orders"]));
}

#[test]
fn a_hand_that_trembles_still_clicks() {
    let mut scene = scene();
    let at = header(&scene, "checkout");
    let effects = drag(&mut scene, at, at + Point::new(2.0, 2.0), Grab::Picked);
    assert_eq!(effects, [Effect::Select(Some("checkout".into()))]);
}

#[test]
fn dragging_a_card_places_it_on_the_grid_when_it_is_let_go() {
    let mut scene = scene();
    let at = header(&scene, "checkout");
    let effects = drag(&mut scene, at, at + Point::new(50.0, -21.0), Grab::Picked);
    let place = Command::Place { node: "checkout".into(), x: 88, y: 192 };
    assert_eq!(effects, [Effect::Select(Some("checkout".into())), Effect::Do(vec![place])]);
}

#[test]
fn alt_switches_the_grid_off() {
    let mut scene = scene();
    let (at, mut hand) = (header(&scene, "checkout"), Hand::default());
    hand.press(&mut scene, press(at, Device::Mouse, Grab::Picked));
    hand.moved(&mut scene, 1, at + Point::new(50.0, -21.0), Modifiers { alt: true, ..Modifiers::default() });
    let effects = hand.release(&mut scene, 1, at);
    assert_eq!(effects, [Effect::Do(vec![Command::Place { node: "checkout".into(), x: 86, y: 193 }])]);
}

#[test]
fn a_selection_moves_as_one_and_is_one_step() {
    let mut scene = scene();
    scene.selection = names(&["checkout", "orders", "fraud"]);
    let at = header(&scene, "orders");
    let effects = drag(&mut scene, at, at + Point::new(80.0, 0.0), Grab::Picked);
    let [Effect::Do(commands)] = &effects[..] else { panic!("one step, not {effects:?}") };
    assert_eq!(commands.len(), 3);
}

#[test]
fn cancelling_a_drag_puts_the_cards_back_and_sends_nothing() {
    let mut scene = scene();
    let (at, mut hand) = (header(&scene, "orders"), Hand::default());
    let before = scene.layout().clone();
    hand.press(&mut scene, press(at, Device::Mouse, Grab::Picked));
    hand.moved(&mut scene, 1, at + Point::new(100.0, 100.0), Modifiers::default());
    assert_ne!(*scene.layout(), before);
    assert!(hand.cancel(&mut scene));
    assert_eq!(*scene.layout(), before);
    assert_eq!(hand.release(&mut scene, 1, at), []);
}

#[test]
fn a_marquee_selects_with_the_mouse_and_the_same_drag_pans_with_a_finger() {
    let mut scene = scene();
    let to = Point::new(30.0, 200.0);
    drag(&mut scene, EMPTY, to + Point::new(20.0, 0.0), Grab::Picked);
    assert_eq!(scene.selection, names(&["checkout"]));

    let mut hand = Hand::default();
    hand.press(&mut scene, press(EMPTY, Device::Touch, Grab::Picked));
    hand.moved(&mut scene, 1, EMPTY + Point::new(0.0, -30.0), Modifiers::default());
    assert_eq!(scene.camera.offset, Point::new(0.0, -30.0));
}

#[test]
fn two_fingers_zoom_about_their_middle() {
    let (mut scene, mut hand) = (scene(), Hand::default());
    let (a, b) = (Point::new(300.0, 300.0), Point::new(400.0, 300.0));
    let under = scene.camera.to_stage(a.middle(b));
    hand.press(&mut scene, press(a, Device::Touch, Grab::Picked));
    hand.press(&mut scene, Press { pointer: 2, ..press(b, Device::Touch, Grab::Picked) });
    hand.moved(&mut scene, 1, a - Point::new(50.0, 0.0), Modifiers::default());
    hand.moved(&mut scene, 2, b + Point::new(50.0, 0.0), Modifiers::default());
    assert!((scene.camera.zoom - 2.0).abs() < 1e-9);
    assert!(scene.camera.to_screen(under).distance(a.middle(b)) < 1e-6);
}

#[test]
fn a_wire_drawn_to_another_topic_connects() {
    let mut scene = scene();
    let mut view = orders();
    view.topics.push(topic("returns", Vec::new()));
    view.topics[1].place = Place { x: 262, y: 500 };
    scene.show(&Rc::new(view));
    let (from, to) = (header(&scene, "checkout"), header(&scene, "returns"));
    let effects = drag(&mut scene, from, to, Grab::Handle("checkout".into()));
    let connect = Command::Connect { producer: "checkout".into(), topic: Some("returns".into()) };
    assert_eq!(effects, [Effect::Do(vec![connect])]);
    assert_eq!(scene.proposal, None);
}

#[test]
fn a_wire_can_be_drawn_by_two_clicks() {
    let mut scene = scene();
    let mut view = orders();
    view.producers.push(producer("web", None));
    view.producers[1].place = Place { x: 36, y: 500 };
    scene.show(&Rc::new(view));
    let (from, to, mut hand) = (header(&scene, "web"), header(&scene, "orders"), Hand::default());
    hand.press(&mut scene, press(from, Device::Mouse, Grab::Handle("web".into())));
    assert_eq!(hand.release(&mut scene, 1, from), []);
    hand.moved(&mut scene, 1, to, Modifiers::default());
    assert_eq!(scene.proposal.as_ref().unwrap().target, Some(("orders".into(), Ok(()))));
    hand.press(&mut scene, press(to, Device::Mouse, Grab::Picked));
    let connect = Command::Connect { producer: "web".into(), topic: Some("orders".into()) };
    assert_eq!(hand.release(&mut scene, 1, to), [Effect::Do(vec![connect])]);
}

#[test]
fn an_illegal_wire_says_why() {
    let mut scene = scene();
    let (from, to) = (header(&scene, "checkout"), header(&scene, "fraud"));
    let effects = drag(&mut scene, from, to, Grab::Handle("checkout".into()));
    assert!(matches!(&effects[..], [Effect::Say(reason)] if reason.contains("publishes to a topic")), "{effects:?}");
}

#[test]
fn a_flag_dragged_ten_cells_back_seeks_ten_records_back() {
    let mut scene = scene();
    let flag = FlagId { group: "inventory".into(), partition: TopicPartition::new(&"orders".into(), 0) };
    let at = scene.flag_rect(&flag.partition, &flag.group, 1_403).unwrap().center();
    let effects = drag(&mut scene, at, at - Point::new(10.0 * PITCH, 0.0), Grab::Picked);
    let [Effect::Do(commands)] = &effects[..] else { panic!("a seek, not {effects:?}") };
    assert!(
        matches!(&commands[0], Command::Seek { to: Target::Offset { offset: 1_393 }, .. }),
        "the flag was let go at 1,393: {commands:?}"
    );
}

#[test]
fn a_flag_let_go_where_it_was_changes_nothing_but_the_selection() {
    let mut scene = scene();
    let flag = FlagId { group: "fraud".into(), partition: TopicPartition::new(&"orders".into(), 2) };
    let at = scene.flag_rect(&flag.partition, &flag.group, 1_398).unwrap().center();
    let effects = drag(&mut scene, at, at, Grab::Flag(flag));
    assert_eq!(effects, [Effect::Select(Some("fraud".into()))]);
}

#[test]
fn dragging_a_long_lane_pans_it_and_lets_go_of_the_end() {
    let mut scene = scene();
    let partition = TopicPartition::new(&"orders".into(), 1);
    let well = scene.layout().lanes[&partition].well();
    let at = Point::new(well.x + 200.0, well.y + 8.0);
    drag(&mut scene, at, at + Point::new(5.0 * PITCH, 0.0), Grab::Picked);
    assert_eq!(scene.window(&partition).first, 1_377.0);
    assert!(!scene.window(&partition).follows());
}

#[test]
fn a_wire_is_selected_by_a_click_and_cut_by_delete() {
    let mut scene = scene();
    let at = scene.strands()[0].way.at(0.5);
    click_with(&mut scene, at, Modifiers::default());
    let cut = Command::Connect { producer: "checkout".into(), topic: None };
    assert_eq!(removals(&scene, &[]), [cut]);
}

#[test]
fn removing_a_group_and_its_consumers_is_one_command_each_group() {
    let removed = removals(&scene(), &["fraud".into(), "fraud-1".into()]);
    assert_eq!(removed, [Command::RemoveGroup { group: "fraud".into() }]);
}

#[test]
fn keys_act_on_the_whole_selection_unless_another_part_has_the_focus() {
    let mut scene = scene();
    scene.selection = names(&["analytics", "fraud"]);
    let removed = |focused: Option<&str>| removals(&scene, &meant(&scene, focused.map(Name::from).as_ref()));
    let both = ["analytics", "fraud"].map(|group| Command::RemoveGroup { group: group.into() });
    assert_eq!(removed(None), both);
    assert_eq!(removed(Some("fraud")), both);
    assert_eq!(removed(Some("orders")), [Command::RemoveTopic { topic: "orders".into() }]);
}

#[test]
fn arrows_move_each_card_once_also_if_its_consumers_are_selected() {
    let scene = scene();
    let parts = ["inventory".into(), "inventory-1".into(), "inventory-2".into()];
    let place = Command::Place { node: "inventory".into(), x: 768, y: 24 };
    assert_eq!(nudge(&scene, &parts, 1, 0), [Effect::Do(vec![place])]);
}

#[test]
fn all_can_be_selected_and_let_go() {
    let mut scene = scene();
    select_all(&mut scene);
    assert_eq!(scene.selection.len(), 6);
    assert_eq!(deselect(&mut scene), [Effect::Select(None)]);
    assert!(scene.selection.is_empty());
}

#[test]
fn a_click_in_the_overview_strip_shows_that_part_of_the_log() {
    let mut scene = scene();
    let partition = TopicPartition::new(&"orders".into(), 1);
    let middle = scene.strip(&partition).unwrap().track.center();
    click_with(&mut scene, middle, Modifiers::default());
    assert_eq!(scene.window(&partition).first, 691.0);
    drag(&mut scene, middle, middle + Point::new(1_000.0, 0.0), Grab::Picked);
    assert!(scene.window(&partition).follows(), "dragged to its end, it follows the end again");
}

#[test]
fn a_card_dragged_to_the_edge_takes_the_camera_along() {
    let (mut scene, mut hand) = (scene(), Hand::default());
    let at = header(&scene, "checkout");
    hand.press(&mut scene, press(at, Device::Mouse, Grab::Picked));
    hand.moved(&mut scene, 1, Point::new(4.0, 300.0), Modifiers::default());
    assert!(hand.is_drifting(&scene));
    let x = |scene: &Scene| scene.layout().node(&"checkout".into()).unwrap().rect.x;
    let before = x(&scene);
    for _ in 0..10 {
        hand.drift(&mut scene, Modifiers::default());
    }
    assert!(scene.camera.offset.x > 50.0, "the stage moves right");
    assert!(x(&scene) < before - 50.0, "and the card stays beneath the pointer");
    hand.release(&mut scene, 1, Point::new(4.0, 300.0));
    assert!(!hand.is_drifting(&scene));
}
