//! The decision as the record core holds it:
//! `{1: gate_version, 2: law_seq, 4: effect before, 5: effect after, 6: [* finding], ? 7: rejection}`.
//!
//! Key 3, the context, is left out: seq and time are in the record's header.

use std::borrow::Cow;

use minicbor::{Decode, Encode, Encoder};
use weft_projections::{Effect, Seq};

use crate::codec::encodes_to;
use crate::{Decision, Error, Finding, Refusal, Rejection};

/// What a stored decision says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What the gate ruled.
    pub decision: Decision,
    /// Why the decider refused what the gate let pass.
    pub refusal: Option<Refusal>,
}

/// What a decision with few findings fits into.
const USUAL_BYTES: usize = 128;

/// The keys of a stored decision.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire<'a> {
    #[n(1)]
    gate_version: u32,
    #[n(2)]
    law: Seq,
    #[n(4)]
    effect_before: Effect,
    #[n(5)]
    effect_after: Effect,
    #[n(6)]
    findings: Cow<'a, [Finding]>,
    #[n(7)]
    refusal: Option<Refusal>,
}

/// Writes a decision, with the reason of the decider if it refused.
#[must_use]
pub fn encode_decision(decision: &Decision, rejection: Option<&Rejection>) -> Vec<u8> {
    to_vec(&Wire {
        gate_version: decision.gate_version,
        law: decision.law,
        effect_before: decision.effect_before,
        effect_after: decision.effect_after,
        findings: Cow::Borrowed(&decision.findings),
        refusal: rejection.map(Refusal::of),
    })
}

/// Reads a decision. Its verdict is the join of its findings, which the caller compares with the
/// record's header.
///
/// # Errors
/// [`Error::Malformed`] and [`Error::NotCanonical`] when [`encode_decision`] of this version never
/// writes these bytes.
pub fn decode_decision(bytes: &[u8]) -> Result<Stored, Error> {
    let wire: Wire<'_> =
        minicbor::decode(bytes).map_err(|source| Error::Malformed { what: "decision", source })?;
    if !encodes_to(&wire, bytes) {
        return Err(Error::NotCanonical { what: "decision" });
    }
    let decision = Decision {
        verdict: Decision::join(&wire.findings),
        gate_version: wire.gate_version,
        law: wire.law,
        effect_before: wire.effect_before,
        effect_after: wire.effect_after,
        findings: wire.findings.into_owned(),
    };
    Ok(Stored { decision, refusal: wire.refusal })
}

fn to_vec(wire: &Wire<'_>) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::with_capacity(USUAL_BYTES));
    encoder.encode(wire).expect("writing to memory cannot fail");
    encoder.into_writer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{OPERATOR, World, remove, send, submit};
    use proptest::prelude::*;

    fn stored(refused: &str, bytes: &[u8]) -> Stored {
        assert_eq!(hex::encode(bytes), refused);
        decode_decision(bytes).unwrap()
    }

    #[test]
    fn a_permit_is_a_few_bytes() {
        let world = World::new();
        let ruling = crate::rule(&world.state, &world.ctx, &submit(OPERATOR, send("9")));
        let bytes = encode_decision(&ruling.decision, None);
        let read = stored("a50101020004850000186400183205850000186400183206818200820000", &bytes);
        assert_eq!(read, Stored { decision: ruling.decision, refusal: None });
    }

    #[test]
    fn a_rejection_is_kept_as_number_and_text() {
        let world = World::new();
        let ruling = crate::rule(&world.state, &world.ctx, &submit(OPERATOR, remove("/docs")));
        let bytes = encode_decision(&ruling.decision, ruling.rejection.as_ref());
        let refusal = decode_decision(&bytes).unwrap().refusal.unwrap();
        assert_eq!((refusal.number, refusal.detail.as_str()), (14, "no resource /docs"));
        assert_eq!((refusal.code(), refusal.class()), ("not_found", crate::Class::NotFound));
    }

    #[test]
    fn a_refusal_of_a_later_version_is_kept() {
        let refusal = Refusal { number: 9_999, detail: "out of tea".to_owned() };
        assert_eq!((refusal.code(), refusal.class()), ("unknown", crate::Class::Invalid));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn garbage_is_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(Stored { decision, refusal }) = decode_decision(&bytes) {
                prop_assert!(refusal.is_some() || encode_decision(&decision, None) == bytes);
            }
        }
    }
}
