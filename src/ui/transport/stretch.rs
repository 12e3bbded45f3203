//! A stretch of time that is played round and round, perhaps with only one end yet.

use crate::kernel::Time;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    pub from: Option<Time>,
    pub to: Option<Time>,
}

impl Stretch {
    /// An end before the new beginning is forgotten.
    pub fn beginning_at(self, from: Time) -> Stretch {
        Stretch { from: Some(from), to: self.to.filter(|to| *to > from) }
    }

    /// A beginning after the new end is forgotten.
    pub fn ending_at(self, to: Time) -> Stretch {
        Stretch { from: self.from.filter(|from| *from < to), to: Some(to) }
    }

    pub fn whole(self) -> Option<(Time, Time)> {
        self.from.zip(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_whole_once_it_has_both_ends_in_their_order() {
        let (early, late) = (Time::from_secs(10), Time::from_secs(20));
        let begun = Stretch::default().beginning_at(late);
        assert_eq!(begun.whole(), None);
        assert_eq!(begun.ending_at(early), Stretch { from: None, to: Some(early) });
        assert_eq!(begun.ending_at(early).beginning_at(Time::ZERO).whole(), Some((Time::ZERO, early)));
        assert_eq!(Stretch { from: Some(early), to: Some(late) }.beginning_at(late).whole(), None);
    }
}
