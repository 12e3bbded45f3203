//! Moments that somebody gave a name. They are of the session and not of a branch: a moment is the same time in all.

use super::Session;
use crate::kernel::Time;
use crate::model::refusal::Refusal;
use crate::scenario::Bookmark;

/// Bookmarks of a session at the most.
const BOOKMARKS_MAX: usize = 200;
const NAME_MAX: usize = 80;

impl Session {
    /// In the order of time.
    pub fn bookmarks(&self) -> &[Bookmark] {
        &self.bookmarks
    }

    /// Names a moment, 1 to 80 characters. A moment has one name: a new one takes the place of the old.
    pub fn bookmark(&mut self, at: Time, name: &str) -> Result<(), Refusal> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            let message = format!("a bookmark's name has 1 to {NAME_MAX} characters and none of control");
            return Err(Refusal::new("name", message));
        }
        self.remove_bookmark(at);
        if self.bookmarks.len() >= BOOKMARKS_MAX {
            let message = format!("there are {BOOKMARKS_MAX} bookmarks already: remove one first");
            return Err(Refusal::new("name", message));
        }
        let place = self.bookmarks.partition_point(|bookmark| bookmark.at() < at);
        self.bookmarks.insert(place, Bookmark { at_us: at.as_micros(), name: name.to_owned() });
        Ok(())
    }

    pub fn remove_bookmark(&mut self, at: Time) {
        self.bookmarks.retain(|bookmark| bookmark.at() != at);
    }
}
