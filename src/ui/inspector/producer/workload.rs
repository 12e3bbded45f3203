//! What the producer makes on its own: when, with which keys, how large.

use yew::prelude::*;

use super::draft::{Draft, Field, KeyKind, RateKind};
use crate::engine::command::Command;
use crate::model::Name;
use crate::model::kafka::config::ProducerConfig;
use crate::model::refusal::Refusal;
use crate::model::workload::Workload;
use crate::ui::action::Desk;
use crate::ui::form::{Choice, Chooser, TextArea, TextField};

#[derive(Clone, PartialEq, Properties)]
pub struct WorkloadFormProps {
    pub producer: Name,
    pub config: ProducerConfig,
    pub workload: Workload,
}

pub struct WorkloadForm {
    draft: Draft,
    refused: Vec<Refusal>,
    /// What was asked for last. When it is granted, what was refused stays as it was typed.
    asked: Option<Workload>,
}

pub enum Msg {
    Typed(Field, String),
    RateKind(RateKind),
    KeyKind(KeyKind),
    Done,
}

impl Component for WorkloadForm {
    type Message = Msg;
    type Properties = WorkloadFormProps;

    fn create(ctx: &Context<Self>) -> Self {
        WorkloadForm { draft: Draft::of(&ctx.props().workload), refused: Vec::new(), asked: None }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed(field, text) => *self.draft.text_mut(field) = text,
            Msg::RateKind(kind) => {
                self.draft.rate_kind = kind;
                self.submit(ctx);
            }
            Msg::KeyKind(kind) => {
                self.draft.key_kind = kind;
                self.submit(ctx);
            }
            Msg::Done => self.submit(ctx),
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &WorkloadFormProps) -> bool {
        // Somebody else changed the workload: an undo, the console. What is being typed here gives way.
        let is_own = self.asked.as_ref() == Some(&ctx.props().workload);
        if ctx.props().workload != before.workload && !is_own {
            *self = <Self as Component>::create(ctx);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <section>
                <h3>{ "Workload" }</h3>
                <div class="fields">
                    { rate_kind(ctx, self.draft.rate_kind) }
                    { for self.rate_fields().iter().map(|(field, label)| self.field(ctx, *field, label)) }
                </div>
                <div class="fields">
                    { key_kind(ctx, self.draft.key_kind) }
                    { for self.key_fields().iter().map(|(field, label)| self.field(ctx, *field, label)) }
                    { self.field(ctx, Field::ValueBytes, "Bytes a value") }
                    { self.field(ctx, Field::Tombstones, "Null values, %") }
                </div>
                if self.draft.key_kind == KeyKind::Listed { { self.listed(ctx) } }
            </section>
        }
    }
}

impl WorkloadForm {
    /// What is refused stays as it is in force, and holds up nothing else.
    fn submit(&mut self, ctx: &Context<Self>) {
        let in_force = Draft::of(&ctx.props().workload);
        let mut tried = self.draft.clone();
        self.refused.clear();
        while let Err(refusal) = tried.workload().and_then(|wanted| self.ask(ctx, wanted)) {
            let field = Field::ALL.into_iter().find(|field| field.id() == refusal.field);
            self.refused.push(refusal);
            match field.filter(|field| tried.text(*field) != in_force.text(*field)) {
                Some(field) => *tried.text_mut(field) = in_force.text(field).to_owned(),
                None => break,
            }
        }
    }

    fn ask(&mut self, ctx: &Context<Self>, wanted: Workload) -> Result<(), Refusal> {
        let WorkloadFormProps { producer, config, workload } = ctx.props();
        if wanted == *workload {
            return Ok(());
        }
        self.asked = Some(wanted.clone());
        let desk = ctx.link().context::<Desk>(Callback::noop()).map(|(desk, _)| desk).unwrap_or_default();
        let (producer, config) = (producer.clone(), config.clone());
        desk.ask.emit(Command::ConfigureProducer { producer, config, workload: wanted })
    }

    fn rate_fields(&self) -> &'static [(Field, &'static str)] {
        match self.draft.rate_kind {
            RateKind::Manual => &[],
            RateKind::Constant | RateKind::Poisson => &[(Field::Rate, "Records a second")],
            RateKind::Bursty => &[
                (Field::Rate, "Records a second"),
                (Field::BurstRate, "In a burst"),
                (Field::EveryMs, "A burst every (ms)"),
                (Field::BurstMs, "lasting (ms)"),
            ],
        }
    }

    fn key_fields(&self) -> &'static [(Field, &'static str)] {
        match self.draft.key_kind {
            KeyKind::None | KeyKind::Listed => &[],
            KeyKind::Uniform => &[(Field::Prefix, "Prefix"), (Field::Count, "How many")],
            KeyKind::Zipf => {
                &[(Field::Prefix, "Prefix"), (Field::Count, "How many"), (Field::Exponent, "Exponent (1 is classic)")]
            }
        }
    }

    fn error(&self, field: Field) -> Option<AttrValue> {
        let refused = self.refused.iter().find(|refused| refused.field == field.id());
        refused.map(|refused| refused.message.clone().into())
    }

    fn field(&self, ctx: &Context<Self>, field: Field, label: &'static str) -> Html {
        html! {
            <TextField
                key={field.id()} id={format!("workload-{}", field.id())} {label} value={self.draft.text(field).to_owned()}
                on_input={ctx.link().callback(move |text| Msg::Typed(field, text))}
                on_done={ctx.link().callback(|()| Msg::Done)} error={self.error(field)}
            />
        }
    }

    fn listed(&self, ctx: &Context<Self>) -> Html {
        html! {
            <div class="stack">
                <TextArea
                    id="workload-keys" label="Keys, one a line" value={self.draft.listed.clone()} error={self.error(Field::Listed)}
                    on_input={ctx.link().callback(|text| Msg::Typed(Field::Listed, text))}
                />
                <div><button class="btn btn-small" type="button" onclick={ctx.link().callback(|_| Msg::Done)}>{ "Use these keys" }</button></div>
            </div>
        }
    }
}

fn rate_kind(ctx: &Context<WorkloadForm>, chosen: RateKind) -> Html {
    let choices: Vec<Choice> = RateKind::ALL.iter().map(|(_, id, label)| Choice::new(*id, *label)).collect();
    let value = RateKind::ALL.iter().find(|(kind, ..)| *kind == chosen).map_or("", |(_, id, _)| *id);
    let on_choose = ctx.link().batch_callback(|id: String| {
        RateKind::ALL.iter().find(|(_, known, _)| *known == id).map(|(kind, ..)| Msg::RateKind(*kind))
    });
    html! { <Chooser id="workload-rate-kind" label="Records come" {value} {choices} {on_choose} /> }
}

fn key_kind(ctx: &Context<WorkloadForm>, chosen: KeyKind) -> Html {
    let choices: Vec<Choice> = KeyKind::ALL.iter().map(|(_, id, label)| Choice::new(*id, *label)).collect();
    let value = KeyKind::ALL.iter().find(|(kind, ..)| *kind == chosen).map_or("", |(_, id, _)| *id);
    let on_choose = ctx.link().batch_callback(|id: String| {
        KeyKind::ALL.iter().find(|(_, known, _)| *known == id).map(|(kind, ..)| Msg::KeyKind(*kind))
    });
    html! { <Chooser id="workload-key-kind" label="Keys" {value} {choices} {on_choose} /> }
}
