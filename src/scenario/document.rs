//! A scenario: a seed, a cluster, and a list of timed commands.

use serde::{Deserialize, Serialize};

use super::bookmark::Bookmark;
use super::timed::Timed;
use crate::kernel::document;
use crate::model::kafka::config::ClusterConfig;
use crate::model::refusal::Refusal;

/// The version of the document that this program writes.
pub const VERSION: u32 = 1;

/// A run, as a document. Written by hand or saved; what is left out has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub version: u32,
    /// For the catalogue and the command line: short, lower case.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub title: String,
    /// What it shows, in a sentence or two.
    #[serde(default)]
    pub about: String,
    pub seed: u64,
    /// The moment at which the page shows it first; until there it is run in one go.
    #[serde(default)]
    pub opens_at_ms: u64,
    /// Virtual seconds a second of real time, from 0.001 to 1,000.
    #[serde(default = "one")]
    pub speed: f64,
    #[serde(default)]
    pub cluster: ClusterConfig,
    /// In the order of time.
    #[serde(default)]
    pub commands: Vec<Timed>,
    /// Moments that somebody gave a name, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bookmarks: Vec<Bookmark>,
}

fn one() -> f64 {
    1.0
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
        let scenario: Scenario = document::from_text(text).map_err(|wrong| {
            let place = if wrong.path.is_empty() { "scenario".into() } else { wrong.path };
            Refusal::new(place, wrong.reason)
        })?;
        scenario.check()?;
        Ok(scenario)
    }

    pub fn to_json(&self) -> String {
        document::to_text(self)
    }

    pub fn check(&self) -> Result<(), Refusal> {
        if self.version != VERSION {
            let message = format!("this is version {}; this program reads version {VERSION}", self.version);
            return Err(Refusal::new("version", message));
        }
        if !(0.001..=1_000.0).contains(&self.speed) {
            return Err(Refusal::new("speed", format!("{} is not between 0.001 and 1000", self.speed)));
        }
        self.cluster.validate().map_err(|refusal| below("cluster", refusal))
    }
}

/// The same refusal, one level further down the document.
pub(super) fn below(path: &str, refusal: Refusal) -> Refusal {
    Refusal { field: format!("{path}.{}", refusal.field), ..refusal }
}
