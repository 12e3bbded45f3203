//! `--list`, with `--state` and `--type`.

use super::super::super::desk::{Desk, Ran};
use super::super::super::options::Args;
use super::super::super::table::{row, width};
use super::{STATES, TYPES, known};

pub fn list(args: &Args, desk: &mut Desk) -> Ran {
    let world = desk.world();
    let names = known(world);
    let (has_type, has_state) = (args.has("type"), args.has("state"));
    if !has_type && !has_state {
        names.iter().for_each(|name| desk.say(name.as_str()));
        return Ok(());
    }
    let (types, states) = (wanted(args, "type", "types", TYPES)?, wanted(args, "state", "state", STATES)?);
    let group_width = width(15, names.iter().map(|name| name.as_str())) + 10;
    let line = |name: &str, kind: &str, state: &str| {
        let mut cells = vec![(name, group_width)];
        cells.extend(has_type.then_some((kind, 20)));
        cells.extend(has_state.then_some((state, 20)));
        row(&cells)
    };
    let mut lines = vec![line("GROUP", "TYPE", "STATE")];
    for name in &names {
        let Some(group) = world.group(name) else { continue };
        let kind = if group.protocol() == "consumer" { "Consumer" } else { "Classic" };
        let state = group.state().name();
        let is_wanted = |wanted: &[String], what: &str| {
            wanted.is_empty() || wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(what))
        };
        if is_wanted(&types, kind) && is_wanted(&states, state) {
            lines.push(line(name.as_str(), kind, state));
        }
    }
    desk.say(lines.join("\n"));
    Ok(())
}

/// What an option filters by; nothing is everything.
fn wanted(args: &Args, option: &str, word: &str, valid: &[&str]) -> Result<Vec<String>, String> {
    let Some(list) = args.value(option)? else { return Ok(Vec::new()) };
    let wanted: Vec<String> = list.split(',').map(|item| item.trim().to_owned()).collect();
    let is_valid = |item: &String| valid.iter().any(|valid| valid.eq_ignore_ascii_case(item));
    if wanted.iter().all(is_valid) {
        return Ok(wanted);
    }
    Err(format!("Invalid {word} list '{list}'. Valid {option}s are: {}", valid.join(", ")))
}
