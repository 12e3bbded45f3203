//! A line, carried out: pipes, redirections, and the few commands that are no tools of Kafka's.
//!
//! As much of a POSIX shell as is needed to type, and to paste, what an operator would: `printf` and `echo` piped into a
//! tool, `>` and `<`, here-strings, `;` and `&&`, and `for n in $(seq 5); do ...; done` around what is piped. Left out:
//! variables, patterns, background jobs, and every other program.

use super::desk::{Desk, Ran};
use super::screen::Ink;
use super::tool;
use super::words::{Mark, Token, tokens};

/// What a line needs that it does not say: a here-document, up to this word.
pub struct Wanted {
    pub until: String,
}

/// The word that ends the here-document that this line begins, if it begins one.
pub fn here_document(line: &str) -> Option<Wanted> {
    let tokens = tokens(line).ok()?;
    let at = tokens.iter().position(|token| *token == Token::Mark(Mark::HereDocument))?;
    match tokens.get(at + 1) {
        Some(Token::Word(until)) => Some(Wanted { until: until.clone() }),
        _ => None,
    }
}

/// Carries a line out; `document` is the text of its here-document. After a failure, what `&&` adds is left out.
pub fn run(line: &str, document: Option<&str>, desk: &mut Desk) {
    let tokens = match tokens(line) {
        Ok(tokens) => tokens,
        Err(error) => return desk.complain(format!("bash: {error}")),
    };
    let (mut rest, mut is_skipped) = (&tokens[..], false);
    while !rest.is_empty() && desk.begun.is_none() {
        let (pipeline, mark, after) = first_command(rest);
        let mut has_failed = is_skipped;
        if !is_skipped && let Err(error) = run_pipeline(pipeline, document, desk) {
            desk.complain(error);
            has_failed = true;
        }
        is_skipped = has_failed && mark == Some(Mark::AndThen);
        rest = after;
    }
}

/// Up to the first `;` or `&&` that is in no loop.
fn first_command(tokens: &[Token]) -> (&[Token], Option<Mark>, &[Token]) {
    let mut is_in_loop = false;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Word(word) if word == "do" => is_in_loop = true,
            Token::Word(word) if word == "done" => is_in_loop = false,
            Token::Mark(mark @ (Mark::Then | Mark::AndThen)) if !is_in_loop => {
                let begins_loop = matches!(tokens.get(at + 1), Some(Token::Word(word)) if word == "do");
                if !begins_loop {
                    return (&tokens[..at], Some(*mark), &tokens[at + 1..]);
                }
            }
            _ => {}
        }
    }
    (tokens, None, &[])
}

fn run_pipeline(tokens: &[Token], document: Option<&str>, desk: &mut Desk) -> Ran {
    let stages: Vec<&[Token]> = tokens.split(|token| *token == Token::Mark(Mark::Pipe)).collect();
    desk.input = None;
    for (n, stage) in stages.iter().enumerate() {
        let before = desk.printed.len();
        let into = run_stage(stage, document, desk)?;
        let is_last = n + 1 == stages.len();
        if is_last && into.is_none() {
            return Ok(());
        }
        let text = taken(desk, before);
        match into {
            Some((path, is_onto)) => {
                let kept = desk.files.get(&path).filter(|_| is_onto).cloned().unwrap_or_default();
                desk.files.insert(path, kept + &text);
                desk.input = Some(String::new());
            }
            None => desk.input = Some(text),
        }
    }
    Ok(())
}

/// What was printed on standard output since, taken off the screen. A program that would go on ends with its pipe.
fn taken(desk: &mut Desk, before: usize) -> String {
    if let Some(super::Program::Consumer(mut following)) = desk.begun.take() {
        following.go_on(desk);
        following.end(desk);
    }
    let mut text = String::new();
    let printed = desk.printed.split_off(before);
    for (ink, line) in printed {
        if ink == Ink::Out {
            text += &line;
            text += "\n";
        } else {
            desk.printed.push((ink, line));
        }
    }
    text
}

/// Where its output goes instead of the screen, and whether it is put behind what is there.
type Into = Option<(String, bool)>;

fn run_stage(tokens: &[Token], document: Option<&str>, desk: &mut Desk) -> Result<Into, String> {
    if matches!(tokens.first(), Some(Token::Word(word)) if word == "for") {
        return run_loop(tokens, desk).map(|()| None);
    }
    let (mut words, mut into, mut substitution) = (Vec::new(), None, None);
    let mut tokens = tokens.iter();
    while let Some(token) = tokens.next() {
        let mark = match token {
            Token::Word(word) => {
                words.push(word.clone());
                continue;
            }
            Token::Substitution(line) => {
                substitution = Some(line.as_str());
                continue;
            }
            Token::Mark(mark) => *mark,
        };
        let Some(Token::Word(target)) = tokens.next() else {
            return Err("bash: syntax error: a word is missing".into());
        };
        match mark {
            Mark::Into => into = Some((target.clone(), false)),
            Mark::Onto => into = Some((target.clone(), true)),
            Mark::From => desk.input = Some(desk.read(target)?),
            Mark::HereString => desk.input = Some(format!("{target}\n")),
            _ => desk.input = document.map(str::to_owned),
        }
    }
    match substitution {
        Some(line) => signal(&words, line, desk)?,
        None => run_words(&words, desk)?,
    }
    Ok(into)
}

fn run_words(words: &[String], desk: &mut Desk) -> Ran {
    let Some((name, rest)) = words.split_first() else { return Ok(()) };
    if let Some(tool) = tool::find(name) {
        return tool.run(rest, desk);
    }
    match name.as_str() {
        "echo" => desk.say(rest.join(" ")),
        "printf" => {
            let text = printf(rest)?;
            desk.say(text.strip_suffix('\n').unwrap_or(&text).to_owned());
        }
        "cat" => {
            let paths = if rest.is_empty() { vec!["/dev/stdin".to_owned()] } else { rest.to_vec() };
            for path in &paths {
                let text = desk.read(path).map_err(|_| format!("cat: {path}: No such file or directory"))?;
                desk.say(text.strip_suffix('\n').unwrap_or(&text).to_owned());
            }
        }
        "ls" => desk.say(desk.files.keys().cloned().collect::<Vec<_>>().join("\n")),
        "rm" => return remove(rest, desk),
        "kill" => return Err("kill: name the process as in kill -9 $(pgrep -f 'client.id=inventory-1( |$)')".into()),
        "sudo" => return Err("sudo: nobody asks for permission here".into()),
        other if tool::is_missing(other) => {
            return Err(format!("{other}: Kafka has this tool, this playground has not (help lists those it has)"));
        }
        other => return Err(format!("bash: {other}: command not found (help lists the commands)")),
    }
    Ok(())
}

/// `%s`, `%d`, `\n`, `\t`, `\\` and `%%`; the format is used again while there are words left.
fn printf(words: &[String]) -> Result<String, String> {
    let (format, mut words) = match words.split_first() {
        Some((format, words)) => (format.as_str(), words.iter()),
        None => return Err("printf: usage: printf FORMAT WORD..".into()),
    };
    let mut text = String::new();
    loop {
        let left = words.len();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            match (c, c == '%' || c == '\\') {
                (_, false) => text.push(c),
                ('%', _) => match chars.next() {
                    Some('s' | 'd' | 'b') => text.push_str(words.next().map_or("", String::as_str)),
                    Some('%') => text.push('%'),
                    _ => return Err("printf: of formats there are %s, %d and %%".into()),
                },
                _ => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some(other) => text.push(other),
                    None => text.push('\\'),
                },
            }
        }
        if words.len() == 0 || words.len() == left {
            return Ok(text);
        }
    }
}

fn remove(words: &[String], desk: &mut Desk) -> Ran {
    for path in words.iter().filter(|word| !word.starts_with('-')) {
        if let Some(number) = path.strip_prefix("/var/lib/kafka-") {
            let broker = format!("broker-{number}").into();
            let command = crate::engine::command::Command::WipeBroker { broker };
            desk.act(vec![command]).map_err(|refusal| format!("rm: {path}: {}", refusal.message))?;
        } else if desk.files.remove(path).is_none() {
            return Err(format!("rm: {path}: No such file or directory"));
        }
    }
    Ok(())
}

/// `kill -KILL $(pgrep -f PATTERN)`
fn signal(words: &[String], line: &str, desk: &mut Desk) -> Ran {
    let wrong = || "bash: $( ) is only for kill -9 $(pgrep -f PATTERN) and for n in $(seq N)".to_owned();
    let inner = tokens(line).map_err(|error| format!("bash: {error}"))?;
    let signal = match words {
        [kill] if kill == "kill" => "",
        [kill, signal] if kill == "kill" => signal.as_str(),
        _ => return Err(wrong()),
    };
    match &inner[..] {
        [Token::Word(pgrep), Token::Word(option), Token::Word(pattern)] if pgrep == "pgrep" && option == "-f" => {
            tool::kill(signal, pattern, desk)
        }
        _ => Err(wrong()),
    }
}

/// So many times at the most.
const TIMES_MAX: u32 = 10_000;

/// `for n in $(seq 50); do printf '%s\n' v; done`
fn run_loop(tokens: &[Token], desk: &mut Desk) -> Ran {
    let wrong = || "bash: of loops there is: for n in $(seq N); do printf ...; done".to_owned();
    let is_word = |token: Option<&Token>, text: &str| matches!(token, Some(Token::Word(word)) if word == text);
    let [_, Token::Word(_), _, Token::Substitution(seq), Token::Mark(Mark::Then), rest @ ..] = tokens else {
        return Err(wrong());
    };
    let times = seq.strip_prefix("seq").and_then(|times| times.trim().parse::<u32>().ok()).ok_or_else(wrong)?;
    if times > TIMES_MAX {
        return Err(format!("bash: {TIMES_MAX} times at the most"));
    }
    let [body @ .., Token::Mark(Mark::Then), _] = rest else { return Err(wrong()) };
    if !is_word(body.first(), "do") || !is_word(rest.last(), "done") {
        return Err(wrong());
    }
    let words: Vec<String> = body[1..]
        .iter()
        .filter_map(|token| if let Token::Word(word) = token { Some(word.clone()) } else { None })
        .collect();
    if !matches!(words.first().map(String::as_str), Some("printf" | "echo")) {
        return Err(wrong());
    }
    (0..times).try_for_each(|_| run_words(&words, desk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printf_repeats_its_format_for_the_words_that_are_left() {
        let printed = |words: &[&str]| printf(&words.iter().map(|word| word.to_string()).collect::<Vec<_>>());
        assert_eq!(printed(&["%s\\t%s\\n", "a", "b", "c", "d"]), Ok("a\tb\nc\td\n".into()));
        assert_eq!(printed(&["100 %%\\n"]), Ok("100 %\n".into()));
        assert_eq!(printed(&["plain", "unused"]), Ok("plain".into()));
        assert!(printed(&["%x", "a"]).is_err() && printed(&[]).is_err());
    }

    #[test]
    fn a_here_document_says_where_it_ends() {
        assert_eq!(here_document("cat > f <<'EOF'").map(|wanted| wanted.until), Some("EOF".into()));
        assert!(here_document("echo '<<EOF'").is_none());
    }
}
