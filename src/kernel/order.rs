//! Sorting, without a sort of its own for every type: each of the standard library's weighs 4 KB on the page.

use std::cmp::Ordering;

/// As the standard library's of the same name: equal items stay in their order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let from = sorted_places(items.len(), &|a, b| compare(&items[a], &items[b]));
    for place in 0..items.len() {
        let mut at = from[place];
        // What stood there has been swapped away; follow it.
        while at < place {
            at = from[at];
        }
        items.swap(place, at);
    }
}

/// As the standard library's of the same name.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// For each place, where its item stands now.
fn sorted_places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|&a, &b| compare(a, b));
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(items: Vec<(u8, u16)>) {
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by_key(&mut ours, |item| item.0 / 16);
            theirs.sort_by_key(|item| item.0 / 16);
            prop_assert_eq!(ours, theirs);
        }
    }
}
