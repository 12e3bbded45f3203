//! Which partitions, and where to.

use yew::prelude::*;

use super::draft::{Draft, Kind};
use crate::model::{Name, TopicPartition};
use crate::ui::form::{Choice, Chooser, TextField};
use crate::view::stage::{GroupCard, LaneView};

#[derive(Clone, PartialEq, Properties)]
pub struct DraftFormProps {
    pub draft: Draft,
    pub card: GroupCard,
    pub topic: Name,
    pub lanes: Vec<(TopicPartition, LaneView)>,
    pub on_draft: Callback<Draft>,
}

#[component]
pub fn DraftForm(props: &DraftFormProps) -> Html {
    html! {
        <div class="fields">
            if props.card.topics.len() > 1 { { topic(props) } }
            { partition(props) }
            { kind(props) }
            { amount(props) }
        </div>
    }
}

/// A callback that changes one thing of the draft.
fn change<T: 'static>(props: &DraftFormProps, set: impl Fn(&mut Draft, T) + 'static) -> Callback<T> {
    let (draft, on_draft) = (props.draft.clone(), props.on_draft.clone());
    Callback::from(move |value| {
        let mut changed = draft.clone();
        set(&mut changed, value);
        on_draft.emit(changed);
    })
}

fn topic(props: &DraftFormProps) -> Html {
    let choices: Vec<Choice> = props.card.topics.iter().map(|topic| Choice::plain(topic.to_string())).collect();
    let on_choose = change(props, |draft, topic: String| {
        draft.topic = Some(topic.into());
        draft.partition = None;
    });
    html! { <Chooser id="rewind-topic" label="Topic" value={props.topic.to_string()} {choices} {on_choose} /> }
}

fn partition(props: &DraftFormProps) -> Html {
    let lanes = props.lanes.iter().filter(|(partition, _)| partition.topic == props.topic);
    let each = lanes.map(|(partition, _)| {
        Choice::new(partition.partition.to_string(), format!("partition {}", partition.partition))
    });
    let choices: Vec<Choice> = std::iter::once(Choice::new("all", "all partitions")).chain(each).collect();
    let value = props.draft.partition.map_or("all".to_owned(), |partition| partition.to_string());
    let on_choose = change(props, |draft, chosen: String| draft.partition = chosen.parse().ok());
    html! { <Chooser id="rewind-partition" label="Of" {value} {choices} {on_choose} /> }
}

fn kind(props: &DraftFormProps) -> Html {
    let choices: Vec<Choice> = Kind::ALL.iter().map(|kind| Choice::new(kind.id(), kind.label())).collect();
    let on_choose = change(props, |draft, chosen: String| draft.kind = Kind::from_id(&chosen));
    html! { <Chooser id="rewind-kind" label="To" value={props.draft.kind.id()} {choices} {on_choose} /> }
}

fn amount(props: &DraftFormProps) -> Html {
    let draft = &props.draft;
    let error = draft.target().err().map(AttrValue::from);
    let field = |id: &'static str, label: &'static str, value: &str, set: fn(&mut Draft, String)| {
        let on_input = change(props, set);
        html! { <TextField {id} {label} value={value.to_owned()} {on_input} error={error.clone()} input_mode="text" /> }
    };
    match draft.kind {
        Kind::Earliest | Kind::Latest => Html::default(),
        Kind::Offset => field("rewind-offset", "Offset", &draft.offset, |draft, text| draft.offset = text),
        Kind::Shift => field("rewind-shift", "Records", &draft.shift, |draft, text| draft.shift = text),
        Kind::Time => field("rewind-time", "Time, or a record's date", &draft.time, |draft, text| draft.time = text),
    }
}
