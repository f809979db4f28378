//! Times as people and machines write them: RFC 3339 in UTC.

use jiff::Timestamp;
use weft_projections::Time;

/// A record's time, with milliseconds and Z. Times beyond the year 9999, which RFC 3339 cannot
/// write, become the last one it can.
pub fn rfc3339(time: Time) -> String {
    let unix_ms = i64::try_from(time.unix_ms()).unwrap_or(i64::MAX);
    let timestamp = Timestamp::from_millisecond(unix_ms).unwrap_or(Timestamp::MAX);
    format!("{timestamp:.3}")
}

/// A moment of RFC 3339, in whole milliseconds since 1970; one before 1970 is 0.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_moment(text: &str) -> Result<u64, String> {
    let timestamp: Timestamp = text.parse().map_err(|_| {
        let text: String = text.chars().take(TEXT_CHARS_SHOWN).collect();
        format!("{text:?} is no RFC 3339 time such as 2026-01-31T12:00:00Z")
    })?;
    Ok(u64::try_from(timestamp.as_millisecond()).unwrap_or(0))
}

/// Characters of a text that an error repeats.
const TEXT_CHARS_SHOWN: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_milliseconds_and_z_and_read_back() {
        for (unix_ms, text) in
            [(0, "1970-01-01T00:00:00.000Z"), (1_767_225_600_007, "2026-01-01T00:00:00.007Z")]
        {
            assert_eq!(rfc3339(Time::from_unix_ms(unix_ms)), text);
            assert_eq!(parse_moment(text), Ok(unix_ms));
        }
    }

    #[test]
    fn a_time_that_rfc_3339_cannot_write_is_its_last_one() {
        assert_eq!(rfc3339(Time(u64::MAX)), "9999-12-30T22:00:00.999Z");
    }
}
