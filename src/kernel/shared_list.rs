//! A list that only grows, and costs next to nothing to copy.

use std::ops::Index;
use std::sync::Arc;

/// Items to a chunk. A copy of a list duplicates less than one chunk and shares the others.
const CHUNK: usize = 64;

/// An append-only list whose copies share what they have in common: its full chunks lie behind `Arc`s and are never
/// written to again. So a run can be kept at many moments for the price of what changed between them.
#[derive(Clone, Debug)]
pub struct SharedList<T> {
    full: Vec<Arc<Vec<T>>>,
    /// Fewer than a chunk.
    open: Vec<T>,
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        SharedList { full: Vec::new(), open: Vec::new() }
    }
}

impl<T> SharedList<T> {
    pub fn push(&mut self, item: T) {
        self.open.push(item);
        if self.open.len() == CHUNK {
            self.full.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.open.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<&T> {
        match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.open.get(index.checked_sub(self.full.len() * CHUNK)?),
        }
    }

    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    pub fn last(&self) -> Option<&T> {
        self.open.last().or_else(|| self.full.last()?.last())
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.from(0)
    }

    /// The items from this place on.
    pub fn from(&self, index: usize) -> impl DoubleEndedIterator<Item = &T> {
        let chunk = (index / CHUNK).min(self.full.len());
        let within = index - chunk * CHUNK;
        let (first, full) = match self.full[chunk..].split_first() {
            Some((first, rest)) => (&first[within..], rest),
            None => (&self.open[within.min(self.open.len())..], &[][..]),
        };
        let open = if self.full.len() > chunk { &self.open[..] } else { &[] };
        first.iter().chain(full.iter().flat_map(|chunk| chunk.iter())).chain(open)
    }

    /// How many items at the beginning fulfil the condition; none of those behind may, as with a slice's.
    pub fn partition_point(&self, is_before: impl Fn(&T) -> bool) -> usize {
        let full = self.full.partition_point(|chunk| is_before(&chunk[CHUNK - 1]));
        let within = self.full.get(full).map_or(&self.open, |chunk| &**chunk);
        full * CHUNK + within.partition_point(is_before)
    }

    /// Bytes of memory that the list's structure takes, counted as if nothing were shared.
    pub fn memory_bytes(&self) -> u64 {
        let items = self.full.len() * CHUNK + self.open.capacity();
        (items * size_of::<T>() + self.full.capacity() * size_of::<Arc<Vec<T>>>()) as u64
    }
}

impl<T> Index<usize> for SharedList<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        self.get(index).expect("an index is below the length")
    }
}

impl<T> FromIterator<T> for SharedList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = SharedList::default();
        items.into_iter().for_each(|item| list.push(item));
        list
    }
}

impl<T: PartialEq> PartialEq for SharedList<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for SharedList<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_shared_list_is_read_as_a_slice_is(len in 0usize..300, at in 0usize..310) {
            let list: SharedList<usize> = (0..len).collect();
            let slice: Vec<usize> = (0..len).collect();
            proptest::prop_assert_eq!(list.len(), len);
            proptest::prop_assert_eq!(list.get(at), slice.get(at));
            proptest::prop_assert_eq!(list.last(), slice.last());
            proptest::prop_assert!(list.from(at).eq(slice.iter().skip(at)));
            proptest::prop_assert!(list.iter().rev().eq(slice.iter().rev()));
            proptest::prop_assert_eq!(list.partition_point(|item| *item < at), slice.partition_point(|item| *item < at));
        }
    }

    #[test]
    fn copies_share_full_chunks_and_go_separate_ways() {
        let mut list: SharedList<u32> = (0..100).collect();
        let mut copy = list.clone();
        assert!(Arc::ptr_eq(&list.full[0], &copy.full[0]));
        list.push(1);
        copy.push(2);
        assert_eq!((list[100], copy[100], copy[99]), (1, 2, 99));
    }
}
