//! A record's core: canonical CBOR.

use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};
use weft_ledger::limits::CORE_BYTES_MAX;
use weft_ledger::{Digest, Header, Verdict, decode_core, kind};

/// Bytes before the core that say which header it belongs to.
const CHOICE: usize = 4;

/// A core that is accepted is what another library writes for the same items, in their shortest form;
/// what the ledger reads out of it goes with the header.
pub fn body(data: &[u8]) {
    let Some((choice, core)) = data.split_first_chunk::<CHOICE>() else { return };
    let Some(header) = header(choice, core.len()) else { return };
    let Ok(found) = decode_core(&header, core) else { return };
    assert_eq!(rewritten(core), core, "a core comes out as it went in");
    assert!(found.law_seq < header.seq || header.seq == 0 && found.law_seq == 0);
    assert!(found.events == 0 || header.took_effect());
    assert_eq!(found.payload_commit.is_some(), header.has_payload);
    assert!(found.redacts.is_none_or(|seq| header.kind == kind::REDACT && seq < header.seq));
    for len in [core.len() / 2, core.len() - 1] {
        assert!(decode_core(&header, &core[..len]).is_err(), "a core that is cut is none");
    }
}

/// The header for a core of that many bytes: kind, verdict and flags are chosen.
fn header(choice: &[u8; CHOICE], core_len: usize) -> Option<Header> {
    let [kind_high, kind_low, verdict, flags] = *choice;
    let kind = u16::from_be_bytes([kind_high, kind_low]);
    let first = kind == kind::GENESIS;
    let header = Header {
        core_version: 1,
        kind,
        verdict: Verdict::from_u8(verdict % 4)?,
        rejected: flags & 2 != 0,
        has_payload: flags & 1 != 0,
        seq: if first { 0 } else { 1_000 },
        time: 1,
        actor: 0,
        cause: None,
        command_id: [1; 16],
        core_len: u32::try_from(core_len).ok().filter(|len| *len as usize <= CORE_BYTES_MAX)?,
        payload_len: u32::from(flags & 1),
        core_commit: Digest::ZERO,
        prev: Digest::ZERO,
    };
    header.check().ok().map(|()| header)
}

/// The one item that some CBOR is, written anew.
pub(crate) fn rewritten(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::with_capacity(bytes.len()));
    let mut decoder = Decoder::new(bytes);
    rewrite(&mut decoder, &mut encoder).expect("two libraries read the same CBOR");
    assert_eq!(decoder.position(), bytes.len(), "nothing follows the item");
    encoder.into_writer()
}

fn rewrite(decoder: &mut Decoder<'_>, encoder: &mut Encoder<Vec<u8>>) -> Result<(), Error> {
    let written = match decoder.input()[decoder.position()] >> 5 {
        0 => encoder.u64(decoder.u64()?).map(drop),
        1 => encoder.int(decoder.int()?).map(drop),
        2 => encoder.bytes(decoder.bytes()?).map(drop),
        3 => encoder.str(decoder.str()?).map(drop),
        4 => {
            let items = decoder.array()?.expect("a length is definite");
            encoder.array(items).unwrap();
            return (0..items).try_for_each(|_| rewrite(decoder, encoder));
        }
        5 => {
            let entries = decoder.map()?.expect("a length is definite");
            encoder.map(entries).unwrap();
            return (0..2 * entries).try_for_each(|_| rewrite(decoder, encoder));
        }
        _ if decoder.input()[decoder.position()] == 0xf6 => {
            decoder.null()?;
            encoder.null().map(drop)
        }
        _ => encoder.bool(decoder.bool()?).map(drop),
    };
    written.unwrap();
    Ok(())
}
