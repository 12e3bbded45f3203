//! Share: the run as a link, a QR code, a frame for another page.

mod code;
mod offer;

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use self::code::Code;
use self::offer::{Offer, Start, frame};
use super::DialogFrame;
use crate::kernel::Time;
use crate::scenario::link::{COMFORTABLE, Link};
use crate::ui::browser::{address, clipboard};
use crate::ui::form::{Choice, Chooser};
use crate::ui::number::grouped;

#[derive(Clone, PartialEq, Properties)]
pub struct ShareDialogProps {
    /// The run at the moment at which the dialog was opened.
    pub run: Rc<Link>,
}

#[component]
pub fn ShareDialog(props: &ShareDialogProps) -> Html {
    let offer = use_state(|| Offer { is_read_only: props.run.is_read_only, ..Offer::default() });
    let choices = html! { <Choices offer={offer.clone()} at_us={props.run.at_us.unwrap_or(0)} /> };
    let contents = match offer.letters(&props.run) {
        Err(refusal) => html! { <><p class="problem" role="alert">{ &refusal.message }</p>{ choices }</> },
        Ok(letters) => {
            let address = address::of(&letters, offer.options());
            let title = &props.run.scenario.title;
            html! {
                <>
                    <LinkField address={address.clone()} title={title.clone()} />
                    <div class="share">
                        <div class="stack">
                            { choices }
                            <FrameField snippet={frame(&address_of_frame(&letters), title)} />
                        </div>
                        <Code {address} />
                    </div>
                </>
            }
        }
    };
    html! { <DialogFrame title="Share this run">{ contents }</DialogFrame> }
}

/// A frame shows stage and transport, whatever was chosen for the link.
fn address_of_frame(letters: &str) -> String {
    address::of(letters, crate::scenario::link::Options { is_embedded: true })
}

#[derive(Clone, PartialEq, Properties)]
struct LinkFieldProps {
    address: AttrValue,
    title: AttrValue,
}

#[component]
fn LinkField(props: &LinkFieldProps) -> Html {
    let length = props.address.chars().count();
    let (address, title) = (props.address.clone(), props.title.clone());
    let share = move |_| {
        let (address, title) = (address.clone(), title.clone());
        spawn_local(async move { clipboard::share(&title, &address).await });
    };
    html! {
        <div class="field">
            <label for="share-link">{ "Link" }</label>
            <Copied id="share-link" text={props.address.clone()} is_primary=true>
                if clipboard::can_share() {
                    <button class="btn" type="button" onclick={share}>{ "Send…" }</button>
                }
            </Copied>
            if length > COMFORTABLE {
                <span class="warn-text small" role="status">
                    { format!("{} characters. Some chat tools and wikis cut links off after {}: if it has to pass through one, share it from the start or as a file.", grouped(length as u64), grouped(COMFORTABLE as u64)) }
                </span>
            } else {
                <span class="field-doc">{ format!("{} characters. The whole run is in the link; nothing is sent to a server.", grouped(length as u64)) }</span>
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FrameFieldProps {
    snippet: AttrValue,
}

#[component]
fn FrameField(props: &FrameFieldProps) -> Html {
    html! {
        <div class="field">
            <label for="share-frame">{ "For a blog or a slide" }</label>
            <Copied id="share-frame" text={props.snippet.clone()} is_primary=false />
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct CopiedProps {
    id: AttrValue,
    text: AttrValue,
    is_primary: bool,
    #[prop_or_default]
    children: Html,
}

/// What became of the last attempt to copy this very text.
#[derive(Clone, PartialEq)]
enum Copying {
    Done(AttrValue),
    Failed(AttrValue),
}

/// A text to take along, and the button that copies it. Where the page may not write to the clipboard the text is
/// selected, ready for the keys that do.
#[component]
fn Copied(props: &CopiedProps) -> Html {
    let field = use_node_ref();
    let last = use_state(|| None::<Copying>);
    let onclick = {
        let (field, last, text) = (field.clone(), last.clone(), props.text.clone());
        move |_| {
            let (field, last, text) = (field.clone(), last.clone(), text.clone());
            spawn_local(async move {
                if clipboard::copy(&text).await {
                    return last.set(Some(Copying::Done(text)));
                }
                if let Some(field) = field.cast::<HtmlInputElement>() {
                    let _ = field.focus();
                    field.select();
                }
                last.set(Some(Copying::Failed(text)));
            });
        }
    };
    let says = match &*last {
        Some(Copying::Done(text)) if *text == props.text => "Copied",
        Some(Copying::Failed(text)) if *text == props.text => "Press Ctrl C",
        _ => "Copy",
    };
    let onfocus = |event: FocusEvent| event.target_unchecked_into::<HtmlInputElement>().select();
    html! {
        <div class="row">
            <input ref={field} class="input mono grow" id={props.id.clone()} readonly=true value={props.text.clone()} {onfocus} />
            <button
                class={classes!("btn", "copy", props.is_primary.then_some("btn-primary"))} type="button"
                aria-label={(!props.is_primary).then_some("Copy the frame")} {onclick}
            >
                <span aria-live="polite">{ says }</span>
            </button>
            { props.children.clone() }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ChoicesProps {
    offer: UseStateHandle<Offer>,
    at_us: u64,
}

#[component]
fn Choices(props: &ChoicesProps) -> Html {
    let offer = &props.offer;
    let change = |change: fn(&mut Offer, String)| {
        let offer = offer.clone();
        Callback::from(move |value: String| {
            let mut changed = *offer;
            change(&mut changed, value);
            offer.set(changed);
        })
    };
    let here = format!("here, at {}", Time::from_micros(props.at_us));
    html! {
        <>
            <div class="fields">
                <Chooser
                    id="share-start" label="Opens" value={if offer.start == Start::Here { "here" } else { "start" }}
                    choices={vec![Choice::new("here", here), Choice::new("start", "at the start")]}
                    on_choose={change(|offer, value| offer.start = if value == "start" { Start::Beginning } else { Start::Here })}
                />
                <Chooser
                    id="share-playing" label="And is" value={if offer.is_paused { "paused" } else { "playing" }}
                    choices={vec![Choice::plain("playing"), Choice::plain("paused")]}
                    on_choose={change(|offer, value| offer.is_paused = value == "paused")}
                />
            </div>
            { check("Read only: to watch, not to change", offer.is_read_only, change(|offer, _| offer.is_read_only ^= true)) }
            { check("Embedded: stage and time line only", offer.is_embedded, change(|offer, _| offer.is_embedded ^= true)) }
        </>
    }
}

fn check(label: &'static str, checked: bool, change: Callback<String>) -> Html {
    let onchange = move |_: Event| change.emit(String::new());
    html! { <label class="check"><input type="checkbox" {checked} {onchange} />{ label }</label> }
}
