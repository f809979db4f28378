//! Checkpoints and the guard around a whole log: what is signed, what is refused, what is proved.

use std::ops::ControlFlow;

use super::support::{
    CONSTITUTION, Random, SMALL, byte_string, core_with_arguments, create, genesis_arguments,
    genesis_event_of, nonces, place, record, sized_record,
};
use crate::checkpoint::{CHECKPOINTS_FILE, COSIGNED_FILE, rotation_message};
use crate::storage::Storage as _;
use crate::*;
use ed25519_dalek::{Signer as _, SigningKey};

pub(super) const OLD: [u8; 32] = [11; 32];
pub(super) const NEW: [u8; 32] = [12; 32];

/// A node: its disk, and the place of its guard.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) disk: Memory,
    pub(super) guards: Memory,
}

impl Node {
    /// The same node with disks of its own.
    pub(super) fn clone_disk(&self) -> Node {
        Node { disk: self.disk.fork(), guards: self.guards.fork() }
    }
}

fn public(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

pub(super) fn signer(log: &Log<Memory>, seed: &[u8; 32]) -> Signer {
    let id = log.log_id().to_string();
    Signer::new(&format!("weft.example/{}", &id[..16]), seed).unwrap()
}

pub(super) fn born() -> (Node, Log<Memory>, Checkpointer<Memory>) {
    signed_by_old(SMALL)
}

/// A log of its genesis that [`OLD`] signs for.
pub(super) fn signed_by_old(limits: Limits) -> (Node, Log<Memory>, Checkpointer<Memory>) {
    let node = Node { disk: Memory::new(), guards: Memory::new() };
    let event = genesis_event_of(public(&OLD));
    let core = core_with_arguments(&genesis_arguments(CONSTITUTION), &[&event], None);
    let genesis = Pending { kind: 1, core, ..record(0) };
    let log = Log::create(node.disk.clone(), limits, nonces(0), &genesis).unwrap();
    let mut log = log.guarded_by(node.guards.clone());
    let signer = signer(&log, &OLD);
    let checkpointer = log.checkpointer(signer).unwrap().unwrap();
    (node, log, checkpointer)
}

fn open(node: &Node, mode: Mode) -> Result<(Log<Memory>, Opening)> {
    let options = OpenOptions { mode, limits: SMALL, threads: 1 };
    let guards = Some(node.guards.clone());
    let mut visit = |_: &Entry<'_>| ControlFlow::Continue(());
    Log::open_guarded(node.disk.clone(), guards, options, nonces(900), &mut visit)
}

/// Commits `count` records, as many at a time as a batch takes.
pub(super) fn grow(log: &mut Log<Memory>, count: u64) -> Result<()> {
    for done in (0..count).step_by(40) {
        super::support::commit(log, (count - done).min(40))?;
    }
    Ok(())
}

pub(super) fn sign(checkpointer: &mut Checkpointer<Memory>) -> Checkpoint {
    checkpointer.follow(u64::MAX, &mut |_, _| {}).unwrap();
    checkpointer.sign().unwrap().unwrap().clone()
}

/// A log with a checkpoint after each of some batches.
fn signed() -> (Node, Vec<Checkpoint>) {
    let (node, mut log, mut checkpointer) = born();
    let mut notes = vec![sign(&mut checkpointer)];
    for count in [3, 90, 1, 200, 40] {
        grow(&mut log, count).unwrap();
        notes.push(sign(&mut checkpointer));
    }
    log.close().unwrap();
    (node, notes)
}

fn checked(node: &Node) -> Result<Report> {
    let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
    verify_guarded(&node.disk, Some(&node.guards), &[], options, &mut |_, _| {})
}

#[test]
fn what_was_signed_is_found_again() {
    let (node, notes) = signed();
    let report = checked(&node).unwrap().watched;
    assert_eq!((report.checkpoints, report.last.as_ref()), (6, notes.last()));
    assert_eq!(report.guard, GuardState::Holds { size: 335 });
    assert_eq!(report.root, notes[5].head().root);
    let (mut log, opening) = open(&node, Mode::Writer).unwrap();
    assert_eq!(opening.watched.last, notes.last().cloned());
    let signer = signer(&log, &OLD);
    let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
    assert!(log.checkpointer(self::signer(&log, &OLD)).unwrap().is_none(), "there is one");
    assert!(checkpointer.sign().unwrap().is_none(), "nothing is new");
    grow(&mut log, 300).unwrap();
    assert_eq!(sign(&mut checkpointer).head().size, 635);
    assert_eq!(checked(&node).unwrap().watched.checkpoints, 7);
}

#[test]
fn an_older_copy_is_found_by_its_guard() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 5).unwrap();
    sign(&mut checkpointer);
    let copy = Node { disk: node.disk.fork(), guards: node.guards.clone() };
    grow(&mut log, 5).unwrap();
    sign(&mut checkpointer);
    drop(log);
    let problem = GuardProblem::Shorter { size: 6, guarded: 11 };
    match open(&copy, Mode::Writer) {
        Err(Error::Guard { problem: found, .. }) => assert_eq!(found, problem),
        other => panic!("opened: {:?}", other.map(|(_, opening)| opening)),
    }
    let contradicted = GuardState::Contradicted(problem);
    assert_eq!(open(&copy, Mode::ReadOnly).unwrap().1.watched.guard, contradicted);
    assert_eq!(checked(&copy).unwrap().watched.guard, contradicted);
    let unguarded = Node { guards: Memory::new(), ..copy };
    let (mut log, opening) = open(&unguarded, Mode::Writer).unwrap();
    assert_eq!(opening.watched.guard, GuardState::Missing);
    let signer = signer(&log, &OLD);
    let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
    grow(&mut log, 1).unwrap();
    sign(&mut checkpointer);
    assert_eq!(checked(&unguarded).unwrap().watched.guard, GuardState::Holds { size: 7 });
}

#[test]
fn a_rewritten_log_has_another_root_than_its_guard() {
    let (node, mut log, mut checkpointer) = born();
    let copy = node.disk.fork();
    grow(&mut log, 5).unwrap();
    sign(&mut checkpointer);
    drop(log);
    let rewritten = Node { disk: copy, guards: node.guards.clone() };
    let alone = Node { guards: Memory::new(), ..rewritten.clone() };
    let (mut log, _) = open(&alone, Mode::Writer).unwrap();
    let others: Vec<Pending> = (1..9).map(|seq| sized_record(seq, 33)).collect();
    log.commit(&others, &mut Vec::new()).unwrap();
    drop(log);
    let contradicted = GuardState::Contradicted(GuardProblem::OtherRoot { guarded: 6 });
    assert_eq!(checked(&rewritten).unwrap().watched.guard, contradicted);
    assert!(matches!(open(&rewritten, Mode::Writer), Err(Error::Guard { .. })));
    // With the checkpoints of the first log beside it, the file itself says so.
    rewritten.disk.write(CHECKPOINTS_FILE, &node.disk.read(CHECKPOINTS_FILE).unwrap());
    assert_eq!(place(checked(&rewritten)), (6, CHECKPOINTS_FILE.to_owned(), 0));
}

#[test]
fn nothing_is_cut_below_a_checkpoint() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 4).unwrap();
    let before = node.disk.read("log/00000000000000000000.seg").unwrap();
    grow(&mut log, 4).unwrap();
    sign(&mut checkpointer);
    drop(log);
    let whole = node.disk.read("log/00000000000000000000.seg").unwrap();
    for guards in [node.guards.clone(), Memory::new()] {
        for cut in [before.len(), before.len() + 7, before.len() + 400, whole.len() - 1] {
            let disk = node.disk.fork();
            disk.write("log/00000000000000000000.seg", &whole[..cut]);
            let cut_node = Node { disk: disk.clone(), guards: guards.clone() };
            let (seq, segment, _) = place(open(&cut_node, Mode::Writer));
            assert!((5..9).contains(&seq), "record {seq}");
            assert_eq!(segment, "log/00000000000000000000.seg");
            let left = disk.read("log/00000000000000000000.seg").unwrap();
            assert_eq!(left.len(), cut, "nothing was changed");
        }
    }
    let disk = node.disk.fork();
    disk.write("log/00000000000000000000.seg", &whole[..before.len()]);
    disk.remove(CHECKPOINTS_FILE).unwrap();
    let guarded = Node { disk, guards: node.guards };
    assert!(matches!(open(&guarded, Mode::Writer), Err(Error::Guard { .. })));
}

#[test]
fn every_changed_byte_of_checkpoints_and_guard_is_found() {
    let (node, notes) = signed();
    let bytes = node.disk.read(CHECKPOINTS_FILE).unwrap();
    for at in 0..bytes.len() as u64 {
        let disk = node.disk.fork();
        disk.flip(CHECKPOINTS_FILE, at, 1 << (at % 8));
        let changed = Node { disk, guards: node.guards.clone() };
        // The end of the last note may look like a write that was cut short.
        match checked(&changed) {
            Err(Error::Integrity(found)) => assert_eq!(found.segment, CHECKPOINTS_FILE),
            Ok(report) => {
                assert!(at >= (bytes.len() - notes[5].as_bytes().len()) as u64, "byte {at}");
                assert!(report.watched.unterminated, "byte {at}");
            }
            Err(other) => panic!("byte {at}: {other}"),
        }
    }
    let guard = node.guards.paths().pop().unwrap();
    for at in 0..notes[5].as_bytes().len() as u64 {
        let guards = node.guards.fork();
        guards.flip(&guard, at, 1 << (at % 8));
        let changed = Node { disk: node.disk.clone(), guards };
        let state = checked(&changed).unwrap().watched.guard;
        let found = matches!(&state, GuardState::Contradicted(GuardProblem::Damaged { .. }));
        assert!(found, "byte {at}: {state:?}");
        assert!(matches!(open(&changed, Mode::Writer), Err(Error::Guard { .. })));
    }
}

#[test]
fn power_loss_at_every_change_keeps_what_was_signed() {
    for seed in 0..3_000_u64 {
        let mut random = Random(seed);
        let (node, mut log, mut checkpointer) = born();
        let mut least = sign(&mut checkpointer).head().size;
        let disks = [&node.disk, &node.guards];
        grow(&mut log, 1 + random.below(40)).unwrap();
        let unlucky = disks[usize::try_from(random.below(2)).unwrap()];
        unlucky.lose_power_after(random.below(12));
        if checkpointer.follow(u64::MAX, &mut |_, _| {}).is_ok()
            && let Ok(Some(note)) = checkpointer.sign()
        {
            least = note.head().size;
        }
        for disk in disks {
            disk.crash(&mut |n| random.below(n));
        }
        let (mut log, opening) = open(&node, Mode::Writer).unwrap_or_else(|error| {
            panic!("seed {seed}: {error}");
        });
        let last = opening.watched.last.as_ref().map_or(0, |last| last.head().size);
        let GuardState::Holds { size } = opening.watched.guard else { panic!("seed {seed}") };
        assert!(size >= least && last >= least.min(size), "seed {seed}: {size} {last} {least}");
        let signer = signer(&log, &OLD);
        let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
        grow(&mut log, 2).unwrap();
        sign(&mut checkpointer);
        checked(&node).unwrap();
    }
}

/// `log.rotate_key` as record `seq`, signed by a key.
pub(super) fn rotation(log: &Log<Memory>, signed_by: &[u8; 32]) -> Pending {
    let seq = log.head().size;
    let message = rotation_message(&log.log_id(), seq, &public(&NEW));
    let signature = SigningKey::from_bytes(signed_by).sign(&message).to_bytes();
    let mut event = vec![0x83, 0x03, 0x01, 0x82];
    byte_string(&mut event, &public(&NEW));
    byte_string(&mut event, &signature);
    Pending { kind: 3, core: core_with_arguments(&[0xa0], &[&event], None), ..record(seq) }
}

#[test]
fn a_rotated_key_signs_what_comes_after() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 3).unwrap();
    sign(&mut checkpointer);
    log.commit(&[rotation(&log, &OLD)], &mut Vec::new()).unwrap();
    grow(&mut log, 3).unwrap();
    checkpointer.follow(u64::MAX, &mut |_, _| {}).unwrap();
    assert!(!checkpointer.can_sign());
    checkpointer.set_signer(signer(&log, &NEW));
    assert!(checkpointer.can_sign());
    assert_eq!(sign(&mut checkpointer).head().size, 8);
    let report = checked(&node).unwrap().watched;
    assert_eq!(report.keys.history(), [(0, public(&OLD)), (4, public(&NEW))]);
    assert_eq!(report.checkpoints, 2);
    // The old key signs nothing that large any more.
    grow(&mut log, 1).unwrap();
    checkpointer.follow(u64::MAX, &mut |_, _| {}).unwrap();
    checkpointer.set_signer(signer(&log, &OLD));
    assert!(matches!(checkpointer.sign(), Err(Error::Checkpoint { .. })));
    assert!(matches!(checkpointer.sign(), Err(Error::Halted)));
}

#[test]
fn a_rotation_needs_the_old_key() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 3).unwrap();
    log.commit(&[rotation(&log, &NEW)], &mut Vec::new()).unwrap();
    let flaw = |result: Result<u64>| match result {
        Err(Error::Integrity(found)) => (found.seq, found.reason),
        other => panic!("{other:?}"),
    };
    let expected = (4, Reason::RotationSignature);
    assert_eq!(flaw(checkpointer.follow(u64::MAX, &mut |_, _| {})), expected);
    drop(log);
    assert_eq!(flaw(checked(&node).map(|_| 0)), expected);
    assert_eq!(place(open(&node, Mode::Writer)).0, 4);
}

#[test]
fn cosignatures_are_kept_and_checked() {
    let (node, mut log, mut checkpointer) = born();
    let mut notes = Vec::new();
    for count in [3, 9, 2] {
        grow(&mut log, count).unwrap();
        notes.push(sign(&mut checkpointer));
    }
    let secret = SigningKey::from_bytes(&[5; 32]);
    let witness = WitnessKey::new("witness.example", &secret.verifying_key().to_bytes()).unwrap();
    let cosign = |note: &Checkpoint, time: u64| {
        let text = String::from_utf8(note.as_bytes().to_vec()).unwrap();
        let text = text.split_once("\n\n").unwrap().0;
        let message = format!("cosignature/v1\ntime {time}\n{text}\n");
        let signature = secret.sign(message.as_bytes()).to_bytes();
        let signature = [&time.to_be_bytes()[..], &signature].concat();
        let line = signed_note::Signature::new("witness.example".into(), witness.id(), signature);
        Checkpoint::parse(&[note.as_bytes(), &line.unwrap().to_bytes()].concat()).unwrap()
    };
    let other = SigningKey::from_bytes(&[6; 32]).verifying_key().to_bytes();
    let other = WitnessKey::new("witness.example", &other).unwrap();
    let keys = checkpointer.keys();
    let keep = |note: &Checkpoint, witnesses: &[WitnessKey]| {
        keep_cosigned(&node.disk, &log.reader(), keys, witnesses, note)
    };
    let refused = |kept: Result<Kept>| match kept {
        Err(Error::Cosigned { problem }) => problem,
        other => panic!("{other:?}"),
    };
    let unsigned = |key: &str| NoteProblem::Unsigned { key: key.to_owned() };
    assert_eq!(refused(keep(&notes[1], &[])), unsigned("a witness"));
    let (newer, older) = (cosign(&notes[1], 1_700_000_000), cosign(&notes[0], 1_600_000_000));
    let by_other = refused(keep(&newer, &[witness.clone(), other.clone()]));
    assert_eq!(by_other, unsigned(&other.to_string()));
    assert!(node.disk.read(COSIGNED_FILE).is_none(), "nothing is kept");
    assert_eq!(keep(&newer, std::slice::from_ref(&witness)).unwrap(), Kept::Added);
    assert_eq!(keep(&newer, &[]).unwrap(), Kept::Known);
    // What a crash left is cut, and is no place to go on from.
    let whole = node.disk.read(COSIGNED_FILE).unwrap();
    node.disk.write(COSIGNED_FILE, &[&whole[..], &older.as_bytes()[..90]].concat());
    assert_eq!(keep(&older, std::slice::from_ref(&witness)).unwrap(), Kept::Added);
    let both = node.disk.read(COSIGNED_FILE).unwrap();
    assert_eq!(both, [newer.as_bytes(), older.as_bytes()].concat());
    // The log's own key over another tree, and more records than there are.
    let wrong = |size| {
        let note = signer(&log, &OLD).sign(TreeHead { size, root: Root([9; 32]) }).unwrap();
        keep(&cosign(&note, 1_650_000_000), std::slice::from_ref(&witness))
    };
    assert!(matches!(wrong(4), Err(Error::TreeMismatch { size: 4 })));
    assert!(matches!(wrong(99), Err(Error::NotInTree { seq: 99, .. })));
    assert_eq!(node.disk.read(COSIGNED_FILE).unwrap(), both);
    let verified = |known: &WitnessKey| {
        let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
        let witnesses = [known.clone()];
        verify_guarded(&node.disk, Some(&node.guards), &witnesses, options, &mut |_, _| {})
    };
    let seen = verified(&witness).unwrap().watched.cosignatures;
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].0, seen[0].1.unix_seconds), (notes[1].head(), 1_700_000_000));
    assert!(verified(&other).unwrap().watched.cosignatures.is_empty());
    let cosigned = node.disk.read(COSIGNED_FILE).unwrap();
    let time = cosigned.len() as u64 - 40;
    node.disk.flip(COSIGNED_FILE, time, 1);
    assert_eq!(place(verified(&witness)).1, COSIGNED_FILE);
}

#[test]
fn a_log_without_a_key_of_its_own_is_not_signed_for() {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    let signer = signer(&log, &OLD);
    let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
    checkpointer.follow(u64::MAX, &mut |_, _| {}).unwrap();
    assert!(!checkpointer.can_sign());
    assert!(matches!(checkpointer.sign(), Err(Error::Checkpoint { .. })));
}

#[test]
fn what_is_signed_was_read_from_the_file() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 5).unwrap();
    node.disk.flip("log/00000000000000000000.seg", 900, 1);
    let followed = checkpointer.follow(u64::MAX, &mut |_, _| {});
    assert!(matches!(followed, Err(Error::Integrity(_))), "{followed:?}");
    assert!(matches!(checkpointer.sign(), Err(Error::Halted)));
}
