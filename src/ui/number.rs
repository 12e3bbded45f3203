//! Numbers as people read them, and as people type them.

use crate::kernel::{Span, document};
use crate::model::workload::PerSecond;

/// `1,403`: thousands set apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number that may not be known, such as the offset of a group that never committed: `-`, as Kafka's tools print it.
pub fn grouped_or_dash(number: Option<u64>) -> String {
    number.map_or_else(|| "-".to_owned(), grouped)
}

/// `1 consumer`, `2 consumers`.
pub fn counted(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

/// `0.7 s`: a span that grows while one watches, in steps that the eye can follow.
pub fn tenths(span: Span) -> String {
    let tenths = span.as_millis() / 100;
    match tenths {
        ..600 => format!("{}.{} s", tenths / 10, tenths % 10),
        _ => span.to_string(),
    }
}

/// A length or a factor as style sheets take it, to so many places. `std` writes floats to the last digit, with tables and
/// big integers that weigh 8 KB.
pub fn decimal(value: f64, places: u32) -> String {
    let scale = 10_i64.pow(places);
    let scaled = (value * scale as f64).round() as i64;
    let (whole, rest) = (scaled.unsigned_abs() / scale.unsigned_abs(), scaled.unsigned_abs() % scale.unsigned_abs());
    let sign = if scaled < 0 { "-" } else { "" };
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:0width$}", width = places as usize) }
}

/// A whole number as typed, with or without separators between thousands.
pub fn whole(text: &str) -> Result<u64, String> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, ',' | '_' | '\u{202f}')).collect();
    if digits.is_empty() {
        return Err("enter a whole number".into());
    }
    if let Some(positive) = digits.strip_prefix('-')
        && positive.parse::<u64>().is_ok_and(|n| n > 0)
    {
        return Err(format!("{} is negative; the least is 0", text.trim()));
    }
    digits.parse().map_err(|_| format!("“{}” is not a whole number", text.trim()))
}

/// The same for a `u32`, which most sizes and counts are.
pub fn whole_u32(text: &str) -> Result<u32, String> {
    let number = whole(text)?;
    u32::try_from(number).map_err(|_| format!("{number} is too large; the most is {}", u32::MAX))
}

/// A whole number with a sign, for shifts.
pub fn signed(text: &str) -> Result<i64, String> {
    let text = text.trim().replace('\u{2212}', "-");
    text.parse().map_err(|_| format!("“{text}” is not a whole number, such as -10 or 10"))
}

/// A part of one, such as 0.5.
pub fn ratio(text: &str) -> Result<f64, String> {
    let ratio = millionths(text.trim()).filter(|millionths| *millionths <= 1_000_000);
    let wrong = || format!("“{}” is not a number from 0 to 1, such as 0.5", text.trim());
    ratio.map(|millionths| millionths as f64 / 1_000_000.0).ok_or_else(wrong)
}

/// Events a second: up to three decimals.
pub fn rate(text: &str) -> Result<PerSecond, String> {
    let text = text.trim();
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |digits| (-1.0, digits));
    let millionths = millionths(digits).ok_or_else(|| format!("“{text}” is not a number"))?;
    document::from_value((sign * millionths as f64 / 1_000_000.0).into()).map_err(|wrong| wrong.reason)
}

/// `8`, `0.5`: a rate as its field shows it.
pub fn rate_text(rate: PerSecond) -> String {
    rate.to_string().trim_end_matches("/s").to_owned()
}

/// A moment of a run: `42.5`, `0:42.310`, `1:02:03`; seconds, minutes, hours from the right.
pub fn moment(text: &str) -> Result<Span, String> {
    let complaint = || format!("“{}” is not a time, such as 0:42.310 or 42.3", text.trim());
    let mut micros = 0u64;
    for part in text.trim().split(':') {
        micros = micros.saturating_mul(60).saturating_add(millionths(part).ok_or_else(complaint)?);
    }
    Ok(Span::from_micros(micros))
}

/// A decimal number such as `12.5`, in millionths; what is smaller is left out. Digit by digit, because the standard
/// library's way to an `f64` brings tables that weigh 12 KB on the page.
fn millionths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number =
        whole.len() + fraction.len() > 0 && whole.bytes().chain(fraction.bytes()).all(|c| c.is_ascii_digit());
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
    let digit = |number: u64, digit: u8| number.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    is_number.then(|| whole.bytes().chain(fraction).fold(0, digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_to_their_places() {
        assert_eq!(decimal(262.0, 2), "262");
        assert_eq!(decimal(-0.125, 2), "-0.13");
        assert_eq!(decimal(1.049_96, 4), "1.0500");
        assert_eq!(decimal(-0.001, 2), "0");
    }

    #[test]
    fn thousands_are_set_apart() {
        let read: Vec<String> = [0, 999, 1_403, 1_000_000].into_iter().map(grouped).collect();
        assert_eq!(read, ["0", "999", "1,403", "1,000,000"]);
        assert_eq!(grouped_or_dash(None), "-");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1, "consumer"), "1 consumer");
        assert_eq!(counted(0, "consumer"), "0 consumers");
    }

    #[test]
    fn a_whole_number_may_have_separators_but_no_sign_and_no_letters() {
        assert_eq!(whole(" 1,403 "), Ok(1_403));
        assert_eq!(whole(""), Err("enter a whole number".into()));
        assert_eq!(whole("-3"), Err("-3 is negative; the least is 0".into()));
        assert_eq!(whole("many"), Err("“many” is not a whole number".into()));
        assert!(whole_u32("5000000000").is_err());
    }

    #[test]
    fn a_rate_takes_decimals_and_refuses_less_than_nothing() {
        assert_eq!(rate("0.5").map(rate_text), Ok("0.5".into()));
        assert!(rate("-3").is_err_and(|message| message.starts_with("a rate is between 0")));
        assert_eq!(rate("fast"), Err("“fast” is not a number".into()));
        assert!(rate("NaN").is_err() && rate("").is_err() && rate(".").is_err() && rate("1.2.3").is_err());
        assert!(rate("99999999999999999999999").is_err_and(|message| message.starts_with("a rate is between 0")));
        assert_eq!(rate(".0625").map(rate_text), Ok("0.063".into()));
    }

    #[test]
    fn a_moment_is_read_in_seconds_or_as_the_clock_shows_it() {
        assert_eq!(moment("42.31"), Ok(Span::from_millis(42_310)));
        assert_eq!(moment("1:02.5"), Ok(Span::from_millis(62_500)));
        assert!(moment("noon").is_err() && moment("-1").is_err() && moment("").is_err());
    }

    #[test]
    fn a_shift_has_a_sign_of_either_kind() {
        assert_eq!(signed("-10"), Ok(-10));
        assert_eq!(signed("\u{2212}10"), Ok(-10));
        assert!(signed("ten").is_err());
    }
}
