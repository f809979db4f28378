//! The small log of docs/format.md, cut into the parts that targets begin from.

use std::sync::LazyLock;
use weft_ledger::limits::HEADER_BYTES;
use weft_ledger::{Memory, VerifyOptions, verify};
use weft_runtime::{Inspection, Sim, SimClock};

/// The first segment's path.
const FIRST: &str = "log/00000000000000000000.seg";

const HEX: [(&str, &str); 2] = [
    (FIRST, include_str!("../../../fixtures/golden/log/00000000000000000000.seg.hex")),
    (
        "log/00000000000000000005.seg",
        include_str!("../../../fixtures/golden/log/00000000000000000005.seg.hex"),
    ),
];

static KEY: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let report = verify(&Golden::memory(), VerifyOptions::default(), &mut |_, _| ()).unwrap();
    report.watched.keys.key_for(report.head.size).unwrap()
});

static HEADERS: LazyLock<Vec<[u8; HEADER_BYTES]>> = LazyLock::new(|| {
    let platform = Sim::new(Golden::memory(), SimClock::default(), 0);
    let inspection = Inspection::open(&platform).unwrap();
    let entries = inspection.reader().range(0..u64::MAX);
    entries.map(|entry| *entry.unwrap().header_bytes()).collect()
});

/// The log in `fixtures/golden/log`.
pub struct Golden;

static SEGMENTS: LazyLock<Vec<(&str, Vec<u8>)>> =
    LazyLock::new(|| HEX.map(|(path, hex)| (path, decode(hex))).into());

impl Golden {
    /// Its segments: paths and bytes.
    #[must_use]
    pub fn segments() -> &'static [(&'static str, Vec<u8>)] {
        &SEGMENTS
    }

    /// A data directory with all of it.
    #[must_use]
    pub fn memory() -> Memory {
        let memory = Memory::new();
        Golden::segments().iter().for_each(|(path, bytes)| memory.write(path, bytes));
        memory
    }

    /// Its public key.
    pub(crate) fn key() -> [u8; 32] {
        *KEY
    }

    /// The headers of its records.
    pub(crate) fn headers() -> &'static [[u8; HEADER_BYTES]] {
        &HEADERS
    }

    /// A data directory with record 0 alone, and `frames` behind it.
    pub(crate) fn with_frames(frames: &[u8]) -> Memory {
        let memory = Memory::new();
        memory.write(FIRST, &[Golden::birth(), frames].concat());
        memory
    }

    /// The first segment's path.
    pub(crate) fn path() -> &'static str {
        FIRST
    }

    /// The first segment's header and record 0.
    pub(crate) fn birth() -> &'static [u8] {
        let (_, bytes) = &Golden::segments()[0];
        let len = u32::from_be_bytes(*bytes[64..].first_chunk().unwrap()) as usize;
        &bytes[..64 + len]
    }
}

fn decode(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.lines().filter(|line| !line.starts_with('#')).flat_map(str::bytes).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}
