//! How far an action reaches, in five dimensions of thousandths.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::fmt;
use std::str::FromStr;

use crate::id::excerpt;
use crate::{Error, Verdict};

/// The largest value of a dimension of an effect, in thousandths.
pub const EFFECT_MAX: u16 = 1_000;
/// A level that no effect reaches.
pub const LEVEL_NEVER: u16 = EFFECT_MAX + 1;
/// How many dimensions there are.
pub const DIMENSIONS: usize = 5;

/// A dimension of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Dimension {
    /// How bad it is if it goes wrong.
    #[n(0)]
    Risk,
    /// How unevenly it treats those concerned.
    #[n(1)]
    Fairness,
    /// How much it shows of what is private.
    #[n(2)]
    Privacy,
    /// How little is known about it.
    #[n(3)]
    Novelty,
    /// How much it weakens the defence.
    #[n(4)]
    Security,
}

impl Dimension {
    /// Every dimension, in the order in which they are stored.
    pub const ALL: [Self; DIMENSIONS] =
        [Self::Risk, Self::Fairness, Self::Privacy, Self::Novelty, Self::Security];

    /// The name, lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Fairness => "fairness",
            Self::Privacy => "privacy",
            Self::Novelty => "novelty",
            Self::Security => "security",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dimension {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|dimension| dimension.name() == text);
        found.ok_or_else(|| Error::BadId { what: "dimension", text: excerpt(text) })
    }
}

/// Five values, one per dimension, each from 0 to a maximum; stored as an array in the order of [`Dimension::ALL`].
macro_rules! five {
    ($(#[$doc:meta])* $name:ident, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            risk: u16,
            fairness: u16,
            privacy: u16,
            novelty: u16,
            security: u16,
        }

        impl $name {
            /// The largest value of a dimension.
            pub const MAX: u16 = $max;

            /// The same value in every dimension; values above the maximum become the maximum.
            #[must_use]
            pub const fn uniform(value: u16) -> Self {
                let value = if value > $max { $max } else { value };
                Self { risk: value, fairness: value, privacy: value, novelty: value, security: value }
            }

            /// The value in a dimension.
            #[must_use]
            pub const fn get(self, dimension: Dimension) -> u16 {
                match dimension {
                    Dimension::Risk => self.risk,
                    Dimension::Fairness => self.fairness,
                    Dimension::Privacy => self.privacy,
                    Dimension::Novelty => self.novelty,
                    Dimension::Security => self.security,
                }
            }

            /// The same, but for one dimension.
            ///
            /// # Errors
            ///
            /// `Error::EffectOutOfRange` for a value above the maximum.
            pub const fn with(mut self, dimension: Dimension, value: u16) -> Result<Self, Error> {
                if value > $max {
                    return Err(Error::EffectOutOfRange { value, max: $max });
                }
                match dimension {
                    Dimension::Risk => self.risk = value,
                    Dimension::Fairness => self.fairness = value,
                    Dimension::Privacy => self.privacy = value,
                    Dimension::Novelty => self.novelty = value,
                    Dimension::Security => self.security = value,
                }
                Ok(self)
            }

            /// The values in the order of [`Dimension::ALL`].
            #[must_use]
            pub const fn to_array(self) -> [u16; DIMENSIONS] {
                [self.risk, self.fairness, self.privacy, self.novelty, self.security]
            }
        }

        impl TryFrom<[u16; DIMENSIONS]> for $name {
            type Error = Error;

            fn try_from(values: [u16; DIMENSIONS]) -> Result<Self, Error> {
                if let Some(value) = values.into_iter().find(|value| *value > $max) {
                    return Err(Error::EffectOutOfRange { value, max: $max });
                }
                let [risk, fairness, privacy, novelty, security] = values;
                Ok(Self { risk, fairness, privacy, novelty, security })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Self { risk, fairness, privacy, novelty, security } = self;
                write!(f, "risk={risk} fairness={fairness} privacy={privacy} novelty={novelty} security={security}")
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
                self.to_array().encode(e, ctx)
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
                let values = <[u16; DIMENSIONS]>::decode(d, ctx)?;
                Self::try_from(values).map_err(decode::Error::message)
            }
        }
    };
}

five! {
    /// How far an action reaches: 0 to 1,000 thousandths in each dimension.
    Effect, EFFECT_MAX
}
five! {
    /// The values from which on a verdict is due: 0 to 1,000 thousandths in each dimension, or 1,001 for never.
    Levels, LEVEL_NEVER
}

impl Effect {
    /// No effect at all.
    pub const ZERO: Self = Self::uniform(0);

    /// The larger value in each dimension: a caller may raise an effect, never lower it.
    #[must_use]
    pub fn raise(self, other: Self) -> Self {
        Self {
            risk: self.risk.max(other.risk),
            fairness: self.fairness.max(other.fairness),
            privacy: self.privacy.max(other.privacy),
            novelty: self.novelty.max(other.novelty),
            security: self.security.max(other.security),
        }
    }
}

impl Default for Effect {
    fn default() -> Self {
        Self::ZERO
    }
}

/// The levels from which on an effect warns, defers and denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Thresholds {
    /// From here on the gate warns.
    #[n(0)]
    pub warn: Levels,
    /// From here on the gate defers.
    #[n(1)]
    pub defer: Levels,
    /// From here on the gate denies.
    #[n(2)]
    pub deny: Levels,
}

impl Thresholds {
    /// Thresholds that everything reaches: what is in force without a law.
    pub const DENY_ALL: Self =
        Self { warn: Levels::uniform(0), defer: Levels::uniform(0), deny: Levels::uniform(0) };

    /// The strictest verdict whose level the effect reaches in a dimension, with that level; `None` below all of them.
    #[must_use]
    pub fn reached(&self, effect: Effect, dimension: Dimension) -> Option<(Verdict, u16)> {
        let strictest_first =
            [(Verdict::Deny, self.deny), (Verdict::Defer, self.defer), (Verdict::Warn, self.warn)];
        let levels = strictest_first.map(|(verdict, levels)| (verdict, levels.get(dimension)));
        levels.into_iter().find(|(_, level)| effect.get(dimension) >= *level)
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::DENY_ALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raise_takes_the_larger_value_in_each_dimension() {
        let low = Effect::try_from([1, 2, 3, 4, 5]).unwrap();
        let high = Effect::try_from([5, 4, 3, 2, 1]).unwrap();
        assert_eq!(low.raise(high).to_array(), [5, 4, 3, 4, 5]);
        assert_eq!(low.raise(Effect::ZERO), low);
    }

    #[test]
    fn values_above_the_maximum_are_refused() {
        assert_eq!(
            Effect::try_from([0, 0, 0, 0, 1_001]).unwrap_err().to_string(),
            "effect out of range: 1001 is more than 1000"
        );
        assert!(Levels::try_from([LEVEL_NEVER; 5]).is_ok());
        assert!(Effect::ZERO.with(Dimension::Risk, 1_001).is_err());
    }

    #[test]
    fn the_strictest_level_reached_counts_and_1001_is_never_reached() {
        let thresholds = Thresholds {
            warn: Levels::uniform(600),
            defer: Levels::uniform(800),
            deny: Levels::uniform(LEVEL_NEVER),
        };
        let check = |value, expected| {
            assert_eq!(thresholds.reached(Effect::uniform(value), Dimension::Risk), expected);
        };
        check(599, None);
        check(600, Some((Verdict::Warn, 600)));
        check(800, Some((Verdict::Defer, 800)));
        check(1_000, Some((Verdict::Defer, 800)));
    }
}
