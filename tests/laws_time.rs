//! Laws of time travel, over random commands at random moments: wherever one goes, the state is that of a run which was
//! never interrupted; a fork leaves the branch it left alone; what is undone and done again was never gone. A law that breaks
//! says what was done, and how to see the run again that it led to.

mod reproduction {
    pub mod case;
    pub mod seen;
}

use headwater::engine::{Command, Simulation};
use headwater::kernel::Time;
use headwater::scenario::Scenario;
use headwater::session::{Branch, BranchId, Session, Timeline};
use proptest::prelude::*;
use reproduction::case::reproducible;
use serde_json::json;

/// The furthest moment, in milliseconds.
const END: u64 = 24_000;

/// Two groups on a topic of three partitions: fast enough for a thousand events in a second.
fn scenario(seed: u64) -> Scenario {
    let group = |name: &str, us: u64| {
        json!({ "type": "add_group", "group": name, "topics": ["orders"], "config": {
            "session.timeout.ms": 6000, "heartbeat.interval.ms": 1500, "auto.offset.reset": "earliest",
            "service_time": { "distribution": "exponential", "min_us": us, "mean_us": 3 * us } } })
    };
    let document = json!({
        "version": 1, "seed": seed,
        "cluster": { "brokers": 3, "client_latency": { "distribution": "uniform", "min_us": 1000, "max_us": 40000 } },
        "commands": [
            { "type": "add_topic", "topic": "orders", "config": { "partitions": 3, "replication.factor": 3 } },
            { "type": "add_producer", "producer": "checkout", "topic": "orders", "workload": {
                "arrivals": { "kind": "poisson", "per_second": 40 },
                "keys": { "kind": "uniform", "prefix": "order", "count": 20 } } },
            group("inventory", 2000), group("fraud", 9000),
            { "type": "add_consumer", "consumer": "inventory-1", "group": "inventory" },
            { "type": "add_consumer", "consumer": "inventory-2", "group": "inventory" },
            { "type": "add_consumer", "consumer": "fraud-1", "group": "fraud" },
            { "at_us": 17_000_000, "type": "hang", "consumer": "fraud-1" },
        ],
    });
    Scenario::from_json(&document.to_string()).expect("a scenario")
}

fn command() -> impl Strategy<Value = Command> {
    let consumer = prop_oneof![Just("inventory-1"), Just("inventory-2"), Just("fraud-1")];
    let life = prop_oneof![Just("kill"), Just("hang"), Just("unhang"), Just("leave"), Just("restart")];
    let place = json!({ "type": "place", "node": "orders", "x": 3, "y": 4 });
    let others = [
        json!({ "type": "publish", "producer": "checkout", "key": "by-hand", "count": 3 }),
        json!({ "type": "seek", "group": "inventory", "topic": "orders", "to": { "kind": "earliest" } }),
        json!({ "type": "add_consumer", "consumer": "inventory-3", "group": "inventory" }),
        json!({ "type": "remove_consumer", "consumer": "inventory-3" }),
        json!({ "type": "partition", "a": "inventory", "b": "brokers" }),
        json!({ "type": "repair", "a": "inventory", "b": "brokers" }),
        json!({ "type": "add_partitions", "topic": "orders", "total": 5 }),
        json!({ "type": "slow_down", "consumer": "fraud-1", "percent": 300 }),
        json!({ "type": "set_clock", "client": "inventory-1", "drift_ppm": 300_000 }),
        json!({ "type": "set_clock", "client": "checkout", "drift_ppm": -200_000, "ahead_ms": 5_000 }),
        place,
    ];
    let lives = (life, consumer).prop_map(|(life, consumer)| json!({ "type": life, "consumer": consumer }));
    prop_oneof![lives, proptest::sample::select(others.to_vec())]
        .prop_map(|command| serde_json::from_value(command).expect("a command"))
}

/// What somebody does with a session.
#[derive(Clone, Debug)]
enum Doing {
    Seek(u64),
    /// One gesture; refused ones are nothing done.
    Gesture(Vec<Command>),
    Undo,
    Redo,
    Step,
    StepBack,
    /// To the branch of this number, counted around.
    Switch(usize),
    /// So many frames of 16 ms.
    Play(u64),
}

fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        4 => (0..END).prop_map(Doing::Seek),
        4 => prop::collection::vec(command(), 1..3).prop_map(Doing::Gesture),
        2 => Just(Doing::Undo),
        1 => Just(Doing::Redo),
        1 => Just(Doing::Step),
        1 => Just(Doing::StepBack),
        2 => (0..4usize).prop_map(Doing::Switch),
        1 => (1..60u64).prop_map(Doing::Play),
    ]
}

fn perform(session: &mut Session, doing: &Doing) {
    match doing {
        Doing::Seek(ms) => drop(session.seek(Time::from_millis(*ms))),
        Doing::Gesture(commands) => drop(session.gesture(commands.clone())),
        Doing::Undo => drop(session.undo()),
        Doing::Redo => drop(session.redo()),
        Doing::Step => drop(session.step()),
        Doing::StepBack => drop(session.step_back()),
        Doing::Switch(n) => {
            let branches = session.branches();
            drop(session.switch_to(branches[n % branches.len()].id));
        }
        Doing::Play(frames) => {
            session.play();
            (0..*frames).for_each(|_| drop(session.frame(headwater::kernel::Span::from_millis(16))));
            session.pause();
        }
    }
}

/// The same commands at the same times, without any session.
fn straight(scenario: &Scenario, to: Time) -> String {
    let mut simulation = Simulation::new(scenario.seed, scenario.cluster.clone());
    for timed in &scenario.commands {
        let at = Time::from_micros(timed.at_us);
        if at > to {
            break;
        }
        simulation.step_until(at, u64::MAX);
        simulation.dispatch(timed.command.clone()).expect("the session carried it out");
    }
    simulation.step_until(to, u64::MAX);
    simulation.digest().to_string()
}

/// A branch as it can be seen: its digest at its end, and what its time line shows.
fn seen(session: &mut Session, id: BranchId) -> (String, Timeline) {
    session.switch_to(id).expect("it is there");
    let end = session.end();
    session.seek(end).expect("it was played as far");
    (session.digest(), session.timeline().clone())
}

/// All branches. How far the others were played does not count: going back to one plays it on to this moment.
fn branches(session: &Session) -> Vec<Branch> {
    let mut branches = session.branches();
    branches.iter_mut().filter(|branch| !branch.is_current).for_each(|branch| branch.end = Time::ZERO);
    branches
}

/// The branch on show, as a document that opens at the moment on show.
fn as_left(session: &Session) -> Scenario {
    Scenario { opens_at_ms: session.now().as_millis(), ..session.scenario() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wherever_one_goes_the_state_is_that_of_a_straight_run(
        seed in 0u64..1_000, doings in prop::collection::vec(doing(), 1..14), ends in prop::collection::vec(0..END, 3),
    ) {
        let mut session = Session::open(&scenario(seed)).expect("it opens");
        reproducible(&mut session, as_left, |session| {
            doings.iter().for_each(|doing| perform(session, doing));
            for end in ends.into_iter().map(Time::from_millis) {
                // What the log still holds for later may be refused on the way; then the log loses it.
                while session.seek(end).is_err() {}
                prop_assert_eq!(session.now(), end);
                prop_assert_eq!(session.digest(), straight(&session.scenario(), end));
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_fork_leaves_the_other_branch_as_it_was(
        before in prop::collection::vec((0..END, command()), 0..4), at in 0..END, after in prop::collection::vec(doing(), 1..6),
    ) {
        let mut session = Session::open(&scenario(7)).expect("it opens");
        reproducible(&mut session, as_left, |session| {
            for (ms, command) in before {
                perform(session, &Doing::Seek(ms));
                drop(session.dispatch(command));
            }
            let end = session.end().max(Time::from_millis(END));
            while session.seek(end).is_err() {}
            let left = session.branches().iter().find(|branch| branch.is_current).expect("one is").id;
            let was = seen(session, left);
            session.seek(Time::from_millis(at)).expect("it was played as far");
            let publish = json!({ "type": "publish", "producer": "checkout", "count": 1 });
            session.dispatch(serde_json::from_value(publish).expect("a command")).expect("it is in order");
            let fork = session.branches().iter().find(|branch| branch.is_current).expect("one is").id;
            prop_assert_eq!(left == fork, Time::from_millis(at) == end);
            for doing in after.iter().filter(|doing| !matches!(doing, Doing::Switch(_) | Doing::Undo | Doing::Redo)) {
                perform(session, doing);
            }
            if left != fork {
                prop_assert_eq!(seen(session, left), was);
            }
            Ok(())
        })?;
    }

    #[test]
    fn undo_and_then_redo_is_the_identity(doings in prop::collection::vec(doing(), 1..10), times in 1..4usize) {
        let mut session = Session::open(&scenario(7)).expect("it opens");
        reproducible(&mut session, as_left, |session| {
            doings.iter().for_each(|doing| perform(session, doing));
            // What the log still holds for this moment may be refused; then the log loses it.
            while session.seek(session.now()).is_err() {}
            let look = |session: &Session| {
                let (timeline, scenario) = (session.timeline().clone(), session.scenario());
                (session.digest(), session.now(), branches(session), timeline, scenario, session.next_undo())
            };
            let before = look(session);
            let undone = (0..times).take_while(|_| session.undo() == Ok(true)).count();
            for _ in 0..undone {
                prop_assert_eq!(session.redo(), Ok(true));
            }
            prop_assert_eq!(look(session), before);
            Ok(())
        })?;
    }
}
