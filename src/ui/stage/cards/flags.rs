//! The handles of flags: sliders over the canvas, for hands, keys and screen readers. The flags themselves are painted.

use yew::prelude::*;

use crate::model::{Name, TopicPartition};
use crate::scene::Scene;
use crate::scene::geometry::Rect;
use crate::scene::pick::FlagId;
use crate::scene::picture::grouped;
use crate::scene::rewind::standing;
use crate::ui::number::decimal;
use crate::view::stage::{FlagView, LaneView, TopicCard};

/// One flag's handle, placed relative to its card.
#[derive(Clone, Debug, PartialEq)]
pub struct Grip {
    pub flag: FlagId,
    pub name: String,
    pub rect: Rect,
    pub now: u64,
    pub min: u64,
    pub max: u64,
    pub lag: Option<u64>,
}

impl Grip {
    /// The handles of all flags of a topic. A flag in hand says where it would come to stand.
    pub fn all(scene: &Scene, topic: &TopicCard) -> Vec<Grip> {
        let Some(card) = scene.layout().node(&topic.id) else { return Vec::new() };
        let flags = topic.lanes.iter().flat_map(|lane| lane.flags.iter().map(move |flag| (lane, flag)));
        flags.filter_map(|(lane, flag)| Grip::of(scene, &card.rect, &topic.id, lane, flag)).collect()
    }

    fn of(scene: &Scene, card: &Rect, topic: &Name, lane: &LaneView, flag: &FlagView) -> Option<Grip> {
        let id = FlagId { group: flag.group.clone(), partition: TopicPartition::new(topic, lane.partition) };
        let held = scene.ghost.as_ref().filter(|(held, _)| *held == id);
        let now = held.map_or_else(|| standing(flag), |(_, to)| *to);
        let at = scene.flag_rect(&id.partition, &id.group, now)?;
        Some(Grip {
            name: format!("{} committed offset, {}", flag.group_label, id.partition),
            rect: Rect { x: (at.x - card.x).round(), y: (at.y - card.y).round(), ..at },
            now,
            min: lane.log_start,
            max: lane.high_watermark,
            lag: flag.lag,
            flag: id,
        })
    }

    pub fn key(&self) -> String {
        format!("{} {}", self.flag.group, self.flag.partition)
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub grip: Grip,
}

/// The stage finds out by the data attributes which flag was taken hold of.
#[component]
pub fn FlagHandle(props: &Props) -> Html {
    let Grip { flag, name, rect, now, min, max, lag } = &props.grip;
    let lag = lag.map(|lag| format!(", lag {}", grouped(lag))).unwrap_or_default();
    html! {
        <div
            class="flag" role="slider" tabindex="0" aria-label={name.clone()} title={name.clone()}
            style={format!("transform:translate({}px,{}px)", decimal(rect.x, 2), decimal(rect.y, 2))}
            aria-orientation="horizontal" aria-valuenow={now.to_string()} aria-valuemin={min.to_string()}
            aria-valuemax={max.to_string()} aria-valuetext={format!("{}{lag}", grouped(*now))}
            data-flag-group={flag.group.to_string()} data-flag-topic={flag.partition.topic.to_string()}
            data-flag-partition={flag.partition.partition.to_string()}
        ></div>
    }
}
