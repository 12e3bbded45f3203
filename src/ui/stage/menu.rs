//! The menu of what can be done to a part, with the shortcut beside each entry.

use std::rc::Rc;

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::Msg;
use super::cards::broker;
use super::cards::life::deeds;
use super::cards::title::Rename;
use crate::engine::command::{Command, Election, Scope, Switch, Target};
use crate::model::Name;
use crate::model::log::Outcome;
use crate::scene::connect::{cut, removal};
use crate::scene::geometry::Point;
use crate::scene::pick::{FlagId, Hit};
use crate::ui::action::{Action, CameraMove, Dialog, InspectorTab};
use crate::ui::number::decimal;
use crate::view::stage::{BrokerCard, GroupCard, MemberCard, ProducerCard, StageView, TopicCard};

#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// On the screen.
    pub at: Point,
    pub hit: Hit,
}

impl Menu {
    /// Whether this element is part of an open menu.
    pub fn holds(element: &Element) -> bool {
        element.closest("[role=menu]").ok().flatten().is_some()
    }
}

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub label: String,
    pub shortcut: &'static str,
    pub does: Does,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    Send(Box<Action>),
    Rename(Name),
    Wire(Name),
}

impl From<Does> for Msg {
    fn from(does: Does) -> Msg {
        match does {
            Does::Send(action) => Msg::Send(*action),
            Does::Rename(part) => Msg::Rename(Rename::Begin(part)),
            Does::Wire(part) => Msg::Wire(part),
        }
    }
}

fn sends(action: Action) -> Does {
    Does::Send(Box::new(action))
}

fn entry(label: impl Into<String>, shortcut: &'static str, does: Does) -> Entry {
    Entry { label: label.into(), shortcut, does }
}

fn command(label: impl Into<String>, shortcut: &'static str, command: Command) -> Entry {
    entry(label, shortcut, sends(Action::Do(command)))
}

/// What can be done to what was hit.
pub fn entries(view: &StageView, hit: &Hit) -> Vec<Entry> {
    match hit {
        Hit::Empty => empty(),
        Hit::Wire(wire) => cut(wire).into_iter().map(|cut| command("Cut this wire", "Del", cut)).collect(),
        Hit::Flag(id) => flag(view, id),
        Hit::Lane(partition) | Hit::Strip(partition) => part(view, &partition.topic),
        Hit::Node(id) | Hit::Member(id) => part(view, id),
    }
}

fn empty() -> Vec<Entry> {
    let camera = |label: &str, shortcut, order| entry(label, shortcut, sends(Action::Camera(order)));
    vec![
        camera("Fit everything", "Shift 1", CameraMove::FitAll),
        camera("Zoom to 100 %", "Ctrl 0", CameraMove::Reset),
        entry("Keyboard shortcuts", "?", sends(Action::OpenDialog(Dialog::Shortcuts))),
    ]
}

fn part(view: &StageView, id: &Name) -> Vec<Entry> {
    let member = view.groups.iter().flat_map(|group| &group.members).find(|member| member.id == *id);
    let mut entries = if let Some(card) = view.producers.iter().find(|card| card.id == *id) {
        producer(card)
    } else if let Some(card) = view.topics.iter().find(|card| card.id == *id) {
        topic(card)
    } else if let Some(card) = view.groups.iter().find(|card| card.id == *id) {
        group(card)
    } else if let Some(card) = member {
        consumer(card)
    } else if let Some(card) = view.brokers.iter().find(|card| card.id == *id) {
        broker_entries(card)
    } else {
        return Vec::new();
    };
    entries.push(entry("Inspect", "Enter", sends(Action::OpenInspector(id.clone(), InspectorTab::Main))));
    entries.push(entry("Rename", "F2", Does::Rename(id.clone())));
    entries.extend(removal(view, id).map(|removal| command("Remove", "Del", removal)));
    entries
}

fn producer(card: &ProducerCard) -> Vec<Entry> {
    let (id, dialog) = (&card.id, |dialog| sends(Action::OpenDialog(dialog)));
    let (label, switch) = if card.producing { ("Pause", Switch::Off) } else { ("Resume", Switch::On) };
    let mut entries = vec![
        entry("Publish…", "P", dialog(Dialog::Publish(id.clone()))),
        entry("Replay a file…", "", dialog(Dialog::ReplayFile(Some(id.clone())))),
        command(label, "", Command::SetProducing { producer: id.clone(), producing: switch }),
        entry("Connect to a topic", "", Does::Wire(id.clone())),
    ];
    if card.transaction.is_some_and(|transaction| transaction.is_open) {
        for (label, outcome) in [("Commit", Outcome::Commit), ("Abort", Outcome::Abort)] {
            entries.push(command(label, "", Command::EndTransaction { producer: id.clone(), outcome }));
        }
    }
    if card.running {
        entries.push(command("Kill", "K", Command::KillProducer { producer: id.clone() }));
    }
    entries.push(command("Restart", "R", Command::RestartProducer { producer: id.clone() }));
    if card.topic.is_some() {
        entries.push(command("Disconnect", "", Command::Connect { producer: id.clone(), topic: None }));
    }
    entries
}

fn topic(card: &TopicCard) -> Vec<Entry> {
    let total = card.lanes.len() as u32 + 1;
    vec![
        command("Add partition", "", Command::AddPartitions { topic: card.id.clone(), total }),
        entry("Connect to a consumer group", "", Does::Wire(card.id.clone())),
    ]
}

fn group(card: &GroupCard) -> Vec<Entry> {
    let group = &card.id;
    let mut entries = vec![
        entry("Add a consumer", "", sends(Action::AddConsumer(group.clone()))),
        entry("Subscribe to a topic", "", Does::Wire(group.clone())),
    ];
    entries.push(if card.state == "Empty" {
        command("Start every member", "", Command::StartGroup { group: group.clone() })
    } else {
        command("Stop every member", "", Command::StopGroup { group: group.clone() })
    });
    entries
}

fn consumer(card: &MemberCard) -> Vec<Entry> {
    deeds(card).into_iter().map(|deed| command(deed.verb, deed.shortcut, deed.command)).collect()
}

fn broker_entries(card: &BrokerCard) -> Vec<Entry> {
    let mut deeds = broker::deeds(card);
    deeds.push(broker::wipe(card));
    let entries = deeds.into_iter().map(|deed| command(deed.label, deed.shortcut, deed.command));
    let (topic, partition) = (None, None);
    let elect = Command::ElectLeaders { election: Election::Preferred, topic, partition };
    entries.chain([command("Elect preferred leaders", "", elect)]).collect()
}

fn flag(view: &StageView, id: &FlagId) -> Vec<Entry> {
    let Some(group) = view.groups.iter().find(|group| group.id == id.group) else { return Vec::new() };
    let move_to = |label: &str, to: Target| {
        let scope = Scope { topic: id.partition.topic.clone(), partition: Some(id.partition.partition) };
        let (group_id, verb) = (group.id.clone(), if group.state == "Empty" { "Reset" } else { "Seek" });
        let moves = match verb {
            "Reset" => Command::ResetOffsets { group: group_id, scope, to },
            _ => Command::Seek { group: group_id, scope, to },
        };
        command(format!("{verb} {label}"), "", moves)
    };
    let inspect = sends(Action::OpenInspector(group.id.clone(), InspectorTab::Main));
    vec![
        move_to("to the beginning", Target::Earliest),
        move_to("10 records back", Target::ShiftBy { by: -10 }),
        move_to("to the end", Target::Latest),
        entry(format!("Inspect {}", group.label), "", inspect),
    ]
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub menu: Menu,
    pub view: Rc<StageView>,
    pub to: Callback<Msg>,
}

#[component]
pub fn MenuList(props: &Props) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.menu.clone()), |(node, _)| focus_step(node, Step::First));
    let entries = entries(&props.view, &props.menu.hit);
    let onkeydown = {
        let (node, close) = (node.clone(), props.to.reform(|()| Msg::CloseMenu));
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowDown" => Step::Next,
                "ArrowUp" => Step::Previous,
                "Home" => Step::First,
                "Escape" | "Tab" => return close.emit(()),
                // Enter and Space press the entry.
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            focus_step(&node, step);
        }
    };
    if entries.is_empty() {
        return Html::default();
    }
    let Point { x, y } = props.menu.at;
    let height = entries.len() * 32 + 16;
    // Near the lower edge it opens upwards: the page says how tall the stage is only through 100 %.
    let style = format!("left:min({}px,100% - 248px);top:min({}px,100% - {}px)", decimal(x, 0), decimal(y, 0), height);
    html! {
        <ul ref={node} class="menu floating" role="menu" aria-label="What can be done" {style} {onkeydown}>
            { for entries.into_iter().map(|entry| item(entry, &props.to)) }
        </ul>
    }
}

fn item(entry: Entry, to: &Callback<Msg>) -> Html {
    let Entry { label, shortcut, does } = entry;
    let onclick = to.reform(move |_: MouseEvent| does.clone().into());
    html! {
        <li key={label.clone()} role="none">
            <button class="menu-item" role="menuitem" tabindex="-1" {onclick}>
                <span>{ label }</span>
                if !shortcut.is_empty() { <kbd>{ shortcut }</kbd> }
            </button>
        </li>
    }
}

enum Step {
    First,
    Next,
    Previous,
}

/// Moves the focus among the entries.
fn focus_step(node: &NodeRef, step: Step) {
    let Some(list) = node.cast::<Element>() else { return };
    let Some(active) = web_sys::window().and_then(|window| window.document()?.active_element()) else { return };
    let items = list.children();
    let count = items.length();
    let current = (0..count).find(|&at| items.item(at).is_some_and(|item| item.contains(Some(&active))));
    let next = match (step, current) {
        (Step::First, _) | (_, None) => 0,
        (Step::Next, Some(at)) => (at + 1) % count.max(1),
        (Step::Previous, Some(at)) => (at + count - 1) % count.max(1),
    };
    let button = items.item(next).and_then(|item| item.first_element_child());
    if let Some(button) = button.and_then(|button| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(button).ok()) {
        let _ = button.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TopicPartition;
    use crate::scene::fixture::orders;

    fn labels(hit: Hit) -> Vec<String> {
        entries(&orders(), &hit).into_iter().map(|entry| entry.label).collect()
    }

    #[test]
    fn a_consumers_menu_has_what_its_buttons_have() {
        let hit = Hit::Member("inventory-1".into());
        assert_eq!(labels(hit), ["Kill", "Hang", "Slow down", "Leave", "Inspect", "Rename", "Remove"]);
    }

    #[test]
    fn a_dead_consumer_can_only_be_restarted() {
        assert_eq!(labels(Hit::Member("inventory-2".into()))[0], "Restart");
    }

    #[test]
    fn a_flag_of_a_running_group_offers_seeks_and_of_an_empty_one_resets() {
        let partition = TopicPartition::new(&"orders".into(), 0);
        let hit = Hit::Flag(FlagId { group: "fraud".into(), partition });
        let mut view = orders();
        assert_eq!(entries(&view, &hit)[0].label, "Seek to the beginning");
        view.groups[3].state = "Empty";
        assert_eq!(entries(&view, &hit)[0].label, "Reset to the beginning");
    }

    #[test]
    fn a_wire_can_be_cut_and_a_part_that_is_gone_has_no_menu() {
        let wire = crate::scene::wire::WireId::Publishing { producer: "checkout".into(), topic: "orders".into() };
        assert_eq!(labels(Hit::Wire(wire)), ["Cut this wire"]);
        assert!(labels(Hit::Node("nobody".into())).is_empty());
    }
}
