//! Points in time as the tool takes them. Virtual time begins with 1970, so that `1970-01-01T00:00:12.400` is 12.4 s into
//! the run; what a file's record has as its own date is later.

use crate::session::import::parse_timestamp_us;

/// `--to-datetime` (`Utils#getDateTime`): `yyyy-MM-ddTHH:mm:ss.SSS`, milliseconds included, in UTC unless a zone follows:
/// `Z`, `+01`, `+0100` or `+01:00`. In microseconds since 1970.
pub fn date_time(text: &str) -> Result<i64, String> {
    let unparsable = || format!("java.text.ParseException: Unparseable date: \"{text}\"");
    let Some((_, time)) = text.split_once('T') else {
        let message = "Error parsing timestamp. It does not contain a 'T' according to ISO8601 format";
        return Err(format!("java.text.ParseException: {message}"));
    };
    let zone = time.find(['+', '-', 'Z']).unwrap_or(time.len());
    let has_shape = |text: &str, shape: &str| {
        let is_like = |(c, like): (char, char)| if like == '0' { c.is_ascii_digit() } else { c == like };
        text.chars().count() == shape.len() && text.chars().zip(shape.chars()).all(is_like)
    };
    let (clock, zone) = time.split_at(zone);
    let date = &text[..text.len() - time.len() - 1];
    if !has_shape(date, "0000-00-00") || !has_shape(clock, "00:00:00.000") {
        return Err(unparsable());
    }
    let digits = zone.trim_start_matches(['+', '-']);
    let zone = match zone.chars().next() {
        None | Some('Z') if zone.len() <= 1 => "Z".to_owned(),
        Some(sign) if has_shape(digits, "00") => format!("{sign}{digits}:00"),
        Some(sign) if has_shape(digits, "0000") => format!("{sign}{}:{}", &digits[..2], &digits[2..]),
        Some(sign) if has_shape(digits, "00:00") => format!("{sign}{digits}"),
        _ => return Err(unparsable()),
    };
    parse_timestamp_us(&format!("{date}T{clock}{zone}")).ok_or_else(unparsable)
}

/// `--by-duration` (`Duration#parse`): `PnDTnHnMn.nS`, any of them, each or all of them negative. In microseconds.
pub fn duration(text: &str) -> Result<i64, String> {
    let unparsable = || "java.time.format.DateTimeParseException: Text cannot be parsed to a Duration".to_owned();
    read_duration(text).ok_or_else(unparsable)
}

fn read_duration(text: &str) -> Option<i64> {
    let text = text.to_ascii_uppercase();
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text.to_owned()),
        None => (1, text.strip_prefix('+').unwrap_or(&text).to_owned()),
    };
    let text = text.strip_prefix('P')?;
    let (days, time) = match text.split_once('T') {
        Some((days, time)) => (days, Some(time).filter(|time| !time.is_empty())?),
        None => (text, ""),
    };
    let (days, rest) = amount(days, 'D', 86_400)?;
    if !rest.is_empty() || text.is_empty() {
        return None;
    }
    let (hours, rest) = amount(time, 'H', 3_600)?;
    let (minutes, rest) = amount(rest, 'M', 60)?;
    let (seconds, rest) = amount(rest, 'S', 1)?;
    let sum = [hours, minutes, seconds].into_iter().try_fold(days, i64::checked_add)?;
    sum.checked_mul(sign).filter(|_| rest.is_empty())
}

/// A number before this letter, if there is one, in microseconds; and what follows. Only seconds have a fraction.
fn amount(text: &str, unit: char, seconds: i64) -> Option<(i64, &str)> {
    let Some((number, rest)) = text.split_once(unit) else { return Some((0, text)) };
    let (whole, fraction) = match number.split_once(['.', ',']) {
        Some((whole, fraction)) if unit == 'S' && fraction.len() <= 9 => (whole, fraction),
        Some(_) => return None,
        None => (number, ""),
    };
    let micros: i64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").get(..6)?.parse().ok()? };
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let whole: i64 = whole.parse().ok()?;
    Some((whole.checked_mul(seconds)?.checked_mul(1_000_000)?.checked_add(sign * micros)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_without_a_zone_is_utc_and_needs_its_milliseconds() {
        assert_eq!(date_time("1970-01-01T00:00:12.400"), Ok(12_400_000));
        assert_eq!(date_time("1970-01-01T00:00:12.400Z"), Ok(12_400_000));
        for zone in ["+01", "+0100", "+01:00"] {
            assert_eq!(date_time(&format!("1970-01-01T01:00:12.400{zone}")), Ok(12_400_000), "{zone}");
        }
        assert_eq!(date_time("1969-12-31T23:00:00.000-01:00"), Ok(0));
        for wrong in
            ["1970-01-01T00:00:12", "1970-1-01T00:00:12.400", "1970-13-01T00:00:00.000", "1970-01-01T00:00:00.000+1"]
        {
            assert_eq!(date_time(wrong), Err(format!("java.text.ParseException: Unparseable date: \"{wrong}\"")));
        }
        assert!(date_time("1970-01-01 00:00:00.000").unwrap_err().contains("does not contain a 'T'"));
    }

    #[test]
    fn a_duration_is_days_and_a_time() {
        assert_eq!(duration("PT0S"), Ok(0));
        assert_eq!(duration("PT15S"), Ok(15_000_000));
        assert_eq!(duration("PT0.050S"), Ok(50_000));
        assert_eq!(duration("P1DT2H3M4.5S"), Ok(93_784_500_000));
        assert_eq!(duration("pt-0.5s"), Ok(-500_000));
        assert_eq!(duration("-P1D"), Ok(-86_400_000_000));
        for wrong in ["", "P", "PT", "15S", "PT15", "P1H", "PT1.5M", "PTxS", "PT1S2M", "P1DT"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
