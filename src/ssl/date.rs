//! Times of certificates: as they are written there, in seconds, and for a person.
//! Module Lwt_ssl.

#![forbid(unsafe_code)]

use super::der::{GENERALIZED_TIME, UTC_TIME};

const DAY: i64 = 24 * 60 * 60;

/// Days from 1970 to a day of the Gregorian calendar. The years are counted in
/// fours of a hundred, and begin in March, so that a leap day is the last of one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The time in an element of that tag, in seconds from 1970. None: it is none.
pub fn read(tag: u8, text: &[u8]) -> Option<i64> {
    let year_digits = match tag {
        UTC_TIME => 2,
        GENERALIZED_TIME => 4,
        _ => return None,
    };
    let digits = text.strip_suffix(b"Z")?;
    if digits.len() != year_digits + 10 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |part: &[u8]| {
        part.iter()
            .fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'))
    };
    let (year, rest) = digits.split_at(year_digits);
    let year = match (year_digits, number(year)) {
        (2, year @ 0..50) => year + 2000,
        (2, year) => year + 1900,
        (_, year) => year,
    };
    let mut parts = rest.chunks(2).map(number);
    let mut next = |most| parts.next().filter(|part| *part <= most);
    let (month, day) = (next(12)?, next(31)?);
    let (hour, minute, second) = (next(23)?, next(59)?, next(60)?);
    if month == 0 || day == 0 {
        return None;
    }
    Some(days(year, month, day) * DAY + hour * 3600 + minute * 60 + second)
}

/// The day, for a person: `2026-11-21`.
#[cfg(feature = "ssl")]
pub fn show(seconds: i64) -> String {
    let day = seconds.div_euclid(DAY) + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(all(test, feature = "ssl"))]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_a_time_are_read() {
        assert_eq!(read(UTC_TIME, b"700101000000Z"), Some(0));
        assert_eq!(read(UTC_TIME, b"491231235959Z"), Some(2_524_607_999));
        assert_eq!(
            read(GENERALIZED_TIME, b"20240229120000Z"),
            Some(1_709_208_000)
        );
        assert_eq!(
            read(GENERALIZED_TIME, b"99991231235959Z"),
            Some(253_402_300_799)
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for bad in [
            &b"700101000000"[..],
            b"7001010000Z",
            b"70x101000000Z",
            b"701301000000Z",
            b"700001000000Z",
            b"700100000000Z",
            b"700101240000Z",
            b"Z",
            b"",
        ] {
            assert_eq!(read(UTC_TIME, bad), None, "{bad:?}");
        }
        assert_eq!(read(2, b"700101000000Z"), None);
    }

    #[test]
    fn a_day_is_shown_as_it_was_read() {
        for (text, shown) in [
            (&b"19700101000000Z"[..], "1970-01-01"),
            (b"20000229235959Z", "2000-02-29"),
            (b"21000301000000Z", "2100-03-01"),
            (b"20261231235959Z", "2026-12-31"),
        ] {
            assert_eq!(show(read(GENERALIZED_TIME, text).unwrap()), shown);
        }
    }
}
