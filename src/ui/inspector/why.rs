//! Why something is as it is: what can be asked of a part, and the chain of causes that answers it.

use std::rc::Rc;

use yew::prelude::*;

use super::Subject;
use super::subject::{ConsumerSubject, GroupSubject};
use crate::kernel::Time;
use crate::model::{Name, TopicPartition};
use crate::session::{Mark, MarkKind};
use crate::ui::action::{Action, Dispatch, sends, use_dispatch};
use crate::view::why::{Order, Question, Step, Term, Why};

/// So many of the latest things that happened to a part can be asked about.
const MARKS_MAX: usize = 6;
const PARTITIONS_MAX: usize = 12;

/// What the tab shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhyPanel {
    pub offers: Vec<Offer>,
    pub asked: Option<Asked>,
}

/// A question that makes sense now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub label: String,
    pub question: Question,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub question: Question,
    pub answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Thousandths of the stretch that is gone through again for it.
    Looking(u32),
    Known(Rc<Why>),
    Refused(String),
}

/// The most telling question first: it is the one that is answered unless another is asked.
pub fn offers(subject: &Subject, marks: &[Mark], now: Time) -> Vec<Offer> {
    let mut offers = match subject {
        Subject::Group(group) => of_group(group),
        Subject::Consumer(consumer) => of_consumer(consumer),
        Subject::Nothing(_) | Subject::Producer(_) | Subject::Topic(_) | Subject::Broker(_) => Vec::new(),
    };
    let id = subject.part().map(|part| part.id);
    let own = marks.iter().rev().filter(|mark| mark.at <= now && mark.node.is_some() && mark.node == id);
    let happened = own.take(MARKS_MAX).map(|mark| Offer {
        label: format!("{}, {}", mark.label, mark.at),
        question: Question::Observation(mark.observation),
    });
    // What happened to a consumer says more than what it reads.
    let at = if matches!(subject, Subject::Consumer(_)) { 0 } else { offers.len() };
    offers.splice(at..at, happened);
    if let Subject::Topic(topic) = subject {
        let lost = marks.iter().any(|mark| mark.kind == MarkKind::Loss && mark.at <= now);
        let lanes = topic.card.lanes.iter().take(if lost { PARTITIONS_MAX } else { 0 });
        offers.extend(lanes.map(|lane| {
            let partition = TopicPartition::new(&topic.card.id, lane.partition);
            Offer { label: format!("Records lost of {partition}"), question: Question::Loss { partition } }
        }));
    }
    offers
}

fn of_group(group: &GroupSubject) -> Vec<Offer> {
    let (card, id) = (&group.card, &group.card.id);
    let mut offers = vec![
        Offer { label: format!("Its state, {}", card.state), question: Question::State { group: id.clone() } },
        Offer { label: format!("Its lag, {}", card.lag), question: Question::Lag { group: id.clone() } },
    ];
    if let Some((partition, offset)) = group.repeated.clone() {
        let label = format!("{partition}, offset {offset}, processed twice");
        offers.push(Offer { label, question: Question::Duplicate { group: id.clone(), partition, offset } });
    }
    let lanes = group.lanes.iter().take(PARTITIONS_MAX);
    offers.extend(lanes.map(|(partition, _)| owner(id, partition)));
    offers
}

fn of_consumer(consumer: &ConsumerSubject) -> Vec<Offer> {
    consumer.card.assigned.iter().take(PARTITIONS_MAX).map(|partition| owner(&consumer.group, partition)).collect()
}

fn owner(group: &Name, partition: &TopicPartition) -> Offer {
    let question = Question::Owner { group: group.clone(), partition: partition.clone() };
    Offer { label: format!("Who reads {partition}"), question }
}

#[derive(Clone, PartialEq, Properties)]
pub struct WhyTabProps {
    pub why: Rc<WhyPanel>,
}

#[component]
pub fn WhyTab(props: &WhyTabProps) -> Html {
    let dispatch = use_dispatch();
    let WhyPanel { offers, asked } = &*props.why;
    let offer = |offer: &Offer| {
        let is_asked = asked.as_ref().is_some_and(|asked| asked.question == offer.question);
        html! {
            <button
                key={offer.label.clone()} class="btn btn-small" type="button"
                aria-pressed={if is_asked { "true" } else { "false" }}
                onclick={sends(&dispatch, Action::Ask(offer.question.clone()))}
            >
                { &offer.label }
            </button>
        }
    };
    html! {
        <>
            <div aria-live="polite">{ for asked.iter().map(|asked| answer(asked, &dispatch)) }</div>
            if offers.is_empty() && asked.is_none() {
                <p class="muted">{ "Nothing has happened to it yet. Every mark of the time line answers why, too." }</p>
            }
            if !offers.is_empty() {
                <section><h3>{ "Ask about" }</h3><div class="row wrap">{ for offers.iter().map(offer) }</div></section>
            }
        </>
    }
}

fn answer(asked: &Asked, dispatch: &Dispatch) -> Html {
    match &asked.answer {
        Answer::Looking(permille) => html! {
            <p class="row"><progress max="1000" value={permille.to_string()} aria-label="Looking for the cause" /></p>
        },
        Answer::Refused(reason) => html! { <p class="muted">{ reason }</p> },
        Answer::Known(why) => html! {
            <section>
                <h3>{ &why.title }</h3>
                <ol class="chain">{ for why.steps.iter().enumerate().map(|(nth, told)| step(nth, told, why.order, dispatch)) }</ol>
                <p class="field-doc">
                    { if why.order == Order::Because { "Each because of the one below it. A time goes there." } else { "In the order of time. A time goes there." } }
                </p>
            </section>
        },
    }
}

fn step(nth: usize, step: &Step, order: Order, dispatch: &Dispatch) -> Html {
    let is_asked = nth == 0 && order == Order::Because;
    let class = classes!(step.is_command.then_some("is-root"), is_asked.then_some("is-asked"));
    let at = step.at.to_string();
    html! {
        <li key={nth} {class}>
            <button class="moment" type="button" aria-label={format!("Go to {at}")} onclick={sends(dispatch, Action::Jump(step.at))}>{ at.clone() }</button>
            <span>{ capitalised(step) }{ for step.term.iter().map(term) }</span>
        </li>
    }
}

/// A sentence about a part begins with its name, as it is written.
fn capitalised(step: &Step) -> String {
    match (&step.subject, step.sentence.chars().next()) {
        (None, Some(first)) => format!("{}{}", first.to_uppercase(), &step.sentence[first.len_utf8()..]),
        _ => step.sentence.clone(),
    }
}

/// The protocol's word, explained on hover, on focus and to screen readers.
fn term(term: &Term) -> Html {
    html! {
        <>{ " " }<span class="term" tabindex="0">{ term.name }<span class="tip" role="tooltip">{ term.meaning }</span></span></>
    }
}
