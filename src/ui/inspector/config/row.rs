//! One property.

use yew::prelude::*;

use crate::ui::form::{Choice, Chooser, TextField};
use crate::view::config::Property;

#[derive(Clone, PartialEq, Properties)]
pub struct PropertyRowProps {
    pub property: Property,
    /// What was typed and is not granted yet.
    pub typed: Option<String>,
    pub error: Option<String>,
    pub is_editable: bool,
    pub on_input: Callback<String>,
    pub on_done: Callback<()>,
    /// Chosen from a list, so done at once.
    pub on_set: Callback<String>,
}

/// The words that a property may be, if there are few.
fn words(property: &str) -> Option<&'static [&'static str]> {
    match property {
        "acks" => Some(&["all", "1", "0"]),
        "enable.idempotence"
        | "partitioner.adaptive.partitioning.enable"
        | "enable.auto.commit"
        | "unclean.leader.election.enable" => Some(&["true", "false"]),
        "auto.offset.reset" => Some(&["earliest", "latest", "none"]),
        "share.auto.offset.reset" => Some(&["earliest", "latest"]),
        "share.acknowledgement.mode" => Some(&["implicit", "explicit"]),
        "isolation.level" => Some(&["read_uncommitted", "read_committed"]),
        "processing.guarantee" => Some(&["at_most_once", "at_least_once", "exactly_once_v2"]),
        "group.protocol" => Some(&["classic", "consumer", "share"]),
        "group.remote.assignor" => Some(&["null", "uniform", "range"]),
        "cleanup.policy" => Some(&["delete", "compact", "compact,delete"]),
        _ => None,
    }
}

#[component]
pub fn PropertyRow(props: &PropertyRowProps) -> Html {
    let property = &props.property;
    let name = property.name.to_string();
    let value = props.typed.clone().unwrap_or_else(|| property.value.clone());
    let id = format!("property-{name}");
    let error = props.error.clone().map(AttrValue::from);
    let doc = if property.value == property.default {
        property.doc.to_string()
    } else {
        format!("{} Default: {}", property.doc, property.default)
    };
    if !props.is_editable {
        return html! {
            <div class="field property">
                <span class="field-label mono">{ name }</span><span class="mono">{ value }</span>
                <span class="field-doc">{ doc }</span>
            </div>
        };
    }
    match words(&name) {
        Some(words) => {
            let choices: Vec<Choice> = words.iter().map(|word| Choice::plain(*word)).collect();
            html! {
                <Chooser class="property" {id} label={name} {value} {choices} on_choose={props.on_set.clone()} {error} doc={AttrValue::from(doc)} />
            }
        }
        None => html! {
            <TextField
                class="property" {id} label={name} {value} on_input={props.on_input.clone()} on_done={props.on_done.clone()}
                {error} doc={AttrValue::from(doc)}
            />
        },
    }
}
