//! Publish by hand.

mod draft;

use yew::prelude::*;

use self::draft::{Draft, Field};
use super::DialogFrame;
use crate::model::Name;
use crate::model::kafka::partitioner::{murmur2, partition_for_hash, to_positive};
use crate::model::refusal::Refusal;
use crate::ui::action::{Action, use_desk, use_dispatch};
use crate::ui::form::{Choice, Chooser, TextArea, TextField};

#[derive(Clone, PartialEq, Properties)]
pub struct PublishDialogProps {
    pub producer: Name,
    pub label: String,
    /// Of the producer's topic; 0 if it has none.
    pub partitions: u32,
}

#[component]
pub fn PublishDialog(props: &PublishDialogProps) -> Html {
    let desk = use_desk();
    let dispatch = use_dispatch();
    let draft = use_state(Draft::default);
    let refused = use_state(|| None::<Refusal>);
    let onsubmit = {
        let (draft, refused, producer) = (draft.clone(), refused.clone(), props.producer.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let asked = draft.command(&producer).and_then(|command| desk.ask.emit(command));
            match asked {
                Ok(()) => dispatch.emit(Action::CloseDialog),
                Err(refusal) => refused.set(Some(refusal)),
            }
        }
    };
    let elsewhere = refused.as_ref().filter(|refusal| Field::named(&refusal.field).is_none());
    html! {
        <DialogFrame title={format!("Publish through {}", props.label)}>
            <form class="stack" {onsubmit}>
                <Fields draft={draft.clone()} refused={(*refused).clone()} partitions={props.partitions} />
                if let Some(refusal) = elsewhere { <p class="field-error" role="alert">{ &refusal.message }</p> }
                <div class="row"><button class="btn btn-primary" type="submit">{ "Publish" }</button></div>
            </form>
        </DialogFrame>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FieldsProps {
    draft: UseStateHandle<Draft>,
    refused: Option<Refusal>,
    partitions: u32,
}

impl FieldsProps {
    fn error(&self, field: Field) -> Option<AttrValue> {
        let refused = self.refused.as_ref().filter(|refused| Field::named(&refused.field) == Some(field));
        refused.map(|refused| refused.message.clone().into())
    }

    fn change(&self, field: Field) -> Callback<String> {
        let draft = self.draft.clone();
        Callback::from(move |text| {
            let mut changed = (*draft).clone();
            *changed.text_mut(field) = text;
            draft.set(changed);
        })
    }
}

#[component]
fn Fields(props: &FieldsProps) -> Html {
    let draft = &props.draft;
    let partition =
        (0..props.partitions).map(|partition| Choice::new(partition.to_string(), format!("partition {partition}")));
    let partitions: Vec<Choice> = std::iter::once(Choice::new("", "by its key")).chain(partition).collect();
    let kind = |value: &'static str, label: &'static str| Choice::new(value, label);
    html! {
        <>
            <div class="fields">
                <Chooser
                    id="publish-key-kind" label="Key" value={draft.key_kind.clone()} on_choose={props.change(Field::KeyKind)}
                    choices={vec![kind("text", "a text"), kind("none", "none (null)")]}
                />
                if draft.key_kind == "text" {
                    <TextField
                        class="span" id="publish-key" label="Text of the key" value={draft.key.clone()} on_input={props.change(Field::Key)}
                        error={props.error(Field::Key)} doc={arithmetic(&draft.key, props.partitions).map(AttrValue::from)}
                    />
                }
            </div>
            <Chooser
                id="publish-value-kind" label="Value is" value={draft.value_kind.clone()} on_choose={props.change(Field::ValueKind)}
                choices={vec![kind("text", "a text"), kind("none", "null: deletes the key where the topic is compacted")]}
            />
            if draft.value_kind == "text" {
                <TextArea id="publish-value" label="Value" value={draft.value.clone()} on_input={props.change(Field::Value)} error={props.error(Field::Value)} />
            }
            <TextArea
                id="publish-headers" label="Headers" value={draft.headers.clone()} on_input={props.change(Field::Headers)}
                error={props.error(Field::Headers)} placeholder="trace-id: 4bf92f35" doc="One a line, name: value."
            />
            <div class="fields">
                <Chooser
                    id="publish-partition" label="To" value={draft.partition.clone()} choices={partitions}
                    on_choose={props.change(Field::Partition)} error={props.error(Field::Partition)}
                />
                <TextField
                    id="publish-count" label="How many" value={draft.count.clone()} on_input={props.change(Field::Count)}
                    error={props.error(Field::Count)} input_mode="numeric"
                />
            </div>
        </>
    }
}

/// Where the key belongs, worked out.
fn arithmetic(key: &str, partitions: u32) -> Option<String> {
    if partitions == 0 {
        return None;
    }
    let hash = murmur2(key.as_bytes());
    let (positive, partition) = (to_positive(hash), partition_for_hash(hash, partitions));
    Some(format!("murmur2 {hash}, & 0x7fffffff {positive}, % {partitions} = partition {partition}"))
}
