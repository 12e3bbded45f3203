//! Line drawings on a 24 × 24 grid. They decorate: whatever has an icon has a name as well.

use yew::prelude::*;

use super::action::PartKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    Part(PartKind),
    Play,
    Pause,
    Step,
    StepBack,
    /// Opens a list.
    More,
    Undo,
    Redo,
    Bookmark,
    Branches,
    Close,
    Pencil,
    Help,
    Folder,
    /// What else there is.
    Dots,
    Share,
    Terminal,
}

impl Drawing {
    fn path(self) -> &'static str {
        match self {
            Drawing::Part(PartKind::Producer) => "M4 12h11M11 7l5 5-5 5M20 5v14",
            Drawing::Part(PartKind::Topic) => "M3 7h18M3 12h18M3 17h18",
            Drawing::Part(PartKind::Group) => "M4 5h16v14H4zM8 9h4v6H8zM15 9v6",
            Drawing::Part(PartKind::Consumer) => "M20 12H9M13 7l-5 5 5 5M4 5v14",
            Drawing::Part(PartKind::Broker) => "M4 4h16v7H4zM4 13h16v7H4zM8 7.500v.01M8 16.500v.01",
            Drawing::Play => "M8 5l11 7-11 7z",
            Drawing::Pause => "M8 5v14M16 5v14",
            Drawing::Step => "M6 6l8 6-8 6zM18 6v12",
            Drawing::StepBack => "M18 6l-8 6 8 6zM6 6v12",
            Drawing::More => "M7 14l5-5 5 5",
            Drawing::Undo => "M9 7l-5 5 5 5M4 12h10a5 5 0 0 1 5 5v1",
            Drawing::Redo => "M15 7l5 5-5 5M20 12H10a5 5 0 0 0-5 5v1",
            Drawing::Bookmark => "M7 4h10v16l-5-4-5 4z",
            Drawing::Branches => {
                "M7 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 21a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 7v10M17 9c0 4.500-10 3-10 8"
            }
            Drawing::Terminal => "M4 5h16v14H4zM7 9l3 3-3 3M12 15h4",
            Drawing::Close => "M6 6l12 12M18 6L6 18",
            Drawing::Pencil => "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
            Drawing::Share => "M12 15V4M8 8l4-4 4 4M6 12H5v8h14v-8h-1",
            Drawing::Help => "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500v.01",
            Drawing::Dots => "M5 12h.01M12 12h.01M19 12h.01",
            Drawing::Folder => {
                "M3 7a1.500 1.500 0 0 1 1.500-1.500H9l2 2.500h8.500A1.500 1.500 0 0 1 21 9.500v8a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 17.500z"
            }
        }
    }

    fn fill(self) -> &'static str {
        match self {
            Drawing::Play | Drawing::Step | Drawing::StepBack => "currentColor",
            _ => "none",
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct IconProps {
    pub drawing: Drawing,
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn Icon(props: &IconProps) -> Html {
    let stroke_width = if props.drawing == Drawing::Pause { "3.2" } else { "1.7" };
    html! {
        <svg class={classes!("icon", props.class.clone())} viewBox="0 0 24 24" aria-hidden="true">
            <path
                d={props.drawing.path()} fill={props.drawing.fill()} stroke="currentColor" stroke-width={stroke_width}
                stroke-linecap="round" stroke-linejoin="round"
            />
        </svg>
    }
}
