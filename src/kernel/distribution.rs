//! Distributions that give the same bits natively and in wasm.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::document::tagged;
use super::{Chance, Span};

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Delay {
    Constant {
        us: Span,
    },
    /// Uniform from `min_us` to `max_us`, both included.
    Uniform {
        min_us: Span,
        max_us: Span,
    },
    /// At least `min_us`, then exponential with this mean in all.
    Exponential {
        #[serde(default)]
        min_us: Span,
        mean_us: Span,
    },
}

tagged!(Delay, "distribution");

impl Delay {
    pub const fn constant_millis(ms: u64) -> Self {
        Delay::Constant { us: Span::from_millis(ms) }
    }

    pub fn sample(&self, chance: &mut Chance) -> Span {
        match *self {
            Delay::Constant { us } => us,
            Delay::Uniform { min_us, max_us } => {
                let width = (max_us - min_us).as_micros();
                min_us + Span::from_micros(chance.below(width.saturating_add(1)))
            }
            Delay::Exponential { min_us, mean_us } => min_us + exponential(mean_us - min_us, chance),
        }
    }

    pub fn mean(&self) -> Span {
        match *self {
            Delay::Constant { us } => us,
            Delay::Uniform { min_us, max_us } => Span::from_micros(min_us.as_micros() / 2 + max_us.as_micros() / 2),
            Delay::Exponential { min_us, mean_us } => mean_us.max(min_us),
        }
    }
}

/// Inverse transform with `libm`'s logarithm; `1 - u` keeps zero out of it.
fn exponential(mean: Span, chance: &mut Chance) -> Span {
    let draw = -libm::log(1.0 - chance.unit()) * mean.as_micros() as f64;
    Span::from_micros(libm::round(draw) as u64)
}

/// Ranks `0..n` with probability proportional to `1 / (rank + 1)^exponent`: a few hot keys and a long tail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zipf {
    /// `cumulative[r]`: weights of the ranks up to and including `r`, scaled to integers.
    cumulative: Arc<[u64]>,
}

impl Zipf {
    /// `exponent_milli`: the exponent in thousandths; 1,000 is the classic law, 0 is uniform.
    pub fn new(n: u32, exponent_milli: u32) -> Self {
        assert!(n > 0, "a Zipf law over no ranks: the validation of key spaces has to refuse it");
        let exponent = f64::from(exponent_milli) / 1_000.0;
        let mut total = 0u64;
        let weigh = |rank: u32| {
            let weight = libm::pow(f64::from(rank + 1), -exponent) * (1u64 << 40) as f64;
            total += (libm::round(weight) as u64).max(1);
            total
        };
        Zipf { cumulative: (0..n).map(weigh).collect() }
    }

    pub fn sample(&self, chance: &mut Chance) -> u32 {
        let total = self.cumulative[self.cumulative.len() - 1];
        let draw = chance.below(total);
        self.cumulative.partition_point(|&sum| sum <= draw) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_delay_has_the_mean_it_was_given_and_never_undercuts_its_minimum() {
        let delay = Delay::Exponential { min_us: Span::from_millis(1), mean_us: Span::from_millis(5) };
        let mut chance = Chance::of(3, "wire");
        let draws: Vec<u64> = (0..100_000).map(|_| delay.sample(&mut chance).as_micros()).collect();
        let mean = draws.iter().sum::<u64>() / 100_000;
        assert!((4_950..5_050).contains(&mean), "{mean} µs");
        assert!(draws.iter().all(|&us| us >= 1_000));
    }

    #[test]
    fn a_uniform_delay_reaches_both_its_ends() {
        let delay = Delay::Uniform { min_us: Span::from_micros(3), max_us: Span::from_micros(5) };
        let mut chance = Chance::of(3, "wire");
        let mut draws: Vec<u64> = (0..100).map(|_| delay.sample(&mut chance).as_micros()).collect();
        draws.sort_unstable();
        draws.dedup();
        assert_eq!(draws, [3, 4, 5]);
    }

    #[test]
    fn the_first_of_a_hundred_zipf_keys_is_drawn_about_a_fifth_of_the_time() {
        let zipf = Zipf::new(100, 1_000);
        let mut chance = Chance::of(3, "keys");
        let first = (0..100_000).filter(|_| zipf.sample(&mut chance) == 0).count();
        assert!((18_500..20_000).contains(&first), "{first} of 100,000; 1 / H(100) is 19.3 %");
    }

    #[test]
    fn a_zipf_exponent_of_zero_is_uniform() {
        let zipf = Zipf::new(4, 0);
        let mut chance = Chance::of(3, "keys");
        let mut counts = [0; 4];
        (0..40_000).for_each(|_| counts[zipf.sample(&mut chance) as usize] += 1);
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
    }
}
