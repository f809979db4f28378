//! Making proofs and checking them, with tiles in memory and with tiles on the disk.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use ed25519_dalek::{Signer as _, SigningKey};
use weft_ledger::{
    Checkpoint, Entry, Files, Log, OpenOptions, Proof, Reveal, TreeReader, check_inclusion,
    latest_checkpoint, leaf,
};

use crate::records::{SEED, nonces};
use crate::report;

/// Proofs of each kind.
const PROOFS: u64 = 20_000;

/// Records that a caller who asks for one after another stays within: eight full tiles.
const NEAR: u64 = 2_048;

pub(crate) fn compare(folder: &Path) {
    let files = Files::new(folder.join("node"));
    let options = OpenOptions::read_only();
    let mut visit = |_: &Entry<'_>| ControlFlow::Continue(());
    let (log, opening) =
        Log::open(files.clone(), options, nonces(), &mut visit).expect("the log is good");
    let keys = opening.watched.keys;
    let note = latest_checkpoint(&files, keys.origin(), opening.head.size);
    let note = note.expect("a file of notes").expect("a checkpoint");
    let head = note.head();
    println!("proofs in a tree of {} records", head.size);

    let floor = signature();
    report("Ed25519 verification, strict", floor, "us", "the floor of checking");
    let mut tree = TreeReader::new(files.clone(), log.reader());
    let anywhere = |nth: u64| nth.wrapping_mul(0x9e37_79b9_7f4a_7c15) % head.size;
    let near = |nth: u64| nth.wrapping_mul(7_919) % NEAR.min(head.size);
    each(NEAR, |nth| drop(tree.inclusion(&head, nth % head.size)));
    let warm = each(PROOFS, |nth| {
        black_box(tree.inclusion(&head, near(nth)).expect("the log is good"));
    });
    report("inclusion, its tiles in memory", warm, "us", &beside_goal(warm));
    let cached = each(PROOFS, |nth| {
        black_box(tree.inclusion(&head, anywhere(nth)).expect("the log is good"));
    });
    report("inclusion, anywhere in the log", cached, "us", &beside_goal(cached));
    let cold = each(200, |nth| {
        let mut tree = TreeReader::new(files.clone(), log.reader());
        black_box(tree.inclusion(&head, anywhere(nth)).expect("the log is good"));
    });
    report("inclusion, a new reader each", cold, "us", "");

    let entry = log.reader().read(head.size / 3).expect("the log is good").expect("a record");
    let path = tree.inclusion(&head, entry.header.seq).expect("the log is good");
    let check = each(PROOFS, |_| {
        let leaf = leaf(entry.header_bytes());
        check_inclusion(&head, entry.header.seq, leaf, &path).expect("the proof holds");
    });
    report("check of an inclusion", check, "us", &format!("{} hashes", path.len() + 1));
    whole(&mut tree, &entry, &note, floor);
}

/// A proof as the file that `weft chain prove` writes, and its check.
fn whole(tree: &mut TreeReader<Files>, entry: &Entry<'_>, note: &Checkpoint, floor: f64) {
    let key = weft_ledger::Signer::new(note.origin(), &SEED).expect("a key's name");
    let make = |tree: &mut TreeReader<Files>| {
        Proof::make(tree, entry, note, Reveal::Record).expect("the log is good").to_text()
    };
    let text = make(tree);
    let made = each(PROOFS, |_| {
        black_box(make(tree));
    });
    report("a proof file, made", made, "us", &format!("{} bytes", text.len()));
    let checked = each(PROOFS / 10, |_| {
        let proof = Proof::parse(text.as_bytes()).expect("a proof");
        black_box(proof.check(key.key()).expect("the proof holds"));
    });
    let beside = format!("{:.2} x one signature", checked / floor);
    report("a proof file, read and checked", checked, "us", &beside);
}

fn signature() -> f64 {
    let secret = SigningKey::from_bytes(&SEED);
    let (key, message) = (secret.verifying_key(), [7_u8; 120]);
    let signature = secret.sign(&message);
    each(2_000, |_| key.verify_strict(&message, &signature).expect("the signature holds"))
}

/// Microseconds of each of `count` runs.
fn each(count: u64, mut work: impl FnMut(u64)) -> f64 {
    let started = Instant::now();
    (0..count).for_each(&mut work);
    started.elapsed().as_secs_f64() * 1e6 / count as f64
}

fn beside_goal(took: f64) -> String {
    format!("{:.2} x the goal of 50 us", took / 50.0)
}
