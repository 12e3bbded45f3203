//! Asking why: a question is looked into a slice at a time, and its answer is shown in the inspector.

use std::rc::Rc;

use super::App;
use crate::session::{Inquiry, Mark, SeekProgress};
use crate::ui::action::InspectorTab;
use crate::ui::inspector::{Answer, Asked, WhyPanel, offers};
use crate::view::why::Question;

/// Events run through again in one go.
const SLICE: u64 = 20_000;

/// The question that is open, or was answered last.
#[derive(Debug)]
pub struct Asking {
    asked: Asked,
    inquiry: Option<Inquiry>,
}

impl App {
    /// About the selected part.
    pub fn ask_why(&mut self, question: Question) {
        self.tab = InspectorTab::Why;
        self.asking = Some(Asking::waiting(question));
        self.look_into_it();
    }

    /// About what is marked, at the part that it happened to. What is still to come is gone to first.
    pub fn ask_mark(&mut self, mark: Mark) {
        self.select(mark.node, InspectorTab::Why);
        if mark.at > self.session.get_mut().now() {
            self.go(mark.at);
        }
        self.ask_why(Question::Observation(mark.observation));
    }

    /// Called with every frame too; says whether there is news.
    pub fn look_into_it(&mut self) -> bool {
        let session = self.session.get_mut();
        let Some(asking) = self.asking.as_mut().filter(|asking| asking.is_open()) else { return false };
        if session.seeking().is_some() {
            return false;
        }
        let inquiry = match asking.inquiry.take() {
            Some(inquiry) => Ok(inquiry),
            None => session.ask(asking.asked.question.clone()),
        };
        match inquiry {
            Ok(inquiry) => asking.go_on(inquiry),
            Err(refusal) => asking.asked.answer = Answer::Refused(refusal.to_string()),
        }
        true
    }

    /// What the tab shows; while it is not open, nothing.
    pub fn why_panel(&mut self) -> WhyPanel {
        let session = self.session.get_mut();
        let offers = offers(&self.panels.subject, &session.timeline().marks, session.now());
        // Who opens the tab wants to know something.
        if self.asking.is_none()
            && let Some(first) = offers.first()
        {
            self.asking = Some(Asking::waiting(first.question.clone()));
            self.look_into_it();
        }
        WhyPanel { offers, asked: self.asking.as_ref().map(|asking| asking.asked.clone()) }
    }
}

impl Asking {
    fn waiting(question: Question) -> Asking {
        Asking { asked: Asked { question, answer: Answer::Looking(0) }, inquiry: None }
    }

    fn is_open(&self) -> bool {
        matches!(self.asked.answer, Answer::Looking(_))
    }

    fn go_on(&mut self, mut inquiry: Inquiry) {
        let mut progress = inquiry.advance(SLICE);
        // Steps from cause to cause take no time; only running through a stretch again does.
        while inquiry.answer().is_none() && progress.is_none_or(SeekProgress::is_done) {
            progress = inquiry.advance(SLICE);
        }
        match inquiry.answer() {
            Some(Ok(why)) => self.asked.answer = Answer::Known(Rc::new(why)),
            Some(Err(refusal)) => self.asked.answer = Answer::Refused(refusal.message.clone()),
            None => {
                self.asked.answer = Answer::Looking(progress.map_or(0, SeekProgress::permille));
                self.inquiry = Some(inquiry);
            }
        }
    }
}
