//! A topic: its partitions, and what is in them.

mod compaction;
mod partitions;
mod records;

pub use records::RecordBrowser;

use std::rc::Rc;

use yew::prelude::*;

use self::partitions::{AddPartitions, PartitionTable};
use super::TopicSubject;
use crate::view::config::Property;

#[derive(Clone, PartialEq, Properties)]
pub struct TopicPanelProps {
    pub topic: Rc<TopicSubject>,
}

#[component]
pub fn TopicPanel(props: &TopicPanelProps) -> Html {
    let card = &props.topic.card;
    html! {
        <>
            <div class="row wrap">
                <span class="chip">{ crate::ui::number::counted(card.lanes.len() as u64, "partition") }</span>
                <span class="chip">{ format!("replication {}", card.replication) }</span>
            </div>
            <section><h3>{ "Partitions" }</h3><PartitionTable lanes={card.lanes.clone()} /></section>
            { compaction::table(&card.lanes) }
            <AddPartitions topic={card.id.clone()} partitions={card.lanes.len() as u32} />
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct ConfigTableProps {
    pub properties: Vec<Property>,
}

/// A topic's configuration is set when the topic is made.
#[component]
pub fn ConfigTable(props: &ConfigTableProps) -> Html {
    let row = |property: &Property| {
        html! {
            <div key={property.name.to_string()} class="field property">
                <span class="field-label mono">{ property.name.to_string() }</span>
                <span class="mono">{ &property.value }</span>
                <span class="field-doc">{ format!("{} Default: {}", property.doc, property.default) }</span>
            </div>
        }
    };
    html! {
        <>
            <p class="field-doc">{ "Set when it was created." }</p>
            <div class="properties">{ for props.properties.iter().map(row) }</div>
        </>
    }
}
