//! Guesses the next bit of a text from what stood before it: context mixing, after Matt Mahoney's lpaq.
//!
//! Each context (the last few bytes, the current word) keeps for every bit a probability that adapts. A mixer weighs
//! them, together with what followed when the last few bytes stood there before, and learns the weights as it goes. All
//! of it is integers, so every machine guesses alike.

/// Contexts that keep probabilities: the last 1, 2, 3, 4 and 6 bytes, and the word with what it follows.
const CONTEXTS: usize = 6;
/// And what followed the last time.
const INPUTS: usize = CONTEXTS + 1;

/// Probabilities a context can keep.
const SLOTS: usize = 1 << 14;
/// Bytes that have to be equal for a match to be followed.
const MATCH_MIN: usize = 5;
/// Matches longer than this are all trusted alike.
const MATCH_MAX: usize = 31;
/// Places that the last few bytes are looked up in.
const PLACES: usize = 1 << 13;

/// Probabilities are of a set bit, in 4096ths.
pub const ONE: i32 = 4096;

/// How much a probability moves at its nth change, in 65536ths.
const RATES: [i32; 16] = [
    40_000, 26_000, 19_000, 15_000, 12_200, 10_300, 8_900, 7_800, 7_000, 6_300, 5_700, 5_200, 4_800, 4_500, 4_200,
    3_900,
];

#[derive(Clone)]
pub struct Model {
    stretch: Vec<i16>,
    /// A probability in the upper 12 bits, and how often it has changed, up to 15, in the lower 4.
    slots: Vec<u16>,
    weights: Vec<[i32; INPUTS]>,
    /// How often a match of this length went on, in 4096ths.
    trust: [i32; MATCH_MAX + 1],

    text: Vec<u8>,
    /// The bits of the byte to come that are known, behind a leading 1.
    partial: usize,
    contexts: [u32; CONTEXTS],
    word: u32,
    /// Where the last few bytes stood before.
    places: Vec<u32>,
    matched: usize,
    length: usize,

    /// What the guess was made of.
    used: [usize; CONTEXTS],
    inputs: [i32; INPUTS],
    expected: Option<i32>,
    guess: i32,
}

impl Model {
    pub fn new() -> Self {
        Model {
            stretch: stretched(),
            slots: vec![(ONE as u16 / 2) << 4; SLOTS * CONTEXTS],
            weights: vec![[22_000; INPUTS]; MATCH_MAX.div_ceil(2)],
            trust: [3_000; MATCH_MAX + 1],
            text: Vec::new(),
            partial: 1,
            contexts: [0; CONTEXTS],
            word: 0,
            places: vec![0; PLACES],
            matched: 0,
            length: 0,
            used: [0; CONTEXTS],
            inputs: [0; INPUTS],
            expected: None,
            guess: ONE / 2,
        }
    }

    /// The probability that the next bit is set, from 1 to 4095 4096ths.
    pub fn guess(&mut self) -> i32 {
        for at in 0..CONTEXTS {
            let hash = (self.contexts[at] ^ self.partial as u32).wrapping_mul(0x9e37_79b1);
            let slot = at * SLOTS + (hash >> 18) as usize;
            let (probability, count) = (self.slots[slot] >> 4, self.slots[slot] & 15);
            self.used[at] = slot;
            // A context that was never seen has nothing to say.
            self.inputs[at] = if count == 0 { 0 } else { self.stretch[probability as usize].into() };
        }
        self.expected = self.expected_bit();
        let trust = i32::from(self.stretch[self.trust[self.length] as usize]);
        self.inputs[CONTEXTS] = self.expected.map_or(0, |bit| if bit == 1 { trust } else { -trust });
        let weights = &self.weights[self.weighing()];
        let sum: i64 =
            weights.iter().zip(&self.inputs).map(|(weight, input)| i64::from(*weight) * i64::from(*input)).sum();
        self.guess = squash((sum >> 16) as i32).clamp(1, ONE - 1);
        self.guess
    }

    /// What the match says comes next, as long as it was right about this byte.
    fn expected_bit(&self) -> Option<i32> {
        if self.length == 0 {
            return None;
        }
        let known = self.partial.ilog2();
        let byte = usize::from(self.text[self.matched]) | 256;
        (byte >> (8 - known) == self.partial).then_some((byte >> (7 - known) & 1) as i32)
    }

    /// Which weights count: how far a match can be trusted decides what else is worth.
    fn weighing(&self) -> usize {
        if self.expected.is_some() { self.length / 2 } else { 0 }
    }

    /// Learns what the bit was.
    pub fn learn(&mut self, bit: i32) {
        let error = bit * ONE - self.guess;
        let weighing = self.weighing();
        for (weight, input) in self.weights[weighing].iter_mut().zip(&self.inputs) {
            *weight += (input * error + 1024) >> 11;
        }
        for slot in self.used {
            let slot = &mut self.slots[slot];
            let (probability, count) = (i32::from(*slot >> 4), *slot & 15);
            let to = if bit == 1 { ONE - 1 } else { 0 };
            let moved = probability + (((to - probability) * RATES[usize::from(count)]) >> 16);
            *slot = (moved.clamp(1, ONE - 1) as u16) << 4 | (count + 1).min(15);
        }
        if let Some(expected) = self.expected {
            let to = if expected == bit { ONE - 1 } else { 0 };
            self.trust[self.length] += (to - self.trust[self.length]) >> 5;
        }
        self.partial = self.partial << 1 | bit as usize;
        if self.partial > 255 {
            self.end_byte(self.partial as u8);
        }
    }

    fn end_byte(&mut self, byte: u8) {
        self.text.push(byte);
        self.partial = 1;
        self.follow(byte);
        let is_word = byte.is_ascii_alphanumeric() || byte > 127 || matches!(byte, b'_' | b'.' | b'-');
        self.word = if is_word { hash(self.word, byte) } else { u32::from(byte) };
        let last = |count: usize| {
            let from = self.text.len().saturating_sub(count);
            self.text[from..].iter().fold(count as u32, |known, &byte| hash(known, byte))
        };
        self.contexts = [last(1), last(2), last(3), last(4), last(6), self.word.wrapping_add(7 << 28)];
    }

    /// Goes on with the match, or looks for one.
    fn follow(&mut self, byte: u8) {
        if self.length > 0 && self.text[self.matched] == byte {
            self.length = (self.length + 1).min(MATCH_MAX);
            self.matched += 1;
        } else {
            self.length = 0;
        }
        let Some(start) = self.text.len().checked_sub(MATCH_MIN) else { return };
        let key = self.text[start..].iter().fold(0, |known, &byte| hash(known, byte));
        let place = &mut self.places[(key.wrapping_mul(0x9e37_79b1) >> 19) as usize];
        let before = std::mem::replace(place, self.text.len() as u32) as usize;
        if self.length == 0 && before > 0 {
            self.matched = before;
            let equal = self.text[..before].iter().rev().zip(self.text.iter().rev()).take(MATCH_MAX);
            self.length = equal.take_while(|(one, other)| one == other).count();
        }
    }
}

fn hash(known: u32, byte: u8) -> u32 {
    (known ^ u32::from(byte)).wrapping_mul(0x0100_0193).rotate_left(7)
}

/// `4096 / (1 + e^(-x / 256))`, interpolated.
fn squash(x: i32) -> i32 {
    const KNOTS: [i32; 33] = [
        1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785, 3901,
        3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
    ];
    if x > 2047 {
        return ONE - 1;
    }
    if x < -2047 {
        return 1;
    }
    let (knot, share) = (((x >> 7) + 16) as usize, x & 127);
    (KNOTS[knot] * (128 - share) + KNOTS[knot + 1] * share + 64) >> 7
}

/// The inverse of [`squash`], for every probability.
fn stretched() -> Vec<i16> {
    let mut table = Vec::with_capacity(ONE as usize);
    for x in -2047..=2047 {
        let reached = squash(x) as usize;
        while table.len() <= reached {
            table.push(x as i16);
        }
    }
    table.resize(ONE as usize, 2_047);
    table
}
