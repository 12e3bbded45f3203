//! Makes a link's text short: what the [`model`] guesses well costs next to nothing (arithmetic coding).
//!
//! The model has read [`BEFORE`] when it begins, a few typical links; what looks like them is short. Both are part of
//! what a version of the link means, and stay as they are.

mod model;

use std::sync::OnceLock;

use self::model::Model;

/// What the model has read before the first link of version 1.
const BEFORE: &str = include_str!("version_1.txt");

/// Ends a text; JSON has no such byte.
const END: u8 = 0;

/// What came out of packed bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Unpacked {
    pub text: Vec<u8>,
    /// Why the text ends where it does, unless that is its end.
    pub fault: Option<String>,
}

fn primed() -> Model {
    static PRIMED: OnceLock<Model> = OnceLock::new();
    let primed = PRIMED.get_or_init(|| {
        let mut model = Model::new();
        // Each line is a link of its own.
        for byte in BEFORE.bytes() {
            let byte = if byte == b'\n' { END } else { byte };
            for place in (0..8).rev() {
                model.guess();
                model.learn(i32::from(byte >> place & 1));
            }
        }
        model
    });
    primed.clone()
}

/// `text` has no byte 0.
pub fn pack(text: &[u8]) -> Vec<u8> {
    let mut model = primed();
    let mut range = Range::default();
    let mut packed = Vec::new();
    for &byte in text.iter().chain([&END]) {
        for place in (0..8).rev() {
            let bit = i32::from(byte >> place & 1);
            let split = range.split(model.guess());
            range.take(bit, split);
            model.learn(bit);
            while let Some(byte) = range.settled() {
                packed.push(byte);
            }
        }
    }
    // Missing bytes count as zero: the shortest number within the range will do.
    if range.low > 0 {
        packed.push((range.low >> 24) as u8 + 1);
    }
    packed
}

/// At most `most` bytes of text.
pub fn unpack(packed: &[u8], most: usize) -> Unpacked {
    let mut model = primed();
    let mut range = Range::default();
    let mut bytes = packed.iter().copied();
    let mut next = || u32::from(bytes.next().unwrap_or(0));
    let mut number = (0..4).fold(0, |number, _| number << 8 | next());
    let mut taken = 4;
    let mut text = Vec::new();
    loop {
        let mut byte = 1usize;
        while byte < 256 {
            let split = range.split(model.guess());
            let bit = i32::from(number <= split);
            range.take(bit, split);
            model.learn(bit);
            byte = byte << 1 | bit as usize;
            while range.settled().is_some() {
                number = number << 8 | next();
                taken += 1;
            }
        }
        let fault = match byte as u8 {
            END if taken >= packed.len() => None,
            END => Some("something follows the end of the link"),
            // More than the four bytes that are looked at ahead were made up.
            _ if taken > packed.len() + 4 => Some("the link ends before its text does"),
            _ if text.len() == most => Some("the link holds more text than any link may"),
            byte => {
                text.push(byte);
                continue;
            }
        };
        return Unpacked { text, fault: fault.map(str::to_owned) };
    }
}

/// The numbers that begin with the bytes so far, both ends included.
struct Range {
    low: u32,
    high: u32,
}

impl Default for Range {
    fn default() -> Self {
        Range { low: 0, high: u32::MAX }
    }
}

impl Range {
    /// Up to here the next bit is set; as much of the range as that is likely.
    fn split(&self, guess: i32) -> u32 {
        let width = u64::from(self.high - self.low);
        self.low + (width * guess as u64 / model::ONE as u64) as u32
    }

    fn take(&mut self, bit: i32, split: u32) {
        if bit == 1 { self.high = split } else { self.low = split + 1 }
    }

    /// The first byte, once it is the same for the whole range.
    fn settled(&mut self) -> Option<u8> {
        let byte = (self.low >> 24) as u8;
        if byte != (self.high >> 24) as u8 {
            return None;
        }
        self.low <<= 8;
        self.high = self.high << 8 | 255;
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_that_was_read_before_is_next_to_nothing() {
        let before = BEFORE.lines().next().expect("a link");
        assert!(pack(before.as_bytes()).len() < before.len() / 40);
    }

    #[test]
    fn a_text_without_an_end_is_bounded() {
        let unpacked = unpack(&pack(&[b'x'; 10_000]), 1_000);
        assert_eq!(unpacked.text, [b'x'; 1_000]);
        assert!(unpacked.fault.is_some());
    }

    proptest! {
        #[test]
        fn texts_come_out_as_they_went_in(text in "[^\0]*") {
            let packed = pack(text.as_bytes());
            prop_assert_eq!(unpack(&packed, text.len()), Unpacked { text: text.clone().into_bytes(), fault: None });
        }

        #[test]
        fn every_sequence_of_bytes_comes_to_an_end(packed: Vec<u8>) {
            prop_assert!(unpack(&packed, 5_000).text.len() <= 5_000);
        }
    }
}
