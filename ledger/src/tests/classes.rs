//! A real damaged log for each class of damage.

use std::collections::BTreeSet;

use super::checkpoints::{Node, OLD, born, grow, sign, signer};
use super::support::{FIRST, Random, commit, create, frames, several_batches};
use crate::storage::{Memory, Storage as _};
use crate::{
    CHECKPOINTS_FILE, Class, Error, Root, SegmentHeader, Tail, TreeHead, VerifyOptions, verify,
};

fn class_of(disk: &Memory) -> Class {
    match verify(disk, VerifyOptions::default(), &mut |_, _| ()) {
        Err(error) => Class::of_error(&error).unwrap_or_else(|| panic!("no damage: {error}")),
        Ok(report) => match report.tail {
            Tail::Unsettled(_) => Class::TornTail,
            Tail::Whole | Tail::Cut(_) => panic!("it verifies"),
        },
    }
}

/// The log of several batches, with the bytes of one frame changed, and its checksum made to fit again.
fn forged(seq: usize, change: impl Fn(&mut [u8])) -> Memory {
    let disk = several_batches();
    let (offset, len, _) = frames(&disk)[seq];
    let mut bytes = disk.read(FIRST).unwrap();
    let header = SegmentHeader::decode(bytes[..64].try_into().unwrap()).unwrap();
    let (start, end) = (usize::try_from(offset).unwrap(), usize::try_from(offset + len).unwrap());
    let frame = &mut bytes[start..end];
    change(frame);
    // nonce[0..8], frame_len, batch_index, header, salt, core (FORMAT.md 3).
    let sealed = [&header.nonce.0[..8], &frame[..4], &frame[12..14], &frame[16..]].concat();
    let crc = crc32c::crc32c(&sealed).to_be_bytes();
    frame[4..8].copy_from_slice(&crc);
    disk.write(FIRST, &bytes);
    disk
}

fn signed() -> Node {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 200).unwrap();
    sign(&mut checkpointer);
    log.close().unwrap();
    node
}

#[test]
fn words_are_distinct_and_lower_case_with_hyphens() {
    let words: BTreeSet<&str> = Class::ALL.iter().map(|class| class.word()).collect();
    assert_eq!(words.len(), Class::ALL.len());
    let plain = |word: &&str| word.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase());
    assert!(words.iter().all(plain), "{words:?}");
}

#[test]
fn a_torn_tail_is_told_from_a_flipped_bit() {
    let disk = several_batches();
    let (offset, _, _) = *frames(&disk).last().unwrap();
    let torn = disk.fork();
    let bytes = disk.read(FIRST).unwrap();
    torn.write(FIRST, &bytes[..usize::try_from(offset).unwrap() + 9]);
    assert_eq!(class_of(&torn), Class::TornTail);
    let mut random = Random(3);
    for (offset, len, _) in frames(&disk).into_iter().take(12) {
        let flipped = disk.fork();
        // In header, salt or core.
        flipped.flip(FIRST, offset + 16 + random.below(len - 16), 1);
        assert_eq!(class_of(&flipped), Class::BadCrc);
    }
}

#[test]
fn forged_frames_break_commitments_and_links() {
    let last = |frame: &mut [u8]| *frame.last_mut().unwrap() ^= 1;
    assert_eq!(class_of(&forged(4, last)), Class::BadCommitment);
    // prev is the last field of the header, which begins at byte 16 of the frame.
    assert_eq!(class_of(&forged(4, |frame| frame[16 + 96] ^= 1)), Class::BrokenLink);
    // The lowest byte of seq.
    assert_eq!(class_of(&forged(4, |frame| frame[16 + 15] ^= 1)), Class::WrongOrder);
    assert_eq!(class_of(&forged(4, |frame| frame[16] ^= 1)), Class::BadRecord);
}

#[test]
fn segments_are_missed_and_looked_into() {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    (0..60).for_each(|_| drop(commit(&mut log, 10).unwrap()));
    log.close().unwrap();
    let segments: Vec<String> =
        disk.paths().into_iter().filter(|path| path.ends_with(".seg")).collect();
    assert!(segments.len() > 3);
    for path in &segments[..2] {
        let without = disk.fork();
        without.remove(path).unwrap();
        assert_eq!(class_of(&without), Class::MissingSegment);
    }
    let magic = disk.fork();
    magic.flip(&segments[1], 2, 1);
    assert_eq!(class_of(&magic), Class::BadSegment);
    let longer = disk.fork();
    let mut bytes = disk.read(&segments[1]).unwrap();
    bytes.extend([0; 9]);
    longer.write(&segments[1], &bytes);
    assert_eq!(class_of(&longer), Class::BadFrame);
}

#[test]
fn checkpoints_and_log_are_held_against_each_other() {
    let node = signed();
    let (log, _, _) = super::support::open(&node.disk, crate::Mode::ReadOnly).unwrap();
    let size = log.head().size;
    // Signed by the right key, over another tree.
    let other = signer(&log, &OLD).sign(TreeHead { size, root: Root([7; 32]) }).unwrap();
    let forged = node.disk.fork();
    forged.write(CHECKPOINTS_FILE, other.as_bytes());
    assert_eq!(class_of(&forged), Class::TreeMismatch);
    // A log that ends below what was signed for it.
    let cut = node.disk.fork();
    let last = cut.paths().into_iter().rfind(|path| path.ends_with(".seg")).unwrap();
    cut.remove(&last).unwrap();
    assert_eq!(class_of(&cut), Class::CheckpointMismatch);
    let flipped = node.disk.fork();
    flipped.flip(CHECKPOINTS_FILE, 3, 1);
    assert_eq!(class_of(&flipped), Class::CheckpointMismatch);
}

#[test]
fn an_erasure_without_its_record_is_unproven() {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    let secret = super::support::record_with_payload(1, vec![7; 40]);
    log.commit(&[secret], &mut Vec::new()).unwrap();
    commit(&mut log, 2).unwrap();
    log.close().unwrap();
    let (offset, len, _) = frames(&disk)[1];
    let mut bytes = disk.read(FIRST).unwrap();
    let (start, end) = (usize::try_from(offset).unwrap(), usize::try_from(offset + len).unwrap());
    bytes[end - 56..end].fill(0);
    let sealed = [&bytes[56..64], &[1], &[0; 56]].concat();
    bytes[start + 8..start + 12].copy_from_slice(&crc32c::crc32c(&sealed).to_be_bytes());
    bytes[start + 14] = 1;
    disk.write(FIRST, &bytes);
    assert_eq!(class_of(&disk), Class::UnprovenRedaction);
    let error = verify(&disk, VerifyOptions::default(), &mut |_, _| ()).unwrap_err();
    assert!(matches!(error, Error::Integrity(found) if found.seq == 1));
}
