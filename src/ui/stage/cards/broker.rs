//! A broker's card: quiet while all is well, with its buttons where the pointer or the focus is.

use std::rc::Rc;

use yew::prelude::*;

use super::life::Deed;
use super::title::{Rename, Title};
use super::{Accent, box_style};
use crate::engine::command::Command;
use crate::kernel::Time;
use crate::scene::geometry::Rect;
use crate::scene::words::{of_broker, per_mille, tenths};
use crate::ui::action::{Action, use_dispatch};
use crate::view::stage::{BrokerCard, BrokerState};

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub broker: Rc<BrokerCard>,
    pub now: Time,
    pub rect: Rect,
    pub accent: Accent,
    pub is_renaming: bool,
    pub on_rename: Callback<Rename>,
}

#[component]
pub fn Broker(props: &Props) -> Html {
    let broker = &*props.broker;
    let dispatch = use_dispatch();
    let state = match broker.state {
        BrokerState::InService => None,
        BrokerState::Dead(_) | BrokerState::Stopped(_) => Some("is-dead"),
        BrokerState::ShuttingDown | BrokerState::Fenced => Some("is-fenced"),
    };
    let button = |deed: Deed| {
        let (name, command) = (deed.name(&broker.label), deed.command);
        let onclick = dispatch.reform(move |_| Action::Do(command.clone()));
        html! {
            <button key={deed.verb} class="deed" aria-label={name} title={deed.title} {onclick}>{ deed.label }</button>
        }
    };
    html! {
        <section
            class={classes!("node", "broker", state, props.accent.class())} style={box_style(&props.rect)} role="group"
            tabindex="0" data-node={broker.id.to_string()} aria-label={format!("broker {}", broker.label)}
        >
            <header class="node-head">
                <span class="broker-light" aria-hidden="true"></span>
                <Title
                    id={broker.id.clone()} label={broker.label.clone()} is_renaming={props.is_renaming}
                    on_rename={props.on_rename.clone()}
                />
                <span class="grow"></span>
                if let Some(rack) = &broker.rack { <span class="sub">{ rack }</span> }
            </header>
            <div class="line" title={kept(broker)}>{ of_broker(broker, props.now) }</div>
            { fuse(broker) }
            <div class="deeds">{ for deeds(broker).into_iter().map(button) }</div>
        </section>
    }
}

/// Every partition that it keeps, by its role.
fn kept(broker: &BrokerCard) -> String {
    let listed = |partitions: &[crate::model::TopicPartition]| {
        let names: Vec<String> = partitions.iter().map(ToString::to_string).collect();
        if names.is_empty() { "nothing".into() } else { names.join(", ") }
    };
    format!("leads {}; follows {}", listed(&broker.leads), listed(&broker.follows))
}

fn fuse(broker: &BrokerCard) -> Html {
    let Some(fuse) = broker.session else { return Html::default() };
    let left = per_mille(&fuse);
    let style = format!("transform:scaleX({}.{:03})", left / 1_000, left % 1_000);
    let name = format!("session of {}", broker.label);
    let title = "When it is burnt down, the controller fences the broker (broker.session.timeout.ms)";
    html! {
        <div class="fuse" {title} role="meter" aria-label={name} aria-valuemin="0" aria-valuemax="1000"
            aria-valuenow={left.to_string()} aria-valuetext={format!("{} left", tenths(fuse.left))}
        >
            <div class="fuse-track"><i {style}></i></div>
        </div>
    }
}

/// Kill, shut down and restart; and, in the menu and the inspector, what happens to its disk.
pub fn deeds(broker: &BrokerCard) -> Vec<Deed> {
    let id = || broker.id.clone();
    let kill = Deed {
        label: "Kill",
        verb: "Kill",
        shortcut: "K",
        title: "The process dies without a word: the controller learns of it when its session times out",
        command: Command::KillBroker { broker: id() },
    };
    let stop = Deed {
        label: "Shut down",
        verb: "Shut down",
        shortcut: "L",
        title: "A controlled shutdown: others take over what it leads, and then it ends",
        command: Command::ShutDownBroker { broker: id() },
    };
    let restart = Deed {
        label: "Restart",
        verb: "Restart",
        shortcut: "R",
        title: "Starts the process on what is on its disk",
        command: Command::RestartBroker { broker: id() },
    };
    match broker.state {
        BrokerState::InService | BrokerState::Fenced => vec![kill, stop],
        BrokerState::ShuttingDown => vec![kill],
        BrokerState::Dead(_) | BrokerState::Stopped(_) => vec![restart],
    }
}

/// The worst that can happen to a broker.
pub fn wipe(broker: &BrokerCard) -> Deed {
    Deed {
        label: "Destroy disk",
        verb: "Destroy the disk of",
        shortcut: "",
        title: "The disk dies, and the process with it; restarted, it begins with an empty one",
        command: Command::WipeBroker { broker: broker.id.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::broker;

    fn labels(state: BrokerState) -> Vec<&'static str> {
        deeds(&BrokerCard { state, ..broker(1) }).into_iter().map(|deed| deed.label).collect()
    }

    #[test]
    fn a_broker_that_runs_can_be_killed_and_a_dead_one_restarted() {
        assert_eq!(labels(BrokerState::InService), ["Kill", "Shut down"]);
        assert_eq!(labels(BrokerState::Dead(Time::ZERO)), ["Restart"]);
    }

    #[test]
    fn a_card_says_what_a_broker_does_or_since_when_it_does_nothing() {
        assert_eq!(of_broker(&broker(1), Time::ZERO), "leads 1 · follows 2");
        let dead = BrokerCard { state: BrokerState::Dead(Time::from_secs(3)), ..broker(1) };
        assert_eq!(of_broker(&dead, Time::from_secs(5)), "died 2.0 s ago");
        assert_eq!(of_broker(&BrokerCard { behind: 2, ..broker(1) }, Time::ZERO), "leads 1 · behind in 2");
    }
}
