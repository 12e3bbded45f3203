//! The whole playground without a browser: a run, its past, and the clock that moves it.

mod history;
pub mod import;
mod playback;
mod timeline;

pub use playback::{Advance, Speed};
pub use timeline::{LagSeries, Mark, MarkKind, Timeline};

use self::history::History;
use self::playback::Playback;
use crate::engine::{Command, Observation, Progress, TimedCommand, World};
use crate::kernel::{Span, Time};
use crate::model::refusal::Refusal;
use crate::scenario::{Run, Scenario, Timed};
use crate::view::announce::announce;

/// Events handled in one call at the most: some 20 ms of work. A scenario that asks for more runs slower than asked.
const BUDGET: u64 = 20_000;

/// What a page shows and does.
#[derive(Clone, Debug)]
pub struct Session {
    scenario: Scenario,
    run: Run,
    playback: Playback,
    history: History,
    timeline: Timeline,
    /// Not yet told to anybody.
    news: Vec<Observation>,
    /// Observations taken in so far, those that time ran through again included.
    seen: u64,
}

impl Session {
    /// Opens a scenario at the moment at which it wants to be seen first, playing.
    pub fn open(scenario: &Scenario) -> Result<Session, Refusal> {
        scenario.check()?;
        let run = Run::start(scenario)?;
        let mut session = Session {
            playback: Playback::new(Speed::from_factor(scenario.speed)),
            history: History::new(&run),
            timeline: Timeline::default(),
            scenario: scenario.clone(),
            run,
            news: Vec::new(),
            seen: 0,
        };
        session.timeline.note_parts(session.run.world());
        session.move_to(Time::from_millis(scenario.opens_at_ms), u64::MAX)?;
        session.news.clear();
        Ok(session)
    }

    pub fn world(&self) -> &World {
        self.run.world()
    }

    pub fn now(&self) -> Time {
        self.run.now()
    }

    /// The furthest moment that this run has reached.
    pub fn end(&self) -> Time {
        self.history.end().max(self.now())
    }

    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub fn digest(&self) -> String {
        self.run.simulation().digest().to_string()
    }

    /// Events handled so far.
    pub fn events(&self) -> u64 {
        self.run.simulation().events()
    }

    /// Carries out a command now. Acting in the past drops what had been recorded after it.
    pub fn dispatch(&mut self, command: Command) -> Result<(), Refusal> {
        let now = self.now();
        let is_past = now < self.end();
        self.run.dispatch(command)?;
        if is_past {
            let scripted = self.scenario.commands.iter().map(|timed| timed.clone().into());
            self.run.expect(scripted.filter(|command: &TimedCommand| command.at > now));
            self.history.forget_after(now);
            self.timeline.forget_after(now);
        }
        self.take_in();
        Ok(())
    }

    /// Moves virtual time on by `wall` of real time at the current speed, if it plays.
    pub fn frame(&mut self, wall: Span) -> Result<Advance, Refusal> {
        let Some(target) = self.playback.target(self.now(), wall) else { return Ok(Advance::Paused) };
        match self.move_to(target, BUDGET)? {
            Progress::OutOfBudget => Ok(Advance::Behind),
            Progress::Reached => Ok(self.playback.arrived(target)),
        }
    }

    /// To the next visible change.
    pub fn step(&mut self) -> Result<(), Refusal> {
        self.pause();
        let before = self.seen;
        for _ in 0..BUDGET {
            let command = self.run.pending().next().map(|command| command.at);
            let next = [self.run.simulation().next_event_at(), command].into_iter().flatten().min();
            let Some(next) = next else { break };
            self.move_to(next, 1)?;
            if self.seen > before {
                break;
            }
        }
        Ok(())
    }

    /// To the moment before the last visible change.
    pub fn step_back(&mut self) -> Result<(), Refusal> {
        self.pause();
        let now = self.now();
        let previous = self.timeline.change_before(now);
        self.seek(previous)
    }

    /// To any moment of the run, past or to come. What was recorded after it stays to be played again.
    pub fn seek(&mut self, to: Time) -> Result<(), Refusal> {
        if to < self.now() {
            self.history.note_end(self.now(), self.run.simulation().commands(), self.run.pending());
            self.run = self.history.resume(to);
        }
        self.move_to(to, u64::MAX)?;
        Ok(())
    }

    /// Moves on in slices, so that samples and checkpoints lie at the same moments whoever moves time.
    fn move_to(&mut self, target: Time, budget: u64) -> Result<Progress, Refusal> {
        let last_event = self.events().saturating_add(budget);
        loop {
            let stop = self.timeline.next_sample_at(self.now()).min(target);
            let progress = self.run.run_until(stop, last_event.saturating_sub(self.events()));
            self.take_in();
            if progress? == Progress::OutOfBudget {
                return Ok(Progress::OutOfBudget);
            }
            self.timeline.sample(self.run.world());
            self.history.keep(&self.run);
            if stop >= target {
                return Ok(Progress::Reached);
            }
        }
    }

    fn take_in(&mut self) {
        let observations = self.run.take_observations();
        self.seen += observations.len() as u64;
        self.timeline.observe(&observations, self.run.world());
        let is_told = |observation: &Observation| announce(observation, self.run.world()).is_some();
        self.news.extend(observations.into_iter().filter(is_told));
        let surplus = self.news.len().saturating_sub(NEWS_MAX);
        self.news.drain(..surplus);
    }

    /// What happened since the last call, in sentences.
    pub fn take_announcements(&mut self) -> Vec<String> {
        let news = std::mem::take(&mut self.news);
        news.iter().filter_map(|observation| announce(observation, self.run.world())).collect()
    }

    /// The scenario with everything that was done so far: opened again, it runs to the same state.
    pub fn scenario(&self) -> Scenario {
        let done = self.run.simulation().commands().iter().chain(self.run.pending());
        let commands: Vec<Timed> = done.map(|command: &TimedCommand| command.clone().into()).collect();
        Scenario { commands, speed: self.playback.speed().as_factor(), ..self.scenario.clone() }
    }

    pub fn play(&mut self) {
        self.playback.play(None);
    }

    /// Plays to this moment exactly, then pauses.
    pub fn play_until(&mut self, until: Time) {
        self.playback.play(Some(until));
    }

    pub fn pause(&mut self) {
        self.playback.pause();
    }

    pub fn is_playing(&self) -> bool {
        self.playback.is_playing()
    }

    pub fn speed(&self) -> Speed {
        self.playback.speed()
    }

    pub fn set_speed(&mut self, speed: Speed) {
        self.playback.set_speed(speed);
    }
}

/// Old news is no news: what a page does not fetch in time it will not read out.
const NEWS_MAX: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalog;

    fn orders() -> Session {
        Session::open(&catalog::find("orders").expect("the opening scene")).expect("it opens")
    }

    fn kill(consumer: &str) -> Command {
        Command::Kill { consumer: consumer.into() }
    }

    #[test]
    fn a_run_ends_the_same_at_every_frame_rate() {
        let played = |frame_ms: u64| {
            let mut session = orders();
            session.play_until(Time::from_secs(40));
            while session.is_playing() {
                session.frame(Span::from_millis(frame_ms)).expect("no command is refused");
            }
            session.digest()
        };
        let (at_30, at_60, at_240) = (played(33), played(16), played(4));
        assert_eq!(at_30, at_60);
        assert_eq!(at_60, at_240);
    }

    #[test]
    fn going_back_and_playing_again_comes_to_the_same_end() {
        let mut session = orders();
        session.dispatch(kill("inventory-2")).expect("it runs");
        session.seek(Time::from_secs(60)).expect("no command is refused");
        let end = session.digest();
        session.seek(Time::from_secs(20)).expect("no command is refused");
        assert_ne!(session.digest(), end);
        session.seek(Time::from_secs(60)).expect("no command is refused");
        assert_eq!(session.digest(), end);
    }

    #[test]
    fn acting_in_the_past_drops_what_had_been_done_after_it() {
        let mut session = orders();
        session.seek(Time::from_secs(30)).expect("no command is refused");
        session.dispatch(kill("inventory-2")).expect("it runs");
        session.seek(Time::from_secs(20)).expect("no command is refused");
        session.dispatch(kill("fraud-1")).expect("it runs");
        session.seek(Time::from_secs(40)).expect("no command is refused");
        assert!(session.world().consumers["inventory-2"].life.has_process());
        assert_eq!(session.timeline().marks.iter().filter(|mark| mark.label == "inventory-2 killed").count(), 0);
    }

    #[test]
    fn the_saved_scenario_runs_to_the_same_state() {
        let mut session = orders();
        session.dispatch(kill("inventory-2")).expect("it runs");
        session.seek(Time::from_secs(50)).expect("no command is refused");
        let saved = Scenario::from_json(&session.scenario().to_json()).expect("what is saved can be read");
        let mut again = Session::open(&saved).expect("it opens");
        again.seek(Time::from_secs(50)).expect("no command is refused");
        assert_eq!(again.digest(), session.digest());
    }

    #[test]
    fn a_step_goes_to_the_next_visible_change_and_a_step_back_to_the_one_before() {
        let mut session = orders();
        session.step().expect("no command is refused");
        let first = session.now();
        session.step().expect("no command is refused");
        assert!(session.now() > first);
        session.step_back().expect("no command is refused");
        assert_eq!(session.now(), first);
    }
}
