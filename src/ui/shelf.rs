//! What the dialog of one's own scenarios shows.

use crate::session::storage::{Key, Kind, Listed};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// The newest first.
    pub listed: Vec<Listed>,
    /// Since the dialog was opened.
    pub deleted: Vec<Deleted>,
    /// Why nothing can be listed.
    pub trouble: Option<String>,
    /// When that was, in milliseconds since 1970.
    pub now_ms: u64,
}

/// What was deleted and can be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    pub key: Key,
    pub name: String,
    /// The entry as it was.
    pub text: String,
}

impl Shelf {
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Listed> {
        self.listed.iter().filter(move |one| one.key.kind == kind && one.label.is_ok())
    }

    pub fn unreadable(&self) -> impl Iterator<Item = &Listed> {
        self.listed.iter().filter(|one| one.label.is_err())
    }
}
