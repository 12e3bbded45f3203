//! What stands around the packed bytes, to tell what happened to a link on its way: their number as a varint, and the low
//! half of their xxh3 hash.

use xxhash_rust::xxh3::xxh3_64;

use super::letters::Wrong;

/// No link is so long: a number beyond this was not written by us.
const PACKED_MAX: u64 = 1 << 20;

/// Why the packed bytes are not those that somebody shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This many in a hundred are there.
    CutOff {
        percent: u64,
    },
    /// What stands here is in no link.
    NoLetter {
        at: usize,
    },
    Damaged,
}

impl Fault {
    /// A sentence for whoever followed the link; `letters` are what the link says after its version.
    pub fn in_words(self, letters: &str) -> String {
        match self {
            Fault::CutOff { percent } => format!("the link is cut off: {percent} % of it are there"),
            Fault::NoLetter { at } => {
                let letter = letters[at..].chars().next().unwrap_or_default();
                format!("character {} of the link is {letter:?}, which is in no link", at + 2)
            }
            Fault::Damaged => {
                "the link is damaged: a character of it was changed, lost or added, so its checksum is wrong".to_owned()
            }
        }
    }
}

pub fn framed(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(packed.len() + 8);
    write_varint(packed.len() as u64, &mut bytes);
    bytes.extend(check_of(packed));
    bytes.extend(packed);
    bytes
}

/// The packed bytes, as many as there are, and what is wrong with them. `wrong`: what is wrong with their letters.
pub fn open(bytes: &[u8], wrong: Option<Wrong>) -> (&[u8], Option<Fault>) {
    let (packed, fault) = match frame(bytes) {
        Some((stated, check, packed)) => (packed, fault(stated, check, packed, wrong)),
        None => (&[][..], Some(Fault::CutOff { percent: 0 })),
    };
    match wrong {
        Some(Wrong::Letter(at)) => (packed, Some(Fault::NoLetter { at })),
        _ => (packed, fault),
    }
}

fn frame(bytes: &[u8]) -> Option<(u64, [u8; 4], &[u8])> {
    let (stated, rest) = read_varint(bytes)?;
    let (check, packed) = rest.split_first_chunk()?;
    Some((stated, *check, packed))
}

fn fault(stated: u64, check: [u8; 4], packed: &[u8], wrong: Option<Wrong>) -> Option<Fault> {
    let have = packed.len() as u64;
    if have < stated && stated <= PACKED_MAX {
        return Some(Fault::CutOff { percent: have * 100 / stated });
    }
    let is_sound = have == stated && wrong.is_none() && check_of(packed) == check;
    (!is_sound).then_some(Fault::Damaged)
}

fn check_of(packed: &[u8]) -> [u8; 4] {
    (xxh3_64(packed) as u32).to_le_bytes()
}

/// Seven bits a byte, the lowest first; all but the last have the highest bit set.
fn write_varint(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_framed_is_found_sound() {
        for length in [0, 1, 127, 128, 20_000] {
            let packed: Vec<u8> = (0..length).map(|at| at as u8).collect();
            assert_eq!(open(&framed(&packed), None), (&packed[..], None));
        }
    }

    #[test]
    fn what_happened_on_the_way_is_told_apart() {
        let bytes = framed(b"0123456789");
        assert_eq!(open(&bytes[..bytes.len() - 3], None).1, Some(Fault::CutOff { percent: 70 }));
        assert_eq!(open(&bytes[..3], None).1, Some(Fault::CutOff { percent: 0 }));
        assert_eq!(open(&bytes, Some(Wrong::Letter(7))).1, Some(Fault::NoLetter { at: 7 }));
        for at in 1..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 4;
            assert_eq!(open(&changed, None).1, Some(Fault::Damaged), "byte {at}");
        }
        let longer = [&bytes[..], b"x"].concat();
        assert_eq!(open(&longer, None).1, Some(Fault::Damaged));
    }
}
