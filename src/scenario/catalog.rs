//! The scenarios that come with the playground. They are files, in `scenarios/`.

use super::Scenario;

const FILES: [&str; 2] = [include_str!("../../scenarios/orders.json"), include_str!("../../scenarios/compaction.json")];

/// Every scenario of the catalogue; the first is the opening scene.
pub fn all() -> Vec<Scenario> {
    let read = |text: &&str| Scenario::from_json(text).expect("a test reads every scenario of the catalogue");
    FILES.iter().map(read).collect()
}

pub fn find(name: &str) -> Option<Scenario> {
    all().into_iter().find(|scenario| scenario.name == name)
}
