//! Frames in a segment: what may lie behind record 0 of a log.

use std::ops::ControlFlow;
use weft_ledger::transfer::{ExportOptions, ImportOptions, export, import};
use weft_ledger::{
    Error, Hashing, Log, Memory, OpenOptions, Reader, Report, Tail, VerifyOptions, kind, verify,
};
use weft_runtime::{Inspection, Sim, SimClock};

use crate::golden::Golden;
use crate::mend::mended;

/// Bytes behind record 0 are a log to both hashers or to neither, as they are and with their lengths,
/// links and checksums put right; opening cuts what verifying reports, and nothing else; what was
/// recovered leaves and comes back as the same log.
pub fn frame(data: &[u8]) {
    log(&Golden::with_frames(data));
    log(&Golden::with_frames(&mended(data)));
}

fn log(memory: &Memory) {
    let [shake, tiny_keccak] = [Hashing::Shake, Hashing::TinyKeccak]
        .map(|hashing| verify(memory, VerifyOptions { hashing, threads: 1 }, &mut |_, _| ()));
    let before = memory.read(Golden::path()).unwrap();
    match (shake, tiny_keccak) {
        (Ok(report), Ok(other)) => {
            assert_eq!(
                (report.head, &report.tail),
                (other.head, &other.tail),
                "both hashers agree"
            );
            assert!(report.head.size >= 1 && report.settled < report.head.size);
            recovered(memory, &report, &before);
        }
        (Err(error), Err(other)) => {
            assert_eq!(error.to_string(), other.to_string(), "both hashers agree");
            let opened = open(memory, OpenOptions::writer()).map(|_| ());
            assert!(opened.is_err(), "what does not verify does not open: {error}");
            assert!(memory.read(Golden::path()).unwrap() == before, "the evidence is as it was");
        }
        (shake, tiny_keccak) => panic!("the hashers differ: {shake:?}, {tiny_keccak:?}"),
    }
}

/// A log that verifies is recovered to what verifying said.
fn recovered(memory: &Memory, report: &Report, before: &[u8]) {
    // Folding refuses more; it must not fall over what it accepts.
    let folded = Inspection::open(&Sim::new(memory.fork(), SimClock::default(), 0));
    if let Ok(folded) = &folded {
        assert_eq!(folded.published.head.seq.0 + 1, report.head.size);
    }
    let log = open(memory, OpenOptions::writer()).expect("what verifies opens");
    assert_eq!(log.head(), report.head);
    let after = memory.read(Golden::path()).unwrap();
    match &report.tail {
        Tail::Whole => assert!(written(&after) == written(before), "nothing was changed"),
        Tail::Cut(torn) | Tail::Unsettled(torn) => {
            let (kept, cut) = before.split_at(torn.offset as usize);
            assert!(after == kept, "good frames stay, and the rest goes");
            let saved = memory.paths().into_iter().find(|path| path.contains("torn-"));
            let saved = memory.read(&saved.expect("torn bytes are saved")).unwrap();
            assert_eq!(saved.len() as u64, torn.bytes);
            assert!(cut.starts_with(&saved) && cut[saved.len()..].iter().all(|byte| *byte == 0));
        }
    }
    carried(&log.reader(), report);
}

/// What stands before the zeros at the end.
fn written(segment: &[u8]) -> &[u8] {
    let end = segment.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &segment[..end]
}

/// Leaves as an export and comes back. A redaction may leave payloads that are still to be erased.
fn carried(reader: &Reader<Memory>, report: &Report) {
    let mut entries = reader.range(0..u64::MAX).map(Result::unwrap);
    if entries.any(|entry| entry.header.kind == kind::REDACT && entry.header.took_effect()) {
        return;
    }
    let options =
        ExportOptions { range: 0..report.head.size, checkpoint: None, is_withheld: &|_| false };
    let mut lines = Vec::new();
    let exported = export(reader, &options, &mut lines, &mut |_, _| ()).unwrap();
    assert_eq!(exported.link, report.head.link);
    let target = Memory::new();
    let nonces = Box::new(|| [7; 16]);
    let imported =
        import(&target, ImportOptions::default(), nonces, &mut &lines[..], &mut |_, _| ()).unwrap();
    assert_eq!((imported.head, imported.log_id), (report.head, report.log_id));
}

fn open(memory: &Memory, options: OpenOptions) -> Result<Log<Memory>, Error> {
    let options = OpenOptions { threads: 1, ..options };
    let visit = &mut |_: &weft_ledger::Entry<'_>| ControlFlow::Continue(());
    Log::open(memory.clone(), options, Box::new(|| [9; 16]), visit).map(|(log, _)| log)
}
