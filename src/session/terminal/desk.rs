//! What a tool has before it while it runs: the run, what is piped into it, the files, and where it prints.

use super::Program;
use super::screen::Ink;
use crate::engine::World;
use crate::engine::command::Command;
use crate::kernel::SortedMap;
use crate::model::refusal::Refusal;
use crate::session::Session;

/// How a tool ends; the error is printed on standard error.
pub type Ran = Result<(), String>;

pub struct Desk<'a> {
    session: &'a mut Session,
    /// Why nothing can be changed, if so: a page that was shared to be looked at.
    lock: Option<&'a Refusal>,
    /// Standard input, where it is no keyboard.
    pub input: Option<String>,
    /// What `>` wrote.
    pub files: &'a mut SortedMap<String, String>,
    pub printed: Vec<(Ink, String)>,
    /// Every command that was carried out.
    pub done: Vec<Command>,
    /// A program that goes on after this line.
    pub begun: Option<Program>,
}

impl<'a> Desk<'a> {
    pub fn new(
        session: &'a mut Session,
        lock: Option<&'a Refusal>,
        files: &'a mut SortedMap<String, String>,
    ) -> Desk<'a> {
        Desk { session, lock, input: None, files, printed: Vec::new(), done: Vec::new(), begun: None }
    }

    pub fn world(&self) -> &World {
        self.session.world()
    }

    pub fn is_playing(&self) -> bool {
        self.session.is_playing()
    }

    /// A line, or several, on standard output.
    pub fn say(&mut self, text: impl Into<String>) {
        self.printed.push((Ink::Out, text.into()));
    }

    /// On standard error.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.printed.push((Ink::Error, text.into()));
    }

    /// What no tool of Kafka's would say.
    pub fn note(&mut self, text: impl Into<String>) {
        self.printed.push((Ink::Note, text.into()));
    }

    /// Carries commands out as one gesture, all or none.
    pub fn act(&mut self, commands: Vec<Command>) -> Result<(), Refusal> {
        if let Some(lock) = self.lock {
            return Err(lock.clone());
        }
        self.session.gesture(commands.clone())?;
        self.done.extend(commands);
        Ok(())
    }

    /// A file's text; `/dev/stdin` and `-` are what is piped in.
    pub fn read(&self, path: &str) -> Result<String, String> {
        if matches!(path, "/dev/stdin" | "-") {
            let none = || format!("nothing is piped into {path}: use | before, or << behind the command");
            return self.input.clone().ok_or_else(none);
        }
        let none = || {
            format!(
                "java.nio.file.NoSuchFileException: {path} (files here are those that > wrote; /dev/stdin is what is piped in)"
            )
        };
        self.files.get(path).cloned().ok_or_else(none)
    }
}
