//! How much a document may hold, found out before anything is read: a few bytes of text can ask for a hundred times as
//! many of memory.

use crate::model::refusal::Refusal;

/// In bytes of text.
pub const BYTES_MAX: usize = 8 << 20;

/// Objects cost most: some 700 bytes each while they are read. Rows of a replayed file are objects.
const OBJECTS_MAX: usize = 40_000;

/// Rows of replayed files that a document can hold for certain: each is an object with up to three fields.
pub const ROWS_MAX: u32 = (VALUES_MAX / 6) as u32;

/// Nobody gives so many; each takes some 10 µs to read.
pub const COMMANDS_MAX: usize = 10_000;

/// Numbers, texts and lists, and the objects' fields.
const VALUES_MAX: usize = 150_000;

/// Refuses a text that would take too long or too much memory to read. Says nothing about whether it is JSON.
pub fn check(text: &str) -> Result<(), Refusal> {
    if text.len() > BYTES_MAX {
        let (mb, most) = (text.len().div_ceil(1 << 20), BYTES_MAX >> 20);
        return Err(Refusal::new("scenario", format!("{mb} MB are more than {most} MB, which is the most")));
    }
    let Count { objects, values } = count(text.as_bytes());
    if objects > OBJECTS_MAX {
        return Err(Refusal::new("scenario", format!("more than {OBJECTS_MAX} objects, which is the most")));
    }
    if values > VALUES_MAX {
        return Err(Refusal::new("scenario", format!("more than {VALUES_MAX} values, which is the most")));
    }
    Ok(())
}

#[derive(Default)]
struct Count {
    objects: usize,
    values: usize,
}

/// Marks outside of texts; a text ends at a quotation mark without a backslash before it.
fn count(text: &[u8]) -> Count {
    let mut count = Count::default();
    let mut bytes = text.iter();
    let mut is_text = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if is_text => drop(bytes.next()),
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' => count.objects += 1,
            b',' | b':' | b'[' => count.values += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_within_texts_do_not_count() {
        let count = count(br#"{"a{[,:\"{": [1, 2, "[\\"], "b": {}}"#);
        assert_eq!((count.objects, count.values), (2, 6));
    }

    #[test]
    fn what_would_cost_too_much_is_refused_with_the_limit() {
        let refused = |text: String| check(&text).unwrap_err().message;
        assert_eq!(refused("{".repeat(OBJECTS_MAX + 1)), "more than 40000 objects, which is the most");
        assert_eq!(refused("[".repeat(VALUES_MAX + 1)), "more than 150000 values, which is the most");
        assert_eq!(refused(" ".repeat(BYTES_MAX + 1)), "9 MB are more than 8 MB, which is the most");
    }
}
