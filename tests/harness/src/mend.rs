//! Makes frames out of anything, so that what lies behind lengths, checksums and links is reached too.

use weft_ledger::limits::{
    BATCH_RECORDS_MAX, CORE_BYTES_MAX, FRAME_BYTES_MIN, FRAME_OVERHEAD_BYTES, PAYLOAD_BYTES_MAX,
    SALT_BYTES, SEGMENT_HEADER_BYTES,
};
use weft_ledger::{core_commit, link, payload_commit};

use crate::golden::Golden;

/// What a core ends with that has a payload's commitment: key 5, and a byte string of 32.
const COMMIT_KEY: [u8; 3] = [5, 0x58, 32];

/// What the next frame has to go on from.
struct Before {
    seq: u64,
    time: u64,
    link: [u8; 32],
    batch_index: u16,
}

/// The same bytes, where each frame has the lengths, links, commitments and checksums that it has to
/// have behind record 0 of the golden log. What is no frame by its length, and all after it, stays.
pub(crate) fn mended(data: &[u8]) -> Vec<u8> {
    let birth = Golden::birth();
    let (nonce, first) = (&birth[48..64], &birth[SEGMENT_HEADER_BYTES..]);
    let mut before = Before {
        seq: 0,
        time: number(&first[32..40]),
        link: link(first[16..].first_chunk().unwrap()).0,
        batch_index: 0,
    };
    let mut out = data.to_vec();
    let mut at = 0;
    while let Some(len) = out.get(at..at + 4).map(|len| number(len) as usize) {
        let whole = (FRAME_BYTES_MIN..=out.len() - at).contains(&len);
        let Some(frame) = out.get_mut(at..at + len).filter(|_| whole) else { break };
        if !mend(frame, nonce, &mut before) {
            break;
        }
        at += len;
    }
    out
}

/// Mends one frame; not if its payload is longer than one can be.
fn mend(frame: &mut [u8], nonce: &[u8], before: &mut Before) -> bool {
    let wanted = number(&frame[76..80]) as usize;
    let room = frame.len() - FRAME_OVERHEAD_BYTES;
    let payload = if (1..room.saturating_sub(SALT_BYTES)).contains(&wanted) { wanted } else { 0 };
    let behind_core = if payload > 0 { SALT_BYTES + payload } else { 0 };
    let core = room - behind_core;
    if core > CORE_BYTES_MAX || payload > PAYLOAD_BYTES_MAX {
        return false;
    }
    let payload_at = FRAME_OVERHEAD_BYTES + core;
    frame[76..80].copy_from_slice(&(payload as u32).to_be_bytes());
    frame[72..76].copy_from_slice(&(core as u32).to_be_bytes());
    frame[23] = frame[23] & !1 | u8::from(payload > 0);
    if payload > 0 {
        commit_to_payload(frame, payload_at);
    }
    let (salt, rest) = frame[144..payload_at].split_first_chunk::<SALT_BYTES>().unwrap();
    let commit = core_commit(salt, rest);
    frame[80..112].copy_from_slice(&commit.0);
    frame[112..144].copy_from_slice(&before.link);
    before.seq += 1;
    before.time = number(&frame[32..40]).max(before.time + 1);
    frame[24..32].copy_from_slice(&before.seq.to_be_bytes());
    frame[32..40].copy_from_slice(&before.time.to_be_bytes());
    let batch_index = u16::from_be_bytes([frame[12], frame[13]]);
    let follows = before.batch_index + 1;
    let stays = batch_index == 0 || usize::from(follows) >= BATCH_RECORDS_MAX;
    before.batch_index = if stays { 0 } else { follows };
    frame[12..14].copy_from_slice(&before.batch_index.to_be_bytes());
    before.link = link(frame[16..].first_chunk().unwrap()).0;
    checksums(frame, nonce, payload_at);
    true
}

/// Lets the core end with the commitment to the payload, if it has room for one there.
fn commit_to_payload(frame: &mut [u8], payload_at: usize) {
    let (before, salted) = frame.split_at_mut(payload_at);
    let (salt, payload) = salted.split_first_chunk::<SALT_BYTES>().unwrap();
    let core = &mut before[FRAME_OVERHEAD_BYTES..];
    if let Some((front, commit)) = core.split_last_chunk_mut::<32>()
        && front.ends_with(&COMMIT_KEY)
    {
        *commit = payload_commit(salt, payload).0;
    }
}

fn checksums(frame: &mut [u8], nonce: &[u8], payload_at: usize) {
    let sum = |parts: &[&[u8]]| {
        let crc = parts.iter().fold(0, |crc, part| crc32c::crc32c_append(crc, part));
        crc.to_be_bytes()
    };
    let crc = sum(&[&nonce[..8], &frame[..4], &frame[12..14], &frame[16..payload_at]]);
    let payload_crc = sum(&[&nonce[8..], &frame[14..15], &frame[payload_at..]]);
    frame[4..8].copy_from_slice(&crc);
    frame[8..12].copy_from_slice(&payload_crc);
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
