//! What opens above the page and asks for attention.

mod frame;
mod shortcuts;

pub use frame::DialogFrame;

use std::rc::Rc;

use yew::prelude::*;

use self::shortcuts::ShortcutList;
use super::action::Dialog;
use crate::view::stage::StageView;

#[derive(Clone, PartialEq, Properties)]
pub struct OpenDialogProps {
    pub dialog: Dialog,
    pub view: Rc<StageView>,
}

#[component]
pub fn OpenDialog(props: &OpenDialogProps) -> Html {
    match &props.dialog {
        Dialog::Shortcuts => html! { <ShortcutList /> },
        Dialog::Publish(_) | Dialog::ReplayFile(_) => Html::default(),
    }
}
