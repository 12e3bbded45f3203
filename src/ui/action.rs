//! What every component sends up. There is one mouth: a single callback in a context; and one ear: the app.

use yew::prelude::*;

use super::browser::file::Source;
use super::shelf::Deleted;
use super::theme::Theme;
use crate::engine::command::Command;
use crate::kernel::Time;
use crate::model::Name;
use crate::model::kafka::config::GroupProtocol;
use crate::model::refusal::Refusal;
use crate::scenario::link;
use crate::session::import::{Contents, Unread};
use crate::session::storage::apart::Named;
use crate::session::storage::{Key, StoreError};
use crate::session::{BranchId, Direction, Mark, MarkKind, Speed};
pub use crate::view::stage::Place;
use crate::view::why::Question;

/// Where components send their actions. Stable for the life of the page, so that it wakes nobody.
pub type Dispatch = Callback<Action>;

/// The page's [`Dispatch`].
#[hook]
pub fn use_dispatch() -> Dispatch {
    // Without an app around it (a panel alone in a test) an action goes nowhere.
    use_context::<Dispatch>().unwrap_or_default()
}

/// What a click sends.
pub fn sends(dispatch: &Dispatch, action: Action) -> Callback<MouseEvent> {
    dispatch.reform(move |_| action.clone())
}

/// Questions that a form or the console needs an answer to at once, before the next frame.
#[derive(Clone, PartialEq)]
pub struct Desk {
    /// Gives a command to the session.
    pub ask: Callback<Command, Result<(), Refusal>>,
    /// The command line that does the same on a real cluster.
    pub explain: Callback<Command, Option<String>>,
}

impl Default for Desk {
    fn default() -> Self {
        Desk { ask: Callback::from(|_| Ok(())), explain: Callback::from(|_| None) }
    }
}

#[hook]
pub fn use_desk() -> Desk {
    use_context::<Desk>().unwrap_or_default()
}

/// Something a person asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Do(Command),
    /// One gesture that takes several commands; the first refusal ends it.
    DoAll(Vec<Command>),
    Select(Option<Name>),
    /// The part in focus, or all that is selected on the stage.
    Remove(Option<Name>),
    OpenInspector(Name, InspectorTab),
    /// Where the record browser looks.
    Browse(Browse),
    Play,
    Pause,
    TogglePlay,
    Step,
    StepBack,
    SetSpeed(Speed),
    /// The scrubber is held at this moment; time stands still until it is let go of.
    Scrub(Time),
    EndScrub,
    /// To this moment, and pauses there.
    Jump(Time),
    /// To the furthest moment that the run has reached.
    JumpToEnd,
    /// To the next or the previous mark, of this kind if one is given.
    StepTo(Direction, Option<MarkKind>),
    /// Names this moment, for now by what happened last.
    Bookmark,
    RenameBookmark(Time, String),
    ForgetBookmark(Time),
    /// A loop begins, or ends, at this moment or now; once it has both, time goes round in it.
    LoopFrom(Option<Time>),
    LoopTo(Option<Time>),
    EndLoop,
    /// Why something about the selected part is as it is.
    Ask(Question),
    /// Why this happened.
    AskMark(Mark),
    /// Stays here instead of going on to a moment far away.
    CancelSeek,
    SwitchTo(BranchId),
    /// To a moment of a run.
    GoTo(BranchId, Time),
    RenameBranch(BranchId, String),
    DeleteBranch(BranchId),
    /// Takes back the last gesture, or the last undoing.
    Undo,
    Redo,
    /// Adds a part under a free name. Without a place, where there is room.
    Add(PartKind, Option<Place>),
    /// Stops the group that this is about, gives it once the group is empty, and starts it again.
    StopAnd(Command),
    /// Runs it all again with a group that speaks this from its beginning, and compares the two.
    Rerun(Name, GroupProtocol),
    /// Starts another consumer of this group.
    AddConsumer(Name),
    OpenDialog(Dialog),
    CloseDialog,
    /// Offers the run at this moment as a link.
    Share,
    /// From here on a run that was for watching is one's own.
    OpenCopy,
    /// Opens what could be saved of a link that cannot be read.
    OpenSaved,
    /// Opens another scenario of the catalogue, by name.
    Load(String),
    SetTheme(Theme),
    ShowMessages(Messages),
    /// Opens the terminal, or closes it.
    ToggleTerminal,
    DismissHint,
    DismissToast(u32),
    Announce(String),
    /// Something that was typed makes no sense.
    Complain(String),
    /// What the browser keeps.
    Keep(Keep),
    /// What leaves the page.
    Export(Export),
    /// Something was picked: a scenario, or records.
    Take(Source),
    /// What was handed over is this.
    TreatAs(Source, Contents),
    Camera(CameraMove),
}

/// What is done with the runs and scenarios that the browser keeps.
#[derive(Clone, Debug, PartialEq)]
pub enum Keep {
    /// Opens the list of them.
    Show,
    /// Goes on with the run that was offered.
    CarryOn(Key),
    /// Takes the offer down.
    NotNow,
    Open(Key),
    /// Saves what is on the stage under a name.
    Save(String),
    Rename(Key, String),
    Duplicate(Key),
    /// Rows of a large file are safe, or could not be written.
    PutApart(Result<Vec<Named>, StoreError>),
    /// The rows that an entry needs have been fetched, or are not there.
    Fetched(Key, Result<Vec<Named>, String>),
    /// The name is for the message that undoes it.
    Delete(Key, String),
    PutBack(Deleted),
    /// Hands over an entry as it is, for what cannot be opened.
    Download(Key),
    /// Loads the page anew, in its newest version, and goes on there.
    Reload,
    /// Not yet.
    ReloadLater,
}

/// What is taken out of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// Opens the list of these.
    Show,
    /// The scenario with everything that was done.
    Json,
    /// The stage as pixels.
    Png,
    /// The stage as figures and text.
    Svg,
    /// The run as a table of numbers over time.
    Csv,
    /// Begins a moving picture.
    Record,
    /// Ends it and saves it.
    Finish,
    /// Ends it and throws it away.
    Discard,
    /// Ends what takes too long.
    Cancel,
}

/// What the palette offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartKind {
    Producer,
    Topic,
    Group,
    Consumer,
    Broker,
}

impl PartKind {
    pub const ALL: [PartKind; 5] =
        [PartKind::Producer, PartKind::Topic, PartKind::Group, PartKind::Consumer, PartKind::Broker];

    /// As the palette's buttons and the stage's parts are called.
    pub fn name(self) -> &'static str {
        match self {
            PartKind::Producer => "Producer",
            PartKind::Topic => "Topic",
            PartKind::Group => "Consumer group",
            PartKind::Consumer => "Consumer",
            PartKind::Broker => "Broker",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InspectorTab {
    /// The part itself: a group's members and offsets, a topic's partitions, ...
    #[default]
    Main,
    Config,
    /// A topic's record browser.
    Records,
    /// What led to what happened to the part.
    Why,
}

impl InspectorTab {
    const ALL: [InspectorTab; 4] = [InspectorTab::Main, InspectorTab::Config, InspectorTab::Records, InspectorTab::Why];

    /// As links call it; what is open by itself has no name there.
    pub fn id(self) -> &'static str {
        match self {
            InspectorTab::Main => "",
            InspectorTab::Config => "config",
            InspectorTab::Records => "records",
            InspectorTab::Why => "why",
        }
    }

    pub fn from_id(id: &str) -> Option<InspectorTab> {
        InspectorTab::ALL.into_iter().find(|tab| tab.id() == id)
    }
}

/// The records that the browser of the selected topic shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Browse {
    pub partition: u32,
    pub from: BrowseFrom,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BrowseFrom {
    /// The newest, following the log end.
    #[default]
    End,
    Offset(u64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    Shortcuts,
    /// Publish by hand through this producer.
    Publish(Name),
    /// Replay a file, through this producer if one was chosen already.
    ReplayFile(Option<Name>),
    /// Two runs side by side.
    Compare(BranchId, BranchId),
    Share,
    BrokenLink,
    /// One's own scenarios.
    Mine,
    /// What can leave the page.
    Export,
    /// A document cannot be read.
    Unread(Unread),
    /// What the file in hand might be.
    WhatIsIt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraMove {
    ZoomIn,
    ZoomOut,
    /// Back to 100 %.
    Reset,
    FitAll,
    /// As a run is first seen.
    FitFirst,
    FitSelection,
    /// No further than it takes to have what is selected in view.
    RevealSelection,
    /// Not at all: somebody has just put something where they want it.
    Stay,
    /// As whoever shared a link saw it.
    Show(link::Camera),
}

/// A camera move on its way to the stage, which obeys each serial number once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameraOrder {
    pub serial: u32,
    pub order: CameraMove,
}

/// Whether protocol messages (JoinGroup, Heartbeat, Fetch, ...) are drawn on the wires beside the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Messages {
    Shown,
    #[default]
    Hidden,
}

/// What a hint points at: something on the stage, or the button in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HintSpot {
    KillButton(Name),
    Fuse(Name),
    Flag { group: Name, topic: Name, partition: u32 },
    ShareButton,
}

/// What there is to be seen around a [`HintSpot`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintSight {
    pub at: HintRect,
    /// Every card's rectangle: a bubble covers as little of them as it can.
    pub cards: Vec<HintRect>,
}

/// In CSS pixels of the viewport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HintRect {
    pub left: i32,
    pub top: i32,
    pub width: i32,
    pub height: i32,
}
