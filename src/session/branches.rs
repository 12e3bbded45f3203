//! All branches of a session, and which of them is the current one.

use super::branch::{Branch, BranchId, Track};
use crate::model::refusal::Refusal;

/// Kept at the most. Then the one that was not visited for longest goes, unless somebody gave it a name.
const BRANCHES_MAX: usize = 32;

const NAME_MAX: usize = 60;

#[derive(Clone, Debug)]
pub struct Branches {
    /// In the order in which they came to be.
    tracks: Vec<Track>,
    current: BranchId,
    next: u32,
    /// The order in which branches were last visited, the latest at the end.
    visits: Vec<BranchId>,
}

impl Branches {
    pub fn new(first: Track) -> Self {
        let current = first.id;
        Branches { tracks: vec![first], current, next: 1, visits: vec![current] }
    }

    pub fn list(&self) -> Vec<Branch> {
        self.tracks.iter().map(|track| track.shown(self.current)).collect()
    }

    pub fn get(&self, id: BranchId) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }

    pub fn get_mut(&mut self, id: BranchId) -> Option<&mut Track> {
        self.tracks.iter_mut().find(|track| track.id == id)
    }

    pub fn known(&self, id: BranchId) -> Result<&Track, Refusal> {
        self.get(id).ok_or_else(|| Refusal::new("branch", "there is no such branch any more"))
    }

    pub fn current(&self) -> &Track {
        self.get(self.current).expect("the current branch is one of them")
    }

    pub fn current_mut(&mut self) -> &mut Track {
        self.get_mut(self.current).expect("the current branch is one of them")
    }

    /// An id that no branch ever had.
    pub fn next_id(&self) -> BranchId {
        BranchId(self.next)
    }

    /// Puts a branch in the place of the one with its id, or beside the others, and makes it the current one.
    pub fn enter(&mut self, track: Track) {
        let id = track.id;
        self.next = self.next.max(id.0 + 1);
        match self.get_mut(id) {
            Some(known) => *known = track,
            None => {
                let at = self.tracks.partition_point(|known| known.id < id);
                self.tracks.insert(at, track);
            }
        }
        self.visit(id);
        self.make_room();
    }

    /// Puts a branch beside the others, visited before all of them but the current one. False if its id is taken.
    pub fn add(&mut self, track: Track) -> bool {
        if self.get(track.id).is_some() || self.tracks.len() >= BRANCHES_MAX {
            return false;
        }
        let id = track.id;
        self.next = self.next.max(id.0 + 1);
        self.visits.insert(self.visits.len() - 1, id);
        let at = self.tracks.partition_point(|known| known.id < id);
        self.tracks.insert(at, track);
        true
    }

    /// The first and only branch has another id now.
    pub fn renumber(&mut self) {
        let id = self.tracks[0].id;
        (self.current, self.next, self.visits) = (id, id.0 + 1, vec![id]);
    }

    /// Forks of what is not there are forks of nothing.
    pub fn forget_unknown_parents(&mut self) {
        let known: Vec<BranchId> = self.tracks.iter().map(|track| track.id).collect();
        for track in &mut self.tracks {
            track.parent = track.parent.filter(|parent| known.contains(parent));
        }
    }

    /// In the order in which they were last visited.
    pub fn visited(&self) -> impl Iterator<Item = &Track> {
        self.visits.iter().filter_map(|id| self.get(*id))
    }

    /// Makes a branch the current one. The one that is left keeps fewer checkpoints.
    pub fn visit(&mut self, id: BranchId) {
        if self.current != id
            && let Some(left) = self.get_mut(self.current)
        {
            left.checkpoints.rest();
        }
        self.current = id;
        self.visits.retain(|visited| *visited != id);
        self.visits.push(id);
    }

    fn make_room(&mut self) {
        while self.tracks.len() > BRANCHES_MAX {
            let is_free = |id: &&BranchId| self.get(**id).is_none_or(|track| !track.is_named) && **id != self.current;
            let Some(oldest) = self.visits.iter().find(is_free).copied() else { return };
            self.take(oldest);
        }
    }

    /// Every one has a name, and there is no room for another.
    pub fn is_full(&self) -> bool {
        self.tracks.len() >= BRANCHES_MAX && self.tracks.iter().all(|track| track.is_named)
    }

    /// Takes a branch out; those that forked from it count as forked from its parent.
    pub fn take(&mut self, id: BranchId) -> Option<Track> {
        let at = self.tracks.iter().position(|track| track.id == id)?;
        let taken = self.tracks.remove(at);
        self.visits.retain(|visited| *visited != id);
        for track in self.tracks.iter_mut().filter(|track| track.parent == Some(id)) {
            track.parent = taken.parent;
        }
        Some(taken)
    }

    pub fn has_children(&self, id: BranchId) -> bool {
        self.tracks.iter().any(|track| track.parent == Some(id))
    }

    pub fn rename(&mut self, id: BranchId, name: &str) -> Result<(), Refusal> {
        self.known(id)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(Refusal::new("name", format!("a branch's name has 1 to {NAME_MAX} characters")));
        }
        if name.chars().any(char::is_control) {
            return Err(Refusal::new("name", "a branch's name has no control characters"));
        }
        if self.tracks.iter().any(|track| track.id != id && track.name == name) {
            return Err(Refusal::new("name", format!("there is a branch called {name} already")));
        }
        let Some(track) = self.get_mut(id) else { return Ok(()) };
        (track.name, track.is_named) = (name.to_owned(), true);
        Ok(())
    }

    /// A name that no branch has: this one, or with a number.
    pub fn free_name(&self, wanted: &str) -> String {
        let wanted: String = wanted.chars().take(NAME_MAX - 4).collect();
        let is_free = |name: &String| self.tracks.iter().all(|track| track.name != *name);
        let numbered = (2..).map(|n| format!("{wanted} ({n})"));
        std::iter::once(wanted.clone()).chain(numbered).find(is_free).unwrap_or(wanted)
    }

    pub fn delete(&mut self, id: BranchId) -> Result<(), Refusal> {
        self.known(id)?;
        if id == self.current {
            return Err(Refusal::new("branch", "this is the branch you are on: go to another one first"));
        }
        self.take(id);
        Ok(())
    }
}
