//! Which leader epoch began at which offset (`LeaderEpochFileCache`): how replicas find out where their logs part.

/// Epochs and where they begin, both ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Epochs {
    starts: Vec<(u32, u64)>,
}

impl Epochs {
    /// An epoch begins at `start`; what was known from there on is void.
    pub fn assign(&mut self, epoch: u32, start: u64) {
        if self.latest().is_some_and(|latest| latest >= epoch) {
            return;
        }
        self.truncate(start);
        self.starts.push((epoch, start));
    }

    pub fn latest(&self) -> Option<u32> {
        self.starts.last().map(|(epoch, _)| *epoch)
    }

    /// The largest epoch up to `epoch`, and where it ends in a log that ends at `log_end`; none if `epoch` is newer than
    /// any that is known, or nothing is.
    pub fn end_of(&self, epoch: u32, log_end: u64) -> Option<(u32, u64)> {
        let next = self.starts.partition_point(|(known, _)| *known <= epoch);
        let floor = next.checked_sub(1).map(|floor| self.starts[floor].0);
        match self.starts.get(next) {
            // Older than everything that is known: it ended before that began.
            Some((_, start)) => Some((floor.unwrap_or(epoch), *start)),
            None => (floor == Some(epoch)).then_some((epoch, log_end)),
        }
    }

    /// Forgets epochs that begin at `end` or later.
    pub fn truncate(&mut self, end: u64) {
        self.starts.retain(|(_, start)| *start < end);
    }

    pub fn clear(&mut self) {
        self.starts.clear();
    }

    /// The epoch that the record at this offset was written in.
    pub fn of(&self, offset: u64) -> Option<u32> {
        let next = self.starts.partition_point(|(_, start)| *start <= offset);
        next.checked_sub(1).map(|at| self.starts[at].0)
    }

    pub fn starts(&self) -> &[(u32, u64)] {
        &self.starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs() -> Epochs {
        Epochs { starts: vec![(2, 10), (4, 20), (5, 20), (7, 30)] }
    }

    #[test]
    fn an_epoch_ends_where_the_next_begins_and_the_latest_at_the_log_end() {
        assert_eq!(epochs().end_of(2, 40), Some((2, 20)));
        assert_eq!(epochs().end_of(5, 40), Some((5, 30)));
        assert_eq!(epochs().end_of(7, 40), Some((7, 40)));
    }

    #[test]
    fn of_an_epoch_that_is_unknown_the_next_smaller_is_told() {
        assert_eq!(epochs().end_of(3, 40), Some((2, 20)));
        assert_eq!(epochs().end_of(6, 40), Some((5, 30)));
        assert_eq!(epochs().end_of(1, 40), Some((1, 10)), "older than everything");
        assert_eq!(epochs().end_of(8, 40), None, "newer than everything");
        assert_eq!(Epochs::default().end_of(0, 40), None);
    }

    #[test]
    fn an_epoch_that_begins_earlier_voids_those_that_began_later() {
        let mut epochs = epochs();
        epochs.assign(9, 25);
        assert_eq!(epochs.starts(), [(2, 10), (4, 20), (5, 20), (9, 25)]);
        assert_eq!((epochs.of(9), epochs.of(24), epochs.of(100)), (None, Some(5), Some(9)));
        epochs.assign(3, 50);
        assert_eq!(epochs.latest(), Some(9), "an older epoch does not begin anew");
    }
}
