//! A producer's card.

use std::rc::Rc;

use yew::prelude::*;

use super::title::{Rename, Title};
use super::{Accent, Handle, Side, box_style};
use crate::engine::command::{Command, Switch};
use crate::scene::geometry::Rect;
use crate::scene::picture::grouped;
use crate::scene::words::{counts, rate};
use crate::ui::action::{Action, Dialog, use_dispatch};
use crate::view::stage::ProducerCard;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub producer: Rc<ProducerCard>,
    pub rect: Rect,
    pub accent: Accent,
    pub is_renaming: bool,
    pub on_rename: Callback<Rename>,
}

#[component]
pub fn Producer(props: &Props) -> Html {
    let producer = &*props.producer;
    let paused = (!producer.producing || !producer.running).then_some("is-paused");
    html! {
        <section
            class={classes!("node", "producer", paused, props.accent.class())} style={box_style(&props.rect)} role="group"
            tabindex="0" data-node={producer.id.to_string()} aria-label={format!("producer {}", producer.label)}
        >
            <header class="node-head">
                <svg class="node-icon" viewBox="0 0 10 10" aria-hidden="true">
                    <path d="M1.500 1l7 4-7 4z" fill="currentColor" />
                </svg>
                <Title
                    id={producer.id.clone()} label={producer.label.clone()} is_renaming={props.is_renaming}
                    on_rename={props.on_rename.clone()}
                />
            </header>
            <div class="node-body">
                <div class="line muted" title={counts(producer)}>{ rate(producer) }</div>
                <div class="line faint" title={producer.keys.clone()}>
                    if let Some(transaction) = &producer.transaction { { transaction.phase } } else { { &producer.keys } }
                </div>
            </div>
            { replay(producer) }
            <Buttons producer={props.producer.clone()} />
            if let Some(problem) = &producer.problem { <p class="problem" title={problem.clone()}>{ problem }</p> }
            <Handle id={producer.id.clone()} label={producer.label.clone()} side={Side::Out} />
        </section>
    }
}

fn replay(producer: &ProducerCard) -> Html {
    let Some((done, all)) = producer.replay else { return Html::default() };
    let percent = done.min(all) * 100 / all.max(1);
    let style = format!("transform:scaleX({}.{:02})", percent / 100, percent % 100);
    html! {
        <div class="replay" role="meter" aria-label="rows replayed" aria-valuenow={percent.to_string()}>
            <span>{ format!("{} of {} rows", grouped(done), grouped(all)) }</span>
            <div class="fuse-track"><i {style}></i></div>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ButtonsProps {
    producer: Rc<ProducerCard>,
}

#[component]
fn Buttons(props: &ButtonsProps) -> Html {
    let dispatch = use_dispatch();
    let ProducerCard { id, label, .. } = &*props.producer;
    let publish = dispatch.reform({
        let id = id.clone();
        move |_| Action::OpenDialog(Dialog::Publish(id.clone()))
    });
    let producing = |producing| Command::SetProducing { producer: id.clone(), producing };
    let (verb, sign, command) = if !props.producer.running {
        (
            "Restart",
            "M10 6a4 4 0 1 1-1.200-2.900M9.500 1v2.500h-2.500",
            Command::RestartProducer { producer: id.clone() },
        )
    } else if props.producer.producing {
        ("Pause", "M3 1.500v9M9 1.500v9", producing(Switch::Off))
    } else {
        ("Resume", "M3 1.500l7 4.500-7 4.500z", producing(Switch::On))
    };
    let toggle = dispatch.reform(move |_| Action::Do(command.clone()));
    let name = format!("{verb} {label}");
    html! {
        <div class="node-actions">
            <button class="node-button" aria-label={format!("Publish through {label}")} onclick={publish}>
                { "Publish" }
            </button>
            <button class="node-button" aria-label={name.clone()} title={name} onclick={toggle}>
                <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
                    <path
                        d={sign} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
                        stroke-linejoin="round"
                    />
                </svg>
            </button>
        </div>
    }
}
