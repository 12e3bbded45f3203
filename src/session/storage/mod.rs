//! What a browser keeps for a person between two visits: the run they are at, those they left behind, and those they
//! gave a name. No browser in here; [`Store`] is all that is asked of one.
//!
//! **Keys.** Everything is text by key. `headwater.run.TAB-N` is a run that was kept by itself (the Nth scenario
//! that the page opened) with all its branches, `headwater.saved.ID` one that was saved under a name. What a value looks like is in [`entry`].
//!
//! **Two tabs** never write the same key: a page picks a random name for itself when it opens, every scenario that it
//! opens gets a run of its own under that name, and holds a lock of that name for as long as it lives. Runs whose page is
//! gone are offered to the next one ([`shelf::left_behind`]). A saved entry counts its versions, so that a page notices
//! when another one has saved over it, and saves beside it instead ([`shelf::save`]).
//!
//! **Nothing is dropped silently.** An entry that cannot be read, or is of a later version of the format, stays where it
//! is, is listed with the reason and offered for download. Of the runs that nobody saved, the last [`RUNS_KEPT`] are kept.
//!
//! **Large files.** Browsers give a page some 5 million characters of text. Rows of a replayed file that would take much of
//! that lie [`apart`], in a store for bytes that has more room and answers later; they are written ahead, and the entry
//! that needs them once they are safe.

pub mod apart;
pub mod autosave;
pub mod entry;
pub mod shelf;

use std::fmt;

pub use autosave::{Autosave, Content};
pub use entry::{Entry, Label, Unreadable};
pub use shelf::{Key, Kind, Listed};

/// Runs that nobody gave a name are kept so many; when there are more, the oldest go.
pub const RUNS_KEPT: usize = 30;

/// The longest document that is kept, in bytes, without what lies apart.
pub const DOCUMENT_MAX: usize = 2_000_000;

/// Text by key, as `localStorage` has it.
pub trait Store {
    fn keys(&self) -> Result<Vec<String>, StoreError>;
    fn get(&self, key: &str) -> Result<Option<String>, StoreError>;
    fn set(&mut self, key: &str, value: &str) -> Result<(), StoreError>;
    fn remove(&mut self, key: &str) -> Result<(), StoreError>;
}

/// Why nothing is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// A private window, a locked-down frame, or a person who switched it off.
    Blocked,
    /// The browser's allowance for this page is used up.
    Full,
    /// Longer than [`DOCUMENT_MAX`].
    TooLong,
    /// Rows that the run needs are being written.
    UnderWay,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StoreError::Blocked => {
                "This browser keeps nothing for this page (a private window, or storage is switched off). Your run is \
                 safe while the page is open; export it to keep it."
            }
            StoreError::Full => {
                "The browser's storage for this page is full, so this run is no longer kept. Delete something under \
                 My scenarios, or export the run."
            }
            StoreError::TooLong => {
                "This run is too long for the browser's storage, so it is not kept when the page is closed. Export it to \
                 keep it."
            }
            StoreError::UnderWay => {
                "The file that this run replays is still being written to the browser's storage. It is kept in a moment."
            }
        })
    }
}

impl std::error::Error for StoreError {}

/// A store for tests: in memory, with room for so many bytes.
#[cfg(test)]
pub mod memory {
    use std::collections::BTreeMap;

    use super::{Store, StoreError};

    #[derive(Debug, Default)]
    pub struct Memory {
        pub entries: BTreeMap<String, String>,
        pub room: Option<usize>,
        pub is_blocked: bool,
    }

    impl Memory {
        fn check(&self) -> Result<(), StoreError> {
            if self.is_blocked { Err(StoreError::Blocked) } else { Ok(()) }
        }
    }

    impl Store for Memory {
        fn keys(&self) -> Result<Vec<String>, StoreError> {
            self.check()?;
            Ok(self.entries.keys().cloned().collect())
        }

        fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
            self.check()?;
            Ok(self.entries.get(key).cloned())
        }

        fn set(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
            self.check()?;
            let others: usize =
                self.entries.iter().filter(|(other, _)| *other != key).map(|(_, text)| text.len()).sum();
            if self.room.is_some_and(|room| others + value.len() > room) {
                return Err(StoreError::Full);
            }
            self.entries.insert(key.to_string(), value.to_string());
            Ok(())
        }

        fn remove(&mut self, key: &str) -> Result<(), StoreError> {
            self.check()?;
            self.entries.remove(key);
            Ok(())
        }
    }
}
