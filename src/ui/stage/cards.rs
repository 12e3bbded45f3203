//! The cards over the canvas: producers, topics' headers, groups with their members.
//!
//! A card is a group of controls named for its part ("consumer inventory-1") and carries `data-node`. Where it stands
//! and how large it is comes from the scene's layout; the style sheet only fills it.

pub mod broker;
pub mod flags;
pub mod fuse;
pub mod group;
pub mod life;
pub mod member;
pub mod producer;
pub mod title;
pub mod topic;

use std::rc::Rc;

use yew::prelude::*;

use crate::model::Name;
use crate::scene::Scene;
use crate::scene::geometry::Rect;
use crate::ui::number::decimal;
use crate::view::stage::{BrokerCard, GroupCard, ProducerCard, StageView, TopicCard};

/// The cards of a view, each shared, so that a render that changes nothing about a card costs a comparison of pointers.
#[derive(Default)]
pub struct Cards {
    pub producers: Vec<Rc<ProducerCard>>,
    pub topics: Vec<Rc<TopicCard>>,
    pub groups: Vec<Rc<GroupCard>>,
    pub brokers: Vec<Rc<BrokerCard>>,
}

impl Cards {
    pub fn of(view: &StageView) -> Self {
        Cards {
            producers: view.producers.iter().cloned().map(Rc::new).collect(),
            topics: view.topics.iter().cloned().map(Rc::new).collect(),
            groups: view.groups.iter().cloned().map(Rc::new).collect(),
            brokers: view.brokers.iter().cloned().map(Rc::new).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.producers.is_empty() && self.topics.is_empty() && self.groups.is_empty()
    }
}

/// How a card stands out from the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accent {
    #[default]
    None,
    Selected,
    /// What is being dragged may end here.
    Target,
    /// What is being dragged cannot end here.
    Refused,
}

impl Accent {
    /// Of a card, or of a row in one, as the scene has it.
    pub fn of(scene: &Scene, id: &Name, highlight: Option<&Name>) -> Accent {
        let target = scene.proposal.as_ref().and_then(|proposal| proposal.target.as_ref());
        match target.filter(|(target, _)| target == id) {
            Some((_, Ok(()))) => Accent::Target,
            Some((_, Err(_))) => Accent::Refused,
            None if highlight == Some(id) => Accent::Target,
            None if scene.selection.contains(id) => Accent::Selected,
            None => Accent::None,
        }
    }

    pub fn class(self) -> Option<&'static str> {
        match self {
            Accent::None => None,
            Accent::Selected => Some("is-selected"),
            Accent::Target => Some("is-target"),
            Accent::Refused => Some("is-refused"),
        }
    }
}

/// A card's place and size as a style attribute.
pub fn box_style(rect: &Rect) -> String {
    let [x, y, w, h] = [rect.x, rect.y, rect.w, rect.h].map(|length| decimal(length, 2));
    format!("transform:translate({x}px,{y}px);width:{w}px;height:{h}px")
}

/// Where a wire leaves or enters a card. Dragging it draws a wire; so does a click here and another at the other end.
#[derive(Clone, PartialEq, Properties)]
pub struct HandleProps {
    pub id: Name,
    pub label: AttrValue,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    In,
    Out,
}

#[component]
pub fn Handle(props: &HandleProps) -> Html {
    let (side, purpose) = match props.side {
        Side::In => ("handle-in", "Connect an input of"),
        Side::Out => ("handle-out", "Connect an output of"),
    };
    // Not a stop of Tab: with the keyboard, wires are drawn from the menu.
    html! {
        <button
            class={classes!("handle", side)} tabindex="-1" data-handle={props.id.to_string()}
            aria-label={format!("{purpose} {}", props.label)}
        ></button>
    }
}

#[cfg(test)]
mod tests;
