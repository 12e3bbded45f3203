//! The operator's command line: lines in, text and commands out. It knows no browser.
//!
//! ```text
//!   line ── words ── shell ── tool ── options      what is asked for
//!                              │
//!                              ├── world           looked at: text as Kafka's own tools print it
//!                              └── Desk::act       changed: commands through the one mouth, a gesture each
//! ```
//!
//! What changes the run is in its log like everything else, so that links and replays have it. What is printed is not: a
//! screen, like the files that `>` writes, lasts as long as the page.

mod complete;
mod desk;
mod history;
mod options;
mod screen;
mod shell;
mod table;
mod tool;
mod words;

pub use complete::Completion;
pub use history::History;
pub use screen::{Ink, Printed, Screen};

use self::desk::Desk;
use self::tool::{Following, Producing, TOOLS};
use crate::engine::World;
use crate::engine::command::Command;
use crate::kernel::SortedMap;
use crate::model::refusal::Refusal;
use crate::session::Session;

/// Before what is typed.
const PROMPT: &str = "$ ";
/// Before a line that belongs to something begun.
const INNER_PROMPT: &str = "> ";

/// A terminal: its screen, what was entered before, and the program that runs.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    pub screen: Screen,
    pub history: History,
    files: SortedMap<String, String>,
    program: Option<Program>,
    /// What a line that ended in a backslash began.
    begun: String,
}

/// What goes on after its line.
#[derive(Clone, Debug)]
pub enum Program {
    Producer(Producing),
    Consumer(Following),
    HereDocument { line: String, until: String, text: String },
}

/// Why a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl+C
    Interrupt,
    /// Ctrl+D
    EndOfInput,
}

impl Terminal {
    pub fn with_history(text: &str) -> Terminal {
        let mut terminal = Terminal { history: History::from_text(text), ..Terminal::default() };
        terminal.screen.print(Ink::Note, "Kafka's own tools, for this run. help lists them, Tab completes names.");
        terminal
    }

    pub fn prompt(&self) -> &'static str {
        if self.program.is_some() || !self.begun.is_empty() { INNER_PROMPT } else { PROMPT }
    }

    /// A program runs that Ctrl+C or Ctrl+D ends.
    pub fn is_busy(&self) -> bool {
        self.program.is_some()
    }

    /// Prints as time goes by.
    pub fn is_following(&self) -> bool {
        matches!(self.program, Some(Program::Consumer(_)))
    }

    /// Enters lines, one or several that were pasted. `lock` says why nothing may be changed, if so. Returns every command
    /// that was carried out.
    pub fn enter(&mut self, text: &str, session: &mut Session, lock: Option<&Refusal>) -> Vec<Command> {
        let mut done = Vec::new();
        for line in text.split('\n') {
            self.screen.print(Ink::Typed, &format!("{}{line}", self.prompt()));
            self.take(line, session, lock, &mut done);
        }
        done
    }

    fn take(&mut self, line: &str, session: &mut Session, lock: Option<&Refusal>, done: &mut Vec<Command>) {
        match self.program.take() {
            Some(Program::Producer(mut producing)) => {
                self.run(session, lock, done, |desk| match producing.line(line, desk) {
                    Ok(()) => desk.begun = Some(Program::Producer(producing)),
                    Err(error) => desk.complain(error),
                })
            }
            Some(Program::HereDocument { line: begun, until, text }) if line == until => {
                self.run(session, lock, done, |desk| shell::run(&begun, Some(&text), desk));
            }
            Some(Program::HereDocument { line: begun, until, text }) => {
                self.document(begun, until, text + line + "\n");
            }
            // Nobody reads what is typed meanwhile.
            Some(consumer) => self.program = Some(consumer),
            None => self.command(line, session, lock, done),
        }
    }

    fn document(&mut self, line: String, until: String, text: String) {
        self.program = Some(Program::HereDocument { line, until, text });
    }

    fn command(&mut self, line: &str, session: &mut Session, lock: Option<&Refusal>, done: &mut Vec<Command>) {
        if let Some(begun) = line.strip_suffix('\\') {
            self.begun += begun;
            return;
        }
        let line = std::mem::take(&mut self.begun) + line;
        self.history.push(&line);
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [] => {}
            ["clear"] => self.screen.clear(),
            ["help"] => self.screen.print(Ink::Out, &help()),
            ["help", name] => match tool::find(name) {
                Some(_) => self.run(session, lock, done, |desk| shell::run(&format!("{name} --help"), None, desk)),
                None => self.screen.print(Ink::Error, &format!("help: there is no {name} here")),
            },
            ["history"] => {
                let lines = self.history.lines().iter().enumerate();
                let text: Vec<String> = lines.map(|(n, line)| format!("{:>5}  {line}", n + 1)).collect();
                self.screen.print(Ink::Out, &text.join("\n"));
            }
            _ => match shell::here_document(&line) {
                Some(shell::Wanted { until }) => self.document(line, until, String::new()),
                None => self.run(session, lock, done, |desk| shell::run(&line, None, desk)),
            },
        }
    }

    /// Lets something run and takes over what it leaves.
    fn run(
        &mut self,
        session: &mut Session,
        lock: Option<&Refusal>,
        done: &mut Vec<Command>,
        act: impl FnOnce(&mut Desk),
    ) {
        let mut desk = Desk::new(session, lock, &mut self.files);
        act(&mut desk);
        if let Some(Program::Consumer(mut following)) =
            desk.begun.take_if(|begun| matches!(begun, Program::Consumer(_)))
        {
            if following.go_on(&mut desk) {
                following.end(&mut desk);
            } else {
                desk.begun = Some(Program::Consumer(following));
            }
        }
        let Desk { printed, done: carried_out, begun, .. } = desk;
        printed.iter().for_each(|(ink, text)| self.screen.print(*ink, text));
        done.extend(carried_out);
        self.program = begun;
    }

    /// Time has passed: a consumer prints what has come. Says whether anything changed, with the commands carried out.
    pub fn tick(&mut self, session: &mut Session, lock: Option<&Refusal>) -> Vec<Command> {
        let mut done = Vec::new();
        if self.is_following() {
            let program = self.program.take();
            self.run(session, lock, &mut done, |desk| desk.begun = program);
        }
        done
    }

    /// Ctrl+C or Ctrl+D, as typed at the end of `line`.
    pub fn signal(
        &mut self,
        signal: Signal,
        line: &str,
        session: &mut Session,
        lock: Option<&Refusal>,
    ) -> Vec<Command> {
        let mut done = Vec::new();
        if signal == Signal::Interrupt {
            self.screen.print(Ink::Typed, &format!("{}{line}^C", self.prompt()));
            self.begun.clear();
        }
        match (self.program.take(), signal) {
            (Some(Program::Consumer(following)), Signal::Interrupt) => {
                self.run(session, lock, &mut done, |desk| following.end(desk));
            }
            (Some(Program::Producer(producing)), _) => self.screen.print(Ink::Note, &producing.farewell()),
            (Some(Program::HereDocument { line, text, .. }), Signal::EndOfInput) => {
                self.run(session, lock, &mut done, |desk| shell::run(&line, Some(&text), desk));
            }
            (Some(consumer @ Program::Consumer(_)), Signal::EndOfInput) => self.program = Some(consumer),
            _ => {}
        }
        done
    }

    /// Tab: the line as far as it is certain; what it could be is printed.
    pub fn complete(&mut self, line: &str, cursor: usize, world: &World) -> Completion {
        if self.is_busy() {
            return Completion { line: line.to_owned(), cursor, candidates: Vec::new() };
        }
        let completion = complete::complete(line, cursor, self.files.keys(), world);
        if completion.line == line && !completion.candidates.is_empty() {
            self.screen.print(Ink::Typed, &format!("{PROMPT}{line}"));
            self.screen.print(Ink::Note, &completion.candidates.join("  "));
        }
        completion
    }

    /// Something was done otherwise, with the mouse or by a script: how one would have typed it.
    pub fn overhear(&mut self, words: &str) {
        let text: Vec<String> = words.lines().map(|line| format!("# {line}")).collect();
        self.screen.print(Ink::Note, &text.join("\n"));
    }
}

fn help() -> String {
    let mut text = String::new();
    for tool in TOOLS {
        let about = tool.about.split(". ").next().unwrap_or_default().trim_end_matches('.');
        text += &format!("{:<26} {about}.\n", tool.name);
    }
    text += "\
kill -9 $(pgrep -f ..)     Ends a consumer or a broker; -TERM lets it say goodbye. What is done with the mouse shows how.
echo, printf, cat, ls, rm  For what is piped into a tool: | > < <<EOF. Files last as long as the page.
clear, history, help TOOL  Tab completes, arrow up and down bring lines back, Ctrl+C and Ctrl+D end a program.

Names may end in .sh, --bootstrap-server may be left out. The run's time begins with 1970-01-01T00:00:00.000Z, so that \
--to-datetime 1970-01-01T00:00:12.400 is 12.4 s into it. What changes the run is part of it, and can be undone.";
    text
}
