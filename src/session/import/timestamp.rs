//! From what files write for a point in time to microseconds since 1970-01-01 00:00 UTC.
//!
//! Accepted are numbers, whose unit follows from their size, and dates as RFC 3339 and ISO 8601 write them. A date-time
//! without an offset is UTC. A full date-time library would be a tenth of the page for what is one function here: there
//! are no time zones by name, no week dates, no locales.

const SECOND_US: i64 = 1_000_000;

/// Nothing if `text` is not a point in time in one of the accepted spellings.
pub fn parse_timestamp_us(text: &str) -> Option<i64> {
    parse_number(text).or_else(|| parse_date_time(text))
}

/// Seconds up to the year 5138, then milliseconds, microseconds, nanoseconds: the ranges do not overlap for any time after
/// 1973. A fraction is exact, down to a microsecond.
fn parse_number(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let whole = all_digits(whole, 1..=19)?;
    let unit_ns: i128 = match whole {
        0..100_000_000_000 => 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        _ => 1,
    };
    let nanos = i128::from(whole) * unit_ns + i128::from(fraction_nanos(fraction)?) * unit_ns / 1_000_000_000;
    i64::try_from(if negative { -nanos } else { nanos }.div_euclid(1_000)).ok()
}

/// `2026-03-01T12:34:56.789+01:00`, with a space for the `T`, without offset, seconds or time.
fn parse_date_time(text: &str) -> Option<i64> {
    let mut rest = Scanner(text);
    let days = rest.date()?;
    if rest.0.is_empty() {
        return Some(days * 86_400 * SECOND_US);
    }
    rest.one_of("Tt ")?;
    let time_us = rest.time_us()?;
    let offset_us = rest.offset_minutes()? * 60 * SECOND_US;
    rest.0.is_empty().then_some(days * 86_400 * SECOND_US + time_us - offset_us)
}

/// What is left of the text.
struct Scanner<'a>(&'a str);

impl Scanner<'_> {
    /// Days since 1970-01-01 of `2026-03-01`.
    fn date(&mut self) -> Option<i64> {
        let year = self.digits(4)?;
        self.one_of("-")?;
        let month = self.digits(2).filter(|month| (1..=12).contains(month))?;
        self.one_of("-")?;
        let day = self.digits(2).filter(|day| (1..=days_in_month(year, month)).contains(day))?;
        Some(days_since_1970(year, month, day))
    }

    /// `12:34`, `12:34:56` or `12:34:56.789`. Second 60 is a leap second and counts as the next minute's first.
    fn time_us(&mut self) -> Option<i64> {
        let hour = self.digits(2).filter(|hour| *hour < 24)?;
        self.one_of(":")?;
        let minute = self.digits(2).filter(|minute| *minute < 60)?;
        let mut second_us = 0;
        if self.one_of(":").is_some() {
            second_us = self.digits(2).filter(|second| *second <= 60)? * SECOND_US + self.fraction_us()?;
        }
        Some((hour * 60 + minute) * 60 * SECOND_US + second_us)
    }

    fn fraction_us(&mut self) -> Option<i64> {
        if self.one_of(".,").is_none() {
            return Some(0);
        }
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (fraction, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(fraction_nanos(fraction)? / 1_000)
    }

    /// `Z`, `+01:00`, `+0100`, `+01`, or nothing, which is UTC.
    fn offset_minutes(&mut self) -> Option<i64> {
        if self.0.is_empty() || self.one_of("Zz").is_some() {
            return Some(0);
        }
        let sign = if self.one_of("+-")? == '-' { -1 } else { 1 };
        let hours = self.digits(2).filter(|hours| *hours < 24)?;
        let minutes = if self.0.is_empty() {
            0
        } else {
            let _ = self.one_of(":");
            self.digits(2).filter(|minutes| *minutes < 60)?
        };
        Some(sign * (hours * 60 + minutes))
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = all_digits(digits, count..=count)?;
        self.0 = rest;
        Some(number as i64)
    }

    fn one_of(&mut self, accepted: &str) -> Option<char> {
        let first = self.0.chars().next().filter(|c| accepted.contains(*c))?;
        self.0 = &self.0[first.len_utf8()..];
        Some(first)
    }
}

/// Unlike `str::parse`, takes no sign.
fn all_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u64> {
    let digits = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// The billionths that the digits after a decimal point stand for; finer ones are cut off.
fn fraction_nanos(digits: &str) -> Option<i64> {
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    all.then(|| padded.fold(0, |nanos, digit| nanos * 10 + i64::from(digit - b'0')))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// In the proleptic Gregorian calendar. Counting years from March puts the leap day last, so that the days before a
/// month follow from a straight line.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-01 12:34:56 UTC.
    const NOON_ISH: i64 = 1_772_368_496;

    fn parsed(text: &str) -> i64 {
        parse_timestamp_us(text).unwrap_or_else(|| panic!("{text} is a timestamp"))
    }

    #[test]
    fn a_numbers_size_tells_its_unit() {
        for text in ["1772368496", "1772368496000", "1772368496000000", "1772368496000000000"] {
            assert_eq!(parsed(text), NOON_ISH * SECOND_US, "{text}");
        }
        assert_eq!(parsed("0"), 0);
        assert_eq!(parsed("-1"), -SECOND_US);
        assert_eq!(parsed("99999999999"), 99_999_999_999 * SECOND_US, "the last second");
        assert_eq!(parsed("100000000000"), 100_000_000 * SECOND_US, "the first millisecond");
        assert_eq!(parsed("1772368496000000999"), NOON_ISH * SECOND_US, "nanoseconds are cut off");
    }

    #[test]
    fn a_fraction_of_a_number_is_exact() {
        assert_eq!(parsed("1772368496.123456"), NOON_ISH * SECOND_US + 123_456);
        assert_eq!(parsed("1772368496.1"), NOON_ISH * SECOND_US + 100_000);
        assert_eq!(parsed("1772368496000.5"), NOON_ISH * SECOND_US + 500);
        assert_eq!(parsed("-0.25"), -250_000);
    }

    #[test]
    fn dates_are_read_as_rfc_3339_and_iso_8601_write_them() {
        for text in [
            "2026-03-01T12:34:56Z",
            "2026-03-01t12:34:56z",
            "2026-03-01 12:34:56",
            "2026-03-01T12:34:56.000",
            "2026-03-01T13:34:56+01:00",
            "2026-03-01T13:34:56+0100",
            "2026-03-01T13:34:56+01",
            "2026-03-01T08:04:56-04:30",
            "2026-03-02T00:04:56+11:30",
        ] {
            assert_eq!(parsed(text), NOON_ISH * SECOND_US, "{text}");
        }
        assert_eq!(parsed("2026-03-01T12:34"), (NOON_ISH - 56) * SECOND_US);
        assert_eq!(parsed("2026-03-01"), 1_772_323_200 * SECOND_US);
        assert_eq!(parsed("2026-03-01T12:34:56.1234567Z"), NOON_ISH * SECOND_US + 123_456);
        assert_eq!(parsed("2026-03-01T12:34:56,5Z"), NOON_ISH * SECOND_US + 500_000);
        assert_eq!(parsed("1969-12-31T23:59:59.5Z"), -500_000);
        assert_eq!(parsed("2016-12-31T23:59:60Z"), parsed("2017-01-01T00:00:00Z"));
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut expected = parsed("1800-01-01");
        for year in 1800..2200 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    assert_eq!(parsed(&format!("{year}-{month:02}-{day:02}")), expected);
                    expected += 86_400 * SECOND_US;
                }
            }
        }
        assert_eq!(parsed("1970-01-01"), 0);
        assert_eq!(parsed("2000-02-29"), 951_782_400 * SECOND_US);
    }

    #[test]
    fn what_is_not_a_point_in_time_is_refused() {
        for text in [
            "",
            " ",
            "-",
            ".",
            "1.",
            ".5",
            "+5",
            "1e9",
            "--1",
            "1 ",
            "0x10",
            "12,5",
            "99999999999999999999",
            "yesterday",
            "2026-13-01",
            "2026-00-01",
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-03-00",
            "26-03-01",
            "2026-3-1",
            "2026-03-01T",
            "2026-03-01T24:00:00Z",
            "2026-03-01T12:60:00Z",
            "2026-03-01T12:34:61Z",
            "2026-03-01T12:34:56.Z",
            "2026-03-01T12:34:56+",
            "2026-03-01T12:34:56+1",
            "2026-03-01T12:34:56+24:00",
            "2026-03-01T12:34:56+01:60",
            "2026-03-01T12:34:56+01:",
            "2026-03-01T12:34:56Zulu",
            "2026-03-01X12:34:56",
            "2026-03-01Z",
            "２026-03-01",
            "1.1234567890x",
        ] {
            assert_eq!(parse_timestamp_us(text), None, "{text:?}");
        }
    }
}
