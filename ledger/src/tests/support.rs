//! What the crate's own tests share: records, logs, seeds.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::hash::{Digest, Hasher as _, Shake};
use crate::limits::Limits;
use crate::log::{Log, Nonces};
use crate::opening::Opening;
use crate::options::{Mode, OpenOptions};
use crate::record::{PayloadPart, Pending, Verdict};
use crate::storage::Storage;
use crate::{BlobName, Error, Result, Sealed};

/// Segments roll after a few records.
pub(super) const SMALL: Limits =
    Limits { segment_bytes: 25 << 10, batch_bytes: 4 << 10, frame_bytes: 8 << 10 };

/// The law of every test log; the ledger does not read it.
pub(super) const CONSTITUTION: &str = "constitution 1\n";

/// The path of the first segment.
pub(super) const FIRST: &str = "log/00000000000000000000.seg";

/// A generator of numbers from a seed (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Nonces that differ and repeat from run to run.
pub(super) fn nonces(seed: u64) -> Nonces {
    let mut count = seed;
    Box::new(move || {
        count += 1;
        let Digest(bytes) = Shake::hash(&[b"nonce", &count.to_be_bytes()]);
        *bytes.first_chunk().unwrap()
    })
}

fn head(out: &mut Vec<u8>, major: u8, value: u64) {
    let major = major << 5;
    match value {
        0..24 => out.push(major | u8::try_from(value).unwrap()),
        24..0x100 => out.extend([major | 24, u8::try_from(value).unwrap()]),
        0x100..0x1_0000 => {
            out.push(major | 25);
            out.extend(u16::try_from(value).unwrap().to_be_bytes());
        }
        0x1_0000.. => {
            out.push(major | 26);
            out.extend(u32::try_from(value).unwrap().to_be_bytes());
        }
    }
}

pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    head(out, 3, text.len() as u64);
    out.extend(text.as_bytes());
}

pub(super) fn byte_string(out: &mut Vec<u8>, bytes: &[u8]) {
    head(out, 2, bytes.len() as u64);
    out.extend(bytes);
}

/// `{1: {1: arguments}, 2: {1: 1, 2: 0}, 3: events, ? 5: commit}`, where the arguments are
/// `{0: bytes}` with `filler` bytes in them.
pub(super) fn core(events: &[&[u8]], filler: usize, commit: Option<Digest>) -> Vec<u8> {
    let mut arguments = vec![0xa1, 0x00];
    byte_string(&mut arguments, &vec![0x5a; filler]);
    core_with_arguments(&arguments, events, commit)
}

pub(super) fn core_with_arguments(
    arguments: &[u8],
    events: &[&[u8]],
    commit: Option<Digest>,
) -> Vec<u8> {
    let mut out = Vec::new();
    head(&mut out, 5, if commit.is_some() { 4 } else { 3 });
    out.extend([0x01, 0xa1, 0x01]);
    byte_string(&mut out, arguments);
    out.extend([0x02, 0xa2, 0x01, 0x01, 0x02, 0x00, 0x03]);
    head(&mut out, 4, events.len() as u64);
    events.iter().for_each(|event| out.extend(*event));
    if let Some(commit) = commit {
        out.push(0x05);
        byte_string(&mut out, commit.as_bytes());
    }
    out
}

pub(super) fn genesis_event() -> Vec<u8> {
    genesis_event_of([1; 32])
}

pub(super) fn genesis_event_of(log_key: [u8; 32]) -> Vec<u8> {
    let mut event = vec![0x83, 0x01, 0x01, 0x85];
    text(&mut event, "weft.example");
    let Digest(constitution) = Shake::hash(&[b"weft/constitution/1", CONSTITUTION.as_bytes()]);
    for field in [log_key, constitution, [3; 32], [4; 32]] {
        byte_string(&mut event, &field);
    }
    event
}

/// The event of a genesis with the place where it leaves another log.
pub(super) fn fork_event(log_id: Digest, seq: u64, link: Digest) -> Vec<u8> {
    let mut event = genesis_event_of([7; 32]);
    event[3] = 0x88;
    byte_string(&mut event, &log_id.0);
    head(&mut event, 0, seq);
    byte_string(&mut event, &link.0);
    event
}

/// `{2: text}`: what the ledger looks at among the arguments of a genesis.
pub(super) fn genesis_arguments(constitution: &str) -> Vec<u8> {
    let mut arguments = vec![0xa1, 0x02];
    text(&mut arguments, constitution);
    arguments
}

/// A record of kind 64 without events.
pub(super) fn record(seq: u64) -> Pending {
    sized_record(seq, 100)
}

pub(super) fn sized_record(seq: u64, filler: usize) -> Pending {
    let mut command_id = [0xc0; 16];
    command_id[..8].copy_from_slice(&seq.to_be_bytes());
    Pending {
        core_version: 1,
        kind: 64,
        verdict: Verdict::Permit,
        rejected: false,
        seq,
        time: 1_000 + seq,
        actor: 0,
        cause: None,
        command_id,
        salt: *Shake::hash(&[b"salt", &seq.to_be_bytes()]).0.first_chunk().unwrap(),
        core: core(&[], filler, None),
        payload: None,
    }
}

pub(super) fn record_with_payload(seq: u64, payload: Vec<u8>) -> Pending {
    let salt = *Shake::hash(&[b"payload salt", &seq.to_be_bytes()]).0.first_chunk().unwrap();
    let part = PayloadPart::new(salt, Arc::from(payload));
    let core = core(&[], 20, Some(part.commit()));
    Pending { core, payload: Some(part), ..record(seq) }
}

/// A `log.redact` of an earlier record.
pub(super) fn redaction(seq: u64, target: u64) -> Pending {
    let mut event = vec![0x83, 0x02, 0x01, 0x82];
    head(&mut event, 0, target);
    text(&mut event, "asked to");
    Pending { kind: 2, core: core(&[&event], 3, None), ..sized_record(seq, 0) }
}

/// A record that names blobs, with or without a payload.
pub(super) fn record_naming(seq: u64, blobs: &[BlobName], payload: Option<Vec<u8>>) -> Pending {
    let part = payload.and_then(|bytes| record_with_payload(seq, bytes).payload);
    let mut core = core(&[], 20, None);
    core[0] += 1;
    core.push(0x04);
    head(&mut core, 4, blobs.len() as u64);
    blobs.iter().for_each(|name| byte_string(&mut core, name.0.as_bytes()));
    if let Some(part) = &part {
        core[0] += 1;
        core.push(0x05);
        byte_string(&mut core, part.commit().as_bytes());
    }
    Pending { core, payload: part, ..record(seq) }
}

pub(super) fn genesis() -> Pending {
    let core = core_with_arguments(&genesis_arguments(CONSTITUTION), &[&genesis_event()], None);
    Pending { kind: 1, core, ..record(0) }
}

pub(super) fn create<S: Storage>(storage: &S) -> Result<Log<S>> {
    Log::create(storage.clone(), SMALL, nonces(0), &genesis())
}

/// Opens on one thread; also the link of every record that was visited.
pub(super) fn open<S: Storage>(storage: &S, mode: Mode) -> Result<(Log<S>, Opening, Vec<Digest>)> {
    let options = OpenOptions { mode, limits: SMALL, threads: 1 };
    let mut links = Vec::new();
    let (log, opening) = Log::open(storage.clone(), options, nonces(1_000), &mut |entry| {
        links.push(entry.link);
        ControlFlow::Continue(())
    })?;
    assert_eq!(opening.head.size, links.len() as u64);
    assert_eq!(log.head(), opening.head);
    Ok((log, opening, links))
}

/// Commits `count` records of about 290 bytes.
pub(super) fn commit<S: Storage>(log: &mut Log<S>, count: u64) -> Result<Vec<Sealed>> {
    let size = log.head().size;
    let batch: Vec<Pending> = (size..size + count).map(record).collect();
    let mut sealed = Vec::new();
    log.commit(&batch, &mut sealed)?;
    Ok(sealed)
}

/// The place of an integrity error.
pub(super) fn place<T>(result: Result<T>) -> (u64, String, u64) {
    match result {
        Err(Error::Integrity(found)) => (found.seq, found.segment, found.offset),
        Err(other) => panic!("not an integrity error: {other}"),
        Ok(_) => panic!("no error"),
    }
}

/// Offset, length and position of every record of a log.
pub(super) fn frames(memory: &crate::Memory) -> Vec<(u64, u64, u64)> {
    let (log, _, _) = open(&memory.fork(), Mode::ReadOnly).unwrap();
    let entries = log.reader().range(0..u64::MAX).map(Result::unwrap);
    entries.map(|entry| (entry.offset, entry.frame_bytes(), entry.header.seq)).collect()
}

/// The first frames of the first segment, of a log that may be damaged behind them.
pub(super) fn frames_before(memory: &crate::Memory, end: u64) -> Vec<(u64, u64, u64)> {
    let bytes = memory.read(FIRST).unwrap();
    let mut at = 64;
    let mut found = Vec::new();
    for seq in 0..end {
        let start = usize::try_from(at).unwrap();
        let len = u64::from(u32::from_be_bytes(*bytes[start..].first_chunk().unwrap()));
        found.push((at, len, seq));
        at += len;
    }
    found
}

/// A log of batches of 1, 4, 3, 5 and 2 records in one segment, closed.
pub(super) fn several_batches() -> crate::Memory {
    let memory = crate::Memory::new();
    let mut log = create(&memory).unwrap();
    for count in [4, 3, 5, 2] {
        commit(&mut log, count).unwrap();
    }
    log.close().unwrap();
    memory
}
