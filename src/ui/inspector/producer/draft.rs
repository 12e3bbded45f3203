//! A workload as the form holds it: every field as typed, those of the kinds not chosen too.

use crate::kernel::Ppm;
use crate::model::refusal::Refusal;
use crate::model::workload::{Arrivals, KeySpace, PerSecond, Workload};
use crate::ui::number;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateKind {
    Manual,
    Constant,
    Poisson,
    Bursty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    None,
    Uniform,
    Zipf,
    Listed,
}

impl RateKind {
    pub const ALL: [(RateKind, &'static str, &'static str); 4] = [
        (RateKind::Constant, "constant", "evenly"),
        (RateKind::Poisson, "poisson", "at random"),
        (RateKind::Bursty, "bursty", "in bursts"),
        (RateKind::Manual, "manual", "by hand only"),
    ];
}

impl KeyKind {
    pub const ALL: [(KeyKind, &'static str, &'static str); 4] = [
        (KeyKind::Uniform, "uniform", "all alike"),
        (KeyKind::Zipf, "zipf", "some hot (Zipf)"),
        (KeyKind::Listed, "listed", "listed"),
        (KeyKind::None, "none", "none"),
    ];
}

/// Which field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Rate,
    BurstRate,
    EveryMs,
    BurstMs,
    Prefix,
    Count,
    Exponent,
    Listed,
    ValueBytes,
    Tombstones,
}

impl Field {
    pub const ALL: [Field; 10] = [
        Field::Rate,
        Field::BurstRate,
        Field::EveryMs,
        Field::BurstMs,
        Field::Prefix,
        Field::Count,
        Field::Exponent,
        Field::Listed,
        Field::ValueBytes,
        Field::Tombstones,
    ];

    /// As refusals name it.
    pub fn id(self) -> &'static str {
        match self {
            Field::Rate => "per_second",
            Field::BurstRate => "burst_per_second",
            Field::EveryMs => "every_ms",
            Field::BurstMs => "burst_ms",
            Field::Prefix => "prefix",
            Field::Count => "count",
            Field::Exponent => "exponent_milli",
            Field::Listed => "keys",
            Field::ValueBytes => "value_bytes",
            Field::Tombstones => "tombstones_ppm",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub rate_kind: RateKind,
    pub key_kind: KeyKind,
    pub rate: String,
    pub burst_rate: String,
    pub every_ms: String,
    pub burst_ms: String,
    pub prefix: String,
    pub count: String,
    pub exponent: String,
    pub listed: String,
    pub value_bytes: String,
    /// In per cent.
    pub tombstones: String,
}

impl Default for Draft {
    fn default() -> Self {
        Draft {
            rate_kind: RateKind::Manual,
            key_kind: KeyKind::None,
            rate: "10".into(),
            burst_rate: "100".into(),
            every_ms: "10000".into(),
            burst_ms: "1000".into(),
            prefix: "key".into(),
            count: "12".into(),
            exponent: "1".into(),
            listed: "a\nb\nc".into(),
            value_bytes: "200".into(),
            tombstones: "0".into(),
        }
    }
}

impl Draft {
    pub fn of(workload: &Workload) -> Draft {
        let tombstones = number::rate_text(PerSecond::from_milli(u64::from(workload.tombstones_ppm.0) / 10));
        let value_bytes = workload.value_bytes.to_string();
        let mut draft = Draft { value_bytes, tombstones, ..Draft::default() };
        draft.take_arrivals(&workload.arrivals);
        draft.take_keys(&workload.keys);
        draft
    }

    fn take_arrivals(&mut self, arrivals: &Arrivals) {
        let text = number::rate_text;
        match *arrivals {
            Arrivals::Manual => self.rate_kind = RateKind::Manual,
            Arrivals::Constant { per_second } => (self.rate_kind, self.rate) = (RateKind::Constant, text(per_second)),
            Arrivals::Poisson { per_second } => (self.rate_kind, self.rate) = (RateKind::Poisson, text(per_second)),
            Arrivals::Bursty { per_second, burst_per_second, every_ms, burst_ms } => {
                self.rate_kind = RateKind::Bursty;
                (self.rate, self.burst_rate) = (text(per_second), text(burst_per_second));
                (self.every_ms, self.burst_ms) = (every_ms.to_string(), burst_ms.to_string());
            }
        }
    }

    fn take_keys(&mut self, keys: &KeySpace) {
        match keys {
            KeySpace::None => self.key_kind = KeyKind::None,
            KeySpace::Uniform { prefix, count } => {
                self.key_kind = KeyKind::Uniform;
                (self.prefix, self.count) = (prefix.clone(), count.to_string());
            }
            KeySpace::Zipf { prefix, count, exponent_milli } => {
                self.key_kind = KeyKind::Zipf;
                (self.prefix, self.count) = (prefix.clone(), count.to_string());
                self.exponent = number::rate_text(PerSecond::from_milli(u64::from(*exponent_milli)));
            }
            KeySpace::Listed { keys } => (self.key_kind, self.listed) = (KeyKind::Listed, keys.join("\n")),
        }
    }

    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Rate => &self.rate,
            Field::BurstRate => &self.burst_rate,
            Field::EveryMs => &self.every_ms,
            Field::BurstMs => &self.burst_ms,
            Field::Prefix => &self.prefix,
            Field::Count => &self.count,
            Field::Exponent => &self.exponent,
            Field::Listed => &self.listed,
            Field::ValueBytes => &self.value_bytes,
            Field::Tombstones => &self.tombstones,
        }
    }

    pub fn text_mut(&mut self, field: Field) -> &mut String {
        match field {
            Field::Rate => &mut self.rate,
            Field::BurstRate => &mut self.burst_rate,
            Field::EveryMs => &mut self.every_ms,
            Field::BurstMs => &mut self.burst_ms,
            Field::Prefix => &mut self.prefix,
            Field::Count => &mut self.count,
            Field::Exponent => &mut self.exponent,
            Field::Listed => &mut self.listed,
            Field::ValueBytes => &mut self.value_bytes,
            Field::Tombstones => &mut self.tombstones,
        }
    }

    /// The workload, or the first field that cannot be read.
    pub fn workload(&self) -> Result<Workload, Refusal> {
        let value_bytes = self.read(Field::ValueBytes, number::whole_u32)?;
        let tombstones_ppm = self.tombstones()?;
        Ok(Workload { arrivals: self.arrivals()?, keys: self.keys()?, value_bytes, tombstones_ppm })
    }

    fn tombstones(&self) -> Result<Ppm, Refusal> {
        let percent = self.read(Field::Tombstones, number::rate)?.as_milli();
        let refusal = || Refusal::new(Field::Tombstones.id(), "is more than 100 per cent");
        u32::try_from(percent * 10).ok().filter(|ppm| *ppm <= Ppm::ONE.0).map(Ppm).ok_or_else(refusal)
    }

    fn read<T>(&self, field: Field, parse: fn(&str) -> Result<T, String>) -> Result<T, Refusal> {
        parse(self.text(field)).map_err(|message| Refusal::new(field.id(), message))
    }

    fn arrivals(&self) -> Result<Arrivals, Refusal> {
        let per_second = || self.read(Field::Rate, number::rate);
        Ok(match self.rate_kind {
            RateKind::Manual => Arrivals::Manual,
            RateKind::Constant => Arrivals::Constant { per_second: per_second()? },
            RateKind::Poisson => Arrivals::Poisson { per_second: per_second()? },
            RateKind::Bursty => Arrivals::Bursty {
                per_second: per_second()?,
                burst_per_second: self.read(Field::BurstRate, number::rate)?,
                every_ms: self.read(Field::EveryMs, number::whole)?,
                burst_ms: self.read(Field::BurstMs, number::whole)?,
            },
        })
    }

    fn keys(&self) -> Result<KeySpace, Refusal> {
        let (prefix, count) = (self.prefix.clone(), || self.read(Field::Count, number::whole_u32));
        Ok(match self.key_kind {
            KeyKind::None => KeySpace::None,
            KeyKind::Uniform => KeySpace::Uniform { prefix, count: count()? },
            KeyKind::Zipf => KeySpace::Zipf { prefix, count: count()?, exponent_milli: self.exponent_milli()? },
            KeyKind::Listed => KeySpace::Listed {
                keys: self.listed.lines().filter(|key| !key.is_empty()).map(str::to_owned).collect(),
            },
        })
    }

    fn exponent_milli(&self) -> Result<u32, Refusal> {
        let exponent = self.read(Field::Exponent, number::rate)?;
        u32::try_from(exponent.as_milli())
            .map_err(|_| Refusal::new(Field::Exponent.id(), "is too large; the most is 10"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_back_the_workload_that_it_was_filled_with() {
        let bursty = Arrivals::Bursty {
            per_second: PerSecond::from_milli(500),
            burst_per_second: PerSecond::new(90),
            every_ms: 5_000,
            burst_ms: 700,
        };
        let hot = KeySpace::Zipf { prefix: "ключ".into(), count: 9, exponent_milli: 1_250 };
        let listed = KeySpace::Listed { keys: vec!["a".into(), "b, c".into()] };
        for (arrivals, keys) in [(bursty, hot), (Arrivals::Manual, listed), (Arrivals::Manual, KeySpace::None)] {
            let workload = Workload { arrivals, keys, value_bytes: 7, tombstones_ppm: Ppm(25_000) };
            assert_eq!(Draft::of(&workload).workload(), Ok(workload));
        }
    }

    #[test]
    fn a_field_that_cannot_be_read_is_named() {
        let filled = |field: Field, text: &str| {
            let mut draft = Draft { rate_kind: RateKind::Bursty, key_kind: KeyKind::Zipf, ..Draft::default() };
            *draft.text_mut(field) = text.into();
            draft.workload().unwrap_err().field
        };
        assert_eq!(filled(Field::Rate, "-3"), "per_second");
        assert_eq!(filled(Field::EveryMs, "soon"), "every_ms");
        assert_eq!(filled(Field::Count, ""), "count");
        assert_eq!(filled(Field::ValueBytes, "9999999999"), "value_bytes");
        assert_eq!(filled(Field::Tombstones, "100.1"), "tombstones_ppm");
    }

    #[test]
    fn what_the_chosen_kind_does_not_need_may_be_nonsense() {
        let draft = Draft { rate: "fast".into(), count: "many".into(), ..Draft::default() };
        assert_eq!(draft.workload().map(|workload| workload.keys), Ok(KeySpace::None));
    }
}
