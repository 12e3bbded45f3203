//! A group can speak another protocol: from now on, or in another run from its beginning, to compare the two.

use yew::prelude::*;

use crate::engine::command::Command;
use crate::model::Name;
use crate::model::kafka::config::{ConsumerConfig, GroupProtocol};
use crate::session::rerun::speaking;
use crate::ui::action::{Action, Dispatch, sends};

const ALL: [(GroupProtocol, &str); 3] = [
    (GroupProtocol::Classic, "members join together, and one of them assigns"),
    (GroupProtocol::Consumer, "KIP-848: the coordinator assigns and leads each member there"),
    (GroupProtocol::Share, "KIP-932: nobody owns a partition, each record goes to one member"),
];

pub fn section(group: &Name, config: &ConsumerConfig, dispatch: &Dispatch) -> Html {
    let others = ALL.into_iter().filter(|(protocol, _)| *protocol != config.protocol);
    html! {
        <section>
            <h3>{ "Another protocol" }</h3>
            <p class="field-doc">
                { format!("It speaks {}. Change over stops the group and starts it again once it is empty; what was committed \
                           stays. Compare runs all that was done once more, in a run of its own, and shows both side by side.", config.protocol.name()) }
            </p>
            <div class="stack">{ for others.map(|(protocol, what)| line(group, config, protocol, what, dispatch)) }</div>
        </section>
    }
}

fn line(group: &Name, config: &ConsumerConfig, protocol: GroupProtocol, what: &str, dispatch: &Dispatch) -> Html {
    let name = protocol.name();
    let change = Command::ConfigureGroup { group: group.clone(), config: speaking(config, protocol) };
    html! {
        <div key={name} class="member-row">
            <div class="row wrap"><b class="mono">{ name }</b><span class="small muted">{ what.to_owned() }</span></div>
            <div class="row wrap">
                <button
                    class="btn btn-small" type="button" aria-label={format!("Change over to {name}")}
                    onclick={sends(dispatch, Action::StopAnd(change))}
                >{ "Change over" }</button>
                <button
                    class="btn btn-small" type="button" aria-label={format!("Compare with {name}")}
                    onclick={sends(dispatch, Action::Rerun(group.clone(), protocol))}
                >{ "Compare" }</button>
            </div>
        </div>
    }
}
