//! Publishing a file's records, at their own spacing or at a rate.

use std::sync::Arc;

use super::Producer;
use crate::kernel::{Chance, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::Fact;
use crate::model::kafka::cluster::Cluster;
use crate::model::log::{Extra, Record, Value};
use crate::model::workload::{ArrivalClock, Arrivals, KeyId, Keys, PerSecond, Rows};

/// A file being published.
#[derive(Clone, Debug)]
pub struct Replay {
    pub rows: Arc<Rows>,
    pub next: u32,
    /// The next row's moment has passed, and its application stands still.
    pub(super) is_late: bool,
    pacing: Pacing,
    clock: ArrivalClock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pacing {
    /// The rows' own gaps, at `percent` of their length. Rows without a time, or out of order, follow at once.
    Original {
        percent: u32,
    },
    Rate {
        per_second: PerSecond,
    },
}

impl Producer {
    /// Begins to publish the rows; a replay that still runs ends here.
    pub fn start_replay(&mut self, now: Time, rows: Arc<Rows>, pacing: Pacing, out: &mut Out) {
        out.observe(self.subject(), Fact::ReplayStarted { rows: u64::from(rows.len()) });
        let clock = ArrivalClock::new(Chance::of(0, "replay"));
        self.replay = Some(Replay { rows, next: 0, is_late: false, pacing, clock });
        out.arm(Timer::Replay, now);
    }

    pub(super) fn replay_next(&mut self, now: Time, keys: &mut Keys, cluster: &Cluster, out: &mut Out) {
        let is_late = self.stall.is_some();
        let Some(replay) = &mut self.replay else { return };
        replay.is_late = is_late;
        if is_late {
            return;
        }
        let row = replay.next;
        if row >= replay.rows.len() {
            let rows = u64::from(row);
            self.replay = None;
            return out.observe(self.subject(), Fact::ReplayEnded { rows });
        }
        replay.next += 1;
        let record = record_of(&replay.rows, row, self.clock.when(now), keys);
        let next_at = replay.next_at(now, row);
        self.send(now, record, None, keys, cluster, out);
        out.arm(Timer::Replay, next_at);
    }
}

impl Replay {
    fn next_at(&mut self, now: Time, row: u32) -> Time {
        match self.pacing {
            Pacing::Rate { per_second } => {
                self.clock.after(now, &Arrivals::Constant { per_second }).unwrap_or(Time::NEVER)
            }
            Pacing::Original { percent } => now + self.gap_after(row, percent),
        }
    }

    fn gap_after(&self, row: u32, percent: u32) -> Span {
        let times = (self.rows.timestamp_us(row), self.rows.timestamp_us(row + 1));
        let (Some(this), Some(next)) = times else { return Span::ZERO };
        let gap = u64::try_from(next.saturating_sub(this)).unwrap_or(0);
        Span::from_micros((u128::from(gap) * u128::from(percent) / 100) as u64)
    }
}

fn record_of(rows: &Arc<Rows>, row: u32, created_at: Time, keys: &mut Keys) -> Record {
    let key = rows.key(row);
    Record {
        key: key.map_or(KeyId::NONE, |key| keys.intern(key)),
        key_bytes: key.map_or(0, |key| key.len() as u32),
        value_bytes: rows.value(row).len() as u32,
        created_at,
        extra: Some(Extra {
            value: Some(Value::Row(rows.clone(), row)),
            headers: Arc::default(),
            timestamp_us: rows.timestamp_us(row),
        }),
    }
}
