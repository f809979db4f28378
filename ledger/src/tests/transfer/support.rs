//! What the tests of transfers share: a log with everything in it, and what can be done to it.

use std::ops::ControlFlow;

use ed25519_dalek::SigningKey;

use crate::Mode;
use crate::index::Head;
use crate::storage::{Memory, Storage};
use crate::tests::support::{
    CONSTITUTION, SMALL, commit, core_with_arguments, create, fork_event, genesis_arguments,
    genesis_event_of, nonces, open, record, record_with_payload,
};
use crate::transfer::{ExportOptions, ImportOptions, Imported, export, import};
use crate::{
    Checkpoint, Digest, Error, Log, Pending, Result, Signer, Verdict, VerifyOptions, verify,
};

/// The seed of the key that signs the samples' checkpoints.
pub(super) const SEED: [u8; 32] = [11; 32];

pub(super) use crate::tests::support::redaction;

/// Overwrites a record's payload as a redaction does.
pub(super) fn erase(memory: &Memory, seq: u64) {
    let (log, _, _) = open(memory, Mode::ReadOnly).unwrap();
    let entry = log.reader().read(seq).unwrap().unwrap();
    let path = entry.segment.to_string();
    let mut bytes = memory.read(&path).unwrap();
    let len = 16 + entry.header.payload_len as usize;
    let (start, frame) = (usize::try_from(entry.offset).unwrap(), entry.frame().len());
    bytes[start + frame - len..start + frame].fill(0);
    let mut check = bytes[56..64].to_vec();
    check.push(1);
    check.resize(9 + len, 0);
    bytes[start + 8..start + 12].copy_from_slice(&crc32c::crc32c(&check).to_be_bytes());
    bytes[start + 14] = 1;
    memory.write(&path, &bytes);
}

/// Records of every shape: 0 genesis, 1 and 2 with payloads, 3 denied by an operator with a cause,
/// 4 rejected, 5 of a node, 6 the redaction of 1, and then plain ones up to `size`.
pub(super) fn sample(size: u64) -> Memory {
    signed_sample(size, &[])
}

/// The same, with checkpoints at some sizes.
pub(super) fn signed_sample(size: u64, signed_at: &[u64]) -> Memory {
    let memory = Memory::new();
    let key = SigningKey::from_bytes(&SEED).verifying_key().to_bytes();
    let event = genesis_event_of(key);
    let core = core_with_arguments(&genesis_arguments(CONSTITUTION), &[&event], None);
    let genesis = Pending { kind: 1, core, ..record(0) };
    let mut log = Log::create(memory.clone(), SMALL, nonces(0), &genesis).unwrap();
    let origin = format!("weft.example/{}", &log.log_id().to_string()[..16]);
    let signer = Signer::new(&origin, &SEED).unwrap();
    let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
    let denied =
        Pending { verdict: Verdict::Deny, actor: 2 << 56 | 1, cause: Some(2), ..record(3) };
    let rejected =
        Pending { rejected: true, verdict: Verdict::Warn, actor: 1 << 56 | 9, ..record(4) };
    let of_node = Pending { actor: 3 << 56, verdict: Verdict::Defer, ..record(5) };
    let first =
        [record_with_payload(1, b"a secret".to_vec()), record_with_payload(2, vec![0xff; 70])];
    let then = [denied, rejected, of_node, redaction(6, 1)];
    for batch in [&first[..], &then] {
        log.commit(batch, &mut Vec::new()).unwrap();
    }
    while log.head().size < size {
        let now = log.head().size;
        let to = signed_at.iter().find(|at| **at > now).map_or(size, |at| *at);
        commit(&mut log, (to - now).min(5)).unwrap();
        if signed_at.contains(&log.head().size) {
            checkpointer.follow(u64::MAX, &mut |_, _| {}).unwrap();
            checkpointer.sign().unwrap();
        }
    }
    log.close().unwrap();
    erase(&memory, 1);
    memory
}

pub(in crate::tests) fn log_of<S: Storage>(storage: &S) -> Log<S> {
    open(storage, Mode::ReadOnly).unwrap().0
}

pub(in crate::tests) fn exported<S: Storage>(storage: &S, range: std::ops::Range<u64>) -> Vec<u8> {
    exported_with(storage, range, None)
}

pub(super) fn exported_with<S: Storage>(
    storage: &S,
    range: std::ops::Range<u64>,
    checkpoint: Option<&Checkpoint>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let options = ExportOptions { range, checkpoint, is_withheld: &|_| false };
    let done = export(&log_of(storage).reader(), &options, &mut out, &mut |_, _| {}).unwrap();
    assert_eq!(done.bytes, out.len() as u64);
    out
}

pub(in crate::tests) fn imported<S: Storage>(storage: &S, text: &[u8]) -> Result<Imported> {
    let options = ImportOptions { limits: SMALL, log_id: None };
    import(storage, options, nonces(77), &mut { text }, &mut |_, _| {})
}

/// The last checkpoint of a log of at most `size` records.
pub(super) fn note_of<S: Storage>(storage: &S, size: u64) -> Checkpoint {
    let (_, opening, _) = open(storage, Mode::ReadOnly).unwrap();
    let origin = opening.watched.keys.origin();
    crate::latest_checkpoint(storage, origin, size).unwrap().unwrap()
}

/// The genesis of a fork of a log at a position.
pub(in crate::tests) fn fork_genesis<S: Storage>(old: &S, seq: u64) -> Pending {
    let reader = log_of(old).reader();
    let link = |seq| reader.read(seq).unwrap().map_or(Digest::ZERO, |entry| entry.link);
    fork_genesis_naming(link(0), seq, link(seq))
}

pub(super) fn fork_genesis_naming(log_id: Digest, seq: u64, link: Digest) -> Pending {
    let event = fork_event(log_id, seq, link);
    let core = core_with_arguments(&genesis_arguments(CONSTITUTION), &[&event], None);
    Pending { kind: 1, core, command_id: [9; 16], ..record(0) }
}

/// Head and id of a log that verifies.
pub(in crate::tests) fn verified<S: Storage>(storage: &S) -> (Head, Digest) {
    let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
    let report = verify(storage, options, &mut |_, _| {}).unwrap();
    assert_eq!(report.tail, crate::Tail::Whole);
    (report.head, report.log_id)
}

/// Nothing of a log is in the directory, and a kernel could begin one.
pub(super) fn is_empty(memory: &Memory) {
    assert!(memory.paths().is_empty(), "{:?}", memory.paths());
}

/// What a kernel finds after a transfer that may have been cut short: a whole log, or none, and
/// never anything that it would write to or call damaged.
pub(super) fn found_by_a_kernel(memory: &Memory) -> Option<Head> {
    let disk = memory.fork();
    let options = crate::OpenOptions { threads: 1, ..crate::OpenOptions::writer() };
    let mut visit = |_: &crate::Entry<'_>| ControlFlow::Continue(());
    match Log::open(disk.clone(), options, nonces(5), &mut visit) {
        Ok((log, _)) => Some(log.head()),
        Err(Error::Unfinished) => {
            let created = create(&disk).err();
            assert!(matches!(created, Some(Error::Exists { .. })), "{created:?}");
            assert_eq!(disk.paths(), memory.paths());
            None
        }
        Err(Error::Missing) => None,
        Err(other) => panic!("{other}"),
    }
}
