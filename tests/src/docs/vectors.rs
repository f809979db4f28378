//! The vectors of docs/format.md, cut out of the golden log.
//!
//! What the format says is computed here once more, from the bytes alone: this file has a CRC-32C
//! of its own and finds every part by its offset.

use super::golden_log::segment;
use super::signed_vectors;
use crate::support::{CONSTITUTION, RECORDS, SEGMENTS};
use weft_ledger::{Digest, Hasher as _, TinyKeccak};

/// One vector: named inputs, in the order in which the format joins them, and what comes out.
pub(super) struct Vector {
    pub(super) name: String,
    /// By which rule: the checker in Python goes by it.
    pub(super) how: &'static str,
    pub(super) inputs: Vec<(&'static str, Vec<u8>)>,
    pub(super) output: Vec<u8>,
    pub(super) form: Form,
}

/// How a result is shown.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// In hexadecimal digits.
    Hex,
    /// As the lines of text that it is.
    Text,
}

/// A frame of the golden log.
pub(super) struct Frame {
    nonce: Vec<u8>,
    bytes: Vec<u8>,
}

impl Frame {
    fn part(&self, at: usize, len: usize) -> Vec<u8> {
        self.bytes[at..at + len].to_vec()
    }

    pub(super) fn header(&self) -> Vec<u8> {
        self.part(16, 128)
    }

    /// Everything after the header that a proof can reveal: salt, core and, if any, the payload's.
    pub(super) fn behind_header(&self) -> Vec<u8> {
        self.bytes[144..].to_vec()
    }

    /// What it becomes when the payload is erased: zeros, another state, another `payload_crc`.
    fn erased(&self) -> Frame {
        let payload_at = 160 + self.core().len();
        let mut bytes = self.bytes.clone();
        bytes[payload_at..].fill(0);
        bytes[14] = 1;
        let mut frame = Frame { nonce: self.nonce.clone(), bytes };
        let crc = checksum("", payload_crc_inputs(&frame)).output;
        frame.bytes[8..12].copy_from_slice(&crc);
        frame
    }

    fn salt(&self) -> Vec<u8> {
        self.part(144, 16)
    }

    fn core(&self) -> Vec<u8> {
        self.part(160, number(&self.bytes[72..76]))
    }

    /// Salt and payload.
    fn payload(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let at = 160 + self.core().len();
        let len = number(&self.bytes[76..80]);
        (len > 0).then(|| (self.part(at, 16), self.part(at + 16, len)))
    }
}

/// Every vector, in the order of the page's sections.
pub(super) fn all() -> Vec<Vector> {
    let frames = frames();
    let mut vectors = of_records(&frames);
    vectors.extend(of_frames(&frames));
    vectors.extend(signed_vectors::all(&frames));
    vectors
}

/// Proofs under the golden log's key, and the checkpoint that they lead to.
pub(crate) fn signed_texts() -> (Vec<Vec<u8>>, Vec<u8>) {
    let of = |how: &'static str| {
        all().into_iter().filter(move |vector| vector.how == how).map(|vector| vector.output)
    };
    (of("proof").collect(), of("checkpoint").next().expect("there is one"))
}

/// Every frame of the golden log.
fn frames() -> Vec<Frame> {
    let frames: Vec<Frame> = SEGMENTS.iter().flat_map(|path| frames_of(&segment(path))).collect();
    assert_eq!(frames.len(), RECORDS.len());
    frames
}

fn of_records(frames: &[Frame]) -> Vec<Vector> {
    let (first, with_payload) = (&frames[0], &frames[2]);
    let (payload_salt, payload) = with_payload.payload().unwrap();
    vec![
        digest(b"", "SHAKE of nothing", Vec::new()),
        checksum("CRC-32C of \"123456789\"", vec![("bytes", b"123456789".to_vec())]),
        digest(
            b"weft/constitution/1",
            "constitution's digest",
            vec![("text", CONSTITUTION.as_bytes().to_vec())],
        ),
        bytes_of(
            "header of the first segment",
            "segment header",
            segment(SEGMENTS[0])[..64].to_vec(),
        ),
        bytes_of("core of record 0", "core", first.core()),
        digest(
            b"exochain/core/1",
            "core commitment of record 0",
            vec![("salt", first.salt()), ("core", first.core())],
        ),
        bytes_of("header of record 0", "header", first.header()),
        digest(b"", "link of record 0: the log id", vec![("header", first.header())]),
        bytes_of("core of record 2", "core", with_payload.core()),
        digest(
            b"exochain/payload/1",
            "payload commitment of record 2",
            vec![("payload_salt", payload_salt.clone()), ("payload", payload.clone())],
        ),
        checksum("crc of record 2", crc_inputs(with_payload)),
        checksum("payload_crc of record 2", payload_crc_inputs(with_payload)),
        digest(
            b"exochain/blob/1",
            "name of a blob",
            vec![("salt", b"salt of the blob".to_vec()), ("bytes", b"what it holds".to_vec())],
        ),
    ]
}

fn of_frames(frames: &[Frame]) -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (seq, (frame, (fate, batch_index))) in frames.iter().zip(RECORDS).enumerate() {
        let second = &segment(SEGMENTS[1])[..64];
        if number(&second[40..48]) == seq {
            vectors.push(bytes_of(
                "header of the second segment",
                "segment header",
                second.to_vec(),
            ));
        }
        vectors.push(whole_frame(
            format!("frame of record {seq}, batch index {batch_index}: {fate}"),
            "frame",
            frame,
        ));
    }
    let erased = frames[2].erased();
    let name = "frame of record 2, once its payload is erased".to_owned();
    vectors.push(whole_frame(name, "frame, erased", &erased));
    vectors
}

fn whole_frame(name: String, how: &'static str, frame: &Frame) -> Vector {
    let inputs = vec![("nonce", frame.nonce.clone())];
    Vector { name, how, inputs, output: frame.bytes.clone(), form: Form::Hex }
}

/// SHAKE-256 of prefix and parts.
fn digest(prefix: &[u8], name: &str, parts: Vec<(&'static str, Vec<u8>)>) -> Vector {
    let mut inputs = parts;
    if !prefix.is_empty() {
        inputs.insert(0, ("prefix", prefix.to_vec()));
    }
    let joined: Vec<&[u8]> = inputs.iter().map(|(_, input)| input.as_slice()).collect();
    let output = TinyKeccak::hash(&joined).as_bytes().to_vec();
    Vector { name: name.to_owned(), how: "SHAKE-256", inputs, output, form: Form::Hex }
}

/// The frames of a segment, every one of which holds what it says of itself.
fn frames_of(segment: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut at = 64;
    while at < segment.len() {
        let len = number(&segment[at..at + 4]);
        let frame =
            Frame { nonce: segment[48..64].to_vec(), bytes: segment[at..at + len].to_vec() };
        assert_eq!(checksum("", crc_inputs(&frame)).output, frame.part(4, 4));
        assert_eq!(checksum("", payload_crc_inputs(&frame)).output, frame.part(8, 4));
        let commit = TinyKeccak::hash(&[b"exochain/core/1", &frame.salt(), &frame.core()]);
        assert_eq!(commit.as_bytes()[..], frame.part(80, 32));
        frames.push(frame);
        at += len;
    }
    frames
}

fn crc_inputs(frame: &Frame) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nonce[0..8]", frame.nonce[..8].to_vec()),
        ("frame_len", frame.part(0, 4)),
        ("batch_index", frame.part(12, 2)),
        ("header", frame.header()),
        ("salt", frame.salt()),
        ("core", frame.core()),
    ]
}

fn payload_crc_inputs(frame: &Frame) -> Vec<(&'static str, Vec<u8>)> {
    let mut inputs =
        vec![("nonce[8..16]", frame.nonce[8..].to_vec()), ("state", frame.part(14, 1))];
    if let Some((salt, payload)) = frame.payload() {
        inputs.extend([("payload_salt", salt), ("payload", payload)]);
    }
    inputs
}

fn bytes_of(name: &str, how: &'static str, output: Vec<u8>) -> Vector {
    Vector { name: name.to_owned(), how, inputs: Vec::new(), output, form: Form::Hex }
}

fn checksum(name: &str, inputs: Vec<(&'static str, Vec<u8>)>) -> Vector {
    let joined: Vec<u8> = inputs.iter().flat_map(|(_, input)| input.clone()).collect();
    let output = crc32c(&joined).to_be_bytes().to_vec();
    Vector { name: name.to_owned(), how: "CRC-32C", inputs, output, form: Form::Hex }
}

/// CRC-32C, bit by bit: reflected, polynomial 1EDC6F41, begun and ended with all ones.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    })
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |value, byte| value << 8 | usize::from(*byte))
}

/// Published values (RFC 3720 appendix B.4, FIPS 202) and, of ours, the ones that an implementation
/// in another language which shares no code with this one has found as well.
#[test]
fn the_format_has_not_changed() {
    let vectors = all();
    let check = |name: &str, expected: &str| {
        let found = vectors.iter().find(|vector| vector.name == name).map(|vector| &vector.output);
        assert_eq!(found.map(hex::encode).as_deref(), Some(expected), "{name}");
    };
    check("CRC-32C of \"123456789\"", "e3069283");
    check("SHAKE of nothing", "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f");
    assert_eq!(segment(SEGMENTS[0])[8..40], *Digest::ZERO.as_bytes());
    let log_id = vectors.iter().find(|vector| vector.name.ends_with("the log id")).unwrap();
    assert_eq!(segment(SEGMENTS[1])[8..40], log_id.output);
}
