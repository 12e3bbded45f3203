//! The top of the page: whose it is, what runs, and how it looks.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::action::{Action, Dialog, Export, Keep, Messages, sends, use_dispatch};
use super::icon::{Drawing, Icon};
use super::theme::Theme;
use crate::session::storage::StoreError;
use crate::session::storage::autosave::{IN_PART, Status};

/// One scenario of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub title: String,
}

#[derive(Clone, PartialEq, Properties)]
pub struct HeaderProps {
    /// What runs: its catalogue name, if it is of the catalogue, and its title.
    pub scenario: Choice,
    pub catalog: Vec<Choice>,
    pub theme: Theme,
    pub messages: Messages,
    /// What would be taken back, and what would be done again.
    pub undo: Option<AttrValue>,
    pub redo: Option<AttrValue>,
    /// Whether the run is kept.
    pub kept: Status,
    /// The run is here to be watched.
    #[prop_or_default]
    pub is_read_only: bool,
}

#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let dispatch = use_dispatch();
    html! {
        <header class="header">
            <h1 class="logo"><Logo /><span>{ "Headwater" }</span></h1>
            <span class="bar" />
            <ScenarioChoice scenario={props.scenario.clone()} catalog={props.catalog.clone()} />
            <MineButton />
            // Comes and goes, and so stands where it pushes no button from under the pointer.
            { kept(props.kept) }
            if props.is_read_only {
                <span class="chip">{ "Read only" }</span>
                <button class="btn btn-small" type="button" onclick={sends(&dispatch, Action::OpenCopy)}>{ "Open a copy" }</button>
            }
            <span class="grow" />
            if !props.is_read_only {
                { edit_button("Undo", "Ctrl Z", Drawing::Undo, &props.undo, sends(&dispatch, Action::Undo)) }
                { edit_button("Redo", "Ctrl Shift Z", Drawing::Redo, &props.redo, sends(&dispatch, Action::Redo)) }
            }
            // In a row where there is room, else what this button opens.
            <button class="btn btn-quiet btn-square more-button" type="button" aria-label="More" popovertarget="more">
                <Icon drawing={Drawing::Dots} />
            </button>
            <div id="more" class="more" popover="auto">
                <MessagesSwitch messages={props.messages} />
                <ThemeChoice theme={props.theme} />
                <ExportButton />
                <HelpButton />
            </div>
            <button
                class="btn btn-primary share-button" type="button" aria-label="Share" title="A link to this run"
                onclick={sends(&dispatch, Action::Share)}
            >
                <Icon drawing={Drawing::Share} class="icon-small" /><span class="wide">{ "Share" }</span>
            </button>
        </header>
    }
}

/// Its tooltip says what it would do; without anything to do it rests.
fn edit_button(
    name: &'static str,
    keys: &'static str,
    drawing: Drawing,
    what: &Option<AttrValue>,
    onclick: Callback<MouseEvent>,
) -> Html {
    let title = match what {
        Some(what) => format!("{name}: {what} ({keys})"),
        None => format!("Nothing to {}", name.to_ascii_lowercase()),
    };
    html! {
        <button
            class="btn btn-quiet btn-square" type="button" aria-label={name} {title} disabled={what.is_none()} {onclick}
        >
            <Icon {drawing} />
        </button>
    }
}

#[component]
fn Logo() -> Html {
    let waves = "M2 8c4 0 4 3 8 3s4-6 12-6M2 14c4 0 4 3 8 3s4-5 12-5M2 19.500c4 0 4 1.500 8 1.500s5-2.500 12-2.500";
    html! {
        <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={waves} fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" />
        </svg>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ScenarioChoiceProps {
    scenario: Choice,
    catalog: Vec<Choice>,
}

#[component]
fn ScenarioChoice(props: &ScenarioChoiceProps) -> Html {
    let dispatch = use_dispatch();
    let onchange = move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        dispatch.emit(Action::Load(select.value()));
    };
    let option = |choice: &Choice| {
        let selected = choice.name == props.scenario.name;
        html! { <option key={choice.name.clone()} value={choice.name.clone()} {selected}>{ &choice.title }</option> }
    };
    let is_listed = props.catalog.iter().any(|choice| choice.name == props.scenario.name);
    html! {
        <select class="select select-title" aria-label="Scenario" title={props.scenario.title.clone()} {onchange}>
            if !is_listed { { option(&props.scenario) } }
            { for props.catalog.iter().map(option) }
        </select>
    }
}

/// Says that the run is kept, or not; nothing before there is something to keep.
fn kept(status: Status) -> Html {
    let (class, text, title) = match status {
        Status::Untouched => return Html::default(),
        Status::Kept => (None, "saved", "Kept in this browser; My scenarios has it".to_string()),
        Status::KeptInPart => (Some("warn"), "saved in part", IN_PART.to_string()),
        Status::NotKept(StoreError::UnderWay) => (None, "saving…", StoreError::UnderWay.to_string()),
        Status::NotKept(error) => (Some("warn"), "not saved", error.to_string()),
    };
    html! { <span class={classes!("chip", "kept", class)} {title}>{ text }</span> }
}

#[component]
fn MineButton() -> Html {
    let onclick = use_dispatch().reform(|_: MouseEvent| Action::Keep(Keep::Show));
    html! {
        <button class="btn btn-quiet btn-square" type="button" aria-label="My scenarios" title="My scenarios" {onclick}>
            <Icon drawing={Drawing::Folder} />
        </button>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct MessagesSwitchProps {
    messages: Messages,
}

#[component]
fn MessagesSwitch(props: &MessagesSwitchProps) -> Html {
    let dispatch = use_dispatch();
    let (checked, other) = match props.messages {
        Messages::Shown => ("true", Messages::Hidden),
        Messages::Hidden => ("false", Messages::Shown),
    };
    let title = "Show JoinGroup, Heartbeat, Fetch and the other protocol messages on the wires";
    html! {
        <button
            class="switch" type="button" role="switch" aria-checked={checked} aria-label="Protocol messages" {title}
            onclick={move |_| dispatch.emit(Action::ShowMessages(other))}
        >
            { "Protocol messages" }
        </button>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ThemeChoiceProps {
    theme: Theme,
}

#[component]
fn ThemeChoice(props: &ThemeChoiceProps) -> Html {
    let dispatch = use_dispatch();
    let onchange = move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        dispatch.emit(Action::SetTheme(Theme::from_id(&select.value()).unwrap_or_default()));
    };
    let option = |theme: Theme| {
        let selected = theme == props.theme;
        html! { <option key={theme.id()} value={theme.id()} {selected}>{ theme.label() }</option> }
    };
    html! {
        <select class="select select-quiet theme-choice" aria-label="Theme" {onchange}>
            { for Theme::ALL.into_iter().map(option) }
        </select>
    }
}

#[component]
fn ExportButton() -> Html {
    let onclick = use_dispatch().reform(|_: MouseEvent| Action::Export(Export::Show));
    html! {
        <button class="btn export" type="button" aria-label="Export" title="Export" {onclick}>
            { "Export" }
        </button>
    }
}

#[component]
fn HelpButton() -> Html {
    let dispatch = use_dispatch();
    let onclick = move |_| dispatch.emit(Action::OpenDialog(Dialog::Shortcuts));
    html! {
        <button
            class="btn btn-quiet btn-square" type="button" aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)" {onclick}
        >
            <Icon drawing={Drawing::Help} /><span class="narrow">{ "Keyboard shortcuts" }</span>
        </button>
    }
}
