//! Chunks of any size in, pieces of numbered lines out.

/// Cuts a file at its line feeds, numbers the lines from 1, and drops a byte order mark at the beginning.
#[derive(Debug)]
pub(super) struct Lines {
    /// The line that the next byte belongs to.
    line: u64,
    opening: Opening,
}

/// Part of a line that has arrived. The whole line if it came within one chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub line: u64,
    /// Never empty, and a line feed only at the end.
    pub bytes: &'a [u8],
}

impl Piece<'_> {
    pub fn ends_line(&self) -> bool {
        self.bytes.ends_with(b"\n")
    }
}

/// The first bytes of a file are held until there are enough of them to tell a byte order mark.
#[derive(Debug)]
enum Opening {
    Held(Vec<u8>),
    Past,
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Lines {
    pub fn new() -> Self {
        Lines { line: 1, opening: Opening::Held(Vec::new()) }
    }

    /// Calls `each` with every piece, until it refuses one.
    pub fn feed<E>(&mut self, chunk: &[u8], mut each: impl FnMut(Piece) -> Result<(), E>) -> Result<(), E> {
        let Opening::Held(held) = &mut self.opening else { return self.cut(chunk, &mut each) };
        let missing = BYTE_ORDER_MARK.len() - held.len();
        let (opening, rest) = chunk.split_at(missing.min(chunk.len()));
        held.extend_from_slice(opening);
        if held.len() == BYTE_ORDER_MARK.len() {
            self.finish(&mut each)?;
        }
        self.cut(rest, &mut each)
    }

    /// Hands out what is still held: the file has ended, or its opening is complete.
    pub fn finish<E>(&mut self, mut each: impl FnMut(Piece) -> Result<(), E>) -> Result<(), E> {
        match std::mem::replace(&mut self.opening, Opening::Past) {
            Opening::Held(held) if held != BYTE_ORDER_MARK => self.cut(&held, &mut each),
            _ => Ok(()),
        }
    }

    fn cut<E>(&mut self, bytes: &[u8], each: &mut impl FnMut(Piece) -> Result<(), E>) -> Result<(), E> {
        for bytes in bytes.split_inclusive(|byte| *byte == b'\n') {
            let piece = Piece { line: self.line, bytes };
            self.line += u64::from(piece.ends_line());
            each(piece)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbered lines of `chunks`, their pieces joined again.
    fn lines_of(chunks: &[&[u8]]) -> Vec<(u64, Vec<u8>)> {
        let mut found: Vec<(u64, Vec<u8>)> = Vec::new();
        let mut collect = |piece: Piece| {
            match found.last_mut().filter(|(line, _)| *line == piece.line) {
                Some((_, bytes)) => bytes.extend_from_slice(piece.bytes),
                None => found.push((piece.line, piece.bytes.to_vec())),
            }
            Ok::<(), ()>(())
        };
        let mut lines = Lines::new();
        chunks.iter().try_for_each(|chunk| lines.feed(chunk, &mut collect)).unwrap();
        lines.finish(&mut collect).unwrap();
        found
    }

    #[test]
    fn lines_are_numbered_from_one_and_keep_their_line_feed() {
        let expected = vec![(1, b"ab\n".to_vec()), (2, b"\n".to_vec()), (3, b"c".to_vec())];
        assert_eq!(lines_of(&[b"ab\n\nc"]), expected);
        assert_eq!(lines_of(&[b"a", b"", b"b\n", b"\nc"]), expected);
    }

    #[test]
    fn a_byte_order_mark_is_dropped_however_it_arrives() {
        assert_eq!(lines_of(&[b"\xEF\xBB\xBFab"]), [(1, b"ab".to_vec())]);
        assert_eq!(lines_of(&[b"\xEF", b"\xBB", b"\xBFab"]), [(1, b"ab".to_vec())]);
        assert_eq!(lines_of(&[b"\xEF\xBB\xBF"]), []);
    }

    #[test]
    fn a_file_shorter_than_a_byte_order_mark_is_not_lost() {
        assert_eq!(lines_of(&[b"a"]), [(1, b"a".to_vec())]);
        assert_eq!(lines_of(&[b"\xEF\xBB"]), [(1, b"\xEF\xBB".to_vec())]);
        assert_eq!(lines_of(&[]), []);
    }
}
