//! Bytes as letters that stand in an address as they are: base64 with `-` and `_`, without padding (RFC 4648, section 5).
//! There is one way to write each sequence of bytes, and any other is refused.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub fn written(bytes: &[u8]) -> String {
    let mut letters = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().enumerate().fold(0u32, |bits, (at, &byte)| bits | u32::from(byte) << (16 - 8 * at));
        for at in 0..=group.len() {
            letters.push(LETTERS[(bits >> (18 - 6 * at)) as usize & 63].into());
        }
    }
    letters
}

/// Why letters are not read to their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// At this place stands something else.
    Letter(usize),
    /// The last letter says less or more than a byte.
    End,
}

/// The bytes of as many letters as there are, and why there are no more.
pub fn read(letters: &str) -> (Vec<u8>, Option<Wrong>) {
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for (at, letter) in letters.bytes().enumerate() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else {
            return (bytes, Some(Wrong::Letter(at)));
        };
        (bits, count) = (bits << 6 | value as u32, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    let is_whole = count < 6 && bits & ((1 << count) - 1) == 0;
    (bytes, (!is_whole).then_some(Wrong::End))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_those_of_the_rfc() {
        for (bytes, letters) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")] {
            assert_eq!(written(bytes.as_bytes()), letters);
        }
        assert_eq!(written(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn what_is_no_letter_is_found_and_what_stands_before_it_is_kept() {
        assert_eq!(read("Zm9v%m9v"), (b"foo".to_vec(), Some(Wrong::Letter(4))));
        assert_eq!(read("Zm9vZ"), (b"foo".to_vec(), Some(Wrong::End)), "a letter that is half a byte");
        assert_eq!(read("Zh"), (b"f".to_vec(), Some(Wrong::End)), "bits that nothing wrote");
    }

    proptest! {
        #[test]
        fn bytes_come_out_as_they_went_in(bytes: Vec<u8>) {
            prop_assert_eq!(read(&written(&bytes)), (bytes, None));
        }
    }
}
