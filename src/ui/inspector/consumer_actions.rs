//! What can be done to a consumer. Kill, hang and leave are different things, and say so.

use yew::prelude::*;

use crate::engine::command::Command;
use crate::model::Name;
use crate::ui::action::{Action, use_dispatch};
use crate::view::stage::Life;

#[derive(Clone, PartialEq, Properties)]
pub struct ConsumerActionsProps {
    pub consumer: Name,
    pub life: Life,
}

/// One button: what it says, what it does and why one would.
struct Deed {
    name: &'static str,
    title: &'static str,
    command: Command,
    class: &'static str,
}

#[component]
pub fn ConsumerActions(props: &ConsumerActionsProps) -> Html {
    let dispatch = use_dispatch();
    let button = |deed: Deed| {
        let (dispatch, command) = (dispatch.clone(), deed.command);
        html! {
            <button
                key={deed.name} class={classes!("btn", "btn-small", deed.class)} type="button" title={deed.title}
                aria-label={format!("{} {}", deed.name, props.consumer)}
                onclick={move |_| dispatch.emit(Action::Do(command.clone()))}
            >
                { deed.name }
            </button>
        }
    };
    html! { <div class="row wrap">{ for deeds(&props.consumer, props.life).into_iter().map(button) }</div> }
}

fn deeds(consumer: &Name, life: Life) -> Vec<Deed> {
    let consumer = consumer.clone();
    let restart = Deed {
        name: "Restart",
        title: "Start the process anew, with the group's configuration as it is now (R)",
        command: Command::Restart { consumer: consumer.clone() },
        class: "",
    };
    let kill = Deed {
        name: "Kill",
        title: "The process dies without a word: the group learns of it when the session times out (K)",
        command: Command::Kill { consumer: consumer.clone() },
        class: "btn-bad",
    };
    let hang = Deed {
        name: "Hang",
        title: "The application stops polling; the heartbeats go on until max.poll.interval.ms is over (H)",
        command: Command::Hang { consumer: consumer.clone() },
        class: "",
    };
    let unhang = Deed {
        name: "Unhang",
        title: "The application carries on where it hung (U)",
        command: Command::Unhang { consumer: consumer.clone() },
        class: "",
    };
    let leave = Deed {
        name: "Leave",
        title: "close(): commits, says goodbye to the coordinator, stops (L)",
        command: Command::Leave { consumer },
        class: "",
    };
    match life {
        Life::Running => vec![kill, hang, leave, restart],
        Life::Hung(_) => vec![unhang, kill, restart],
        Life::Killed(_) | Life::Left(_) => vec![restart],
    }
}
