//! What the ledger itself needs to know of its own kinds, read out of cores that were checked.

use minicbor::Decoder;
use minicbor::decode::Error;

use crate::blob::BlobName;
use crate::hash::Digest;
use crate::record::{Header, kind};

/// Keys of a core: the events, and the names of blobs.
const EVENTS: u64 = 3;
const BLOBS: u64 = 4;

/// What record 0 says that checkpoints depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GenesisFacts {
    pub(crate) origin: String,
    pub(crate) log_key: [u8; 32],
    /// Where this log leaves another one, if it is a fork.
    pub(crate) fork: Option<ForkFacts>,
}

/// Where a log leaves another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ForkFacts {
    /// The other log's id.
    pub(crate) log_id: Digest,
    /// The last record that was copied from it.
    pub(crate) seq: u64,
    /// The link that this record has there.
    pub(crate) link: Digest,
}

/// Reads the event of a genesis; `None` if the core is none's.
pub(crate) fn read_genesis(core: &[u8]) -> Option<GenesisFacts> {
    let mut decoder = fields(core).ok()?;
    genesis(&mut decoder).ok()
}

/// Reads the event of a rotation: the new key, and the old key's signature.
pub(crate) fn read_rotation(core: &[u8]) -> Option<([u8; 32], [u8; 64])> {
    let mut decoder = fields(core).ok()?;
    decoder.array().ok()?;
    let new_key = decoder.bytes().ok()?.try_into().ok()?;
    let signature = decoder.bytes().ok()?.try_into().ok()?;
    Some((new_key, signature))
}

/// The position whose payload a record erases, if it is a `log.redact` that took effect.
pub(crate) fn read_redaction(header: &Header, core: &[u8]) -> Option<u64> {
    if header.kind != kind::REDACT || !header.took_effect() {
        return None;
    }
    let mut decoder = fields(core).ok()?;
    decoder.array().ok()?;
    decoder.u64().ok()
}

/// The blobs that a record names.
pub(crate) fn blob_names(core: &[u8]) -> Vec<BlobName> {
    read_blobs(core).unwrap_or_default()
}

fn read_blobs(core: &[u8]) -> Result<Vec<BlobName>, Error> {
    let mut decoder = Decoder::new(core);
    for _ in 0..decoder.map()?.unwrap_or(0) {
        // Keys ascend, unsigned ones first.
        let key = decoder.u64()?;
        if key > BLOBS {
            break;
        }
        if key < BLOBS {
            decoder.skip()?;
            continue;
        }
        let count = decoder.array()?.unwrap_or(0);
        let name = |bytes: &[u8]| bytes.try_into().map(|bytes| BlobName(Digest(bytes)));
        let mut names = Vec::new();
        for _ in 0..count {
            names.push(name(decoder.bytes()?).map_err(|_| Error::message("no name"))?);
        }
        return Ok(names);
    }
    Ok(Vec::new())
}

fn genesis(decoder: &mut Decoder<'_>) -> Result<GenesisFacts, Error> {
    let count = decoder.array()?.unwrap_or(0);
    let origin = decoder.str()?.to_owned();
    let log_key = decoder.bytes()?.try_into().map_err(|_| Error::message("no key"))?;
    for _ in 2..count.min(5) {
        decoder.skip()?;
    }
    let fork = if count == 8 {
        let (log_id, seq, link) = (digest(decoder)?, decoder.u64()?, digest(decoder)?);
        Some(ForkFacts { log_id, seq, link })
    } else {
        None
    };
    Ok(GenesisFacts { origin, log_key, fork })
}

fn digest(decoder: &mut Decoder<'_>) -> Result<Digest, Error> {
    let bytes = decoder.bytes()?.try_into();
    bytes.map(Digest).map_err(|_| Error::message("no digest"))
}

/// A decoder before the fields of the first event.
fn fields(core: &[u8]) -> Result<Decoder<'_>, Error> {
    let mut decoder = Decoder::new(core);
    let keys = decoder.map()?.unwrap_or(0);
    for _ in 0..keys {
        if decoder.u64()? != EVENTS {
            decoder.skip()?;
            continue;
        }
        decoder.array()?;
        decoder.array()?;
        decoder.skip()?;
        decoder.skip()?;
        return Ok(decoder);
    }
    Err(Error::message("no events"))
}
