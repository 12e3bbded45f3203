//! A run in sixteen hex digits.

use std::fmt;
use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3Default;

/// Everything that was observed, hashed as it comes. Equal runs have equal digests on every platform.
#[derive(Clone, Default)]
pub struct Digest(Xxh3Default);

impl Digest {
    pub fn add(&mut self, value: &impl Hash) {
        value.hash(self);
    }
}

/// `usize` has 8 bytes natively and 4 in wasm, and `std` writes one before every string and list.
impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.write_i64(n as i64);
    }

    fn finish(&self) -> u64 {
        self.0.digest()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.finish())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_same_on_every_platform() {
        let mut digest = Digest::default();
        digest.add(&("orders", 3_usize, vec![1_u32, 2]));
        assert_eq!(digest.to_string(), "2fac7bfc4c926a01");
    }
}
