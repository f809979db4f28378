//! How a command names a process.

use core::{fmt, str::FromStr};

use minicbor::{Decode, Encode};
use weft_projections::{Name, Pid};

/// A process, by number or by the name it goes by now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(flat)]
pub enum Target {
    /// The process with this number.
    #[n(0)]
    Pid(#[n(0)] Pid),
    /// The live process with this name.
    #[n(1)]
    Name(#[n(0)] Name),
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Pid(pid) => pid.fmt(out),
            Target::Name(name) => name.fmt(out),
        }
    }
}

impl FromStr for Target {
    type Err = weft_projections::Error;

    /// All digits are a pid, everything else is a name; no name is all digits.
    fn from_str(text: &str) -> Result<Target, weft_projections::Error> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Target::Pid(text.parse()?));
        }
        Ok(Target::Name(text.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_a_pid_and_all_else_a_name() {
        for text in ["7", "a", "7a", "a-7"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        let number = matches_pid("7");
        assert_eq!((number, matches_pid("7a")), (true, false));
        for text in ["", "0", "A", "a b", "72057594037927936"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }

    fn matches_pid(text: &str) -> bool {
        match text.parse().unwrap() {
            Target::Pid(_) => true,
            Target::Name(_) => false,
        }
    }
}
