//! The life of the process: started, killed, hung, leaving, restarted. Five different ends, with different consequences.

use super::output::Event;
use super::{Application, Consumer, Membership, Purpose, Step};
use crate::kernel::Time;
use crate::kernel::later::entrance;
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::Fact;
use crate::model::kafka::config::{ConsumerConfig, GroupProtocol};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    /// Not started yet.
    New,
    Running,
    /// The process is gone, and nobody was told.
    Killed(Time),
    /// The application is stuck outside `poll()`; the heartbeat thread runs.
    Hung(Time),
    /// It closed itself.
    Left(Time),
}

impl Life {
    /// Is there a process, so that its background thread runs?
    pub fn has_process(self) -> bool {
        matches!(self, Life::Running | Life::Hung(_))
    }
}

/// Every timer that a process has apart from those of its requests.
const TIMERS: [Timer; 6] =
    [Timer::Heartbeat, Timer::MaxPoll, Timer::Service, Timer::Metadata, Timer::Retry, Timer::Reconnect];

impl Consumer {
    /// Starts the process: subscribe, and poll for the first time.
    pub fn start(&mut self, config: ConsumerConfig, topics: Vec<Name>, step: &mut Step) {
        self.config = config;
        self.topics = topics;
        self.life = Life::Running;
        self.problem = None;
        self.observe(Fact::Started, step);
        self.start_output(self.seed, step);
        self.poll(step);
    }

    /// The process ends without a word (`kill -9`). What it had fetched and not processed is forgotten with it.
    pub fn kill(&mut self, step: &mut Step) {
        self.end_process(step);
        self.life = Life::Killed(step.now);
        self.observe(Fact::Killed, step);
    }

    /// Whatever ran before, the process begins anew, with a new member id.
    pub fn restart(&mut self, config: ConsumerConfig, topics: Vec<Name>, step: &mut Step) {
        if self.life.has_process() {
            self.kill(step);
        }
        self.slowed_percent = 100;
        self.start(config, topics, step);
    }

    pub fn hang(&mut self, step: &mut Step) {
        self.life = Life::Hung(step.now);
        step.out.disarm(Timer::Service);
        if matches!(self.application, Application::Polling) {
            self.arm_max_poll(step);
        }
        self.observe(Fact::Hung, step);
    }

    /// The application carries on: with the record it held, else with the next `poll()`.
    pub fn unhang(&mut self, step: &mut Step) {
        self.life = Life::Running;
        self.observe(Fact::Unhung, step);
        match self.application {
            Application::Working(_) => self.arm_service(step),
            Application::Committing | Application::Polling => self.progress(step),
        }
        self.happens_to_output(Event::GoesOn, step);
    }

    /// `close()`: as soon as the records in hand are done, commit, say goodbye, end.
    pub fn leave(&mut self, step: &mut Step) {
        self.observe(Fact::Closing, step);
        self.is_closing = true;
        match self.application {
            Application::Working(_) => {}
            // It closes when that has come to an end.
            Application::Committing if self.output.is_some() => {}
            _ if self.output().is_some_and(|producer| !producer.is_settled()) => {
                _ = self.happens_to_output(Event::Settles, step)
            }
            _ => self.close(step),
        }
    }

    pub fn close(&mut self, step: &mut Step) {
        self.leave_group(step);
        self.end_process(step);
        self.life = Life::Left(step.now);
        self.observe(Fact::Closed, step);
    }

    /// Commits, gives everything up and says goodbye (`ConsumerCoordinator#onLeavePrepare`). The connection to the coordinator
    /// keeps order, so that nothing has to be waited for. Who is stopped in the middle of its work commits nothing: its
    /// position is beyond what it has processed.
    fn leave_group(&mut self, step: &mut Step) {
        if self.config.protocol == GroupProtocol::Share {
            entrance::<fn(&mut Consumer, &mut Step)>(Consumer::give_back_shared_fetched_later)(self, step);
            return self.say_goodbye(step);
        }
        let is_idle = !matches!(self.application, Application::Working(_));
        let commits = self.commits_by_itself() && self.membership.is_stable() && is_idle;
        if let Some(broker) = self.coordinator.filter(|_| commits) {
            let commit = self.commit_request(self.positions());
            self.requests.send_and_forget(step.cluster.endpoint(broker), commit, step.out);
        }
        match self.membership.lost_by {
            Some(error) => self.lose_partitions(error, step),
            None => _ = self.give_up(|_| true, step),
        }
        self.say_goodbye(step);
    }

    /// The application got an exception that it does not handle: the process ends, and the coordinator hears of it
    /// from a `close()` in a `finally` block.
    pub(super) fn fail(&mut self, problem: String, step: &mut Step) {
        self.problem = Some(problem);
        self.close(step);
    }

    fn end_process(&mut self, step: &mut Step) {
        self.report_work(step);
        self.happens_to_output(Event::Ends, step);
        self.in_hand = None;
        self.offsets_not_before = Time::ZERO;
        self.requests.forget_all(step.out);
        TIMERS.into_iter().for_each(|timer| step.out.disarm(timer));
        self.membership = Membership::default();
        self.remembered = None;
        self.assignment.clear();
        self.fetched.clear();
        self.sharing = Default::default();
        self.coordinator = None;
        self.leaders.clear();
        self.uncommitted = None;
        self.find_not_before = Time::ZERO;
        self.application = Application::Polling;
        self.poll_deadline = None;
        self.is_closing = false;
    }

    /// `subscribe()` with other topics: the group has to divide them anew. Without any topic, the consumer leaves it.
    pub fn subscribe(&mut self, topics: Vec<Name>, step: &mut Step) {
        self.topics = topics;
        if !self.life.has_process() {
            return;
        }
        self.leaders.clear();
        self.forget_waiting_metadata(step);
        if self.topics.is_empty() {
            self.leave_group(step);
            step.out.disarm(Timer::Heartbeat);
            self.membership = Membership::default();
        } else {
            self.membership.needs_rejoin = self.config.protocol == GroupProtocol::Classic;
            self.ask_metadata(step);
            self.progress(step);
        }
    }

    /// An answer about the old topics would pass for one about the new.
    fn forget_waiting_metadata(&mut self, step: &mut Step) {
        self.requests.forget(|purpose| matches!(purpose, Purpose::Metadata), step.out);
    }
}
