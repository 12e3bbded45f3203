//! A topic's subscribers by how much they are to read, while partitions come and go (`MemberAssignmentBalancer`).
//!
//! ```text
//!             least loaded        most loaded
//!                                      #
//!  load                         [##<-  ]##   those at the very right have nothing to give
//!             [...->   ]########[######]##
//!             [########]########[######]##
//! ```
//!
//! Both ends are ranges of members with the same load. The left one gets a partition each before it rises by one and
//! widens; the right one gives one each before it falls by one and widens.

use crate::kernel::order::sort_by_key;

pub(super) struct Loads {
    /// By load when this was made, then by number.
    sorted: Vec<usize>,
    least: Range,
    most: Range,
}

struct Range {
    start: usize,
    end: usize,
    /// What all of the range have, before this turn gives or takes one.
    load: isize,
    /// Whose turn it is.
    next: isize,
}

impl Loads {
    /// `members` is not empty.
    pub fn new(members: &[usize], loads: &[usize]) -> Self {
        let mut sorted = members.to_vec();
        sort_by_key(&mut sorted, |&member| (loads[member], member));
        let count = sorted.len();
        let (first, last) = (loads[sorted[0]] as isize, loads[sorted[count - 1]] as isize);
        let least = Range { start: 0, end: 0, load: first - 1, next: 0 };
        let most = Range { start: count, end: count, load: last + 1, next: count as isize - 1 };
        Loads { sorted, least, most }
    }

    pub fn spread(&self, loads: &[usize]) -> usize {
        let load = |at: usize| loads[self.sorted[at]];
        load(self.sorted.len() - 1) - load(0)
    }

    /// Who is to be given the next partition.
    pub fn next_least(&mut self, loads: &[usize]) -> usize {
        if self.least.next >= self.least.end as isize {
            self.least.load += 1;
            while self.least.end < self.sorted.len() && self.has(loads, self.least.end, self.least.load) {
                self.least.end += 1;
            }
            self.least.next = 0;
        }
        let member = self.sorted[self.least.next as usize];
        self.least.next += 1;
        member
    }

    /// Who is to give one up, of those that have one to give; who has none is passed over from then on.
    pub fn next_most(&mut self, loads: &[usize], has_any: impl Fn(usize) -> bool) -> Option<usize> {
        loop {
            if self.most.next < self.most.start as isize {
                self.widen_most(loads);
            }
            let at = usize::try_from(self.most.next).ok()?;
            self.most.next -= 1;
            let member = self.sorted[at];
            if has_any(member) {
                return Some(member);
            }
            self.sorted.swap(at, self.most.end - 1);
            self.most.end -= 1;
        }
    }

    fn widen_most(&mut self, loads: &[usize]) {
        let is_empty = self.most.end <= self.most.start;
        self.most.load = match self.most.start.checked_sub(1) {
            Some(before) if is_empty => loads[self.sorted[before]] as isize,
            _ => self.most.load - 1,
        };
        while self.most.start > 0 && self.has(loads, self.most.start - 1, self.most.load) {
            self.most.start -= 1;
        }
        self.most.next = self.most.end as isize - 1;
    }

    /// No move between the two ranges makes the topic more even.
    pub fn are_balanced(&self) -> bool {
        self.most.load - self.least.load <= 1
    }

    fn has(&self, loads: &[usize], at: usize, load: isize) -> bool {
        loads[self.sorted[at]] as isize == load
    }
}
