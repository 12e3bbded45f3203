//! A modal dialog: title, close button, contents.

use yew::prelude::*;

use crate::ui::action::{Action, use_dispatch};
use crate::ui::browser::modal::use_modal;
use crate::ui::icon::{Drawing, Icon};

#[derive(Clone, PartialEq, Properties)]
pub struct DialogFrameProps {
    pub title: AttrValue,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

#[component]
pub fn DialogFrame(props: &DialogFrameProps) -> Html {
    let dispatch = use_dispatch();
    let node = use_node_ref();
    use_modal(&node);
    let close = move || dispatch.emit(Action::CloseDialog);
    let (on_escape, on_button) = (close.clone(), close);
    html! {
        <dialog ref={node} class={classes!("dialog", props.class.clone())} aria-label={props.title.clone()} oncancel={move |_| on_escape()}>
            <div class="dialog-head">
                <h2 class="grow">{ &props.title }</h2>
                <button class="btn btn-quiet btn-square" type="button" aria-label="Close" onclick={move |_| on_button()}>
                    <Icon drawing={Drawing::Close} />
                </button>
            </div>
            <div class="dialog-body">{ props.children.clone() }</div>
        </dialog>
    }
}
