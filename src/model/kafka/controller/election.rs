//! Who leads a partition (`PartitionChangeBuilder`).

use crate::model::kafka::cluster::Replicas;
use crate::model::kafka::message::BrokerId;

/// What the controller may do to find a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Election {
    /// The leader stays if it may; else the first of the assignment that is in sync and alive.
    Clean,
    /// The first of the assignment, if it is in sync and alive; else nothing changes.
    Preferred,
    /// As `Clean`, and if nobody may lead, the first that is alive at all.
    Unclean,
}

/// What an election came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elected {
    /// The leader, if there was one, stays.
    Same,
    Clean(BrokerId),
    Unclean(BrokerId),
    Nobody,
}

/// The rules that hold for a partition while it is changed.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub min_isr: usize,
    /// `unclean.leader.election.enable`.
    pub may_be_unclean: bool,
    /// `eligible.leader.replicas.version` is 1.
    pub has_elr: bool,
}

/// Elects a leader for `replicas`, whose in-sync replicas may have been changed just before, and makes it lead.
pub fn elect(
    replicas: &mut Replicas,
    election: Election,
    rules: Rules,
    is_alive: impl Fn(BrokerId) -> bool,
) -> Elected {
    let may_lead = |broker: BrokerId| is_alive(broker) && is_eligible(replicas, broker);
    let current = replicas.leader.filter(|&leader| may_lead(leader));
    let preferred = replicas.brokers[0];
    let first = || replicas.brokers.iter().copied().find(|&broker| may_lead(broker));
    let chosen = match election {
        Election::Preferred if may_lead(preferred) => Some(preferred),
        Election::Preferred => current,
        Election::Clean | Election::Unclean => current.or_else(first),
    };
    let unclean = || replicas.brokers.iter().copied().find(|&broker| is_alive(broker));
    let last_known = || rules.has_elr.then_some(replicas.last_leader).filter(|&broker| is_alive(broker));
    let is_empty = replicas.isr.is_empty() && replicas.elr.is_empty();
    let elected = match chosen {
        Some(leader) if Some(leader) == replicas.leader => Elected::Same,
        Some(leader) => Elected::Clean(leader),
        None if election == Election::Preferred => Elected::Same,
        None => match (election == Election::Unclean).then(unclean).flatten() {
            Some(leader) => Elected::Unclean(leader),
            // The last that led is the best that is left, once nobody is known to have everything.
            None if is_empty && let Some(leader) = last_known() => Elected::Unclean(leader),
            None if replicas.leader.is_none() => Elected::Same,
            None => Elected::Nobody,
        },
    };
    lead(replicas, elected);
    elected
}

/// In sync; or, if nobody is, eligible.
fn is_eligible(replicas: &Replicas, broker: BrokerId) -> bool {
    replicas.isr.contains(&broker) || (replicas.isr.is_empty() && replicas.elr.contains(&broker))
}

fn lead(replicas: &mut Replicas, elected: Elected) {
    match elected {
        Elected::Same => return,
        Elected::Clean(leader) => {
            if !replicas.isr.contains(&leader) {
                replicas.isr = vec![leader];
                replicas.elr.retain(|&broker| broker != leader);
            }
            replicas.leader = Some(leader);
            replicas.last_leader = leader;
        }
        Elected::Unclean(leader) => {
            replicas.isr = vec![leader];
            replicas.elr.clear();
            replicas.leader = Some(leader);
            replicas.last_leader = leader;
        }
        Elected::Nobody => replicas.leader = None,
    }
    replicas.leader_epoch += 1;
    replicas.partition_epoch += 1;
}

/// Takes a broker out of the in-sync replicas. The last one stays listed, so that it is known who has everything; with
/// eligible leader replicas it is known by those. True if anything changed.
pub fn remove_from_isr(replicas: &mut Replicas, gone: BrokerId, rules: Rules) -> bool {
    let is_last = replicas.isr == [gone];
    if !replicas.isr.contains(&gone) || (is_last && !rules.has_elr) {
        return false;
    }
    let isr = replicas.isr.iter().copied().filter(|&broker| broker != gone).collect();
    set_isr(replicas, isr, rules);
    true
}

/// Other in-sync replicas; eligible ones come and go with them.
pub fn set_isr(replicas: &mut Replicas, isr: Vec<BrokerId>, rules: Rules) {
    let before = std::mem::replace(&mut replicas.isr, isr);
    replicas.partition_epoch += 1;
    if !rules.has_elr || replicas.isr.len() >= rules.min_isr {
        return replicas.elr.clear();
    }
    for broker in before {
        if !replicas.elr.contains(&broker) {
            replicas.elr.push(broker);
        }
    }
    let Replicas { elr, isr, .. } = replicas;
    elr.retain(|broker| !isr.contains(broker));
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { min_isr: 2, may_be_unclean: false, has_elr: false };
    const ELR: Rules = Rules { min_isr: 2, may_be_unclean: false, has_elr: true };

    fn ids(numbers: &[u32]) -> Vec<BrokerId> {
        numbers.iter().copied().map(BrokerId).collect()
    }

    /// Three replicas, led by the first.
    fn three() -> Replicas {
        Replicas::new(ids(&[2, 1, 3]), |_| true)
    }

    fn alive(numbers: &'static [u32]) -> impl Fn(BrokerId) -> bool {
        move |broker| numbers.contains(&broker.0)
    }

    fn without(gone: u32, rules: Rules) -> Replicas {
        let mut replicas = three();
        remove_from_isr(&mut replicas, BrokerId(gone), rules);
        replicas
    }

    #[test]
    fn the_first_of_the_assignment_that_is_in_sync_and_alive_leads() {
        let mut replicas = without(2, RULES);
        assert_eq!(elect(&mut replicas, Election::Clean, RULES, alive(&[1, 3])), Elected::Clean(BrokerId(1)));
        assert_eq!((replicas.leader_epoch, replicas.isr), (1, ids(&[1, 3])));
    }

    #[test]
    fn a_leader_that_may_lead_stays() {
        let mut replicas = without(3, RULES);
        assert_eq!(elect(&mut replicas, Election::Clean, RULES, alive(&[1, 2])), Elected::Same);
        assert_eq!(replicas.leader_epoch, 0);
    }

    #[test]
    fn the_last_in_sync_replica_stays_listed_and_nobody_else_leads() {
        let mut replicas = three();
        for gone in [1, 3, 2] {
            remove_from_isr(&mut replicas, BrokerId(gone), RULES);
        }
        assert_eq!(replicas.isr, ids(&[2]));
        assert_eq!(elect(&mut replicas, Election::Clean, RULES, alive(&[1, 3])), Elected::Nobody);
        assert_eq!(replicas.leader, None);
    }

    #[test]
    fn an_unclean_election_leaves_the_new_leader_alone_in_sync() {
        let mut replicas = three();
        for gone in [1, 3] {
            remove_from_isr(&mut replicas, BrokerId(gone), RULES);
        }
        assert_eq!(elect(&mut replicas, Election::Unclean, RULES, alive(&[3])), Elected::Unclean(BrokerId(3)));
        assert_eq!(replicas.isr, ids(&[3]));
    }

    #[test]
    fn a_preferred_election_is_never_unclean() {
        let mut replicas = without(2, RULES);
        elect(&mut replicas, Election::Clean, RULES, alive(&[1, 3]));
        assert_eq!(elect(&mut replicas, Election::Preferred, RULES, alive(&[1, 2, 3])), Elected::Same);
        assert_eq!(replicas.leader, Some(BrokerId(1)));
        set_isr(&mut replicas, ids(&[1, 3, 2]), RULES);
        let elected = elect(&mut replicas, Election::Preferred, RULES, alive(&[1, 2, 3]));
        assert_eq!(elected, Elected::Clean(BrokerId(2)));
    }

    #[test]
    fn the_in_sync_replicas_can_shrink_to_none_and_an_eligible_one_leads() {
        let mut replicas = three();
        for gone in [1, 3, 2] {
            remove_from_isr(&mut replicas, BrokerId(gone), ELR);
        }
        assert_eq!((replicas.isr.len(), replicas.elr.clone()), (0, ids(&[3, 2])), "1 left while there were enough");
        assert_eq!(elect(&mut replicas, Election::Clean, ELR, alive(&[1])), Elected::Nobody);
        assert_eq!(elect(&mut replicas, Election::Clean, ELR, alive(&[1, 3])), Elected::Clean(BrokerId(3)));
        assert_eq!((replicas.isr, replicas.elr), (ids(&[3]), ids(&[2])));
    }

    #[test]
    fn with_enough_in_sync_replicas_none_is_merely_eligible() {
        let mut replicas = three();
        for gone in [1, 3] {
            remove_from_isr(&mut replicas, BrokerId(gone), ELR);
        }
        assert_eq!(replicas.elr, ids(&[3]));
        set_isr(&mut replicas, ids(&[2, 1]), ELR);
        assert!(replicas.elr.is_empty());
    }
}
