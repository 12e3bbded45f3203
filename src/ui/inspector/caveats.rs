//! What the model leaves out, at the foot of each panel: a playground that hides its simplifications teaches them.

use yew::prelude::*;

use crate::ui::action::PartKind;
use crate::view::caveats::{self, Caveats as Text};

#[derive(Clone, PartialEq, Properties)]
pub struct CaveatsProps {
    pub kind: PartKind,
}

#[component]
pub fn Caveats(props: &CaveatsProps) -> Html {
    let text: &Text = match props.kind {
        PartKind::Producer => &caveats::PRODUCER,
        PartKind::Topic => &caveats::TOPIC,
        PartKind::Group => &caveats::GROUP,
        PartKind::Consumer => &caveats::CONSUMER,
        PartKind::Broker => &caveats::BROKER,
    };
    html! {
        <details class="caveats">
            <summary>{ "What is left out" }</summary>
            <p>{ text.modelled }</p>
            <ul>{ for text.left_out.iter().map(|left_out| html! { <li key={*left_out}>{ *left_out }</li> }) }</ul>
        </details>
    }
}
