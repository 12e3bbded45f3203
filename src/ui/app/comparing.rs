//! Comparing two runs: a slice with every frame while the dialog is open.

use std::rc::Rc;

use super::App;
use crate::model::Name;
use crate::model::kafka::config::GroupProtocol;
use crate::model::refusal::Refusal;
use crate::session::{BranchId, Comparing, SeekProgress, Session, Timeline};
use crate::ui::action::Dialog;
use crate::ui::dialog::{Compared, Course, Finding};

const SLICE: u64 = 20_000;

/// What the dialog shows, and what is still worked out for it.
#[derive(Debug)]
pub struct Comparison {
    pub shown: Rc<Compared>,
    comparing: Option<Comparing>,
}

impl App {
    pub fn begin_comparing(&mut self, a: BranchId, b: BranchId) {
        let session = self.session.get_mut();
        let begun = course(session, a).zip(course(session, b));
        let begun = begun.ok_or_else(|| Refusal::new("branch", "there is no such run any more"));
        let begun = begun.and_then(|sides| Ok((sides, session.begin_compare(a, b, None)?)));
        match begun {
            Ok(((a, b), comparing)) => {
                let shown = Rc::new(Compared { a, b, result: Finding::Looking(0) });
                self.comparison = Some(Comparison { shown, comparing: Some(comparing) });
            }
            Err(refusal) => {
                self.dialog = None;
                self.refused(&refusal);
            }
        }
    }

    /// Runs everything again with a group that speaks another protocol, and shows both.
    pub fn rerun(&mut self, group: &Name, protocol: GroupProtocol) {
        if !self.may_change() {
            return;
        }
        match self.session.get_mut().rerun_with(group, protocol) {
            Ok((before, after)) => {
                self.keeping.get_mut().changed();
                self.note_fork();
                self.outdate_address();
                self.dialog = Some(Dialog::Compare(before, after));
                self.begin_comparing(before, after);
            }
            Err(refusal) => self.refused(&refusal),
        }
    }

    /// Called with every frame; says whether there is news.
    pub fn go_on_comparing(&mut self) -> bool {
        let Some(comparison) = &mut self.comparison else { return false };
        let Some(comparing) = &mut comparison.comparing else { return false };
        let progress = comparing.advance(SLICE);
        let found = comparing.comparison();
        let shown = Rc::make_mut(&mut comparison.shown);
        shown.result = match found {
            Some(found) => Finding::Found(Rc::new(found)),
            None => Finding::Looking(SeekProgress::permille(progress)),
        };
        if matches!(shown.result, Finding::Found(_)) {
            // A run that was not played since the page was opened was recorded on the way.
            let (a, b) = comparing.timelines();
            record(&mut shown.a, a);
            record(&mut shown.b, b);
            comparison.comparing = None;
        }
        true
    }
}

fn course(session: &Session, id: BranchId) -> Option<Course> {
    let branch = session.branches().into_iter().find(|branch| branch.id == id)?;
    let mut course = Course { branch, lag: Vec::new(), published: Vec::new() };
    record(&mut course, session.timeline_of(id)?);
    Some(course)
}

fn record(course: &mut Course, timeline: &Timeline) {
    course.lag = timeline.lag.clone();
    course.published = timeline.produced.per_second();
}
