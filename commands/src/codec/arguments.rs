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
        if !command.encodes_to(bytes) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{put, samples, send, unrecognised};
    use proptest::prelude::*;

    #[test]
    fn every_command_reads_back() {
        for command in samples() {
            let bytes = command.encode_arguments();
            assert_eq!(Command::decode_arguments(command.kind(), &bytes).unwrap(), command);
        }
    }

    #[test]
    fn other_forms_of_the_same_value_are_refused() {
        let refused = |kind, hex: &str, message: &str| {
            let error = Command::decode_arguments(kind, &hex::decode(hex).unwrap()).unwrap_err();
            assert_eq!(error.to_string(), message);
        };
        let not_canonical = "not what a writer of this version writes: arguments";
        assert_eq!(hex::encode(send("3").encode_arguments()), "a100820003");
        refused(Kind::IPC_SEND, "a10082001803", not_canonical);
        refused(Kind::IPC_SEND, "bf00820003ff", not_canonical);
        refused(Kind::IPC_SEND, "a10082000300", not_canonical);
        refused(Kind::IPC_SEND, "a2008200030101", not_canonical);
        refused(Kind::IPC_SEND, "a200820003008200 03".replace(' ', "").as_str(), not_canonical);
        refused(Kind(7), "a0", "no command has kind 7");
    }

    #[test]
    fn a_method_is_cut_and_never_longer() {
        let method = "é".repeat(100);
        let Command::Unrecognised(request) = unrecognised(&method) else {
            panic!("not unrecognised")
        };
        assert_eq!(request.method.as_str(), "é".repeat(64));
        let mut bytes = vec![0xa1, 0x00, 0x78, 129];
        bytes.extend([b'x'; 129]);
        assert!(Command::decode_arguments(Kind::UNRECOGNISED, &bytes).is_err());
    }

    #[test]
    fn arguments_leave_room_for_their_record() {
        let keys: Vec<String> = (0..300).map(|number| format!("{number:064}")).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let error = put("/docs", &keys).encode_arguments_checked().unwrap_err();
        let message = "arguments of tree.put are too long: 19818 bytes of at most 16384";
        assert_eq!(error.to_string(), message);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn garbage_is_an_error(kind in prop::sample::select(Command::KINDS), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(command) = Command::decode_arguments(kind, &bytes) {
                prop_assert_eq!(command.encode_arguments(), bytes);
            }
        }

        #[test]
        fn damaged_arguments_are_an_error_or_another_value(
            command in prop::sample::select(samples()), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()
        ) {
            let whole = command.encode_arguments();
            let cut = &whole[..cut.index(whole.len())];
            prop_assert!(Command::decode_arguments(command.kind(), cut).is_err());
            let mut bytes = whole;
            let index = at.index(bytes.len());
            bytes[index] = byte;
            if let Ok(other) = Command::decode_arguments(command.kind(), &bytes) {
                prop_assert_eq!(other.encode_arguments(), bytes);
            }
        }
    }
}
