//! The tabs of the inspector.

use yew::prelude::*;

use super::Part;
use crate::ui::action::{Action, InspectorTab, PartKind, use_dispatch};

pub fn tab_id(tab: InspectorTab) -> &'static str {
    match tab {
        InspectorTab::Main => "tab-main",
        InspectorTab::Config => "tab-config",
        InspectorTab::Records => "tab-records",
        InspectorTab::Why => "tab-why",
    }
}

fn tab_name(tab: InspectorTab, kind: PartKind) -> &'static str {
    match (tab, kind) {
        (InspectorTab::Config, _) => "Config",
        (InspectorTab::Records, _) => "Records",
        (InspectorTab::Why, _) => "Why",
        (InspectorTab::Main, PartKind::Group) => "Group",
        (InspectorTab::Main, kind) => kind.name(),
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct TabsProps {
    pub part: Part,
    pub tab: InspectorTab,
}

/// Arrow keys go from tab to tab, as everywhere.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let dispatch = use_dispatch();
    let tabs = props.part.tabs();
    if tabs.len() < 2 {
        return Html::default();
    }
    let open = |tab: InspectorTab| {
        let (dispatch, name) = (dispatch.clone(), props.part.id.clone());
        move || dispatch.emit(Action::OpenInspector(name.clone(), tab))
    };
    let at = tabs.iter().position(|tab| *tab == props.tab).unwrap_or(0);
    let (previous, next) = (open(tabs[(at + tabs.len() - 1) % tabs.len()]), open(tabs[(at + 1) % tabs.len()]));
    let onkeydown = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => previous(),
        "ArrowRight" => next(),
        _ => {}
    };
    let tab = |tab: &InspectorTab| {
        let (is_open, open) = (*tab == props.tab, open(*tab));
        html! {
            <button
                key={tab_id(*tab)} id={tab_id(*tab)} class="tab" type="button" role="tab"
                aria-selected={if is_open { "true" } else { "false" }} tabindex={if is_open { "0" } else { "-1" }}
                onclick={move |_| open()}
            >
                { tab_name(*tab, props.part.kind) }
            </button>
        }
    };
    html! { <div class="tabs" role="tablist" {onkeydown}>{ for tabs.iter().map(tab) }</div> }
}
