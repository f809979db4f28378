//! The request as the record core holds it: `{1: bstr .cbor arguments, ? 2: effect raise}`.

use minicbor::{Decode, Encode, bytes::ByteVec};
use weft_projections::{Effect, Kind};

use crate::{Command, Error, Submission};

/// What a stored request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What was asked for.
    pub command: Command,
    /// What the caller said the effect is at least.
    pub effect_raise: Option<Effect>,
}

/// The two keys of a stored request.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(1)]
    arguments: ByteVec,
    #[n(2)]
    effect_raise: Option<Effect>,
}

/// Writes the request of a submission.
///
/// # Errors
/// [`Error::TooLong`] when the arguments exceed their limit: such a submission is answered and never
/// recorded.
pub fn encode_request(submission: &Submission) -> Result<Vec<u8>, Error> {
    let arguments = submission.command.encode_arguments_checked()?;
    Ok(to_vec(&Wire { arguments: arguments.into(), effect_raise: submission.effect_raise }))
}

/// Reads the request of a record of this kind.
///
/// # Errors
/// Those of [`Command::decode_arguments`], and the same for the map around the arguments.
pub fn decode_request(kind: Kind, bytes: &[u8]) -> Result<Request, Error> {
    let wire: Wire =
        minicbor::decode(bytes).map_err(|source| Error::Malformed { what: "request", source })?;
    if to_vec(&wire) != bytes {
        return Err(Error::NotCanonical { what: "request" });
    }
    let command = Command::decode_arguments(kind, &wire.arguments)?;
    Ok(Request { command, effect_raise: wire.effect_raise })
}

fn to_vec(wire: &Wire) -> Vec<u8> {
    minicbor::to_vec(wire).expect("writing to memory cannot fail")
}
