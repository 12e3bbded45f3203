//! The scenarios that come with the playground. They are files, in `scenarios/`.

use super::Scenario;

const FILES: [&str; 5] = [
    include_str!("../../scenarios/orders.json"),
    include_str!("../../scenarios/compaction.json"),
    include_str!("../../scenarios/share.json"),
    include_str!("../../scenarios/exactly-once.json"),
    include_str!("../../scenarios/empty.json"),
];

/// Every scenario of the catalogue; the first is the opening scene.
pub fn all() -> Vec<Scenario> {
    let read = |text: &&str| Scenario::from_json(text).expect("a test reads every scenario of the catalogue");
    FILES.iter().map(read).collect()
}

pub fn find(name: &str) -> Option<Scenario> {
    all().into_iter().find(|scenario| scenario.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Observation;
    use crate::kernel::Time;
    use crate::model::fact::{Fact, SettleReason, Subject};
    use crate::model::kafka::coordinator::client_id_of;
    use crate::model::{Name, TopicPartition};
    use crate::scenario::Run;

    fn seen_until(name: &str, until: Time) -> (Run, Vec<Observation>) {
        let scenario = find(name).expect("it is in the catalogue");
        let mut run = Run::start(&scenario).expect("it starts");
        run.run_until(until, u64::MAX).expect("its commands are in order");
        let seen = run.take_observations();
        (run, seen)
    }

    /// What became of records that a worker did not settle in time.
    fn out_of_time<'a>(seen: &'a [Observation], worker: &'a str) -> impl Iterator<Item = Time> + 'a {
        seen.iter()
            .filter(move |observation| match &observation.fact {
                Fact::ShareSettled { member, why: SettleReason::LockOver, .. } => {
                    client_id_of(member).as_str() == worker
                }
                _ => false,
            })
            .map(|observation| observation.at)
    }

    #[test]
    fn the_share_group_scene_shows_what_its_bookmarks_say() {
        let (_, seen) = seen_until("share", Time::from_secs(90));
        let slow = out_of_time(&seen, "worker-2").next().expect("it is too slow for its lock");
        assert!((Time::from_secs(30)..Time::from_secs(33)).contains(&slow), "{slow}");
        let killed = out_of_time(&seen, "worker-3").next().expect("it is killed with records in its hands");
        assert!((Time::from_secs(60)..Time::from_secs(66)).contains(&killed), "{killed}");
        let is_again = |fact: &Fact| matches!(fact, Fact::RecordsAcquired { delivery_count: 2, .. });
        assert!(seen.iter().any(|observation| observation.at < Time::from_secs(33) && is_again(&observation.fact)));
        let is_given_up = |fact: &Fact| matches!(fact, Fact::ShareSettled { archived, .. } if *archived > 0);
        assert!(seen.iter().any(|observation| is_given_up(&observation.fact)));
    }

    #[test]
    fn in_the_share_group_scene_more_members_than_partitions_all_have_work() {
        let (run, seen) = seen_until("share", Time::from_secs(15));
        let works = |consumer: &Name| {
            let is_its = |observation: &Observation| observation.subject == Subject::Consumer(consumer.clone());
            seen.iter().any(|seen| is_its(seen) && matches!(seen.fact, Fact::Processed { .. }))
        };
        let consumers = &run.world().consumers;
        let idle: Vec<&Name> = consumers.keys().filter(|name| !works(name)).collect();
        assert_eq!((consumers.len(), idle), (6, Vec::new()));
    }

    /// What every record of `receipts` was made of, and whether its transaction was aborted.
    fn receipts(run: &Run) -> Vec<(Name, bool)> {
        let mut receipts = Vec::new();
        for partition in [0, 1] {
            let leader =
                run.world().leader(&TopicPartition::new(&"receipts".into(), partition)).expect("it has a leader");
            for batch in leader.log.batches_from(0) {
                let producer = batch.stamp.expect("written by an idempotent producer").producer;
                receipts.extend((0..batch.records.len()).map(|index| {
                    let extra = batch.records.extra(index).expect("it has a header");
                    (extra.headers[0].1.clone(), leader.transactions.is_aborted(producer, batch.offset(index)))
                }));
            }
        }
        receipts
    }

    #[test]
    fn in_the_exactly_once_scene_a_crash_repeats_work_and_no_receipt_that_is_committed() {
        let (run, seen) = seen_until("exactly-once", Time::from_secs(90));
        assert!(run.world().groups["billing"].ledger.duplicates >= 5, "work is repeated");
        let receipts = receipts(&run);
        let once = |sources: &mut Vec<&Name>| {
            sources.sort();
            let all = sources.len();
            sources.dedup();
            sources.len() == all
        };
        assert!(!once(&mut receipts.iter().map(|(source, _)| source).collect()), "somebody reads a receipt twice");
        let committed = receipts.iter().filter(|(_, is_aborted)| !is_aborted);
        assert!(once(&mut committed.map(|(source, _)| source).collect()));
        let times = |is_it: fn(&Fact) -> bool| {
            let after_the_kill = seen.iter().filter(|seen| seen.at >= Time::from_secs(29));
            after_the_kill.filter(|seen| is_it(&seen.fact)).map(|seen| seen.at).next().expect("it happens")
        };
        let session = times(|fact| matches!(fact, Fact::MemberTimedOut { .. }));
        assert!((Time::from_secs(38)..Time::from_secs(42)).contains(&session), "{session}");
        let aborted = times(|fact| matches!(fact, Fact::TransactionTimedOut { .. }));
        assert!((Time::from_secs(45)..Time::from_secs(51)).contains(&aborted), "{aborted}");
    }
}
