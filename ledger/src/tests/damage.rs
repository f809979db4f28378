//! Damage that no crash leaves: frames moved, forged, stale, erased; segments missing or foreign.
#![expect(clippy::cast_possible_truncation, reason = "offsets of small test files")]

use crate::Mode;
use crate::storage::Memory;
use crate::tests::support::{
    FIRST, SMALL, commit, core, create, frames, frames_before, genesis, nonces, open, place,
    record, record_with_payload, several_batches, sized_record, text,
};
use crate::{Error, Log, Payload, Pending, Reason, Storage, Tail, VerifyOptions, verify};

#[test]
fn swapped_doubled_and_missing_frames_are_found() {
    let memory = several_batches();
    let frames = frames(&memory);
    let bytes = memory.read(FIRST).unwrap();
    let frame = |index: usize| {
        let (offset, len, _) = frames[index];
        &bytes[offset as usize..(offset + len) as usize]
    };
    let check = |name: &str, order: &[usize], bad: u64| {
        let mut changed = bytes[..64].to_vec();
        order.iter().for_each(|index| changed.extend(frame(*index)));
        let disk = memory.fork();
        disk.write(FIRST, &changed);
        assert_eq!(place(open(&disk, Mode::Writer).map(|_| ())).0, bad, "{name}");
    };
    check("swapped", &[0, 1, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], 2);
    check("doubled", &[0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], 3);
    check("missing", &[0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14], 5);
    check("first missing", &[1, 2, 3, 4], 0);
}

#[test]
fn stale_frames_after_a_cut_do_not_count_as_later() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    commit(&mut log, 3).unwrap();
    let before = memory.read(FIRST).unwrap();
    commit(&mut log, 9).unwrap();
    let stale = memory.read(FIRST).unwrap();
    drop(log);
    // The batch of nine is torn in its second frame; later frames of it are whole.
    let disk = memory.fork();
    let mut torn = stale.clone();
    torn[before.len() + 500] ^= 1;
    disk.write(FIRST, &torn);
    let (mut log, opening, links) = open(&disk, Mode::Writer).unwrap();
    assert!(matches!(opening.tail, Tail::Cut(_)));
    assert_eq!(links.len(), 5);
    // New batches are written over the stale bytes, and then one is torn again.
    commit(&mut log, 1).unwrap();
    commit(&mut log, 2).unwrap();
    drop(log);
    let mut mixed = disk.read(FIRST).unwrap();
    let end = mixed.len();
    mixed.extend(&stale[end..]);
    mixed[end - 10] ^= 1;
    disk.write(FIRST, &mixed);
    let (_, opening, links) = open(&disk, Mode::Writer).unwrap();
    assert_eq!(links.len(), 7);
    let Tail::Cut(torn) = opening.tail else { panic!("the tail was torn") };
    assert_eq!(disk.read(torn.saved_as.as_ref().unwrap()).unwrap(), &mixed[torn.offset as usize..]);
}

/// Payloads that hold whole frames, as a later batch would have them but for the nonce.
#[test]
fn payloads_that_imitate_frames_do_not_confuse_recovery() {
    let other = Memory::new();
    let mut log = create(&other).unwrap();
    (0..9).for_each(|_| drop(commit(&mut log, 1).unwrap()));
    let imitation = other.read(FIRST).unwrap();

    let memory = Memory::new();
    let mut log = Log::create(memory.clone(), SMALL, nonces(77), &genesis()).unwrap();
    commit(&mut log, 1).unwrap();
    let start = memory.read(FIRST).unwrap().len();
    let batch = [record(2), record_with_payload(3, imitation[64..].to_vec())];
    log.commit(&batch, &mut Vec::new()).unwrap();
    drop(log);
    // Tear the frame before the payload: recovery then scans the payload for later frames.
    for at in [start + 5, start + 100, start + 400] {
        let disk = memory.fork();
        disk.flip(FIRST, at as u64, 1);
        let (_, opening, links) = open(&disk, Mode::Writer).unwrap();
        assert_eq!(links.len() as u64, opening.head.size);
        assert!(matches!(opening.tail, Tail::Cut(_)), "{:?}", opening.tail);
        assert!(links.len() < 4);
    }
}

#[test]
fn a_reader_changes_nothing_and_reports_a_torn_tail() {
    let memory = several_batches();
    let bytes = memory.read(FIRST).unwrap();
    memory.write(FIRST, &bytes[..bytes.len() - 7]);
    let changes = memory.changes();
    let (mut log, opening, links) = open(&memory, Mode::ReadOnly).unwrap();
    let Tail::Unsettled(torn) = opening.tail else { panic!("the tail is torn") };
    assert_eq!((torn.seq, torn.saved_as, links.len()), (14, None, 14));
    assert_eq!(opening.settled, 13);
    assert!(matches!(log.reserve().err(), Some(Error::ReadOnly)));
    assert!(matches!(log.commit(&[record(14)], &mut Vec::new()).err(), Some(Error::ReadOnly)));
    let report = verify(&memory, VerifyOptions::default(), &mut |_, _| {}).unwrap();
    assert!(matches!(report.tail, Tail::Unsettled(_)));
    assert_eq!(memory.changes(), changes);
}

#[test]
fn torn_tails_never_replace_each_other() {
    let memory = several_batches();
    let bytes = memory.read(FIRST).unwrap();
    for number in 0..3 {
        memory.write(FIRST, &bytes[..bytes.len() - 7 - number]);
        let (_, opening, _) = open(&memory, Mode::Writer).unwrap();
        let Tail::Cut(torn) = opening.tail else { panic!("the tail is torn") };
        assert_eq!(torn.saved_as, Some(format!("log/torn-14-{number}")));
        let saved = memory.read(&format!("log/torn-14-{number}")).unwrap();
        assert_eq!(saved, &bytes[torn.offset as usize..bytes.len() - 7 - number]);
    }
}

#[test]
fn a_last_segment_with_only_a_header_is_legal() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    while memory.paths().len() < 2 {
        log.reserve().unwrap();
        if memory.paths().len() < 2 {
            commit(&mut log, 9).unwrap();
        }
    }
    let size = log.head().size;
    drop(log);
    let path = memory.paths().pop().unwrap();
    assert!(memory.read(&path).unwrap()[64..].iter().all(|byte| *byte == 0));
    let (mut log, opening, _) = open(&memory, Mode::Writer).unwrap();
    assert_eq!((opening.head.size, opening.tail), (size, Tail::Whole));
    commit(&mut log, 2).unwrap();
    assert_eq!(open(&memory.fork(), Mode::Writer).unwrap().2.len() as u64, size + 2);
}

#[test]
fn a_missing_or_foreign_segment_is_told() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    while memory.paths().len() < 4 {
        commit(&mut log, 9).unwrap();
    }
    drop(log);
    let paths = memory.paths();
    let bytes = memory.read(&paths[2]).unwrap();
    let check = |name: &str, segment: &[u8], expected: fn(&Reason) -> bool| {
        let disk = memory.fork();
        disk.write(&paths[2], segment);
        match open(&disk, Mode::Writer).err() {
            Some(Error::Integrity(found)) => assert!(expected(&found.reason), "{name}: {found}"),
            other => panic!("{name}: {other:?}"),
        }
    };
    let mut foreign = bytes.clone();
    foreign[8] ^= 1;
    check("foreign", &foreign, |reason| matches!(reason, Reason::SegmentLog { .. }));
    check("empty", &[], |reason| matches!(reason, Reason::SegmentShort { found: 0 }));
    check("only a header", &bytes[..64], |reason| matches!(reason, Reason::SegmentGap { .. }));
    let mut longer = bytes.clone();
    longer.extend([0; 100]);
    check("rest", &longer, |reason| matches!(reason, Reason::Rest));
    check("cut", &bytes[..bytes.len() - 3], |reason| matches!(reason, Reason::Truncated { .. }));
    let mut magic = bytes;
    magic[7] = b'2';
    check("magic", &magic, |reason| matches!(reason, Reason::SegmentMagic));
    let without = memory.fork();
    Storage::remove(&without, &paths[2]).unwrap();
    assert!(matches!(
        open(&without, Mode::Writer).err(),
        Some(Error::Integrity(found)) if matches!(found.reason, Reason::SegmentGap { .. })
    ));
}

#[test]
fn a_bit_in_the_reserve_is_a_torn_write() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    log.reserve().unwrap();
    commit(&mut log, 3).unwrap();
    drop(log);
    let len = memory.read(FIRST).unwrap().len() as u64;
    for byte in [len - 1, len - 5_000] {
        let disk = memory.fork();
        disk.flip(FIRST, byte, 1);
        let (_, opening, links) = open(&disk, Mode::Writer).unwrap();
        let Tail::Cut(torn) = opening.tail else { panic!("there is a tail") };
        assert_eq!(
            (torn.seq, links.len(), torn.reason),
            (4, 4, Reason::RestNotZero { offset: byte })
        );
    }
}

#[test]
fn an_erased_payload_needs_its_redaction() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    log.commit(&[record_with_payload(1, vec![7; 40])], &mut Vec::new()).unwrap();
    commit(&mut log, 1).unwrap();
    let erased = |memory: &Memory| {
        let (offset, len, _) = frames_before(memory, 2)[1];
        let mut bytes = memory.read(FIRST).unwrap();
        let end = (offset + len) as usize;
        bytes[end - 56..end].fill(0);
        let mut check = bytes[56..64].to_vec();
        check.push(1);
        check.extend([0; 56]);
        let offset = offset as usize;
        bytes[offset + 8..offset + 12].copy_from_slice(&crc32c::crc32c(&check).to_be_bytes());
        bytes[offset + 14] = 1;
        let disk = memory.fork();
        disk.write(FIRST, &bytes);
        disk
    };
    let without = open(&erased(&memory), Mode::Writer).err();
    match without {
        Some(Error::Integrity(found)) => {
            assert_eq!((found.seq, found.reason), (1, Reason::ErasedWithoutRecord));
        }
        other => panic!("{other:?}"),
    }
    let mut event = vec![0x83, 0x02, 0x01, 0x82, 0x01];
    text(&mut event, "asked to");
    let redaction = Pending { kind: 2, core: core(&[&event], 3, None), ..sized_record(3, 0) };
    log.commit(&[redaction], &mut Vec::new()).unwrap();
    let (log, _, _) = open(&erased(&memory), Mode::ReadOnly).unwrap();
    assert_eq!(log.reader().read(1).unwrap().unwrap().payload(), Payload::Erased);
}

#[test]
fn a_torn_tail_that_cannot_be_saved_is_not_cut() {
    let memory = several_batches();
    let bytes = memory.read(FIRST).unwrap();
    memory.write(FIRST, &bytes[..bytes.len() - 7]);
    memory.set_capacity(Some(memory.used()));
    for _ in 0..2 {
        let error = open(&memory, Mode::Writer).err();
        assert!(matches!(&error, Some(Error::Io { action: "write", .. })), "{error:?}");
        assert_eq!(memory.paths(), [FIRST]);
        assert_eq!(memory.read(FIRST).unwrap(), &bytes[..bytes.len() - 7]);
    }
    memory.set_capacity(None);
    assert!(matches!(open(&memory, Mode::Writer).unwrap().1.tail, Tail::Cut(_)));
}
