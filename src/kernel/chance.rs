//! Seeded chance, one stream a component.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A probability in parts per million, so that no float decides anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ppm(pub u32);

impl Ppm {
    pub const ONE: Ppm = Ppm(1_000_000);
}

/// A stream of random numbers that belongs to one component of the run.
///
/// Its seed is the run's seed hashed with the component's name. A component that is added or removed therefore leaves
/// everybody else's luck as it was, which is what makes before and after comparable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chance(Xoshiro256PlusPlus);

impl Chance {
    pub fn of(seed: u64, component: &str) -> Self {
        Chance(Xoshiro256PlusPlus::seed_from_u64(xxh3_64_with_seed(component.as_bytes(), seed)))
    }

    /// Uniform in `0..n` by Lemire's multiplication; without rejection, so that every draw costs one step of the
    /// stream. The bias is below n / 2^64. Ours rather than `rand`'s, whose value stability ends with each release,
    /// while a shared run has to stay the same for good.
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "a draw among nothing: the caller has to check for an empty choice first");
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform in [0, 1): 53 random bits, exactly representable, hence the same on every target.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn happens(&mut self, probability: Ppm) -> bool {
        probability.0 > 0 && self.below(1_000_000) < u64::from(probability.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(mut chance: Chance) -> Vec<u64> {
        (0..8).map(|_| chance.below(1_000)).collect()
    }

    #[test]
    fn the_same_seed_and_component_draw_the_same_numbers() {
        assert_eq!(draws(Chance::of(7, "checkout")), draws(Chance::of(7, "checkout")));
    }

    #[test]
    fn another_component_or_another_seed_draws_others() {
        assert_ne!(draws(Chance::of(7, "checkout")), draws(Chance::of(7, "refunds")));
        assert_ne!(draws(Chance::of(7, "checkout")), draws(Chance::of(8, "checkout")));
    }

    #[test]
    fn what_is_certain_always_happens_and_what_is_impossible_never() {
        let mut chance = Chance::of(1, "coin");
        assert!((0..1_000).all(|_| chance.happens(Ppm::ONE)));
        assert!((0..1_000).all(|_| !chance.happens(Ppm(0))));
    }

    #[test]
    fn a_quarter_happens_about_a_quarter_of_the_time() {
        let mut chance = Chance::of(1, "coin");
        let hits = (0..100_000).filter(|_| chance.happens(Ppm(250_000))).count();
        assert!((24_000..26_000).contains(&hits), "{hits} of 100,000");
    }
}
