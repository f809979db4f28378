//! The arguments of a command.

use weft_projections::Kind;

use crate::{
    Command, Error,
    limits::{ARGUMENTS_BYTES_MAX, GENESIS_ARGUMENTS_BYTES_MAX},
};

impl Command {
    /// Reads the arguments of a command of this kind.
    ///
    /// # Errors
    /// [`Error::UnknownKind`] when no command has this kind, [`Error::TooLong`] beyond the limit,
    /// [`Error::Malformed`] and [`Error::NotCanonical`] when [`Command::encode_arguments`] of this
    /// version never writes these bytes.
    pub fn decode_arguments(kind: Kind, bytes: &[u8]) -> Result<Command, Error> {
        check_len(kind, bytes)?;
        let command = Command::decode_loosely(kind, bytes)?;
        if command.encode_arguments() != bytes {
            return Err(Error::NotCanonical { what: "arguments" });
        }
        Ok(command)
    }

    /// The arguments as one canonical CBOR map, if a record can hold them.
    ///
    /// # Errors
    /// [`Error::TooLong`] beyond [`ARGUMENTS_BYTES_MAX`] ([`GENESIS_ARGUMENTS_BYTES_MAX`] for
    /// `log.genesis`).
    pub fn encode_arguments_checked(&self) -> Result<Vec<u8>, Error> {
        let bytes = self.encode_arguments();
        check_len(self.kind(), &bytes)?;
        Ok(bytes)
    }
}

fn check_len(kind: Kind, bytes: &[u8]) -> Result<(), Error> {
    let len_max =
        if kind == Kind::LOG_GENESIS { GENESIS_ARGUMENTS_BYTES_MAX } else { ARGUMENTS_BYTES_MAX };
    let (len, len_max) = (bytes.len() as u64, u64::from(len_max));
    if len > len_max {
        return Err(Error::TooLong { kind, len, len_max });
    }
    Ok(())
}
