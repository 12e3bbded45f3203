//! How to see a run again in which a law was broken: as a script for `tests/transcripts`, as a link and as a scenario for the
//! playground.

use std::fmt::Write;

use headwater::scenario::Scenario;
use headwater::scenario::link::{Link, encode};

pub fn how_to_see(scenario: &Scenario) -> String {
    let link =
        encode(&Link::of(scenario.clone())).map_or_else(|refusal| refusal.to_string(), |link| format!("#{link}"));
    let document = serde_json::to_string(scenario).expect("plain data");
    format!("As a script:\n{}\nAs a link:\n{link}\n\nAs a scenario:\n{document}", script_of(scenario))
}

fn script_of(scenario: &Scenario) -> String {
    let cluster = serde_json::to_value(&scenario.cluster).expect("plain data");
    let properties = cluster.as_object().into_iter().flatten();
    let properties: String = properties.map(|(name, value)| format!(" {name}='{value}'")).collect();
    let mut script = format!("cluster seed={}{properties}\n", scenario.seed);
    let mut now = 0;
    for timed in &scenario.commands {
        if timed.at_us > now {
            let _ = writeln!(script, "run until={}us", timed.at_us);
            now = timed.at_us;
        }
        let _ = writeln!(script, "command '{}'", serde_json::to_string(&timed.command).expect("plain data"));
    }
    let _ = writeln!(script, "run until={}ms", scenario.opens_at_ms);
    script
}
