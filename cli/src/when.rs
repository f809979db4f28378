//! Moments and lengths of time, as people write them.

use std::time::Duration;
use weft_runtime::api::json::time::parse_moment;

/// Milliseconds in the units that a length of time may have.
const UNITS_MS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// A length of time such as `90s`, `10m`, `1h` or `7d`, in milliseconds.
pub(crate) fn parse_length(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit_ms = UNITS_MS.iter().find(|(name, _)| *name == unit).map(|(_, ms)| *ms);
    let length =
        number.parse::<u64>().ok().zip(unit_ms).and_then(|(number, ms)| number.checked_mul(ms));
    length.ok_or_else(|| format!("{text:?} is no length of time such as 90s, 10m, 1h or 7d"))
}

/// Seconds such as `10` or `0.5`, or a length of time such as `500ms`.
pub(crate) fn parse_seconds(text: &str) -> Result<Duration, String> {
    if let Ok(ms) = parse_length(text) {
        return Ok(Duration::from_millis(ms));
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = text.parse::<f64>().ok().filter(|_| plain);
    let length = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    length.ok_or_else(|| {
        let text: String = text.chars().take(TEXT_CHARS_SHOWN).collect();
        format!("{text:?} is no number of seconds such as 10 or 0.5")
    })
}

/// Characters of a text that an error repeats.
const TEXT_CHARS_SHOWN: usize = 80;

/// A moment, or how far it lies from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Milliseconds since 1970.
    At(u64),
    /// So many milliseconds away from now.
    Away(u64),
}

impl Moment {
    /// When something ends: RFC 3339, or `+1h` from now.
    pub(crate) fn parse_expiry(text: &str) -> Result<Moment, String> {
        match text.strip_prefix('+') {
            Some(length) => parse_length(length).map(Moment::Away),
            None => parse_moment(text).map(Moment::At),
        }
    }

    /// When something began: RFC 3339, or `1h` ago.
    pub(crate) fn parse_past(text: &str) -> Result<Moment, String> {
        parse_length(text).map(Moment::Away).or_else(|_| parse_moment(text).map(Moment::At))
    }

    /// The moment as milliseconds since 1970, counted forwards from `now_ms`.
    pub(crate) fn after(self, now_ms: u64) -> u64 {
        match self {
            Moment::At(ms) => ms,
            Moment::Away(ms) => now_ms.saturating_add(ms),
        }
    }

    /// The moment as milliseconds since 1970, counted backwards from `now_ms`.
    pub(crate) fn before(self, now_ms: u64) -> u64 {
        match self {
            Moment::At(ms) => ms,
            Moment::Away(ms) => now_ms.saturating_sub(ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_need_a_zone() {
        assert_eq!(parse_moment("1969-12-31T00:00:00Z"), Ok(0));
        assert_eq!(parse_moment("1970-01-01T02:00:00+02:00"), Ok(0));
        for text in
            ["", "now", "2026-01-01", "2026-01-01T00:00:00", "99999999999999999999-01-01T00:00:00Z"]
        {
            assert!(parse_moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_are_a_number_and_a_unit() {
        for (text, ms) in
            [("5ms", 5), ("90s", 90_000), ("10m", 600_000), ("1h", 3_600_000), ("7d", 604_800_000)]
        {
            assert_eq!(parse_length(text), Ok(ms));
        }
        for text in [
            "",
            "5",
            "h",
            "-1h",
            "1.5h",
            "1 h",
            "1w",
            "99999999999999999999h",
            "9999999999999999999d",
        ] {
            assert!(parse_length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_are_plain_numbers_or_lengths() {
        for (text, ms) in [("0", 0), ("10", 10_000), ("0.5", 500), ("2m", 120_000), ("5ms", 5)] {
            assert_eq!(parse_seconds(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "-1", "1e3", "inf", "nan", ".", "1 s", &"9".repeat(400)] {
            assert!(parse_seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_count_from_now() {
        assert_eq!(Moment::parse_expiry("+1h").map(|moment| moment.after(1_000)), Ok(3_601_000));
        assert_eq!(Moment::parse_past("1s").map(|moment| moment.before(1_500)), Ok(500));
        assert_eq!(Moment::parse_past("1h").map(|moment| moment.before(1_500)), Ok(0));
        assert!(Moment::parse_expiry("1h").is_err());
    }
}
