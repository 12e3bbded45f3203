//! What the file looks like, and what to make of it.

use std::rc::Rc;

use yew::prelude::*;

use super::settings::{PaceKind, Settings};
use crate::session::import::{Delimiter, Format, OnBadLine, Sniffed};
use crate::ui::form::{Choice, Chooser, TextField};
use crate::ui::number::grouped;
use crate::view::stage::StageView;

#[derive(Clone, PartialEq, Properties)]
pub struct SettingsFormProps {
    pub name: String,
    pub bytes: u64,
    pub sniffed: Sniffed,
    pub settings: Settings,
    pub view: Rc<StageView>,
    pub on_settings: Callback<Settings>,
    pub on_read: Callback<()>,
    pub on_again: Callback<()>,
}

#[component]
pub fn SettingsForm(props: &SettingsFormProps) -> Html {
    let (on_read, on_again) = (props.on_read.clone(), props.on_again.clone());
    let is_invalid = props.settings.pace().is_err();
    html! {
        <>
            <p>{ &props.name }<span class="muted">{ format!(", {}, {} bytes", format_text(props.sniffed.format), grouped(props.bytes)) }</span></p>
            <Columns sniffed={props.sniffed.clone()} />
            <div class="fields">{ key(props) }{ timestamp(props) }{ bad_lines(props) }</div>
            <div class="fields">{ target(props) }{ pace_kind(props) }{ pace(props) }</div>
            <div class="row">
                <button class="btn btn-primary" type="button" disabled={is_invalid} onclick={move |_| on_read.emit(())}>{ "Read the file" }</button>
                <button class="btn" type="button" onclick={move |_| on_again.emit(())}>{ "Another file" }</button>
            </div>
        </>
    }
}

fn format_text(format: Format) -> &'static str {
    match format {
        Format::Ndjson => "NDJSON",
        Format::Csv(Delimiter::Comma) => "CSV with commas",
        Format::Csv(Delimiter::Semicolon) => "CSV with semicolons",
        Format::Csv(Delimiter::Tab) => "CSV with tabs",
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ColumnsProps {
    sniffed: Sniffed,
}

#[component]
fn Columns(props: &ColumnsProps) -> Html {
    let fields = &props.sniffed.fields;
    if fields.is_empty() {
        return html! { <p class="faint">{ "No columns were found; every line becomes a value without a key." }</p> };
    }
    html! {
        <div class="scroll columns" tabindex="0" role="region" aria-label="Columns">
            <table><tbody>
                { for fields.iter().take(12).map(|field| html! {
                    <tr key={field.name.clone()}><td class="mono">{ &field.name }</td><td class="muted">{ field.samples.join(", ") }</td></tr>
                }) }
            </tbody></table>
        </div>
    }
}

/// A callback that changes one thing of the settings.
fn change(props: &SettingsFormProps, set: impl Fn(Settings, String) -> Settings + 'static) -> Callback<String> {
    let (settings, on_settings) = (props.settings.clone(), props.on_settings.clone());
    Callback::from(move |chosen| on_settings.emit(set(settings.clone(), chosen)))
}

fn some(chosen: String) -> Option<String> {
    (!chosen.is_empty()).then_some(chosen)
}

fn columns(props: &SettingsFormProps, none: &'static str) -> Vec<Choice> {
    let fields = props.sniffed.fields.iter().map(|field| Choice::plain(field.name.clone()));
    std::iter::once(Choice::new("", none)).chain(fields).collect()
}

fn key(props: &SettingsFormProps) -> Html {
    let value = props.settings.key.clone().unwrap_or_default();
    let on_choose = change(props, |settings, chosen| Settings { key: some(chosen), ..settings });
    html! { <Chooser id="replay-key" label="Key" {value} choices={columns(props, "no key")} {on_choose} /> }
}

fn timestamp(props: &SettingsFormProps) -> Html {
    let value = props.settings.timestamp.clone().unwrap_or_default();
    let on_choose = change(props, |settings, chosen| settings.with_timestamp(some(chosen)));
    html! { <Chooser id="replay-timestamp" label="Timestamp" {value} choices={columns(props, "none")} {on_choose} /> }
}

fn bad_lines(props: &SettingsFormProps) -> Html {
    let value = if props.settings.on_bad_line == OnBadLine::Skip { "skip" } else { "stop" };
    let choices = vec![Choice::new("skip", "skip, report"), Choice::new("stop", "stop at once")];
    let on_choose = change(props, |settings, chosen| {
        let on_bad_line = if chosen == "stop" { OnBadLine::Stop } else { OnBadLine::Skip };
        Settings { on_bad_line, ..settings }
    });
    html! { <Chooser id="replay-bad-lines" label="Bad lines" {value} {choices} {on_choose} /> }
}

fn target(props: &SettingsFormProps) -> Html {
    let connected = props.view.producers.iter().filter_map(|producer| {
        let topic = producer.topic.as_ref()?;
        Some(Choice::new(producer.id.to_string(), format!("{} → {topic}", producer.label)))
    });
    let choices: Vec<Choice> = connected.chain([Choice::new("", "new producer, topic")]).collect();
    let value = props.settings.target.as_ref().map(|name| name.to_string()).unwrap_or_default();
    let on_choose = change(props, |settings, chosen| Settings { target: some(chosen).map(Into::into), ..settings });
    html! { <Chooser id="replay-target" label="Publish through" {value} {choices} {on_choose} /> }
}

fn pace_kind(props: &SettingsFormProps) -> Html {
    let value = if props.settings.pace_kind == PaceKind::Original { "original" } else { "rate" };
    let mut choices = vec![Choice::new("rate", "steady")];
    if props.settings.timestamp.is_some() {
        choices.insert(0, Choice::new("original", "as in the file"));
    }
    let on_choose = change(props, |settings, chosen| {
        let pace_kind = if chosen == "original" { PaceKind::Original } else { PaceKind::Rate };
        Settings { pace_kind, ..settings }
    });
    html! { <Chooser id="replay-pace" label="Pace" {value} {choices} {on_choose} /> }
}

fn pace(props: &SettingsFormProps) -> Html {
    let error = props.settings.pace().err().map(|refusal| AttrValue::from(refusal.message));
    match props.settings.pace_kind {
        PaceKind::Original => {
            let on_input = change(props, |settings, percent| Settings { percent, ..settings });
            html! { <TextField id="replay-percent" label="Gaps, in percent" value={props.settings.percent.clone()} {on_input} {error} doc="50 halves them." /> }
        }
        PaceKind::Rate => {
            let on_input = change(props, |settings, rate| Settings { rate, ..settings });
            html! { <TextField id="replay-rate" label="Records a second" value={props.settings.rate.clone()} {on_input} {error} /> }
        }
    }
}
