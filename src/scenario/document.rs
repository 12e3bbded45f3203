//! A scenario: a seed, a cluster, and a list of timed commands.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::bookmark::Bookmark;
use super::timed::Timed;
use super::{fields, reading};
use crate::kernel::document;
use crate::model::kafka::config::ClusterConfig;
use crate::model::refusal::{Refusal, within};

/// The version of the document that this program writes.
pub const VERSION: u32 = 1;

/// A hundred days of virtual time: nobody waits longer, and sums of times stay far from their limits.
pub const AT_US_MAX: u64 = 100 * 24 * 3_600 * 1_000_000;

/// A run, as a document. Written by hand or saved; what is left out has its default. `docs/scenario.md` describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub version: u32,
    /// For the catalogue and the command line: short, lower case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it shows, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    pub seed: u64,
    /// The moment at which the page shows it first; until there it is run in one go.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub opens_at_ms: u64,
    /// Virtual seconds a second of real time, from 0.001 to 1,000, in whole thousandths.
    #[serde(default = "one", skip_serializing_if = "is_one", deserialize_with = "thousandths")]
    pub speed: f64,
    #[serde(default, skip_serializing_if = "is_default", serialize_with = "without_defaults")]
    pub cluster: ClusterConfig,
    /// In the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Timed>,
    /// Moments that somebody gave a name, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bookmarks: Vec<Bookmark>,
}

fn one() -> f64 {
    1.0
}

fn is_one(speed: &f64) -> bool {
    *speed == one()
}

fn is_zero(opens_at_ms: &u64) -> bool {
    *opens_at_ms == 0
}

fn is_default(cluster: &ClusterConfig) -> bool {
    *cluster == ClusterConfig::default()
}

/// A finer number would not come out of a text as it went in.
fn thousandths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(libm::round(f64::deserialize(deserializer)? * 1_000.0) / 1_000.0)
}

fn without_defaults<S: Serializer>(cluster: &ClusterConfig, serializer: S) -> Result<S::Ok, S::Error> {
    fields::without_defaults(cluster).serialize(serializer)
}

impl Scenario {
    /// An empty stage.
    pub fn empty() -> Self {
        Scenario {
            version: VERSION,
            name: "empty".into(),
            title: "Empty stage".into(),
            about: String::new(),
            seed: 1,
            opens_at_ms: 0,
            speed: 1.0,
            cluster: ClusterConfig::default(),
            commands: Vec::new(),
            bookmarks: Vec::new(),
        }
    }

    /// Reads a document. A refusal names the place: the path of the field, or line and column where it is not JSON.
    pub fn from_json(text: &str) -> Result<Scenario, Refusal> {
        Scenario::from_value(reading::parse(text)?)
    }

    /// The same, of a tree.
    pub fn from_value(document: Value) -> Result<Scenario, Refusal> {
        reading::check_version(&document)?;
        reading::check_commands(&document)?;
        let scenario: Scenario = reading::read(document)?;
        scenario.check()?;
        Ok(scenario)
    }

    pub fn to_json(&self) -> String {
        document::to_text(self)
    }

    pub fn check(&self) -> Result<(), Refusal> {
        reading::known(self.version.into())?;
        if !(0.001..=1_000.0).contains(&self.speed) {
            return Err(Refusal::new("speed", "it has to lie between 0.001 and 1000"));
        }
        within("opens_at_ms", self.opens_at_ms, 0, AT_US_MAX / 1_000)?;
        self.check_times()?;
        self.cluster.validate().map_err(|refusal| below("cluster", refusal))
    }

    fn check_times(&self) -> Result<(), Refusal> {
        let mut before = 0;
        for (place, timed) in self.commands.iter().enumerate() {
            let field = format!("commands[{place}].at_us");
            within(&field, timed.at_us, 0, AT_US_MAX)?;
            if timed.at_us < before {
                let message = format!("{} comes before the command above, at {before}", timed.at_us);
                return Err(Refusal::new(field, message));
            }
            before = timed.at_us;
        }
        Ok(())
    }
}

/// The same refusal, one level further down the document.
pub(super) fn below(path: &str, refusal: Refusal) -> Refusal {
    Refusal { field: format!("{path}.{}", refusal.field), ..refusal }
}
