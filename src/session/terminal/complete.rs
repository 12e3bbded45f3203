//! What Tab makes of the word before the cursor.

use super::options::{Opt, Takes, What};
use super::tool::{self, TOOLS, Tool, topic_setting_names};
use crate::engine::World;
use crate::model::Name;

/// What of the shell's own can begin a line.
const COMMANDS: [&str; 9] = ["cat", "clear", "echo", "help", "history", "kill", "ls", "printf", "rm"];

/// What can stand where the cursor is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The line with as much of the word as is certain; a space follows if that is all of it.
    pub line: String,
    /// Where the cursor is then, in bytes.
    pub cursor: usize,
    /// Several, if it is not certain yet.
    pub candidates: Vec<String>,
}

/// `cursor` is in bytes.
pub fn complete<'a>(line: &str, cursor: usize, files: impl Iterator<Item = &'a String>, world: &World) -> Completion {
    let cursor = cursor.min(line.len());
    let Some(before) = line.get(..cursor) else { return unchanged(line, cursor) };
    // Only the command that the cursor is in counts.
    let command = before.rsplit(['|', ';']).next().unwrap_or(before).trim_start();
    let (words, word) = match command.rfind(char::is_whitespace) {
        Some(at) => (command[..at].split_whitespace().collect(), &command[at + 1..]),
        None => (Vec::new(), command),
    };
    // Of a list, the last item is completed: a,b or orders:0,1.
    let item = word.rsplit([',', '=']).next().unwrap_or(word);
    let (stem, mut all) = match all_candidates(&words, word, files, world) {
        Candidates::Words(all) => (word, all),
        Candidates::Items(all) => (item, all),
    };
    all.retain(|candidate| candidate.starts_with(stem));
    all.sort_unstable();
    all.dedup();
    let Some(common) = common_beginning(&all) else { return unchanged(line, cursor) };
    let is_certain = all.len() == 1 && !common.ends_with(['=', ':']);
    let end = if is_certain && !line[cursor..].starts_with(' ') { " " } else { "" };
    let begun = format!("{}{common}{end}", &before[..before.len() - stem.len()]);
    let cursor = begun.len();
    let candidates = if all.len() > 1 { all } else { Vec::new() };
    Completion { line: begun + &line[before.len()..], cursor, candidates }
}

fn unchanged(line: &str, cursor: usize) -> Completion {
    Completion { line: line.to_owned(), cursor, candidates: Vec::new() }
}

fn common_beginning(all: &[String]) -> Option<&str> {
    let (first, last) = (all.first()?, all.last()?);
    let same = first.char_indices().zip(last.chars()).find(|((_, a), b)| a != b);
    Some(&first[..same.map_or(first.len().min(last.len()), |((at, _), _)| at)])
}

enum Candidates {
    Words(Vec<String>),
    /// For the last item of a list.
    Items(Vec<String>),
}

fn all_candidates<'a>(
    words: &[&str],
    word: &str,
    files: impl Iterator<Item = &'a String>,
    world: &World,
) -> Candidates {
    let Some(name) = words.first() else {
        let tools = TOOLS.iter().map(|tool| tool.name);
        return Candidates::Words(tools.chain(COMMANDS).map(str::to_owned).collect());
    };
    let Some(tool) = tool::find(name) else {
        let is_help = *name == "help";
        let tools = TOOLS.iter().filter(|_| is_help).map(|tool| tool.name.to_owned());
        return Candidates::Words(tools.chain(files.cloned()).collect());
    };
    if let Some((option, _)) = word.split_once('=')
        && let Some(what) = takes(tool, option)
    {
        return Candidates::Items(values(what, words, files, world));
    }
    let before = words.last().filter(|_| words.len() > 1).and_then(|option| takes(tool, option));
    match before {
        Some(what @ (What::Topic | What::Setting | What::SettingNames | What::OneOf(_))) => {
            let all = values(what, words, files, world);
            if word.contains(',') { Candidates::Items(all) } else { Candidates::Words(all) }
        }
        Some(what) => Candidates::Words(values(what, words, files, world)),
        None => Candidates::Words(options(tool, words)),
    }
}

/// What an option takes that is waiting for its value.
fn takes(tool: &Tool, word: &str) -> Option<What> {
    match tool.option(word.strip_prefix("--")?)?.takes {
        Takes::One(what) | Takes::Maybe(what) => Some(what),
        Takes::Nothing | Takes::Absent => None,
    }
}

/// Those that are not there yet, or can be there more than once.
fn options(tool: &Tool, words: &[&str]) -> Vec<String> {
    let is_repeated = |name: &str| matches!(name, "group" | "topic" | "config") || name.ends_with("property");
    let is_open = |option: &&Opt| {
        let name = option.name;
        let is_there = words.iter().any(|word| word.strip_prefix("--") == Some(name));
        !name.is_empty() && !matches!(option.takes, Takes::Absent) && (!is_there || is_repeated(name))
    };
    tool.options.iter().filter(is_open).map(|option| format!("--{}", option.name)).collect()
}

fn values<'a>(what: What, words: &[&str], files: impl Iterator<Item = &'a String>, world: &World) -> Vec<String> {
    let names = |names: &mut dyn Iterator<Item = &Name>| names.map(Name::to_string).collect();
    let brokers = || world.brokers.keys().map(|id| id.0.to_string()).collect();
    match what {
        What::Topic => names(&mut world.cluster.topics.keys()),
        What::Group => names(&mut world.groups.keys()),
        What::Broker => brokers(),
        What::Entity => match words.iter().skip_while(|word| **word != "--entity-type").nth(1) {
            Some(&"brokers") => brokers(),
            Some(&"groups") => names(&mut world.groups.keys()),
            _ => names(&mut world.cluster.topics.keys()),
        },
        What::Address => vec!["localhost:9092".into()],
        What::File => files.cloned().chain(["/dev/stdin".to_owned()]).collect(),
        What::Setting => topic_setting_names().into_iter().map(|name| name + "=").collect(),
        What::SettingNames => topic_setting_names(),
        What::OneOf(all) => all.iter().map(|one| (*one).to_owned()).collect(),
        What::Property(all) => all.iter().map(|one| format!("{one}=")).collect(),
        What::Number | What::Text(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalog;
    use crate::session::Session;

    fn at(line: &str) -> Completion {
        let session = Session::open(&catalog::find("orders").unwrap()).unwrap();
        let files = ["plan.csv".to_owned()];
        complete(line, line.len(), files.iter(), session.world())
    }

    #[test]
    fn a_word_that_is_certain_is_finished_with_a_space() {
        for (typed, finished) in [
            ("kafka-t", "kafka-topics "),
            ("kafka-consumer-groups --desc", "kafka-consumer-groups --describe "),
            ("kafka-consumer-groups.sh --group inv", "kafka-consumer-groups.sh --group inventory "),
            ("kafka-topics --describe --topic=ord", "kafka-topics --describe --topic=orders "),
            (
                "kafka-configs --entity-type brokers --entity-name ",
                "kafka-configs --entity-type brokers --entity-name ",
            ),
            (
                "kafka-configs --alter --topic orders --add-config retention.m",
                "kafka-configs --alter --topic orders --add-config retention.ms=",
            ),
            (
                "kafka-consumer-groups --reset-offsets --from-file p",
                "kafka-consumer-groups --reset-offsets --from-file plan.csv ",
            ),
            ("echo a | kafka-console-prod", "echo a | kafka-console-producer "),
            ("kafka-leader-election --election-type p", "kafka-leader-election --election-type preferred "),
        ] {
            assert_eq!(at(typed).line, finished);
        }
    }

    #[test]
    fn what_is_not_certain_goes_as_far_as_all_agree_and_lists_them() {
        let tools = at("kafka-console-");
        assert_eq!(tools.candidates, ["kafka-console-consumer", "kafka-console-producer"]);
        let brokers = at("kafka-configs --entity-type brokers --entity-name ");
        assert_eq!(brokers.candidates, ["1", "2", "3"]);
        let options = at("kafka-consumer-groups --all-topics --all-");
        assert_eq!(
            options.line, "kafka-consumer-groups --all-topics --all-groups ",
            "what is there is not offered again"
        );
        assert_eq!(at("nonsense --x").candidates, [""; 0]);
    }

    #[test]
    fn the_rest_of_the_line_stays_behind_the_cursor() {
        let session = Session::open(&catalog::find("orders").unwrap()).unwrap();
        let completed = complete("kafka-top --list", 9, [].iter(), session.world());
        assert_eq!((completed.line.as_str(), completed.cursor), ("kafka-topics --list", 12));
    }
}
