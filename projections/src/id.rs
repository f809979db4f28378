//! Positions, times and ids.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::fmt;
use std::str::FromStr;

use crate::{Digest, Error};

/// The largest id of an actor: ids take the lower 56 bits of an actor number.
pub const ACTOR_ID_MAX: u64 = (1 << 56) - 1;

/// Position of a record in the log, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Seq(#[n(0)] pub u64);

impl Seq {
    /// The position after this one; stays at the end of the range.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Time of a record on the hybrid clock: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Time(#[n(0)] pub u64);

impl Time {
    /// The time at which a millisecond begins; milliseconds beyond 48 bits are cut off at the largest.
    #[must_use]
    pub const fn from_unix_ms(unix_ms: u64) -> Self {
        const UNIX_MS_MAX: u64 = (1 << 48) - 1;
        let unix_ms = if unix_ms > UNIX_MS_MAX { UNIX_MS_MAX } else { unix_ms };
        Self(unix_ms << 16)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_ms(self) -> u64 {
        self.0 >> 16
    }

    /// Whole minutes since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_minute(self) -> u64 {
        self.unix_ms() / 60_000
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A whole number in a range that starts at 1, as a type of its own.
macro_rules! counted_id {
    ($(#[$doc:meta])* $name:ident($inner:ident), $word:literal, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// The first one.
            pub const FIRST: Self = Self(1);

            #[doc = concat!("The ", $word, " of that number; `None` outside the range.")]
            #[must_use]
            pub const fn new(id: $inner) -> Option<Self> {
                if id >= 1 && id <= $max { Some(Self(id)) } else { None }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }

            /// The next one; `None` at the end of the range.
            #[must_use]
            pub const fn next(self) -> Option<Self> {
                match self.0.checked_add(1) {
                    Some(id) => Self::new(id),
                    None => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                decimal(text).and_then(|id| $inner::try_from(id).ok()).and_then(Self::new)
                    .ok_or_else(|| Error::BadId { what: $word, text: excerpt(text) })
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
                self.0.encode(e, ctx)
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
                Self::new($inner::decode(d, ctx)?).ok_or_else(|| decode::Error::message(concat!($word, " out of range")))
            }
        }
    };
}

counted_id! {
    /// Id of a process, 1 to [`ACTOR_ID_MAX`]; never reused within a log.
    Pid(u64), "pid", ACTOR_ID_MAX
}
counted_id! {
    /// Number of the run of a process, from 1; a restart raises it.
    Generation(u32), "generation", u32::MAX
}
counted_id! {
    /// Id of an operator, 1 to [`ACTOR_ID_MAX`].
    OperatorId(u64), "operator", ACTOR_ID_MAX
}
counted_id! {
    /// Id of a node, 1 to [`ACTOR_ID_MAX`].
    NodeId(u64), "node", ACTOR_ID_MAX
}

/// Id of a grant: the record that made it and its index among the grants of that record. Displayed as `12.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct GrantId {
    /// Record that made the grant.
    #[n(0)]
    pub seq: Seq,
    /// Index among the grants of that record.
    #[n(1)]
    pub index: u16,
}

impl GrantId {
    /// The grant of everything that genesis gives to the first operator.
    pub const ROOT: Self = Self { seq: Seq(0), index: 0 };
}

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq, self.index)
    }
}

impl FromStr for GrantId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parse = || {
            let (seq, index) = text.split_once('.')?;
            Some(Self { seq: Seq(decimal(seq)?), index: u16::try_from(decimal(index)?).ok()? })
        };
        parse().ok_or_else(|| Error::BadId { what: "grant", text: excerpt(text) })
    }
}

/// Reference to the payload of a record; the payload itself is never in State.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Payload {
    /// Record that carries the payload.
    #[n(0)]
    pub seq: Seq,
    /// The salted commitment to its content (FORMAT.md 1).
    #[n(1)]
    pub commit: Digest,
    /// Bytes of the payload.
    #[n(2)]
    pub len: u32,
}

/// Parses a decimal number as `Display` writes it: no sign, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// The start of a text for an error message, so that absurd input makes no absurd message.
pub(crate) fn excerpt(text: &str) -> String {
    const EXCERPT_CHARS_MAX: usize = 80;
    text.chars().take(EXCERPT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_to_their_range() {
        assert_eq!(Pid::new(0), None);
        assert_eq!(Pid::new(ACTOR_ID_MAX).map(Pid::next), Some(None));
        assert_eq!(Pid::new(ACTOR_ID_MAX + 1), None);
        assert_eq!(Generation::new(u32::MAX).map(Generation::next), Some(None));
    }

    #[test]
    fn parsing_takes_what_display_writes_and_nothing_else() {
        assert_eq!("12.3".parse::<GrantId>().unwrap().to_string(), "12.3");
        for text in ["", "0", "01", "+1", "-1", "1.0", " 1", "72057594037927936"] {
            assert!(text.parse::<Pid>().is_err(), "{text}");
        }
        for text in ["", ".", "1", "1.", "1.65536", "1.0.0", "01.0"] {
            assert!(text.parse::<GrantId>().is_err(), "{text}");
        }
    }

    #[test]
    fn time_splits_into_milliseconds_and_counter() {
        let time = Time(Time::from_unix_ms(61_234).0 + 7);
        assert_eq!((time.unix_ms(), time.unix_minute()), (61_234, 1));
        assert_eq!(Time::from_unix_ms(u64::MAX).unix_ms(), (1 << 48) - 1);
    }
}
