//! Sums over the whole run, of parts that have left the stage too.

use super::{Ledger, World};
use crate::model::kafka::producer::Counts;

/// Records, counted where they pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Made by applications, sent or not.
    pub produced: u64,
    pub acknowledged: u64,
    /// By consumers, over all groups.
    pub processed: u64,
    pub duplicates: u64,
    pub out_of_order: u64,
}

impl Totals {
    pub fn add_producer(&mut self, counts: &Counts) {
        self.produced += counts.created;
        self.acknowledged += counts.acknowledged;
    }

    pub fn add_group(&mut self, ledger: &Ledger) {
        self.processed += ledger.processed;
        self.duplicates += ledger.duplicates;
        self.out_of_order += ledger.out_of_order;
    }
}

impl World {
    pub fn totals(&self) -> Totals {
        let mut totals = self.departed;
        self.producers.values().for_each(|producer| totals.add_producer(&producer.counts));
        self.groups.values().for_each(|spec| totals.add_group(&spec.ledger));
        totals
    }
}
