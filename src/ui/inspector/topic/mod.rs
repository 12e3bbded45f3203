//! A topic: its partitions, and what is in them.

mod compaction;
mod partitions;
mod records;

pub use records::RecordBrowser;

use std::rc::Rc;

use yew::prelude::*;

use self::partitions::{AddPartitions, PartitionTable};
use super::TopicSubject;

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
