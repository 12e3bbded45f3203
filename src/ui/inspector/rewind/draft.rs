//! What a person has filled in to rewind a group, and the command it stands for.

use crate::engine::command::{Command, Scope, Target};
use crate::kernel::Time;
use crate::model::Name;
use crate::session::import::parse_timestamp_us;
use crate::ui::number;
use crate::view::stage::{FlagView, LaneView};

/// Where to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    Earliest,
    Latest,
    Offset,
    #[default]
    Shift,
    Time,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Earliest, Kind::Latest, Kind::Offset, Kind::Shift, Kind::Time];

    pub fn id(self) -> &'static str {
        match self {
            Kind::Earliest => "earliest",
            Kind::Latest => "latest",
            Kind::Offset => "offset",
            Kind::Shift => "shift",
            Kind::Time => "time",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Kind::Earliest => "earliest",
            Kind::Latest => "latest",
            Kind::Offset => "an offset",
            Kind::Shift => "shift by",
            Kind::Time => "a point in time",
        }
    }

    pub fn from_id(id: &str) -> Kind {
        Kind::ALL.into_iter().find(|kind| kind.id() == id).unwrap_or_default()
    }
}

/// A live group seeks, a stopped one has its committed offsets reset. They are different things, as on a real cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Seek,
    Reset,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub topic: Option<Name>,
    /// All partitions of the topic if none is chosen.
    pub partition: Option<u32>,
    pub kind: Kind,
    /// As typed; one for each kind, so that switching loses nothing.
    pub offset: String,
    pub shift: String,
    pub time: String,
}

impl Default for Draft {
    fn default() -> Self {
        Draft {
            topic: None,
            partition: None,
            kind: Kind::default(),
            offset: "0".into(),
            shift: "-10".into(),
            time: "0:00".into(),
        }
    }
}

impl Draft {
    pub fn target(&self) -> Result<Target, String> {
        Ok(match self.kind {
            Kind::Earliest => Target::Earliest,
            Kind::Latest => Target::Latest,
            Kind::Offset => Target::Offset { offset: number::whole(&self.offset)? },
            Kind::Shift => Target::ShiftBy { by: number::signed(&self.shift)? },
            Kind::Time => Target::Time { at_us: timestamp_us(&self.time)? },
        })
    }

    pub fn command(&self, group: &Name, topic: &Name, way: Way) -> Result<Command, String> {
        let (group, to) = (group.clone(), self.target()?);
        let scope = Scope { topic: topic.clone(), partition: self.partition };
        Ok(match way {
            Way::Seek => Command::Seek { group, scope, to },
            Way::Reset => Command::ResetOffsets { group, scope, to },
        })
    }
}

/// A moment of the run, or a date, as the records of a replayed file have.
fn timestamp_us(text: &str) -> Result<u64, String> {
    if let Ok(moment) = number::moment(text) {
        return Ok(moment.as_micros());
    }
    let date = parse_timestamp_us(text.trim()).and_then(|us| u64::try_from(us).ok());
    date.ok_or_else(|| format!("“{}” is neither a time of the run, such as 0:42.3, nor a date", text.trim()))
}

/// Where the group would land in a partition: the dry run. `None` if that takes a look into the log, or if there is
/// nothing to shift.
pub fn landing(to: Target, way: Way, lane: &LaneView, flag: Option<&FlagView>) -> Option<u64> {
    let (start, end) = (lane.log_start, lane.high_watermark);
    let current = flag.and_then(|flag| match way {
        Way::Seek => flag.position,
        Way::Reset => flag.committed,
    });
    match to {
        Target::Earliest => Some(start),
        Target::Latest => Some(end),
        Target::Offset { offset } => Some(offset.clamp(start, end)),
        Target::ShiftBy { by } => Some(current?.saturating_add_signed(by).clamp(start, end)),
        Target::Time { at_us } if at_us == Time::ZERO.as_micros() => Some(start),
        Target::Time { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane() -> LaneView {
        LaneView {
            partition: 1,
            leader: Some(1),
            leader_epoch: 0,
            isr: vec![1],
            elr: vec![],
            replicas: vec![],
            lost: vec![],
            log_start: 10,
            high_watermark: 90,
            last_stable: 0,
            log_end: 100,
            compaction: None,
            flags: vec![],
        }
    }

    fn flag() -> FlagView {
        FlagView {
            group: "inventory".into(),
            group_label: "inventory".into(),
            hue: 0,
            committed: Some(40),
            position: Some(60),
            owner: None,
            lag: Some(50),
            unread_for: None,
            gap: None,
            in_flight: Vec::new(),
        }
    }

    #[test]
    fn a_shift_is_from_the_position_when_seeking_and_from_the_commit_when_resetting() {
        let by = |by, way| landing(Target::ShiftBy { by }, way, &lane(), Some(&flag()));
        assert_eq!(by(-10, Way::Seek), Some(50));
        assert_eq!(by(-10, Way::Reset), Some(30));
        assert_eq!(landing(Target::ShiftBy { by: 1 }, Way::Reset, &lane(), None), None);
    }

    #[test]
    fn outside_the_log_a_group_lands_at_its_nearer_end() {
        let to = |to| landing(to, Way::Seek, &lane(), Some(&flag()));
        assert_eq!(to(Target::Offset { offset: 3 }), Some(10));
        assert_eq!(to(Target::Offset { offset: 5_000 }), Some(90), "the high watermark, not the log end");
        assert_eq!(to(Target::ShiftBy { by: i64::MIN }), Some(10));
    }

    #[test]
    fn what_was_typed_for_one_kind_stays_while_another_is_tried() {
        let mut draft = Draft { kind: Kind::Offset, offset: "12x".into(), ..Draft::default() };
        assert!(draft.target().is_err());
        draft.kind = Kind::Earliest;
        assert_eq!(draft.target(), Ok(Target::Earliest));
        assert_eq!(draft.offset, "12x");
    }

    #[test]
    fn a_time_is_one_of_the_run_or_the_date_of_a_record_from_a_file() {
        let to = |time: &str| Draft { kind: Kind::Time, time: time.into(), ..Draft::default() }.target();
        assert_eq!(to("0:42.5"), Ok(Target::Time { at_us: 42_500_000 }));
        let date = Ok(Target::Time { at_us: 1_772_366_430_000_000 });
        assert_eq!(to("2026-03-01 12:00:30"), date);
        assert_eq!(to("2026-03-01T13:00:30+01:00"), date);
        assert!(to("noon").is_err_and(|message| message.contains("“noon” is neither")));
    }

    #[test]
    fn one_partition_or_all_of_them() {
        let draft = Draft { partition: Some(1), kind: Kind::Latest, ..Draft::default() };
        let scope = Scope { topic: "orders".into(), partition: Some(1) };
        let expected = Command::ResetOffsets { group: "inventory".into(), scope, to: Target::Latest };
        assert_eq!(draft.command(&"inventory".into(), &"orders".into(), Way::Reset), Ok(expected));
    }
}
