//! The core's top level (FORMAT.md 2), without knowing what it means.

use crate::hash::{Digest, Hasher, Shake};
use crate::reason::Reason;
use crate::record::cbor::{ARRAY, BYTES, Head, MAP, UNSIGNED, Walk};
use crate::record::known_event::Known;
use crate::record::{Header, genesis, kind, known_event};

/// What the ledger reads out of a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Core {
    /// Position of the record that enacted the law in force.
    pub law_seq: u64,
    /// How many events there are.
    pub events: u64,
    /// The commitment to the payload, if there is one.
    pub payload_commit: Option<Digest>,
    /// The position whose payload this record erases, if it is a `log.redact` that took effect.
    pub redacts: Option<u64>,
}

/// Reads a core and holds it to the format, together with its header.
///
/// # Errors
/// When it is not canonical CBOR, lacks a key that is always there, or does not go with the
/// header's verdict, flags and kind. Keys the format does not name are passed over.
pub fn decode_core(header: &Header, core: &[u8]) -> Result<Core, Reason> {
    decode_core_with::<Shake>(header, core)
}

pub(crate) fn decode_core_with<H: Hasher>(header: &Header, core: &[u8]) -> Result<Core, Reason> {
    let mut parts = Parts::default();
    let mut walk = Walk::new(core);
    let count = expect(&mut walk, MAP, "the core is not a map")?;
    walk.entries(count, |walk, key| match key {
        (UNSIGNED, 1) => parts.request::<H>(walk, header),
        (UNSIGNED, 2) => parts.decision(walk),
        (UNSIGNED, 3) => parts.events(walk, header),
        (UNSIGNED, 4) => parts.blobs(walk),
        (UNSIGNED, 5) => parts.payload_commit(walk),
        _ => walk.item(1),
    })?;
    walk.end()?;
    let core = parts.whole(&walk)?;
    check(header, &core)?;
    Ok(core)
}

/// The rules that take header and core together.
fn check(header: &Header, core: &Core) -> Result<(), Reason> {
    let enacted_before = core.law_seq < header.seq || header.seq == 0 && core.law_seq == 0;
    if !enacted_before {
        return Err(Reason::Law { found: core.law_seq });
    }
    // A deferred command may have approval events only, and there are none yet.
    if !header.took_effect() && core.events > 0 {
        return Err(Reason::Events { found: core.events });
    }
    if header.has_payload != core.payload_commit.is_some() {
        return Err(Reason::PayloadCommitKey);
    }
    if known_event::is_needed(header) && core.events != 1 {
        return Err(Reason::KindEvent { kind: header.kind });
    }
    Ok(())
}

#[derive(Default)]
struct Parts {
    request: bool,
    law_seq: Option<u64>,
    events: Option<u64>,
    payload_commit: Option<Digest>,
    redacts: Option<u64>,
    /// Digest of the constitution that a genesis has in its request.
    constitution: Option<Digest>,
}

impl Parts {
    fn whole(&self, walk: &Walk<'_>) -> Result<Core, Reason> {
        if !self.request {
            return Err(shape(walk, "key 1 is missing"));
        }
        Ok(Core {
            law_seq: self.law_seq.ok_or_else(|| shape(walk, "key 2 is missing"))?,
            events: self.events.ok_or_else(|| shape(walk, "key 3 is missing"))?,
            payload_commit: self.payload_commit,
            redacts: self.redacts,
        })
    }

    /// A map whose key 1 holds the arguments, as CBOR within a byte string.
    fn request<H: Hasher>(&mut self, walk: &mut Walk<'_>, header: &Header) -> Result<(), Reason> {
        let count = expect(walk, MAP, "the request is not a map")?;
        let mut arguments = false;
        walk.entries(count, |walk, key| {
            if key != (UNSIGNED, 1) {
                return walk.item(2);
            }
            arguments = true;
            let len = expect(walk, BYTES, "the arguments are not a byte string")?;
            let bytes = walk.take(len)?;
            let mut inner = walk.embedded(bytes);
            if header.kind == kind::GENESIS {
                self.constitution = Some(genesis::of_request::<H>(&mut inner.clone())?);
            }
            let head = inner.head()?;
            if head.major != MAP {
                return Err(shape(&inner, "the arguments are not a map"));
            }
            inner.rest_of(head, 0)?;
            inner.end()
        })?;
        self.request = arguments;
        if arguments { Ok(()) } else { Err(shape(walk, "the request has no arguments")) }
    }

    /// A map whose keys 1 and 2 hold gate version and law.
    fn decision(&mut self, walk: &mut Walk<'_>) -> Result<(), Reason> {
        let count = expect(walk, MAP, "the decision is not a map")?;
        let mut gate_version = None;
        walk.entries(count, |walk, key| {
            match key {
                (UNSIGNED, 1) => {
                    gate_version = Some(expect(walk, UNSIGNED, "gate_version is not a number")?);
                }
                (UNSIGNED, 2) => {
                    self.law_seq = Some(expect(walk, UNSIGNED, "law_seq is not a number")?);
                }
                _ => walk.item(2)?,
            }
            Ok(())
        })?;
        if gate_version.is_none() || self.law_seq.is_none() {
            return Err(shape(walk, "the decision lacks gate_version or law_seq"));
        }
        Ok(())
    }

    /// An array of `[type, version, fields]`, where the fields are an array too.
    fn events(&mut self, walk: &mut Walk<'_>, header: &Header) -> Result<(), Reason> {
        let count = expect(walk, ARRAY, "the events are not an array")?;
        self.events = Some(count);
        for _ in 0..count {
            if expect(walk, ARRAY, "an event is not an array")? != 3 {
                return Err(shape(walk, "an event does not have three parts"));
            }
            let number = expect(walk, UNSIGNED, "an event's type is not a number")?;
            let version = expect(walk, UNSIGNED, "an event's version is not a number")?;
            if known_event::is_needed(header) {
                let known = known_event::check(header, number, version, &mut walk.clone())?;
                self.know(known)?;
            }
            let fields = walk.head()?;
            if fields.major != ARRAY {
                return Err(shape(walk, "an event's fields are not an array"));
            }
            walk.rest_of(fields, 3)?;
        }
        Ok(())
    }

    fn know(&mut self, known: Known) -> Result<(), Reason> {
        match (known, self.constitution) {
            (Known::Redacts(seq), _) => self.redacts = Some(seq),
            (Known::Constitution(found), Some(expected)) if found != expected => {
                return Err(Reason::Constitution { found, expected });
            }
            // A request without arguments is refused for that.
            (Known::Constitution(_) | Known::Nothing, _) => {}
        }
        Ok(())
    }

    /// One or more names of blobs.
    fn blobs(&mut self, walk: &mut Walk<'_>) -> Result<(), Reason> {
        let count = expect(walk, ARRAY, "the blob names are not an array")?;
        if count == 0 {
            return Err(shape(walk, "there are no blob names"));
        }
        (0..count).try_for_each(|_| digest(walk, "a blob name is not 32 bytes").map(drop))
    }

    fn payload_commit(&mut self, walk: &mut Walk<'_>) -> Result<(), Reason> {
        self.payload_commit = Some(digest(walk, "the payload commitment is not 32 bytes")?);
        Ok(())
    }
}

/// Reads a head that must be of one major type; the argument.
pub(super) fn expect(walk: &mut Walk<'_>, major: u8, what: &'static str) -> Result<u64, Reason> {
    let head: Head = walk.head()?;
    if head.major == major { Ok(head.argument) } else { Err(shape(walk, what)) }
}

fn digest(walk: &mut Walk<'_>, what: &'static str) -> Result<Digest, Reason> {
    let len = expect(walk, BYTES, what)?;
    let bytes = walk.take(len)?;
    bytes.try_into().map(Digest).map_err(|_| shape(walk, what))
}

#[cold]
pub(super) fn shape(walk: &Walk<'_>, what: &'static str) -> Reason {
    Reason::CoreShape { at: walk.offset(), what }
}
