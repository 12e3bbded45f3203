//! What opens above the page and asks for attention.

mod broken;
mod compare;
mod export;
mod frame;
mod handed;
mod mine;
mod publish;
mod replay;
mod share;
mod shortcuts;

pub use broken::{BrokenLink, BrokenLinkProps};
pub use compare::{CompareDialog, CompareProps, Compared, Course, Finding};
pub use frame::DialogFrame;

use std::rc::Rc;

use yew::prelude::*;

use self::export::ExportDialog;
use self::handed::{UnreadNote, WhatIsIt};
use self::mine::Mine;
use self::publish::PublishDialog;
use self::replay::ReplayDialog;
use self::share::ShareDialog;
use self::shortcuts::ShortcutList;
use super::action::Dialog;
use super::browser::file::Source;
use super::export::Work;
use super::shelf::Shelf;
use crate::scenario::link::{Link, Unreadable};
use crate::view::stage::StageView;

#[derive(Clone, PartialEq, Properties)]
pub struct OpenDialogProps {
    pub dialog: Dialog,
    pub view: Rc<StageView>,
    /// A file that was dropped on the page.
    pub file: Option<Source>,
    /// The run as it is shared.
    #[prop_or_default]
    pub offered: Option<Rc<Link>>,
    /// A link that cannot be read.
    #[prop_or_default]
    pub broken: Option<Rc<Unreadable>>,
    /// Two runs, if they are compared.
    #[prop_or_default]
    pub compared: Option<Rc<Compared>>,
    /// What the browser keeps.
    pub shelf: Rc<Shelf>,
    /// What the scenario on the stage is called.
    pub title: AttrValue,
    /// The export that is under way.
    pub work: Option<Work>,
}

#[component]
pub fn OpenDialog(props: &OpenDialogProps) -> Html {
    match &props.dialog {
        Dialog::Shortcuts => html! { <ShortcutList /> },
        Dialog::Share => match &props.offered {
            Some(run) => html! { <ShareDialog run={run.clone()} /> },
            None => Html::default(),
        },
        Dialog::BrokenLink => match &props.broken {
            Some(unreadable) => html! { <BrokenLink unreadable={unreadable.clone()} /> },
            None => Html::default(),
        },
        Dialog::Unread(unread) => html! { <UnreadNote unread={unread.clone()} /> },
        Dialog::WhatIsIt => match &props.file {
            Some(file) => html! { <WhatIsIt file={file.clone()} /> },
            None => Html::default(),
        },
        Dialog::Export => html! { <ExportDialog work={props.work} /> },
        Dialog::Mine => html! { <Mine shelf={props.shelf.clone()} title={props.title.clone()} /> },
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
