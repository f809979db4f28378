//! What the gate and the deciders are asked.

use core::{fmt, str::FromStr};

use weft_projections::{Actor, Digest, Effect, Seq};

use crate::{Command, Error};

/// A caller's idempotency key: any 16 bytes but zeros, unique per actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId([u8; 16]);

impl CommandId {
    /// Takes a key.
    ///
    /// # Errors
    /// [`Error::ZeroCommandId`] for 16 zero bytes.
    pub const fn new(bytes: [u8; 16]) -> Result<CommandId, Error> {
        if u128::from_be_bytes(bytes) == 0 {
            return Err(Error::ZeroCommandId);
        }
        Ok(CommandId(bytes))
    }

    /// The key's bytes, as the record header holds them.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl FromStr for CommandId {
    type Err = Error;

    /// Reads 32 hex digits of either case, with or without hyphens between bytes.
    fn from_str(text: &str) -> Result<CommandId, Error> {
        let digits: String = text.chars().filter(|letter| *letter != '-').collect();
        let plain = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u128::from_str_radix(&digits, 16) {
            Ok(number) if plain => CommandId::new(number.to_be_bytes()),
            Ok(_) | Err(_) => Err(Error::BadCommandId),
        }
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            if [4, 6, 8, 10].contains(&position) {
                out.write_str("-")?;
            }
            write!(out, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// What the law may know about a payload: that it is there, its commitment and its size. Never its
/// bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayloadInfo {
    /// The payload's commitment, as the record core holds it.
    pub commit: Digest,
    /// Its length in bytes, at least 1.
    pub len: u32,
}

/// One command on its way to the gate: who asks for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Who asks, established by the channel the request came over.
    pub actor: Actor,
    /// The caller's idempotency key.
    pub command_id: CommandId,
    /// The record that led to this command.
    pub cause: Option<Seq>,
    /// What is asked for.
    pub command: Command,
    /// What the caller says the effect is at least. It raises the law's figures and never lowers them.
    pub effect_raise: Option<Effect>,
    /// The payload that comes with the command.
    pub payload: Option<PayloadInfo>,
    /// Bytes of the blob that comes with the command, in place of a payload.
    pub blob_len: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_id_is_a_uuid_that_is_not_zero() {
        let text = "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5";
        let id: CommandId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(text.replace('-', "").to_uppercase().parse::<CommandId>().unwrap(), id);
        assert!("00000000-0000-0000-0000-000000000000".parse::<CommandId>().is_err());
        assert!(CommandId::new([0; 16]).is_err());
        for text in ["", "7", "+192f0c12b3a7c4d8e5f60718293a4b5", &"0".repeat(33), "é"] {
            assert!(text.parse::<CommandId>().is_err(), "{text}");
        }
    }
}
