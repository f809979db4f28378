//! Torn write or damage, where batches are longer than the search's window.

use crate::Mode;
use crate::frame;
use crate::index::Head;
use crate::limits::{FRAME_BYTES_MAX, HEADER_BYTES};
use crate::reason::Reason;
use crate::scan::{Bad, Cursor, Judgement, Segment, WINDOW_STEP, judge};
use crate::seal::seal_header;
use crate::segment::Nonce;
use crate::storage::Memory;
use crate::tests::support::{
    FIRST, genesis, nonces, open, place, record, record_with_payload, several_batches,
};
use crate::{Digest, Limits, Log, MAGIC, Pending, Tail, VerifyOptions, core_commit, verify};

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

/// The next record of [`several_batches`], sealed, and the nonce of its segment.
fn next_record(memory: &Memory) -> (Pending, [u8; HEADER_BYTES], Nonce) {
    let (log, _, _) = open(&memory.fork(), Mode::ReadOnly).unwrap();
    let next = record(log.head().size);
    let header = seal_header(&next, &log.head()).unwrap().encode();
    (next, header, Nonce(memory.read(FIRST).unwrap()[48..64].try_into().unwrap()))
}

#[test]
fn a_frame_that_stands_as_it_was_written_is_never_torn() {
    let whole = several_batches();
    let (good, good_header, nonce) = next_record(&whole);
    let end = whole.read(FIRST).unwrap().len();
    let check = |name: &str, change: &dyn Fn(&mut Pending, &mut [u8; HEADER_BYTES])| {
        let (mut next, mut header) = (good.clone(), good_header);
        change(&mut next, &mut header);
        let mut bytes = whole.read(FIRST).unwrap();
        frame::encode(&mut bytes, &nonce, 0, &header, &next);
        let disk = whole.fork();
        disk.write(FIRST, &bytes);
        let place_of_frame = (good.seq, FIRST.to_owned(), end as u64);
        for threads in [1, 2] {
            let options = VerifyOptions { threads, ..VerifyOptions::default() };
            assert_eq!(place(verify(&disk, options, &mut |_, _| {})), place_of_frame, "{name}");
        }
        assert_eq!(place(open(&disk, Mode::Writer).map(|_| ())), place_of_frame, "{name}");
        assert_eq!(disk.read(FIRST).unwrap(), bytes, "{name}: nothing was cut");
        // The same frame with a bit of its salt turned over may be torn.
        disk.flip(FIRST, (end + 150) as u64, 1);
        let tail = open(&disk, Mode::Writer).unwrap().1.tail;
        assert!(matches!(tail, Tail::Cut(_)), "{name}: {tail:?}");
    };
    check("format", &|_, header| header[2] = 2);
    check("reserved kind", &|_, header| header[5] = 63);
    check("flags", &|_, header| header[7] = 0x80);
    check("seq", &|_, header| header[15] += 1);
    check("time", &|_, header| header[16..24].fill(0));
    check("prev", &|_, header| header[127] ^= 1);
    check("cbor", &|next, header| {
        let last = next.core.len() - 1;
        next.core[last] = 0xff;
        let Digest(commit) = core_commit(&next.salt, &next.core);
        header[64..96].copy_from_slice(&commit);
    });
}

/// Bytes as a payload could hold them, in which a frame of the greatest length seems to begin every
/// 40 bytes: everything but the checksums, which take the nonce, is as it should be.
fn crafted(len: usize) -> Vec<u8> {
    let mut period = [0x33; 40];
    period[12..14].fill(0);
    period[0..4].copy_from_slice(&u32::try_from(FRAME_BYTES_MAX).unwrap().to_be_bytes());
    period[16..18].copy_from_slice(&MAGIC);
    period[24..32].copy_from_slice(&9_u64.to_be_bytes());
    period[32..36].copy_from_slice(&65_536_u32.to_be_bytes());
    period[36..40].copy_from_slice(&(1_u32 << 20).to_be_bytes());
    period.into_iter().cycle().take(len).collect()
}

/// Summing every candidate anew would take 28 GB for each MiB, and minutes for this.
#[test]
fn payloads_that_imitate_frames_do_not_slow_the_search() {
    let frame = later_frame();
    for bad_at in [64, 100] {
        let mut bytes = vec![0x33; bad_at];
        bytes.extend(crafted(24 << 20));
        let end = bytes.len() as u64;
        assert_eq!(judged(&bytes, bad_at), Judgement::Torn { end });
        bytes.extend(&frame);
        assert_eq!(judged(&bytes, bad_at), Judgement::Settled { seq: 9, offset: end });
    }
}
