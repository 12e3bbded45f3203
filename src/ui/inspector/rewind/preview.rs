//! The dry run: where each partition would land, and the same on a real cluster.

use std::rc::Rc;

use yew::prelude::*;

use super::super::GroupSubject;
use super::draft::{Draft, Way, landing};
use crate::model::{Name, TopicPartition};
use crate::ui::action::use_desk;
use crate::ui::number::{grouped, grouped_or_dash};
use crate::view::stage::LaneView;

#[derive(Clone, PartialEq, Properties)]
pub struct PreviewProps {
    pub draft: Draft,
    pub group: Rc<GroupSubject>,
    pub topic: Name,
    pub way: Way,
}

#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let desk = use_desk();
    let command_line = match props.draft.command(&props.group.card.id, &props.topic, Way::Reset) {
        Ok(command) => desk.explain.emit(command),
        Err(_) => None,
    };
    let is_meant = |partition: &TopicPartition| {
        partition.topic == props.topic && props.draft.partition.is_none_or(|only| only == partition.partition)
    };
    let lanes = props.group.lanes.iter().filter(|(partition, _)| is_meant(partition));
    html! {
        <>
            <table class="preview" aria-label="Where each partition would land">
                <tbody>{ for lanes.take(12).map(|(partition, lane)| row(props, partition, lane)) }</tbody>
            </table>
            if let Some(command_line) = command_line { <pre class="command-line" tabindex="0">{ command_line }</pre> }
        </>
    }
}

fn row(props: &PreviewProps, partition: &TopicPartition, lane: &LaneView) -> Html {
    let flag = lane.flags.first();
    let now = flag.and_then(|flag| match props.way {
        Way::Seek => flag.position,
        Way::Reset => flag.committed,
    });
    let then = match props.draft.target() {
        Err(_) => "?".to_owned(),
        Ok(to) => match landing(to, props.way, lane, flag) {
            Some(offset) => grouped(offset),
            None if now.is_none() => "nothing to shift".to_owned(),
            None => "the first record then".to_owned(),
        },
    };
    html! {
        <tr key={partition.to_string()}>
            <td>{ partition.to_string() }</td>
            <td class="number">{ grouped_or_dash(now) }</td>
            <td aria-hidden="true">{ "→" }</td>
            <td class="number">{ then }</td>
        </tr>
    }
}
