//! How to read the file, and how to publish it.

use crate::engine::command::Pace;
use crate::model::Name;
use crate::model::refusal::Refusal;
use crate::session::import::{OnBadLine, Reading, Sniffed};
use crate::ui::number;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaceKind {
    Original,
    Rate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub key: Option<String>,
    pub timestamp: Option<String>,
    pub on_bad_line: OnBadLine,
    pub pace_kind: PaceKind,
    /// As typed.
    pub percent: String,
    pub rate: String,
    /// The producer to publish through; without one, a new one with a topic of its own.
    pub target: Option<Name>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            key: None,
            timestamp: None,
            on_bad_line: OnBadLine::Skip,
            pace_kind: PaceKind::Rate,
            percent: "100".into(),
            rate: "10".into(),
            target: None,
        }
    }
}

impl Settings {
    /// Takes over what the file looks like.
    pub fn guess(self, sniffed: &Sniffed) -> Settings {
        let pace_kind = if sniffed.timestamp.is_some() { PaceKind::Original } else { PaceKind::Rate };
        Settings { key: sniffed.key.clone(), timestamp: sniffed.timestamp.clone(), pace_kind, ..self }
    }

    /// Without timestamps there are no gaps to keep.
    pub fn with_timestamp(self, timestamp: Option<String>) -> Settings {
        let pace_kind = if timestamp.is_none() { PaceKind::Rate } else { self.pace_kind };
        Settings { timestamp, pace_kind, ..self }
    }

    pub fn reading(&self, sniffed: &Sniffed) -> Reading {
        let (key, timestamp) = (self.key.clone(), self.timestamp.clone());
        Reading { format: sniffed.format, key, timestamp, on_bad_line: self.on_bad_line }
    }

    pub fn pace(&self) -> Result<Pace, Refusal> {
        Ok(match self.pace_kind {
            PaceKind::Original => {
                let percent = number::whole_u32(&self.percent).map_err(|message| Refusal::new("percent", message))?;
                Pace::Original { percent }
            }
            PaceKind::Rate => {
                let per_second = number::rate(&self.rate).map_err(|message| Refusal::new("per_second", message))?;
                if per_second.as_milli() == 0 {
                    return Err(Refusal::new("per_second", "a rate above 0 is needed"));
                }
                Pace::Rate { per_second }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::import::{Extent, sniff};

    fn sniffed(text: &str) -> Sniffed {
        sniff("orders.csv", text.as_bytes(), Extent::Whole)
    }

    #[test]
    fn a_file_with_times_keeps_its_spacing_and_one_without_gets_a_rate() {
        let timed = Settings::default().guess(&sniffed("ts,order\n2026-03-01T12:00:00Z,a\n2026-03-01T12:00:01Z,b\n"));
        assert_eq!(timed.pace(), Ok(Pace::Original { percent: 100 }));
        assert_eq!(timed.with_timestamp(None).pace_kind, PaceKind::Rate);
        let bare = Settings::default().guess(&sniffed("order,city\na,Oslo\nb,Rome\n"));
        assert_eq!(bare.pace_kind, PaceKind::Rate);
    }

    #[test]
    fn a_pace_that_cannot_be_read_is_refused_at_its_field() {
        let never = Settings { rate: "0".into(), ..Settings::default() };
        assert_eq!(never.pace().unwrap_err().field, "per_second");
        let odd = Settings { percent: "half".into(), pace_kind: PaceKind::Original, ..Settings::default() };
        assert_eq!(odd.pace().unwrap_err().field, "percent");
    }
}
