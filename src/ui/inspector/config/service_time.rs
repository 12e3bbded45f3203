//! How long the application works on a record: not a property of Kafka's, but of the code around `poll()`.

use yew::prelude::*;

use crate::engine::command::Command;
use crate::kernel::{Delay, Span};
use crate::model::Name;
use crate::model::kafka::config::ConsumerConfig;
use crate::ui::action::use_desk;
use crate::ui::form::{Choice, Chooser, TextField};
use crate::ui::number;

#[derive(Clone, PartialEq, Properties)]
pub struct ServiceTimeProps {
    pub group: Name,
    pub config: ConsumerConfig,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Draft {
    kind: String,
    /// Milliseconds, with up to three decimals.
    least: String,
    most: String,
}

const KINDS: [(&str, &str); 3] = [("constant", "constant"), ("uniform", "uniform"), ("exponential", "exponential")];

impl Draft {
    fn of(delay: &Delay) -> Draft {
        let text = |span: Span| number::rate_text(crate::model::workload::PerSecond::from_milli(span.as_micros()));
        let (kind, least, most) = match *delay {
            Delay::Constant { us } => ("constant", us, us),
            Delay::Uniform { min_us, max_us } => ("uniform", min_us, max_us),
            Delay::Exponential { min_us, mean_us } => ("exponential", min_us, mean_us),
        };
        Draft { kind: kind.into(), least: text(least), most: text(most) }
    }

    fn delay(&self) -> Result<Delay, String> {
        let span = |text: &str| number::rate(text).map(|ms| Span::from_micros(ms.as_milli()));
        let (most, is_spread) = (span(&self.most)?, self.kind != "constant");
        let least = if is_spread { span(&self.least)? } else { most };
        Ok(match self.kind.as_str() {
            "uniform" => Delay::Uniform { min_us: least, max_us: most },
            "exponential" => Delay::Exponential { min_us: least, mean_us: most },
            _ => Delay::Constant { us: most },
        })
    }
}

#[component]
pub fn ServiceTime(props: &ServiceTimeProps) -> Html {
    let desk = use_desk();
    let draft = use_state(|| Draft::of(&props.config.service_time));
    let refused = use_state(|| None::<String>);
    let submit = {
        let (desk, refused, props) = (desk.clone(), refused.clone(), props.clone());
        move |draft: &Draft| {
            let asked = draft.delay().and_then(|service_time| {
                let config = ConsumerConfig { service_time, ..props.config.clone() };
                let command = Command::ConfigureGroup { group: props.group.clone(), config };
                desk.ask.emit(command).map_err(|refusal| refusal.message)
            });
            refused.set(asked.err());
        }
    };
    let change = |set: fn(&mut Draft, String)| {
        let draft = draft.clone();
        Callback::from(move |text| {
            let mut changed = (*draft).clone();
            set(&mut changed, text);
            draft.set(changed);
        })
    };
    let on_choose = {
        let (draft, submit) = (draft.clone(), submit.clone());
        move |kind| {
            let changed = Draft { kind, ..(*draft).clone() };
            submit(&changed);
            draft.set(changed);
        }
    };
    let on_done = {
        let draft = draft.clone();
        Callback::from(move |()| submit(&draft))
    };
    let choices: Vec<Choice> = KINDS.iter().map(|(id, label)| Choice::new(*id, *label)).collect();
    let most_label = match draft.kind.as_str() {
        "uniform" => "At most (ms)",
        "exponential" => "Mean (ms)",
        _ => "Time (ms)",
    };
    html! {
        <section>
            <h3>{ "Service time" }</h3>
            <p class="field-doc">{ "How long the application works on a record. Not a Kafka property: it is the code around poll()." }</p>
            <div class="fields">
                <Chooser id="service-kind" label="A record takes" value={draft.kind.clone()} {choices} {on_choose} />
                if draft.kind != "constant" {
                    <TextField id="service-least" label="At least (ms)" value={draft.least.clone()} on_input={change(|draft, text| draft.least = text)} on_done={on_done.clone()} />
                }
                <TextField
                    id="service-most" label={most_label} value={draft.most.clone()} on_input={change(|draft, text| draft.most = text)}
                    {on_done} error={(*refused).clone().map(AttrValue::from)}
                />
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_time_is_read_and_written_in_milliseconds() {
        let delay = Delay::Uniform { min_us: Span::from_micros(1_500), max_us: Span::from_millis(8) };
        let draft = Draft::of(&delay);
        assert_eq!((draft.least.as_str(), draft.most.as_str()), ("1.5", "8"));
        assert_eq!(draft.delay(), Ok(delay));
    }

    #[test]
    fn a_service_time_below_zero_is_refused() {
        let draft = Draft { kind: "constant".into(), least: "0".into(), most: "-2".into() };
        assert!(draft.delay().is_err());
    }
}
