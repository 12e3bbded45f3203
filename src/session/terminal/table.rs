//! Columns as Java's `printf` makes them: `%-15s`, texts to the left in a width that they may exceed.

/// Appends cells with their widths, a space between two; 0 is no padding.
pub fn row(cells: &[(&str, usize)]) -> String {
    let mut line = String::new();
    for (n, (text, width)) in cells.iter().enumerate() {
        if n > 0 {
            line.push(' ');
        }
        line.push_str(text);
        let written = text.chars().count();
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(written)));
    }
    line
}

/// The width of a column: the longest text in it, and no less than the tool gives it.
pub fn width<'a>(least: usize, texts: impl Iterator<Item = &'a str>) -> usize {
    texts.fold(least, |width, text| width.max(text.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_pushes_the_rest_aside() {
        assert_eq!(row(&[("GROUP", 8), ("TOPIC", 3), ("LAG", 0)]), "GROUP    TOPIC LAG");
        assert_eq!(width(5, ["abc", "abcdefg"].into_iter()), 7);
    }
}
