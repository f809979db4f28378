//! What the ledger itself needs to know of its own kinds, read out of cores that were checked.

use minicbor::Decoder;
use minicbor::decode::Error;

/// Key 3 of a core: the events.
const EVENTS: u64 = 3;

/// What record 0 says that checkpoints depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GenesisFacts {
    pub(crate) origin: String,
    pub(crate) log_key: [u8; 32],
    /// The last record that was copied from another log, if this log is a fork.
    pub(crate) fork: Option<u64>,
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

fn genesis(decoder: &mut Decoder<'_>) -> Result<GenesisFacts, Error> {
    let count = decoder.array()?.unwrap_or(0);
    let origin = decoder.str()?.to_owned();
    let log_key = decoder.bytes()?.try_into().map_err(|_| Error::message("no key"))?;
    for _ in 2..count.min(6) {
        decoder.skip()?;
    }
    let fork = if count == 8 { Some(decoder.u64()?) } else { None };
    Ok(GenesisFacts { origin, log_key, fork })
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
