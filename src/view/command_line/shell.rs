//! Words of a shell's line.

pub const BOOTSTRAP: &str = "--bootstrap-server localhost:9092";

/// One word, whatever it contains: in single quotes if it needs them.
pub fn quoted(word: impl ToString) -> String {
    let word = word.to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-:,=/@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word;
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_only_where_the_shell_would_read_more_into_it() {
        assert_eq!(quoted("orders:0,1"), "orders:0,1");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted("$(rm -rf /)"), "'$(rm -rf /)'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("a\nb"), "'a\nb'");
    }
}
