//! How much passed in the last second.

use crate::kernel::Time;

const BUCKETS: usize = 10;
const BUCKET_US: u64 = 100_000;

/// Counts over the last second of virtual time, in ten buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    counts: [u64; BUCKETS],
    /// The number of the newest bucket since the run began.
    newest: u64,
}

impl Meter {
    pub fn add(&mut self, now: Time, count: u64) {
        self.turn(now);
        self.counts[(self.newest % BUCKETS as u64) as usize] += count;
    }

    pub fn per_second(&self, now: Time) -> u64 {
        let mut turned = self.clone();
        turned.turn(now);
        turned.counts.iter().sum()
    }

    fn turn(&mut self, now: Time) {
        let bucket = now.as_micros() / BUCKET_US;
        for passed in (self.newest + 1..=bucket).take(BUCKETS) {
            self.counts[(passed % BUCKETS as u64) as usize] = 0;
        }
        if bucket > self.newest + BUCKETS as u64 {
            self.counts = [0; BUCKETS];
        }
        self.newest = self.newest.max(bucket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_forgets_what_is_older_than_a_second() {
        let mut meter = Meter::default();
        meter.add(Time::from_millis(50), 7);
        meter.add(Time::from_millis(950), 1);
        assert_eq!(meter.per_second(Time::from_millis(999)), 8);
        assert_eq!(meter.per_second(Time::from_millis(1_100)), 1);
        assert_eq!(meter.per_second(Time::from_secs(60)), 0);
    }
}
