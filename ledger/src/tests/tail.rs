//! Torn write or damage, where batches are longer than the search's window.

use crate::frame;
use crate::index::Head;
use crate::limits::FRAME_BYTES_MAX;
use crate::log::Mode;
use crate::reason::Reason;
use crate::scan::{Bad, Cursor, Judgement, Segment, WINDOW_STEP, judge};
use crate::seal::seal_header;
use crate::segment::Nonce;
use crate::storage::Memory;
use crate::tests::support::{FIRST, genesis, nonces, open, place, record, record_with_payload};
use crate::{Digest, Limits, Log, MAGIC, Pending};

const NONCE: Nonce = Nonce([0x7a; 16]);

/// A log of three batches: record 0, records 1 to 5 with `payload` bytes each, record 6.
fn long_batch(payload: usize) -> Memory {
    let memory = Memory::new();
    let mut log = Log::create(memory.clone(), Limits::default(), nonces(0), &genesis()).unwrap();
    let batch: Vec<Pending> =
        (1..=5).map(|seq| record_with_payload(seq, vec![0x33; payload])).collect();
    log.commit(&batch, &mut Vec::new()).unwrap();
    log.commit(&[record(6)], &mut Vec::new()).unwrap();
    log.close().unwrap();
    memory
}

#[test]
fn a_bad_frame_more_than_a_window_before_the_later_batch_is_damage() {
    for payload in [800_000, 838_000, 900_000, 1 << 20] {
        let memory = long_batch(payload);
        let first = 64 + frame_len(&memory, 64);
        let bytes = memory.read(FIRST).unwrap().len();
        for at in [first + 5, first + 100, first + 200_000] {
            let damaged = memory.fork();
            damaged.flip(FIRST, at, 1);
            let opened = open(&damaged, Mode::Writer).map(|_| ());
            assert_eq!(place(opened), (1, FIRST.to_owned(), first), "payload {payload} byte {at}");
            assert_eq!(damaged.read(FIRST).unwrap().len(), bytes, "nothing was cut");
        }
    }
}

fn frame_len(memory: &Memory, at: usize) -> u64 {
    let bytes = memory.read(FIRST).unwrap();
    u64::from(u32::from_be_bytes(*bytes[at..].first_chunk().unwrap()))
}

/// The frame of a record of a later batch than record 1.
fn later_frame() -> Vec<u8> {
    let head = Head { size: 9, link: Digest([1; 32]), time: 5 };
    let header = seal_header(&record(9), &head).unwrap().encode();
    let mut frame = Vec::new();
    frame::encode(&mut frame, &NONCE, 0, &header, &record(9));
    frame
}

#[test]
fn every_offset_behind_a_bad_frame_is_tried() {
    const BAD_AT: usize = 100;
    let frame = later_frame();
    let mut distances = vec![8 * 161, WINDOW_STEP + 1_000, WINDOW_STEP + FRAME_BYTES_MAX / 2];
    for step in [WINDOW_STEP, WINDOW_STEP + FRAME_BYTES_MAX, 2 * WINDOW_STEP] {
        distances.extend([step - frame.len(), step - 17, step - 16, step - 1, step, step + 1]);
    }
    let rests = [0, FRAME_BYTES_MAX - frame.len(), FRAME_BYTES_MAX];
    for distance in distances {
        for rest in rests {
            let at = BAD_AT + distance;
            let mut bytes = filler(at);
            bytes.extend(&frame);
            bytes.extend(filler(rest));
            let expected = Judgement::Settled { seq: 9, offset: at as u64 };
            assert_eq!(judged(&bytes, BAD_AT), expected, "distance {distance} rest {rest}");
            bytes[at + 200] ^= 1;
            let expected = Judgement::Torn { end: bytes.len() as u64 };
            assert_eq!(judged(&bytes, BAD_AT), expected, "distance {distance} rest {rest}");
        }
    }
}

/// Bytes with the first byte of the magic among them and at the end, so that the search cannot
/// leap far.
fn filler(len: usize) -> Vec<u8> {
    let is_magic = |at: usize| at.is_multiple_of(500) || at + 64 > len;
    (0..len).map(|at| if is_magic(at) { MAGIC[0] } else { 0x33 }).collect()
}

fn judged(bytes: &[u8], bad_at: usize) -> Judgement {
    let memory = Memory::new();
    memory.write(FIRST, bytes);
    let len = bytes.len() as u64;
    let segment = Segment { first_seq: 0, path: FIRST.into(), nonce: NONCE, len };
    let at = Cursor { segment: 0, offset: bad_at as u64 };
    judge(&memory, &segment, &Bad { at, seq: 1, reason: Reason::Crc }).unwrap()
}
