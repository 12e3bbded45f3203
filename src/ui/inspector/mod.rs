//! The selected part, in the operator's words.
//!
//! [`Subject::of`] takes the values out of the session; everything else here turns values into HTML, so that panels can
//! be tested without a browser.

mod broker;
mod caveats;
mod clock;
mod config;
mod consumer;
mod consumer_actions;
mod group;
mod heading;
mod overview;
mod producer;
mod rewind;
mod subject;
mod tabs;
mod topic;
mod why;

#[cfg(test)]
mod tests;

pub use subject::{BrokerSubject, ConsumerSubject, GroupSubject, Position, ProducerSubject, Subject, TopicSubject};
pub use why::{Answer, Asked, WhyPanel, offers};

use std::rc::Rc;

use yew::prelude::*;

use self::broker::BrokerPanel;
use self::caveats::Caveats;
use self::config::{ConfigForm, Owner, ServiceTime};
use self::consumer::ConsumerPanel;
use self::group::GroupPanel;
use self::heading::Heading;
use self::overview::Overview;
use self::producer::ProducerPanel;
use self::tabs::Tabs;
use self::topic::{RecordBrowser, TopicPanel};
use self::why::WhyTab;
use super::action::{InspectorTab, PartKind};

#[derive(Clone, PartialEq, Properties)]
pub struct InspectorProps {
    pub subject: Subject,
    pub tab: InspectorTab,
    pub why: Rc<WhyPanel>,
    /// What the scenario says of itself.
    #[prop_or_default]
    pub about: AttrValue,
}

#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let Some(part) = props.subject.part() else {
        return nothing_selected(props);
    };
    let tab = if part.tabs().contains(&props.tab) { props.tab } else { InspectorTab::Main };
    // Keyed by the part, so that nothing typed for one part shows up at another.
    html! {
        <aside class="inspector" aria-label="Inspector" key={part.id.as_str()}>
            <Heading part={part.clone()} />
            <Tabs part={part.clone()} {tab} />
            <div class="panel" role="tabpanel" aria-labelledby={tabs::tab_id(tab)}>
                if tab == InspectorTab::Why { <WhyTab why={props.why.clone()} /> } else { { body(&props.subject, tab) } }
                <Caveats kind={part.kind} />
            </div>
        </aside>
    }
}

/// All there is; or why something happened that happened to no part.
fn nothing_selected(props: &InspectorProps) -> Html {
    if props.tab == InspectorTab::Why && props.why.asked.is_some() {
        return html! {
            <aside class="inspector" aria-label="Inspector" key="why">
                <div class="panel-head"><h2>{ "Why" }</h2></div>
                <div class="panel"><WhyTab why={props.why.clone()} /></div>
            </aside>
        };
    }
    let Subject::Nothing(view) = &props.subject else { return Html::default() };
    html! {
        <aside class="inspector empty" aria-label="Inspector">
            <Overview view={view.clone()} about={props.about.clone()} />
        </aside>
    }
}

fn body(subject: &Subject, tab: InspectorTab) -> Html {
    match (subject, tab) {
        (Subject::Group(group), InspectorTab::Config) => {
            let owner = Owner::Group { group: group.card.id.clone(), config: group.config.clone() };
            html! {
                <>
                    <ServiceTime group={group.card.id.clone()} config={group.config.clone()} />
                    <ConfigForm {owner} properties={group.properties.clone()} />
                </>
            }
        }
        (Subject::Producer(producer), InspectorTab::Config) => {
            let (config, workload) = (producer.config.clone(), producer.workload.clone());
            let owner = Owner::Producer { producer: producer.card.id.clone(), config, workload };
            html! { <ConfigForm {owner} properties={producer.properties.clone()} /> }
        }
        (Subject::Topic(topic), InspectorTab::Config) => {
            let owner = Owner::Topic { topic: topic.card.id.clone(), config: topic.config.clone() };
            html! { <ConfigForm {owner} properties={topic.properties.clone()} /> }
        }
        (Subject::Broker(broker), InspectorTab::Config) => broker::config_table(&broker.properties),
        (Subject::Broker(broker), _) => html! { <BrokerPanel broker={broker.clone()} /> },
        (Subject::Topic(topic), InspectorTab::Records) => html! { <RecordBrowser topic={topic.clone()} /> },
        (Subject::Topic(topic), _) => html! { <TopicPanel topic={topic.clone()} /> },
        (Subject::Group(group), _) => html! { <GroupPanel group={group.clone()} /> },
        (Subject::Producer(producer), _) => html! { <ProducerPanel producer={producer.clone()} /> },
        (Subject::Consumer(consumer), _) => html! { <ConsumerPanel consumer={consumer.clone()} /> },
        (Subject::Nothing(_), _) => Html::default(),
    }
}

/// What every part has: what it is called, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub id: crate::model::Name,
    pub label: String,
    pub kind: PartKind,
    /// The colour of its group, if it has one.
    pub hue: Option<u32>,
}

impl Part {
    fn tabs(&self) -> &'static [InspectorTab] {
        match self.kind {
            PartKind::Topic => &[InspectorTab::Main, InspectorTab::Records, InspectorTab::Config, InspectorTab::Why],
            PartKind::Producer | PartKind::Group | PartKind::Broker => {
                &[InspectorTab::Main, InspectorTab::Config, InspectorTab::Why]
            }
            PartKind::Consumer => &[InspectorTab::Main, InspectorTab::Why],
        }
    }
}
