//! How a record is named: `4120`, `@`, `@-3`, `link:9f3ac1`, or a time.

use crate::error::Error;
use std::fmt;
use std::str::FromStr;
use weft_projections::{Seq, Time};
use weft_runtime::api::json::time::{parse_moment, rfc3339};

/// The fewest hex digits of a link that may stand for all 64.
const LINK_DIGITS_MIN: usize = 6;

/// The hex digits of a whole link.
const LINK_DIGITS_MAX: usize = 64;

/// A record as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordRef {
    /// By its position.
    Seq(Seq),
    /// So many before the last one: `@` and `@-3`.
    Back(u64),
    /// By the first hex digits of its link, lower case.
    Link(String),
    /// The last one at or before a moment, in milliseconds since 1970.
    Time(u64),
}

impl FromStr for RecordRef {
    type Err = String;

    fn from_str(text: &str) -> Result<RecordRef, String> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let seq =
                text.parse().map_err(|_| format!("no log reaches record {}", excerpt(text)))?;
            return Ok(RecordRef::Seq(Seq(seq)));
        }
        if let Some(back) = text.strip_prefix('@') {
            return parse_back(back).ok_or_else(|| format!("{:?} is not @ or @-N", excerpt(text)));
        }
        match text.strip_prefix("link:") {
            Some(digits) => parse_link(digits),
            None => parse_moment(text).map(RecordRef::Time).map_err(|_| unknown(text)),
        }
    }
}

fn parse_back(text: &str) -> Option<RecordRef> {
    if text.is_empty() {
        return Some(RecordRef::Back(0));
    }
    let digits = text.strip_prefix('-')?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain).map(RecordRef::Back)
}

fn parse_link(digits: &str) -> Result<RecordRef, String> {
    let fits = (LINK_DIGITS_MIN..=LINK_DIGITS_MAX).contains(&digits.len());
    if !fits || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!(
            "a link is named by {LINK_DIGITS_MIN} to {LINK_DIGITS_MAX} hex digits after `link:`"
        ));
    }
    Ok(RecordRef::Link(digits.to_ascii_lowercase()))
}

fn unknown(text: &str) -> String {
    let text = excerpt(text);
    format!(
        "{text:?} names no record: use a number, @, @-3, link:9f3ac1 or a time such as 2026-01-31T12:00:00Z"
    )
}

fn excerpt(text: &str) -> String {
    const EXCERPT_CHARS_MAX: usize = 80;
    text.chars().take(EXCERPT_CHARS_MAX).collect()
}

impl fmt::Display for RecordRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordRef::Seq(seq) => write!(out, "record {seq}"),
            RecordRef::Back(0) => out.write_str("record @"),
            RecordRef::Back(back) => write!(out, "record @-{back}"),
            RecordRef::Link(digits) => write!(out, "record link:{digits}"),
            RecordRef::Time(unix_ms) => {
                write!(out, "record at or before {}", rfc3339(Time::from_unix_ms(*unix_ms)))
            }
        }
    }
}

impl RecordRef {
    /// The position of the record among 0..=`head`; `at` is the record of `--at`, for messages.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Ambiguous`], or what reading the log said.
    pub(crate) fn resolve(
        &self,
        records: &mut impl Records,
        head: Seq,
        at: Option<Seq>,
    ) -> Result<Seq, Error> {
        let found = match self {
            RecordRef::Seq(seq) => Some(*seq).filter(|seq| *seq <= head),
            RecordRef::Back(back) => head.0.checked_sub(*back).map(Seq),
            RecordRef::Link(digits) => self.find_link(records, head, digits)?,
            RecordRef::Time(unix_ms) => find_time(records, head, *unix_ms)?,
        };
        found.ok_or_else(|| Error::NotFound { what: self.to_string(), look: "weft log", at })
    }

    fn find_link(
        &self,
        records: &mut impl Records,
        head: Seq,
        digits: &str,
    ) -> Result<Option<Seq>, Error> {
        let mut found = None;
        for (link, seq) in records.links(head).zip(0..) {
            if !link?.starts_with(digits) {
                continue;
            }
            if let Some(first) = found {
                let second = Seq(seq);
                return Err(Error::Ambiguous { given: self.to_string(), first, second });
            }
            found = Some(Seq(seq));
        }
        Ok(found)
    }
}

/// What resolving asks of a log: the link and the time of a record that is there.
pub(crate) trait Records {
    /// The links of records 0, 1, and so on, in hex.
    fn links(&mut self, head: Seq) -> impl Iterator<Item = Result<String, Error>>;

    /// When a record was made, in milliseconds since 1970; `None` where there is no record.
    ///
    /// # Errors
    /// What reading the log said.
    fn unix_ms(&mut self, seq: Seq) -> Result<Option<u64>, Error>;
}

/// Times only grow, so halving the log finds the place.
fn find_time(records: &mut impl Records, head: Seq, unix_ms: u64) -> Result<Option<Seq>, Error> {
    let (mut after, mut before) = (0, head.0.saturating_add(1));
    while after < before {
        let middle = after + (before - after) / 2;
        match records.unix_ms(Seq(middle))? {
            Some(made) if made <= unix_ms => after = middle + 1,
            Some(_) | None => before = middle,
        }
    }
    Ok(after.checked_sub(1).map(Seq))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records with the given links and times.
    struct Listed([(&'static str, u64); 4]);

    impl Records for Listed {
        fn links(&mut self, head: Seq) -> impl Iterator<Item = Result<String, Error>> {
            self.0.iter().zip(0..=head.0).map(|((link, _), _)| Ok((*link).to_owned()))
        }

        fn unix_ms(&mut self, seq: Seq) -> Result<Option<u64>, Error> {
            Ok(self
                .0
                .iter()
                .zip(0..)
                .find(|(_, at)| *at == seq.0)
                .map(|((_, unix_ms), _)| *unix_ms))
        }
    }

    fn check(reference: &str, expected: Result<u64, &str>) {
        let mut records =
            Listed([("aaaaaa0", 10), ("bbbbbb0", 20), ("aaaaaa1", 20), ("cccccc0", 40)]);
        let found = reference.parse::<RecordRef>().unwrap().resolve(&mut records, Seq(3), None);
        let found = match found {
            Ok(seq) => Ok(seq.0),
            Err(Error::NotFound { .. }) => Err("none"),
            Err(Error::Ambiguous { first, second, .. }) => {
                assert_eq!((first, second), (Seq(0), Seq(2)));
                Err("several")
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!(found, expected, "{reference}");
    }

    #[test]
    fn digits_are_always_a_position() {
        check("0", Ok(0));
        check("3", Ok(3));
        check("003", Ok(3));
        check("4", Err("none"));
        check("18446744073709551615", Err("none"));
    }

    #[test]
    fn at_counts_back_from_the_last_record() {
        check("@", Ok(3));
        check("@-0", Ok(3));
        check("@-3", Ok(0));
        check("@-4", Err("none"));
    }

    #[test]
    fn a_link_needs_one_match() {
        check("link:bbbbbb", Ok(1));
        check("link:CCCCCC0", Ok(3));
        check("link:aaaaaa", Err("several"));
        check("link:aaaaaa1", Ok(2));
        check("link:dddddd", Err("none"));
    }

    #[test]
    fn a_time_names_the_last_record_at_or_before_it() {
        check("1970-01-01T00:00:00.009Z", Err("none"));
        check("1970-01-01T00:00:00.010Z", Ok(0));
        check("1970-01-01T00:00:00.020Z", Ok(2));
        check("1970-01-01T00:00:00.039999Z", Ok(2));
        check("2026-01-01T00:00:00+01:00", Ok(3));
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        let long = "9".repeat(1 << 20);
        for text in [
            "",
            "-1",
            "+1",
            "@+1",
            "@-",
            "@--1",
            "@3",
            "link:",
            "link:abcde",
            "link:xyzxyz",
            "now",
            "1.0",
            &long,
        ] {
            let reason = text.parse::<RecordRef>().unwrap_err();
            assert!((10..=300).contains(&reason.len()), "{reason}");
        }
    }
}
