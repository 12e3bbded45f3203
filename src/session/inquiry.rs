//! Answering a question about the past: what was kept is looked up, what was not is run to again, a slice at a time.

use std::collections::VecDeque;

use super::branch::Track;
use super::{SeekProgress, Session};
use crate::engine::{Cause, CommandId, Observation, ObservationId, World};
use crate::kernel::{SortedMap, Span, Time};
use crate::model::Name;
use crate::model::fact::{Fact, Subject};
use crate::model::refusal::Refusal;
use crate::scenario::Run;
use crate::view::why::{Culprit, Giver, Life, Order, Question, Step, Telling, Why, behind};

/// Steps of a chain at the most. Loops are cut where causes are found, so that real chains have a dozen.
const STEPS_MAX: usize = 100;

/// Observations kept of the stretch that was run again last.
const SEEN_MAX: usize = 20_000;

const SLICE: Span = Span::from_millis(500);

/// A question that is being answered. Independent of the session it was asked of, which may go on meanwhile.
#[derive(Clone, Debug)]
pub struct Inquiry {
    question: Question,
    world: World,
    track: Track,
    steps: Vec<Step>,
    stage: Stage,
    scan: Option<Scan>,
    /// What was run to again last.
    sought: Option<ObservationId>,
    seen: VecDeque<Observation>,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Picks out what concerns one record.
    Living(Box<Life>),
    /// Goes from cause to cause. Detours: where a step has a better cause than its own.
    Walking {
        next: ObservationId,
        detours: SortedMap<ObservationId, ObservationId>,
    },
    Answered(Why),
    Refused(Refusal),
}

/// A stretch of the run, gone through again.
#[derive(Clone, Debug)]
struct Scan {
    run: Run,
    from: Time,
    to: Time,
    /// It ends with this one, if it is for one alone.
    until: Option<ObservationId>,
}

impl Session {
    /// Begins to answer a question about this branch up to this moment; [`Inquiry::advance`] goes on with it.
    pub fn ask(&self, question: Question) -> Result<Inquiry, Refusal> {
        let mut track = self.branches.current().clone();
        track.end = self.now();
        let world = self.run.world().clone();
        let mut inquiry = Inquiry {
            stage: Stage::Refused(Refusal::new("why", "nothing is known of that")),
            question,
            world,
            track,
            steps: Vec::new(),
            scan: None,
            sought: None,
            seen: VecDeque::new(),
        };
        inquiry.begin()?;
        Ok(inquiry)
    }

    /// The answer to a question, in one go.
    pub fn why(&self, question: Question) -> Result<Why, Refusal> {
        let mut inquiry = self.ask(question)?;
        loop {
            inquiry.advance(u64::MAX);
            if let Some(answer) = inquiry.answer() {
                return answer;
            }
        }
    }
}

impl Inquiry {
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The answer, or that there is none; nothing as long as it is looked for.
    pub fn answer(&self) -> Option<Result<Why, Refusal>> {
        match &self.stage {
            Stage::Answered(why) => Some(Ok(why.clone())),
            Stage::Refused(refusal) => Some(Err(refusal.clone())),
            Stage::Living(_) | Stage::Walking { .. } => None,
        }
    }

    fn begin(&mut self) -> Result<(), Refusal> {
        match self.question.clone() {
            Question::Observation(id) => self.walk(id),
            Question::Record { partition, offset } | Question::Duplicate { partition, offset, .. } => {
                let leader = self.world.leader(&partition);
                let end =
                    leader.ok_or_else(|| Refusal::new("partition", format!("there is no {partition}")))?.log.end();
                if offset >= end {
                    let message = format!("{partition} ends at offset {end}: no record has been given this one yet");
                    return Err(Refusal::new("offset", message));
                }
                let life = Life::new(&self.world, &partition, offset);
                let run = self.track.resume(life.begins_at());
                self.scan = Some(Scan { from: run.now(), run, to: self.track.end, until: None });
                self.stage = Stage::Living(Box::new(life));
            }
            Question::Owner { group, partition } => {
                let takes = |observation: &Observation| matches!(&observation.fact, Fact::Assigned { partitions } if partitions.contains(&partition));
                let id = self.last(|of| of.is_of(&group) && takes(of.observation));
                self.walk(id.ok_or_else(|| Refusal::new("partition", format!("{group} has never read {partition}")))?);
            }
            Question::Loss { partition } => {
                let gives_up =
                    |fact: &Fact| matches!(fact, Fact::BatchFailed { partition: of, .. } if *of == partition);
                let loses = |observation: &Observation| {
                    let is_of = matches!(&observation.subject, Subject::Partition(of) if *of == partition);
                    is_of && matches!(observation.fact, Fact::RecordsLost { .. })
                };
                let id = self.last(|of| gives_up(&of.observation.fact) || loses(of.observation));
                self.walk(id.ok_or_else(|| Refusal::new("partition", format!("nothing was lost of {partition}")))?);
            }
            Question::Lag { group } => self.begin_lag(&group)?,
            Question::State { group } => {
                let id =
                    self.last(|of| of.is_group(&group) && matches!(of.observation.fact, Fact::StateChanged { .. }));
                self.walk(id.ok_or_else(|| Refusal::new("group", format!("{group} has had no members yet")))?);
            }
        }
        Ok(())
    }

    fn begin_lag(&mut self, group: &Name) -> Result<(), Refusal> {
        let found = behind(&self.world, group);
        let found = found.ok_or_else(|| Refusal::new("group", format!("there is no group called {group}")))?;
        self.steps = found.steps;
        let culprit = found.because_of.and_then(|culprit| self.culprit(&culprit));
        match culprit {
            Some(id) => self.walk(id),
            None => self.finish(),
        }
        Ok(())
    }

    fn culprit(&self, culprit: &Culprit) -> Option<ObservationId> {
        match culprit {
            Culprit::Consumer(name, at) => self.last(|of| of.is_consumer(name) && of.observation.at == *at),
            Culprit::Slowed(name) => {
                self.last(|of| of.is_consumer(name) && matches!(of.observation.fact, Fact::SlowedDown { .. }))
            }
            Culprit::Hung(name) => self.last(|of| of.is_consumer(name) && of.observation.fact == Fact::Hung),
            Culprit::Group(name) => self.last(|of| {
                let begins = matches!(of.observation.fact, Fact::Added | Fact::StateChanged { .. });
                of.is_group(name) && begins
            }),
            Culprit::Producer(name) => self.last(|of| of.observation.subject == Subject::Producer(name.clone())),
        }
    }

    /// The last of the kept observations up to now that fulfils a condition.
    fn last(&self, is_wanted: impl Fn(Of) -> bool) -> Option<ObservationId> {
        let known = self.track.chronicle.iter().rev().filter(|observation| observation.at <= self.track.end);
        let mut of = known.map(|observation| Of { observation, world: &self.world });
        of.find(|of| is_wanted(*of)).map(|of| of.observation.id)
    }

    fn walk(&mut self, next: ObservationId) {
        self.stage = Stage::Walking { next, detours: SortedMap::new() };
    }

    /// Goes on for at most so many events. Says how far the stretch that is gone through has been gone.
    pub fn advance(&mut self, budget: u64) -> Option<SeekProgress> {
        if self.scan.is_some() {
            return self.go_through(budget);
        }
        match &mut self.stage {
            Stage::Living(life) => {
                let life = life.clone();
                self.tell(&life);
            }
            Stage::Walking { .. } => self.walk_on(),
            Stage::Answered(_) | Stage::Refused(_) => {}
        }
        None
    }

    fn go_through(&mut self, budget: u64) -> Option<SeekProgress> {
        let scan = self.scan.as_mut()?;
        let last_event = scan.run.simulation().events().saturating_add(budget);
        let mut is_over = false;
        while !is_over && scan.run.simulation().events() < last_event {
            let stop = scan.to.min(scan.run.now() + SLICE);
            // What the scenario is refused was said when time ran here first.
            while scan.run.run_until(stop, last_event.saturating_sub(scan.run.simulation().events())).is_err() {}
            for observation in scan.run.take_observations() {
                if let Stage::Living(life) = &mut self.stage {
                    life.observe(&observation, &self.world);
                }
                if self.seen.len() == SEEN_MAX {
                    self.seen.pop_front();
                }
                self.seen.push_back(observation);
            }
            let has_seen = scan.until.is_some_and(|until| scan.run.simulation().observed() > until);
            is_over = scan.run.now() >= scan.to || has_seen;
        }
        let progress = SeekProgress { from: scan.from, at: scan.run.now(), to: scan.to };
        if is_over {
            self.scan = None;
        }
        Some(progress)
    }

    fn tell(&mut self, life: &Life) {
        match &self.question {
            Question::Duplicate { group, partition, offset } => match life.repetition(group) {
                Some(Telling { processed, position }) => {
                    let detours = position.map(|position| (processed, position)).into_iter().collect();
                    self.stage = Stage::Walking { next: processed, detours };
                }
                None => {
                    let message = format!("{group} has not processed {partition}, offset {offset}, more than once");
                    self.stage = Stage::Refused(Refusal::new("offset", message));
                }
            },
            _ => self.stage = Stage::Answered(life.told(&self.world)),
        }
    }

    /// From cause to cause, as far as they are known without running anything again.
    fn walk_on(&mut self) {
        while let Stage::Walking { next, detours } = &self.stage {
            let Some(observation) = self.find(*next) else { return self.look_for(*next) };
            let cause = detours.get(next).map_or(observation.cause, |detour| Cause::Observation(*detour));
            self.steps.push(Step::of(&observation, &self.world));
            match cause {
                Cause::Command(id) => {
                    self.steps.extend(self.command(id));
                    self.finish();
                }
                Cause::Observation(_) if self.steps.len() >= STEPS_MAX => self.finish(),
                Cause::Observation(id) => {
                    if let Stage::Walking { next, .. } = &mut self.stage {
                        *next = id;
                    }
                }
            }
        }
    }

    fn find(&self, id: ObservationId) -> Option<Observation> {
        let seen = self.seen.binary_search_by_key(&id, |observation| observation.id).ok();
        seen.and_then(|at| self.seen.get(at)).or_else(|| self.track.chronicle.get(id)).cloned()
    }

    /// Sets out to run to an observation again.
    fn look_for(&mut self, id: ObservationId) {
        let run = self.track.resume_from(self.track.checkpoints.before_observation(id));
        if run.now() >= self.track.end || self.sought.replace(id) == Some(id) {
            let message = "that has not been observed in this branch up to this moment";
            self.stage = Stage::Refused(Refusal::new("observation", message));
            return;
        }
        self.seen.clear();
        self.scan = Some(Scan { from: run.now(), run, to: self.track.end, until: Some(id) });
    }

    fn command(&self, id: CommandId) -> Option<Step> {
        let entry = self.track.log.get(id.0 as usize)?;
        let giver = if entry.gesture.is_some() { Giver::Person } else { Giver::Scenario };
        Some(Step::command(&entry.given, giver))
    }

    fn finish(&mut self) {
        let (title, steps) = (self.question.title(&self.world), std::mem::take(&mut self.steps));
        self.stage = Stage::Answered(Why { title, order: Order::Because, steps });
    }
}

/// An observation, to be asked whom it is about.
#[derive(Clone, Copy)]
struct Of<'a> {
    observation: &'a Observation,
    world: &'a World,
}

impl Of<'_> {
    fn is_group(self, group: &Name) -> bool {
        matches!(&self.observation.subject, Subject::Group(name) if name == group)
    }

    fn is_consumer(self, consumer: &Name) -> bool {
        matches!(&self.observation.subject, Subject::Consumer(name) if name == consumer)
    }

    /// About a consumer of the group.
    fn is_of(self, group: &Name) -> bool {
        let Subject::Consumer(name) = &self.observation.subject else { return false };
        self.world.consumers.get(name).is_some_and(|consumer| consumer.group == *group)
    }
}
