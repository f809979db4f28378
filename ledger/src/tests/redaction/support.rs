//! What the tests of redactions share.

use crate::hash::{Hasher as _, Shake};
use crate::log::Log;
use crate::storage::Storage;
use crate::tests::support::{open, record, record_with_payload, redaction};
use crate::{Digest, Memory, Mode, Payload, Pending, VerifyOptions, verify};

/// The payload of a record, found in no other: it spans several sectors of the disk.
pub(super) fn secret(seq: u64) -> Vec<u8> {
    format!("what record {seq:04} is not to tell; ").repeat(60).into_bytes()
}

/// What no file may hold once the payload of a record is erased.
fn traces(seq: u64) -> [Vec<u8>; 2] {
    let salt = Shake::hash(&[b"payload salt", &seq.to_be_bytes()]).0[..16].to_vec();
    [format!("what record {seq:04}").into_bytes(), salt]
}

/// Whether any file of the disk holds anything of a record's payload, or of its salt.
pub(super) fn tells(memory: &Memory, seq: u64) -> bool {
    let files: Vec<Vec<u8>> = memory.paths().iter().filter_map(|path| memory.read(path)).collect();
    files.iter().any(|bytes| mentions(bytes, seq))
}

/// Whether bytes hold anything of a record's payload, or of its salt.
pub(super) fn mentions(bytes: &[u8], seq: u64) -> bool {
    traces(seq).iter().any(|trace| bytes.windows(trace.len()).any(|part| part == trace))
}

/// Commits one batch: a record with a payload at each position in `secret`, plain ones elsewhere, and
/// redactions at those in `redacted` of the second position.
pub(super) fn commit<S: Storage>(
    log: &mut Log<S>,
    count: u64,
    secrets: &[u64],
    redacted: &[(u64, u64)],
) -> crate::Result<()> {
    let size = log.head().size;
    let batch: Vec<Pending> = (size..size + count)
        .map(|seq| match redacted.iter().find(|(at, _)| *at == seq) {
            Some((_, target)) => redaction(seq, *target),
            None if secrets.contains(&seq) => record_with_payload(seq, secret(seq)),
            None => record(seq),
        })
        .collect();
    log.commit(&batch, &mut Vec::new())
}

/// Positions of pending redactions as verification finds them, with one thread and with two.
pub(super) fn pending(memory: &Memory) -> crate::Result<Vec<u64>> {
    let [one, two] = [1, 2].map(|threads| {
        let options = VerifyOptions { threads, ..VerifyOptions::default() };
        verify(memory, options, &mut |_, _| {}).map(|report| report.pending)
    });
    let (one, two) = (one?, two?);
    assert_eq!(one, two);
    assert_eq!(one.count, one.seqs.len() as u64);
    Ok(one.seqs)
}

/// Whether a reader is handed the payload of a record.
pub(super) fn shows<S: Storage>(log: &Log<S>, seq: u64) -> bool {
    let entry = log.reader().read(seq).unwrap().unwrap();
    match entry.payload() {
        Payload::Whole { bytes, .. } => bytes == secret(seq),
        Payload::None | Payload::Erased => false,
    }
}

/// The link of every record, for a reader.
pub(super) fn links(memory: &Memory) -> Vec<Digest> {
    open(memory, Mode::ReadOnly).unwrap().2
}
