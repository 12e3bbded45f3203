//! Dates of records that came from a file. Ten lines instead of a library of dates: nothing else in the page has one.

const DAY_US: i64 = 86_400_000_000;

/// `2026-03-01 12:34:56.789`, UTC, from microseconds since 1970-01-01.
pub fn date_time(us: i64) -> String {
    let (year, month, day) = civil(us.div_euclid(DAY_US));
    let ms = us.rem_euclid(DAY_US) / 1_000;
    let (hour, minute, second, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{ms:03}")
}

/// Year, month and day of a day since 1970-01-01 (Howard Hinnant's `civil_from_days`). Its year begins in March, so
/// that the leap day is the last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar_leap_years_and_all() {
        assert_eq!(date_time(0), "1970-01-01 00:00:00.000");
        assert_eq!(date_time(951_782_400_000_000), "2000-02-29 00:00:00.000");
        assert_eq!(date_time(1_772_368_496_789_000), "2026-03-01 12:34:56.789");
        assert_eq!(date_time(4_107_542_400_000_000), "2100-03-01 00:00:00.000", "no leap year");
        assert_eq!(date_time(-1), "1969-12-31 23:59:59.999");
    }
}
