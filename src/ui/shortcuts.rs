//! What keys do. `?` lists it.

use super::action::{Action, CameraMove, Dialog};
use crate::engine::command::Command;
use crate::kernel::Time;
use crate::model::Name;
use crate::session::Direction;
use crate::view::stage::{Life, StageView};

/// A key that went down or up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPress {
    pub key: String,
    /// The key's place on the keyboard, for digits whose character depends on the layout.
    pub code: String,
    /// Ctrl or ⌘.
    pub command: bool,
    pub shift: bool,
    pub alt: bool,
    pub repeat: bool,
    pub at_ms: u64,
    pub focus: Focus,
    /// The part whose card or row the focus is in.
    pub part: Option<Name>,
    pub stroke: Stroke,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    Down,
    Up,
}

/// What has the focus, as far as keys care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Page,
    /// A button or a slider, which Space and arrows belong to.
    Control,
    /// The handle of a flag, which arrows belong to; a key that removes does not mean the topic beneath it.
    Flag,
    /// Something one types into.
    Text,
    /// Anything in an open dialog.
    Dialog,
}

/// The part that letters act on: the one in focus, else the selected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    Producer(Name),
    Topic(Name),
    Group(Name),
    Consumer(Name, Life),
    Broker(Name),
}

impl Selected {
    pub fn find(view: &StageView, name: &Name) -> Option<Selected> {
        let member = || view.groups.iter().flat_map(|group| &group.members).find(|member| member.id == *name);
        if view.producers.iter().any(|producer| producer.id == *name) {
            Some(Selected::Producer(name.clone()))
        } else if view.topics.iter().any(|topic| topic.id == *name) {
            Some(Selected::Topic(name.clone()))
        } else if view.groups.iter().any(|group| group.id == *name) {
            Some(Selected::Group(name.clone()))
        } else if view.brokers.iter().any(|broker| broker.id == *name) {
            Some(Selected::Broker(name.clone()))
        } else {
            member().map(|member| Selected::Consumer(member.id.clone(), member.life))
        }
    }
}

/// A press of Space longer than this is the pan tool's.
const TAP_MS: u64 = 300;

/// Turns keys into actions. Remembers only since when Space is down.
#[derive(Debug, Default)]
pub struct Keyboard {
    space_since_ms: Option<u64>,
}

impl Keyboard {
    pub fn action(&mut self, press: &KeyPress, selected: Option<&Selected>) -> Option<Action> {
        if matches!(press.focus, Focus::Text | Focus::Dialog) || press.alt {
            return None;
        }
        match press.stroke {
            Stroke::Up => self.tapped_space(press),
            Stroke::Down if press.key == " " => {
                let is_free = matches!(press.focus, Focus::Page | Focus::Flag);
                self.space_since_ms = is_free.then(|| self.space_since_ms.unwrap_or(press.at_ms));
                None
            }
            Stroke::Down if press.command => with_command(press),
            Stroke::Down => self::plain(press, selected),
        }
    }

    fn tapped_space(&mut self, press: &KeyPress) -> Option<Action> {
        if press.key != " " {
            return None;
        }
        let since = self.space_since_ms.take()?;
        (press.at_ms.saturating_sub(since) <= TAP_MS).then_some(Action::TogglePlay)
    }
}

fn with_command(press: &KeyPress) -> Option<Action> {
    Some(match press.key.as_str() {
        "+" | "=" => Action::Camera(CameraMove::ZoomIn),
        "-" => Action::Camera(CameraMove::ZoomOut),
        "0" => Action::Camera(CameraMove::Reset),
        "z" | "Z" if press.shift => Action::Redo,
        "z" | "Z" => Action::Undo,
        "y" | "Y" => Action::Redo,
        _ if press.code == "Backquote" && !press.repeat => Action::ToggleTerminal,
        _ => return None,
    })
}

fn plain(press: &KeyPress, selected: Option<&Selected>) -> Option<Action> {
    match (press.key.as_str(), press.code.as_str()) {
        (".", _) => Some(Action::Step),
        (",", _) => Some(Action::StepBack),
        (_, "BracketLeft") | ("[", _) => Some(Action::StepTo(Direction::Previous, None)),
        (_, "BracketRight") | ("]", _) => Some(Action::StepTo(Direction::Next, None)),
        ("Home", _) if press.focus == Focus::Page => Some(Action::Jump(Time::ZERO)),
        ("End", _) if press.focus == Focus::Page => Some(Action::JumpToEnd),
        ("?", _) => Some(Action::OpenDialog(Dialog::Shortcuts)),
        ("Escape", _) => Some(Action::Select(None)),
        (_, "Digit1") if press.shift => Some(Action::Camera(CameraMove::FitAll)),
        (_, "Digit2") if press.shift => Some(Action::Camera(CameraMove::FitSelection)),
        _ if press.repeat => None,
        // Where it is a dead key, only its place says which.
        (_, "Backquote") | ("`", _) => Some(Action::ToggleTerminal),
        ("Delete" | "Backspace", _) => (press.focus == Focus::Page).then(|| Action::Remove(press.part.clone())),
        _ => of_time(&press.key).or_else(|| on_selected(&press.key, selected?)),
    }
}

/// B, I, O, X whatever is selected.
fn of_time(key: &str) -> Option<Action> {
    Some(match key {
        "b" | "B" => Action::Bookmark,
        "i" | "I" => Action::LoopFrom(None),
        "o" | "O" => Action::LoopTo(None),
        "x" | "X" => Action::EndLoop,
        _ => return None,
    })
}

/// K, H, L, R, U on a consumer; P, K, R on a producer.
fn on_selected(key: &str, selected: &Selected) -> Option<Action> {
    match (key.to_ascii_lowercase().as_str(), selected.clone()) {
        ("p", Selected::Producer(producer)) => Some(Action::OpenDialog(Dialog::Publish(producer))),
        ("k", Selected::Producer(producer)) => Some(Action::Do(Command::KillProducer { producer })),
        ("r", Selected::Producer(producer)) => Some(Action::Do(Command::RestartProducer { producer })),
        ("k", Selected::Consumer(consumer, _)) => Some(Action::Do(Command::Kill { consumer })),
        ("k", Selected::Broker(broker)) => Some(Action::Do(Command::KillBroker { broker })),
        ("l", Selected::Broker(broker)) => Some(Action::Do(Command::ShutDownBroker { broker })),
        ("r", Selected::Broker(broker)) => Some(Action::Do(Command::RestartBroker { broker })),
        ("h", Selected::Consumer(consumer, Life::Hung(_))) => Some(Action::Do(Command::Unhang { consumer })),
        ("h", Selected::Consumer(consumer, _)) => Some(Action::Do(Command::Hang { consumer })),
        ("u", Selected::Consumer(consumer, _)) => Some(Action::Do(Command::Unhang { consumer })),
        ("l", Selected::Consumer(consumer, _)) => Some(Action::Do(Command::Leave { consumer })),
        ("r", Selected::Consumer(consumer, _)) => Some(Action::Do(Command::Restart { consumer })),
        _ => None,
    }
}

/// Everything above, for the dialog.
pub const LIST: &[(&str, &[(&str, &str)])] = &[
    (
        "Time",
        &[
            ("Space", "Play or pause"),
            (".", "Step to the next event"),
            (",", "Step back to before the last event"),
            ("]", "On to the next mark"),
            ("[", "Back to the previous mark"),
            ("Home", "To the beginning"),
            ("End", "As far as the run has been"),
            ("B", "Bookmark this moment"),
            ("I", "Loop from here"),
            ("O", "Loop to here"),
            ("X", "Loop no more"),
        ],
    ),
    ("Edits", &[("Ctrl Z", "Undo what you did last"), ("Ctrl Shift Z", "Redo; so does Ctrl Y")]),
    (
        "The consumer in focus, or else selected",
        &[
            ("K", "Kill: it dies without a word"),
            ("H", "Hang: it stops polling; again to carry on"),
            ("U", "Unhang: it carries on"),
            ("L", "Leave the group in good order"),
            ("R", "Restart"),
        ],
    ),
    (
        "The selected broker",
        &[("K", "Kill: its process dies, its disk stays"), ("L", "Shut down in good order"), ("R", "Restart")],
    ),
    (
        "The part in focus, or else selected",
        &[
            ("P", "Publish by hand (a producer)"),
            ("Delete", "Remove"),
            ("Enter", "Open in the inspector"),
            ("Esc", "Deselect"),
        ],
    ),
    (
        "Looking around",
        &[
            ("Space + drag", "Pan"),
            ("Ctrl + −", "Zoom in, out"),
            ("Ctrl 0", "Zoom to 100 %"),
            ("Shift 1", "Fit everything"),
            ("Shift 2", "Fit the selection"),
            ("`", "Open the terminal; Esc closes it"),
            ("?", "This list"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, focus: Focus) -> KeyPress {
        KeyPress {
            key: key.into(),
            code: String::new(),
            command: false,
            shift: false,
            alt: false,
            repeat: false,
            at_ms: 1_000,
            focus,
            part: None,
            stroke: Stroke::Down,
        }
    }

    fn consumer(life: Life) -> Selected {
        Selected::Consumer("inventory-2".into(), life)
    }

    fn typed(key: &str, selected: &Selected) -> Option<Action> {
        Keyboard::default().action(&press(key, Focus::Page), Some(selected))
    }

    #[test]
    fn k_kills_the_selected_consumer() {
        let kill = Action::Do(Command::Kill { consumer: "inventory-2".into() });
        assert_eq!(typed("k", &consumer(Life::Running)), Some(kill.clone()));
        assert_eq!(typed("K", &consumer(Life::Running)), Some(kill));
        assert_eq!(typed("k", &Selected::Topic("orders".into())), None);
    }

    #[test]
    fn h_hangs_a_consumer_and_lets_a_hung_one_carry_on() {
        let name = Name::from("inventory-2");
        let hang = Action::Do(Command::Hang { consumer: name.clone() });
        assert_eq!(typed("h", &consumer(Life::Running)), Some(hang));
        let unhang = Action::Do(Command::Unhang { consumer: name });
        assert_eq!(typed("h", &consumer(Life::Hung(Time::ZERO))), Some(unhang));
    }

    #[test]
    fn letters_typed_into_a_field_or_a_dialog_do_nothing_else() {
        for focus in [Focus::Text, Focus::Dialog] {
            let selected = consumer(Life::Running);
            assert_eq!(Keyboard::default().action(&press("k", focus), Some(&selected)), None);
            assert_eq!(Keyboard::default().action(&press("Delete", focus), Some(&selected)), None);
        }
    }

    #[test]
    fn a_part_is_not_removed_by_a_key_that_was_meant_for_a_button() {
        let on = |focus| Keyboard::default().action(&press("Delete", focus), Some(&consumer(Life::Running)));
        assert_eq!(on(Focus::Page), Some(Action::Remove(None)));
        assert_eq!((on(Focus::Control), on(Focus::Flag)), (None, None));
    }

    /// The page knows one selected part, and the stage all of them.
    #[test]
    fn what_delete_removes_is_the_stages_to_say() {
        let on_fraud = KeyPress { part: Some("fraud".into()), ..press("Delete", Focus::Page) };
        let asked = Keyboard::default().action(&on_fraud, Some(&Selected::Group("analytics".into())));
        assert_eq!(asked, Some(Action::Remove(Some("fraud".into()))));
    }

    #[test]
    fn a_tap_on_space_plays_or_pauses_and_a_long_press_does_not() {
        let tap = |held_ms: u64| {
            let mut keyboard = Keyboard::default();
            assert_eq!(keyboard.action(&press(" ", Focus::Page), None), None);
            let up = KeyPress { stroke: Stroke::Up, at_ms: 1_000 + held_ms, ..press(" ", Focus::Page) };
            keyboard.action(&up, None)
        };
        assert_eq!(tap(80), Some(Action::TogglePlay));
        assert_eq!(tap(900), None);
    }

    #[test]
    fn space_on_a_button_presses_the_button() {
        let mut keyboard = Keyboard::default();
        keyboard.action(&press(" ", Focus::Control), None);
        let up = KeyPress { stroke: Stroke::Up, ..press(" ", Focus::Control) };
        assert_eq!(keyboard.action(&up, None), None);
    }

    #[test]
    fn undo_and_redo_have_the_keys_that_hands_know() {
        let ctrl = |key: &str, shift| KeyPress { command: true, shift, ..press(key, Focus::Page) };
        let asked = |press| Keyboard::default().action(&press, None);
        assert_eq!(asked(ctrl("z", false)), Some(Action::Undo));
        assert_eq!(asked(ctrl("Z", true)), Some(Action::Redo));
        assert_eq!(asked(ctrl("y", false)), Some(Action::Redo));
        let typing = KeyPress { focus: Focus::Text, ..ctrl("z", false) };
        assert_eq!(asked(typing), None, "a field undoes its own typing");
    }

    #[test]
    fn the_brackets_go_from_mark_to_mark_wherever_a_layout_has_put_them() {
        let umlaut = KeyPress { code: "BracketLeft".into(), ..press("ü", Focus::Page) };
        let back = Some(Action::StepTo(Direction::Previous, None));
        assert_eq!(Keyboard::default().action(&umlaut, None), back);
        assert_eq!(Keyboard::default().action(&press("[", Focus::Control), None), back);
    }

    #[test]
    fn home_and_end_belong_to_the_slider_that_has_the_focus() {
        assert_eq!(Keyboard::default().action(&press("Home", Focus::Page), None), Some(Action::Jump(Time::ZERO)));
        assert_eq!(Keyboard::default().action(&press("Home", Focus::Control), None), None);
    }

    #[test]
    fn the_key_below_escape_opens_the_terminal_even_where_it_is_a_dead_key() {
        let dead = KeyPress { code: "Backquote".into(), ..press("Dead", Focus::Page) };
        let opens = |press: KeyPress| Keyboard::default().action(&press, None) == Some(Action::ToggleTerminal);
        assert!(opens(dead.clone()) && opens(press("`", Focus::Control)));
        assert!(opens(KeyPress { command: true, ..dead.clone() }));
        assert!(!opens(KeyPress { focus: Focus::Text, ..dead }), "a field takes it as a letter");
    }

    #[test]
    fn the_zoom_keys_of_the_browser_zoom_the_stage() {
        let with_command = |key| KeyPress { command: true, ..press(key, Focus::Page) };
        let zoomed = Keyboard::default().action(&with_command("-"), None);
        assert_eq!(zoomed, Some(Action::Camera(CameraMove::ZoomOut)));
        assert_eq!(Keyboard::default().action(&with_command("k"), Some(&consumer(Life::Running))), None);
    }
}
