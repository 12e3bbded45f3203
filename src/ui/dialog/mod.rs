//! What opens above the page and asks for attention.

mod compare;
mod frame;
mod publish;
mod replay;
mod shortcuts;

pub use compare::{CompareDialog, CompareProps, Compared, Course, Finding};
pub use frame::DialogFrame;

use std::rc::Rc;

use yew::prelude::*;

use self::publish::PublishDialog;
use self::replay::ReplayDialog;
use self::shortcuts::ShortcutList;
use super::action::Dialog;
use super::browser::file::Source;
use crate::view::stage::StageView;

#[derive(Clone, PartialEq, Properties)]
pub struct OpenDialogProps {
    pub dialog: Dialog,
    pub view: Rc<StageView>,
    /// A file that was dropped on the page.
    pub file: Option<Source>,
    /// Two runs, if they are compared.
    #[prop_or_default]
    pub compared: Option<Rc<Compared>>,
}

#[component]
pub fn OpenDialog(props: &OpenDialogProps) -> Html {
    match &props.dialog {
        Dialog::Shortcuts => html! { <ShortcutList /> },
        Dialog::Publish(name) => match props.view.producers.iter().find(|producer| producer.id == *name) {
            Some(producer) => {
                let topic = props.view.topics.iter().find(|topic| Some(&topic.id) == producer.topic.as_ref());
                let partitions = topic.map_or(0, |topic| topic.lanes.len() as u32);
                html! { <PublishDialog producer={name.clone()} label={producer.label.clone()} {partitions} /> }
            }
            None => Html::default(),
        },
        Dialog::Compare(..) => match &props.compared {
            Some(compared) => html! { <CompareDialog compared={compared.clone()} /> },
            None => Html::default(),
        },
        Dialog::ReplayFile(producer) => {
            html! { <ReplayDialog producer={producer.clone()} view={props.view.clone()} file={props.file.clone()} /> }
        }
    }
}
