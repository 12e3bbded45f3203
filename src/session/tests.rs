//! What a session does, on the opening scene.

use super::*;
use crate::engine::Command;
use crate::scenario::catalog;

fn orders() -> Session {
    Session::open(&catalog::find("orders").expect("the opening scene")).expect("it opens")
}

fn kill(consumer: &str) -> Command {
    Command::Kill { consumer: consumer.into() }
}

fn go(session: &mut Session, secs: u64) {
    session.seek(Time::from_secs(secs)).expect("no command is refused");
}

fn act(session: &mut Session, command: Command) {
    session.dispatch(command).expect("it is in order");
}

fn labels(session: &Session) -> Vec<&str> {
    session.timeline().marks.iter().map(|mark| mark.label.as_str()).collect()
}

/// Killed at 20 s and played to 40 s.
fn killed() -> Session {
    let mut session = orders();
    go(&mut session, 20);
    act(&mut session, kill("inventory-2"));
    go(&mut session, 40);
    session
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
    act(&mut session, kill("inventory-2"));
    go(&mut session, 60);
    let end = session.digest();
    go(&mut session, 20);
    assert_ne!(session.digest(), end);
    go(&mut session, 60);
    assert_eq!(session.digest(), end);
}

#[test]
fn a_seek_goes_a_slice_at_a_time_and_shows_nothing_until_it_has_arrived() {
    let mut session = killed();
    let (before, straight) = (session.digest(), {
        let mut straight = killed();
        go(&mut straight, 300);
        straight.digest()
    });
    let mut progress = session.begin_seek(Time::from_secs(300));
    let mut slices = 0;
    while !progress.is_done() {
        assert_eq!((session.digest(), session.now()), (before.clone(), Time::from_secs(40)));
        progress = session.advance_seek(1_000).expect("no command is refused").expect("it is on its way");
        slices += 1;
    }
    assert!(slices > 3, "{slices} slices");
    assert_eq!((session.digest(), session.now()), (straight, Time::from_secs(300)));
}

#[test]
fn a_seek_that_is_given_up_has_changed_nothing() {
    let mut session = killed();
    let before = session.digest();
    session.begin_seek(Time::from_secs(300));
    session.advance_seek(1_000).expect("no command is refused");
    session.cancel_seek();
    assert_eq!((session.digest(), session.seeking()), (before, None));
}

#[test]
fn acting_in_the_past_forks_and_leaves_the_other_branch_as_it_was() {
    let mut session = killed();
    let (end, first) = (session.digest(), session.branches()[0].id);
    go(&mut session, 18);
    act(&mut session, kill("fraud-1"));
    go(&mut session, 40);
    assert!(session.world().consumers["inventory-2"].life.has_process());
    assert!(!labels(&session).contains(&"inventory-2 killed"), "{:?}", labels(&session));

    let branches = session.branches();
    let told = |branch: &Branch| (branch.name.clone(), branch.parent, branch.commands, branch.is_current);
    assert_eq!(told(&branches[0]), ("Original run".into(), None, 1, false));
    assert_eq!(told(&branches[1]), ("kill fraud-1 at 0:18.000".into(), Some(first), 1, true));
    assert_eq!(branches[1].forked_at, Time::from_secs(18));

    session.switch_to(first).expect("it is still there");
    assert_eq!((session.digest(), session.now()), (end, Time::from_secs(40)));
    assert!(labels(&session).contains(&"inventory-2 killed"));
}

#[test]
fn acting_at_the_end_just_goes_on() {
    let mut session = killed();
    act(&mut session, kill("fraud-1"));
    assert_eq!(session.branches().len(), 1);
}

#[test]
fn switching_to_a_branch_that_is_shorter_goes_to_its_end() {
    let mut session = killed();
    let first = session.branches()[0].id;
    go(&mut session, 18);
    act(&mut session, kill("fraud-1"));
    let fork = session.branches()[1].id;
    session.switch_to(first).expect("it is still there");
    go(&mut session, 30);
    session.switch_to(fork).expect("it is still there");
    assert_eq!(session.now(), Time::from_secs(18));
}

#[test]
fn branches_are_renamed_and_deleted_but_not_the_current_one() {
    let mut session = killed();
    go(&mut session, 18);
    act(&mut session, kill("fraud-1"));
    let [first, fork] = [0, 1].map(|n| session.branches()[n].id);
    let refused = session.rename_branch(fork, "Original run").expect_err("the name is taken");
    assert_eq!(refused.to_string(), "name: there is a branch called Original run already");
    session.rename_branch(fork, "without fraud").expect("the name is free");
    assert_eq!(session.branches()[1].name, "without fraud");
    assert!(session.delete_branch(fork).is_err());
    session.delete_branch(first).expect("it is not the current one");
    assert_eq!(session.branches().len(), 1);
    assert_eq!(session.branches()[0].parent, None);
}

#[test]
fn undo_takes_a_gesture_out_without_losing_the_run_and_redo_puts_it_back() {
    let mut session = killed();
    let (with, marks) = (session.digest(), session.timeline().clone());
    assert_eq!(session.next_undo().as_deref(), Some("kill inventory-2 at 0:20.000"));
    assert_eq!(session.undo(), Ok(true));
    let mut never = orders();
    go(&mut never, 40);
    assert_eq!((session.digest(), session.now()), (never.digest(), Time::from_secs(40)));
    assert_eq!(session.timeline(), never.timeline());
    assert_eq!(session.next_undo(), None);

    assert_eq!(session.next_redo().as_deref(), Some("kill inventory-2 at 0:20.000"));
    assert_eq!(session.redo(), Ok(true));
    assert_eq!((session.digest(), session.timeline()), (with, &marks));
    assert_eq!((session.undo(), session.redo(), session.redo()), (Ok(true), Ok(true), Ok(false)));
}

#[test]
fn a_gesture_of_several_commands_is_one_step() {
    let mut session = orders();
    let before = session.digest();
    session.gesture(vec![kill("inventory-2"), kill("fraud-1")]).expect("both are in order");
    assert_eq!(session.next_undo().as_deref(), Some("kill inventory-2 and 1 more at 0:15.000"));
    session.undo().expect("nothing depends on it");
    assert_eq!(session.digest(), before);
}

#[test]
fn of_a_gesture_that_is_refused_nothing_is_done() {
    let mut session = orders();
    let before = session.digest();
    assert!(session.gesture(vec![kill("inventory-2"), kill("nobody")]).is_err());
    assert_eq!((session.digest(), session.next_undo()), (before, None));
}

#[test]
fn undoing_the_gesture_that_began_a_branch_goes_back_to_the_branch_it_left() {
    let mut session = killed();
    go(&mut session, 18);
    let there = session.digest();
    act(&mut session, kill("fraud-1"));
    let forked = session.digest();
    assert_eq!(session.undo(), Ok(true));
    assert_eq!((session.digest(), session.branches().len()), (there, 1));
    assert_eq!(session.end(), Time::from_secs(40));
    assert_eq!(session.redo(), Ok(true));
    assert_eq!((session.digest(), session.branches().len()), (forked, 2));
    assert_eq!(session.branches()[1].name, "kill fraud-1 at 0:18.000");
}

#[test]
fn undo_after_seeking_back_takes_back_what_is_still_to_come() {
    let mut session = killed();
    go(&mut session, 18);
    let there = session.digest();
    assert_eq!(session.undo(), Ok(true));
    assert_eq!((session.digest(), session.end()), (there, Time::from_secs(20)));
    go(&mut session, 40);
    assert!(session.world().consumers["inventory-2"].life.has_process());
}

#[test]
fn undo_is_refused_if_another_command_could_not_be_carried_out_and_changes_nothing() {
    let mut scenario = catalog::find("orders").expect("the opening scene");
    let add = r#"{"at_us": 30000000, "type": "kill", "consumer": "inventory-3"}"#;
    scenario.commands.push(serde_json::from_str(add).expect("a command"));
    let mut session = Session::open(&scenario).expect("it opens");
    act(&mut session, Command::AddConsumer { consumer: "inventory-3".into(), group: "inventory".into() });
    go(&mut session, 40);
    let before = session.digest();
    let refused = session.undo().expect_err("the scenario kills it later");
    assert_eq!(
        refused.to_string(),
        "undo: without “add inventory-3 to inventory at 0:15.000”, the run cannot go on as it did: there is no consumer \
         called inventory-3 when it comes to “kill inventory-3 at 0:30.000”"
    );
    assert_eq!(session.digest(), before);
}

#[test]
fn the_saved_scenario_runs_to_the_same_state() {
    let mut session = orders();
    act(&mut session, kill("inventory-2"));
    go(&mut session, 50);
    session.bookmark(Time::from_secs(21), "  it times out ").expect("a name");
    let saved = Scenario::from_json(&session.scenario().to_json()).expect("what is saved can be read");
    let mut again = Session::open(&saved).expect("it opens");
    go(&mut again, 50);
    assert_eq!(again.digest(), session.digest());
    assert_eq!(again.bookmarks(), [Bookmark { at_us: 21_000_000, name: "it times out".into() }]);
}

#[test]
fn a_step_goes_to_the_next_visible_change_and_a_step_back_to_the_one_before() {
    let mut session = orders();
    let mut seen = vec![];
    for _ in 0..20 {
        session.step().expect("no command is refused");
        seen.push(session.now());
    }
    assert!(seen.is_sorted_by(|one, next| one < next), "{seen:?}");
    for at in seen.into_iter().rev().skip(1) {
        session.step_back().expect("no command is refused");
        assert_eq!(session.now(), at);
    }
}

#[test]
fn a_step_back_finds_the_last_change_however_long_ago_it_was() {
    let mut session = Session::open(&Scenario::empty()).expect("it opens");
    act(&mut session, Command::AddTopic { topic: "t".into(), config: Default::default() });
    go(&mut session, 3_600);
    session.step_back().expect("no command is refused");
    assert_eq!(session.now(), Time::ZERO);
}

#[test]
fn a_step_back_goes_a_few_events_at_a_time_and_can_be_dropped() {
    let mut session = orders();
    go(&mut session, 300);
    let now = session.now();
    session.begin_step_back();
    session.advance_seek(10).expect("no command is refused");
    assert!(session.seeking().is_some() && session.now() == now, "it is still where it was");
    session.cancel_seek();
    session.step_back().expect("no command is refused");
    let at_once = session.now();

    go(&mut session, 300);
    session.begin_step_back();
    while session.seeking().is_some() {
        session.advance_seek(10).expect("no command is refused");
    }
    assert_eq!((session.now(), at_once < now), (at_once, true));
}

#[test]
fn marks_of_a_kind_are_sought_both_ways_and_ahead_of_what_was_played() {
    let mut session = orders();
    act(&mut session, kill("inventory-2"));
    let killed_at = session.now();
    assert_eq!(session.seek_to_kind(MarkKind::Timeout, Direction::Next), Ok(true));
    let timed_out_at = session.now();
    assert!(timed_out_at > killed_at);
    let is_timeout = |mark: &Mark| mark.at == timed_out_at && mark.label == "inventory session timeout";
    assert!(session.timeline().marks.iter().any(is_timeout));
    assert_eq!(session.seek_to_kind(MarkKind::Fault, Direction::Previous), Ok(true));
    assert_eq!(session.now(), killed_at);
    assert_eq!(session.seek_to_kind(MarkKind::Fault, Direction::Previous), Ok(false));
    assert_eq!(session.seek_to_kind(MarkKind::Retention, Direction::Next), Ok(false));
    assert_eq!((session.now(), session.end()), (killed_at, timed_out_at));
}

#[test]
fn what_lies_ahead_is_looked_through_a_slice_at_a_time_and_can_be_given_up() {
    let mut session = orders();
    act(&mut session, kill("inventory-2"));
    let (now, end) = (session.now(), session.end());
    assert!(session.begin_seek_to_kind(MarkKind::Timeout, Direction::Next));
    let mut slices = 0;
    while session.seeking().is_some() {
        session.advance_seek(100).expect("no command is refused");
        slices += 1;
    }
    assert!(slices > 5, "{slices}");
    assert_eq!(session.take_missed(), None);
    assert!(session.now() > now);

    assert!(session.begin_seek_to_kind(MarkKind::Retention, Direction::Next));
    session.advance_seek(500).expect("no command is refused");
    session.cancel_seek();
    assert!(session.end() > end);
    assert!(session.begin_seek_to_kind(MarkKind::Retention, Direction::Next));
    session.finish_seek().expect("no command is refused");
    assert_eq!(session.take_missed(), Some(MarkKind::Retention));
}

#[test]
fn a_stretch_is_played_over_and_over() {
    let mut session = orders();
    session.set_loop(Some((Time::from_secs(16), Time::from_secs(17))));
    session.set_speed(Speed::REAL_TIME);
    let mut seen = vec![];
    for _ in 0..400 {
        session.frame(Span::from_millis(10)).expect("no command is refused");
        seen.push(session.now());
    }
    assert!(seen.iter().all(|at| *at <= Time::from_secs(17)));
    let returns = seen.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!(returns, 3, "from 15 s on, four seconds hold three returns to 16 s");
}

#[test]
fn what_passed_through_is_sampled_beside_the_lag() {
    let session = killed();
    let timeline = session.timeline();
    let produced: u64 = timeline.produced.per_second().iter().map(|(_, rate)| rate).sum();
    assert!(produced > 0);
    let groups: Vec<&str> =
        timeline.consumed.iter().filter_map(|series| Some(series.group.as_ref()?.as_str())).collect();
    assert_eq!(groups, ["analytics", "fraud", "inventory", "notification"]);
    let (at, total) = timeline.produced.totals.last().copied().expect("it was sampled");
    assert_eq!((at, total), (Time::from_secs(40), session.world().totals().produced));
}

#[test]
fn any_observation_can_be_had_by_its_id_the_many_as_well_as_the_few() {
    let session = killed();
    let mut straight = crate::engine::Simulation::new(session.scenario.seed, session.scenario.cluster.clone());
    let mut seen = vec![];
    for given in session.branches.current().log.commands() {
        straight.step_until(given.at, u64::MAX);
        straight.dispatch(given.command.clone()).expect("it was carried out before");
    }
    straight.step_until(session.now(), u64::MAX);
    seen.extend(straight.take_observations());
    for observation in seen.iter().step_by(7) {
        assert_eq!(session.observation(observation.id).as_ref(), Some(observation));
    }
    assert_eq!(session.observation(straight.observed()), None);
}

#[test]
fn two_branches_are_compared_by_what_differs_and_what_they_came_to() {
    let mut session = killed();
    go(&mut session, 18);
    act(&mut session, kill("fraud-1"));
    let [first, fork] = [0, 1].map(|n| session.branches()[n].id);
    let comparison = session.compare(first, fork).expect("both are there");
    assert_eq!((comparison.same_until, comparison.at), (Time::from_secs(18), Time::from_secs(40)));
    let deeds: Vec<&str> = comparison.commands.iter().map(|command| command.deed.as_str()).collect();
    assert_eq!(deeds, ["kill fraud-1", "kill inventory-2"]);
    assert_eq!(
        comparison.differences[0].sentence,
        "fraud-1 was killed; its group will miss it after session.timeout.ms, 6 s"
    );
    assert_eq!(comparison.differences[0].a, None);
    let (a, b) = (&comparison.a.groups, &comparison.b.groups);
    assert_eq!(a["analytics"], b["analytics"], "nobody touched it");
    assert!(a["inventory"].unread > b["inventory"].unread);
    assert!(b["fraud"].unread > Span::from_secs(20), "{:?}", b["fraud"]);
    assert!(a["inventory"].rebalances > b["inventory"].rebalances);
}

#[test]
fn a_comparison_goes_a_slice_at_a_time_and_comes_to_the_same() {
    let mut session = killed();
    go(&mut session, 18);
    act(&mut session, kill("fraud-1"));
    let [first, fork] = [0, 1].map(|n| session.branches()[n].id);
    let mut comparing = session.begin_compare(first, fork, None).expect("both are there");
    let mut permille = vec![];
    while comparing.comparison().is_none() {
        permille.push(comparing.advance(500).permille());
    }
    assert!(permille.len() > 4 && permille.is_sorted(), "{permille:?}");
    assert_eq!(comparing.comparison(), session.compare(first, fork).ok());
}

/// As it is when a browser has kept it and opens it again.
fn restored(session: &Session) -> Session {
    let kept = crate::kernel::document::to_line(&session.courses());
    let courses: Vec<Course> = crate::kernel::document::from_text(&kept).expect("what was written is read");
    let (mut again, lost) = Session::restore(&session.scenario(), &courses).expect("it opens");
    assert_eq!(lost, 0);
    again.seek(again.end()).expect("no command is refused");
    again.seek(session.now()).expect("it was played");
    again
}

#[test]
fn branches_are_there_again_after_a_reload_and_lead_to_the_same_states() {
    let mut session = killed();
    go(&mut session, 30);
    act(&mut session, kill("fraud-1"));
    go(&mut session, 45);
    session.rename_branch(BranchId(1), "Both dead").expect("a name");
    go(&mut session, 42);
    let mut again = restored(&session);
    assert_eq!(again.branches(), session.branches());
    assert_eq!((again.now(), again.end()), (session.now(), session.end()));
    assert_eq!(again.digest(), session.digest());
    assert_eq!(labels(&again), labels(&session));
    for id in [BranchId(0), BranchId(1)] {
        again.switch_to(id).expect("it is there");
        session.switch_to(id).expect("it is there");
        assert_eq!((again.now(), again.digest()), (session.now(), session.digest()));
    }
    let (found, known) = (again.compare(BranchId(0), BranchId(1)), session.compare(BranchId(0), BranchId(1)));
    assert_eq!(found, known);
}

#[test]
fn what_was_done_before_a_reload_can_be_undone_after_it_and_what_was_undone_be_done_again() {
    let mut session = killed();
    act(&mut session, kill("fraud-1"));
    act(&mut session, kill("analytics-1"));
    assert_eq!(session.undo(), Ok(true));
    let mut again = restored(&session);
    assert_eq!((again.next_undo(), again.next_redo()), (session.next_undo(), session.next_redo()));
    let mut same = |act: fn(&mut Session) -> Result<bool, Refusal>| {
        assert_eq!(act(&mut again), act(&mut session));
        assert_eq!(again.digest(), session.digest());
        assert_eq!(labels(&again), labels(&session));
    };
    same(Session::undo);
    same(Session::undo);
    same(Session::redo);
    same(Session::redo);
    same(Session::redo);
}

#[test]
fn undoing_a_fork_after_a_reload_goes_back_to_the_branch_it_left() {
    let mut session = killed();
    go(&mut session, 30);
    act(&mut session, kill("fraud-1"));
    let mut again = restored(&session);
    assert_eq!(again.undo(), Ok(true));
    let branches = again.branches();
    assert_eq!((branches.len(), branches[0].is_current), (1, true));
    assert_eq!(again.redo(), Ok(true));
    assert_eq!(again.digest(), session.digest());
}

#[test]
fn branches_that_do_not_go_with_their_scenario_are_left_out() {
    let mut session = killed();
    go(&mut session, 30);
    act(&mut session, kill("fraud-1"));
    session.switch_to(BranchId(0)).expect("it is there");
    let courses = session.courses();
    let (other, lost) = Session::restore(&Scenario::empty(), &courses).expect("it opens");
    assert_eq!((other.branches().len(), lost), (1, 1));
}
