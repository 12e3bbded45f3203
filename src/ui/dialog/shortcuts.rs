//! The list of shortcuts.

use yew::prelude::*;

use super::DialogFrame;
use crate::ui::shortcuts::LIST;

#[component]
pub fn ShortcutList() -> Html {
    let entry = |(keys, what): &(&'static str, &'static str)| {
        html! { <div key={*keys} class="shortcut"><dt><kbd>{ *keys }</kbd></dt><dd>{ *what }</dd></div> }
    };
    let section = |(title, entries): &(&'static str, &'static [(&'static str, &'static str)])| {
        html! {
            <section key={*title}>
                <h3>{ *title }</h3>
                <dl>{ for entries.iter().map(entry) }</dl>
            </section>
        }
    };
    html! { <DialogFrame title="Keyboard shortcuts"><div class="shortcuts">{ for LIST.iter().map(section) }</div></DialogFrame> }
}
