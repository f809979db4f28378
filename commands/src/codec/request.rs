//! The request as the record core holds it: `{1: bstr .cbor arguments, ? 2: effect raise, ? 3: bytes of the
//! blob}`.

use minicbor::{Decode, Encode, Encoder, bytes::ByteSlice};
use weft_projections::{Effect, Kind};

use crate::codec::encodes_to;
use crate::{Command, Error, Submission};

/// What a stored request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What was asked for.
    pub command: Command,
    /// What the caller said the effect is at least.
    pub effect_raise: Option<Effect>,
    /// Bytes of the blob that came with it.
    pub blob_len: Option<u32>,
}

/// What a request takes beside its arguments.
const FRAMING_BYTES: usize = 24;

/// The keys of a stored request.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire<'a> {
    #[b(1)]
    arguments: &'a ByteSlice,
    #[n(2)]
    effect_raise: Option<Effect>,
    #[n(3)]
    blob_len: Option<u32>,
}

/// Writes the request of a submission.
///
/// # Errors
/// [`Error::TooLong`] when the arguments exceed their limit: such a submission is answered and never
/// recorded.
pub fn encode_request(submission: &Submission) -> Result<Vec<u8>, Error> {
    let arguments = submission.command.encode_arguments_checked()?;
    let arguments = arguments.as_slice().into();
    let Submission { effect_raise, blob_len, .. } = *submission;
    Ok(to_vec(&Wire { arguments, effect_raise, blob_len }))
}

/// Reads the request of a record of this kind.
///
/// # Errors
/// Those of [`Command::decode_arguments`], and the same for the map around the arguments.
pub fn decode_request(kind: Kind, bytes: &[u8]) -> Result<Request, Error> {
    let wire: Wire<'_> =
        minicbor::decode(bytes).map_err(|source| Error::Malformed { what: "request", source })?;
    if !encodes_to(&wire, bytes) {
        return Err(Error::NotCanonical { what: "request" });
    }
    let command = Command::decode_arguments(kind, wire.arguments)?;
    let Wire { effect_raise, blob_len, .. } = wire;
    Ok(Request { command, effect_raise, blob_len })
}

fn to_vec(wire: &Wire<'_>) -> Vec<u8> {
    let len = wire.arguments.len() + FRAMING_BYTES;
    let mut encoder = Encoder::new(Vec::with_capacity(len));
    encoder.encode(wire).expect("writing to memory cannot fail");
    encoder.into_writer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{OPERATOR, World, process, samples, send, spawn, submit};
    use proptest::prelude::*;
    use weft_projections::events::encode_events;

    /// What a record core holds (FORMAT.md 1), less what frames its parts.
    const CORE_BYTES: usize = 64 * 1024 - 64;

    #[test]
    fn every_request_reads_back() {
        for command in samples() {
            for (effect_raise, blob_len) in
                [(None, None), (Some(Effect::uniform(1000)), None), (None, Some(70_000))]
            {
                let submission =
                    Submission { effect_raise, blob_len, ..submit(OPERATOR, command.clone()) };
                let bytes = encode_request(&submission).unwrap();
                let request = Request { command: command.clone(), effect_raise, blob_len };
                assert_eq!(decode_request(command.kind(), &bytes).unwrap(), request);
            }
        }
    }

    #[test]
    fn a_request_wraps_its_arguments() {
        let bytes = encode_request(&submit(OPERATOR, send("3"))).unwrap();
        assert_eq!(hex::encode(bytes), "a10145a100820003");
        let large = Submission { blob_len: Some(70_000), ..submit(OPERATOR, send("3")) };
        assert_eq!(hex::encode(encode_request(&large).unwrap()), "a20145a100820003031a00011170");
    }

    /// The longest request with everything that follows from it, and the longest that is refused.
    #[test]
    fn a_record_core_holds_request_decision_and_events() {
        let rights: Vec<String> = vec![format!("put:/{}", "x".repeat(230)); 64];
        let rights: Vec<&str> = rights.iter().map(String::as_str).collect();
        for (actor, happens) in [(OPERATOR, true), (process(1), false)] {
            let world = World::after(&[(OPERATOR, spawn("a", &[]))]);
            let submission = submit(actor, spawn("b", &rights));
            let ruling = crate::rule(&world.state, &world.ctx, &submission);
            assert_eq!(!ruling.events.is_empty(), happens);
            let mut events = Encoder::new(Vec::new());
            encode_events(&ruling.events, &mut events).unwrap();
            let request = encode_request(&submission).unwrap();
            let decision = crate::encode_decision(&ruling.decision, ruling.rejection.as_ref());
            assert!(request.len() > 15 * 1024, "{}", request.len());
            assert!(request.len() + decision.len() + events.writer().len() < CORE_BYTES);
        }
    }

    #[test]
    fn another_form_is_refused() {
        for hex in ["a1015805a100820003", "a20145a1008200030401", "a10145a10082000300", "a0", "80"]
        {
            let bytes = hex::decode(hex).unwrap();
            assert!(decode_request(Kind::IPC_SEND, &bytes).is_err(), "{hex}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn garbage_is_an_error(kind in any::<u16>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(request) = decode_request(Kind(kind), &bytes) {
                let Request { command, effect_raise, blob_len } = request;
                let submission = Submission { effect_raise, blob_len, ..submit(OPERATOR, command) };
                prop_assert_eq!(encode_request(&submission).unwrap(), bytes);
            }
        }
    }
}
