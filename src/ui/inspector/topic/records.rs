//! The record browser: what is in a partition, and why it is there.

use std::rc::Rc;

use yew::prelude::*;

use super::super::subject::PAGE;
use crate::model::{Name, TopicPartition};
use crate::ui::action::{Action, Browse, BrowseFrom, Dispatch, sends, use_dispatch};
use crate::ui::form::{Choice, Chooser, TextField};
use crate::ui::inspector::TopicSubject;
use crate::ui::number::{grouped, whole};
use crate::view::lane::Standing;
use crate::view::records::RecordRow;
use crate::view::stage::LaneView;
use crate::view::why::Question;

#[derive(Clone, PartialEq, Properties)]
pub struct RecordBrowserProps {
    pub topic: Rc<TopicSubject>,
}

#[component]
pub fn RecordBrowser(props: &RecordBrowserProps) -> Html {
    let records = &props.topic.records;
    let dispatch = use_dispatch();
    html! {
        <>
            <Place topic={props.topic.clone()} />
            <Pages topic={props.topic.clone()} />
            if records.is_empty() { <p class="faint">{ "No records here." }</p> }
            <div class="records">{ for records.iter().map(|row| record(row, &props.topic, &dispatch)) }</div>
        </>
    }
}

fn lane(topic: &TopicSubject) -> Option<&LaneView> {
    topic.card.lanes.iter().find(|lane| lane.partition == topic.browse.partition)
}

/// Partition and offset to look at.
#[component]
fn Place(props: &RecordBrowserProps) -> Html {
    let dispatch = use_dispatch();
    let typed = use_state(String::new);
    let browse = props.topic.browse;
    let choose = {
        let dispatch = dispatch.clone();
        move |chosen: String| {
            let partition = chosen.parse().unwrap_or_default();
            dispatch.emit(Action::Browse(Browse { partition, ..Browse::default() }));
        }
    };
    let asked = if typed.is_empty() { Ok(None) } else { whole(&typed).map(Some) };
    let go = {
        let asked = asked.clone();
        move |()| {
            let Ok(offset) = asked.clone() else { return };
            let from = offset.map_or(BrowseFrom::End, BrowseFrom::Offset);
            dispatch.emit(Action::Browse(Browse { from, ..browse }));
        }
    };
    let choice = |lane: &LaneView| Choice::new(lane.partition.to_string(), format!("partition {}", lane.partition));
    let choices: Vec<Choice> = props.topic.card.lanes.iter().map(choice).collect();
    html! {
        <div class="fields">
            <Chooser id="browse-partition" label="Partition" value={browse.partition.to_string()} {choices} on_choose={choose} />
            <TextField
                id="browse-offset" label="From offset" value={(*typed).clone()} placeholder="the end" input_mode="numeric"
                on_input={move |text| typed.set(text)} on_done={go} error={asked.err().map(AttrValue::from)}
            />
        </div>
    }
}

#[component]
fn Pages(props: &RecordBrowserProps) -> Html {
    let dispatch = use_dispatch();
    let Some(lane) = lane(&props.topic) else { return Html::default() };
    let first = props.topic.records.first().map_or(lane.log_end, |record| record.offset);
    let page = u64::from(PAGE);
    let button = |name: &'static str, from: BrowseFrom, is_there: bool| {
        let dispatch = dispatch.clone();
        let browse = Browse { from, ..props.topic.browse };
        html! {
            <button class="btn btn-small" type="button" disabled={!is_there} onclick={move |_| dispatch.emit(Action::Browse(browse))}>
                { name }
            </button>
        }
    };
    let earlier = BrowseFrom::Offset(first.saturating_sub(page).max(lane.log_start));
    let is_at_end = props.topic.browse.from == BrowseFrom::End;
    html! {
        <div class="row wrap">
            { button("Earlier", earlier, first > lane.log_start) }
            { button("Later", BrowseFrom::Offset(first + page), !is_at_end && first + page < lane.log_end) }
            { button("Follow the end", BrowseFrom::End, !is_at_end) }
            <span class="grow" />
            <span class="faint small">{ format!("{} to {}", grouped(lane.log_start), grouped(lane.log_end)) }</span>
        </div>
    }
}

fn standing(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Settled | Standing::Marker(_) => None,
        Standing::Undecided => Some("Its transaction is open: who reads read_committed does not get it yet."),
        Standing::Aborted => Some("Its transaction was aborted: who reads read_committed never gets it."),
    }
}

fn record(record: &RecordRow, topic: &TopicSubject, dispatch: &Dispatch) -> Html {
    let partition = TopicPartition::new(&topic.card.id, topic.browse.partition);
    let life = Question::Record { partition, offset: record.offset };
    html! {
        <details key={record.offset} class="record">
            <summary>
                <span class="mono">{ grouped(record.offset) }</span>
                <span class="faint">{ record.created_at.to_string() }</span>
                <span class="mono clip">{ record.key.clone().unwrap_or_else(|| "no key".into()) }</span>
            </summary>
            <p class="muted">{ &record.arithmetic }</p>
            <p class="muted">{ format!("timestamp {}, value of {} bytes", record.timestamp, grouped(u64::from(record.value_bytes))) }</p>
            <pre class="command-line">{ record.value.clone().unwrap_or_else(|| "null: a tombstone where the topic is compacted".into()) }</pre>
            { for record.headers.iter().map(|(name, value)| header(name, value)) }
            if let Some(standing) = standing(record.standing) { <p class="muted">{ standing }</p> }
            { processed(&record.processed) }
            <button
                class="btn btn-small" type="button" aria-label={format!("Why? What became of offset {}", record.offset)}
                onclick={sends(dispatch, Action::Ask(life))}
            >{ "Why? What became of it" }</button>
        </details>
    }
}

/// How often each group has processed it, and so how often that had its effect outside.
fn processed(groups: &[(String, u32)]) -> Html {
    let chip = |(group, times): &(String, u32)| {
        let (text, class) = match times {
            0 => (format!("{group}: not yet"), None),
            1 => (format!("{group}: once"), None),
            n => (format!("{group}: {n} times"), Some("bad")),
        };
        html! { <span key={group.clone()} class={classes!("chip", class)}>{ text }</span> }
    };
    html! {
        if !groups.is_empty() {
            <div class="row wrap"><span class="small muted">{ "Processed by" }</span>{ for groups.iter().map(chip) }</div>
        }
    }
}

fn header(name: &Name, value: &Name) -> Html {
    html! { <p key={name.as_str()} class="mono small">{ format!("{name}: {value}") }</p> }
}
