//! Verification of a whole log, against hashing its bytes and nothing else.

use std::path::Path;
use std::time::Instant;

use weft_ledger::{
    Anchor, CHECKPOINTS_FILE, Digest, Files, GuardState, Hashing, LOG_DIR, Limits, Log, Notes,
    Signer, VerifyOptions, core_commit, link, verify_from, verify_guarded,
};

use crate::records::{SEED, genesis, nonces, record};
use crate::report;

const BATCH: u64 = 1_024;

/// Most records between two checkpoints: about what half a second of a busy log has.
const RECORDS_A_CHECKPOINT: u64 = 131_072;

/// Where a frame's parts begin, by docs/format.md.
const HEADER_AT: usize = 16;
const SALT_AT: usize = HEADER_AT + 128;
const CORE_AT: usize = SALT_AT + 16;

pub(crate) fn compare(folder: &Path, records: u64) {
    write(folder, records);
    let frames = Frames::read(folder);
    println!("verification of {} records, files in the page cache", frames.starts.len());
    let floor = frames.hash(2);
    let alone = frames.hash(1);
    report("SHAKE loop, two threads", floor, "records/s", "the floor");
    report("SHAKE loop, one thread", alone, "records/s", "the floor");
    for (name, hashing, threads, floor) in [
        ("verify, all on, two threads", Hashing::Shake, 2, floor),
        ("verify, all on, one thread", Hashing::Shake, 1, alone),
        ("verify --independent", Hashing::TinyKeccak, 2, floor),
    ] {
        let rate = verified(folder, VerifyOptions { hashing, threads });
        report(name, rate, "records/s", &format!("{:.2} x floor", rate / floor));
    }
    let Continued { new, whole, from } = from_the_last_but_one(folder);
    let beside = format!("{:.2} x whole, {new} records new", from / whole);
    report("verify --from the last but one", from, "ms", &beside);
}

/// A verification from the last checkpoint but one beside a whole one.
struct Continued {
    /// Records that the checkpoint does not know.
    new: u64,
    /// Milliseconds that each takes.
    whole: f64,
    from: f64,
}

fn from_the_last_but_one(folder: &Path) -> Continued {
    let (data, guards) = (Files::new(folder.join("node")), Files::new(folder.join("guards")));
    let notes = Notes::open(&data, CHECKPOINTS_FILE).expect("the file opens").expect("it is there");
    let notes: Vec<_> = notes.map(|note| note.expect("a whole note").1).collect();
    let kept = notes.iter().rev().nth(1).expect("there are two notes");
    let anchor = Anchor::new("kept".to_owned(), kept.clone());
    let options = VerifyOptions::default();
    let started = Instant::now();
    let whole = verify_guarded(&data, Some(&guards), &[], options, &mut |_, _| {});
    let (whole, whole_took) = (whole.expect("the log is good"), started.elapsed());
    let started = Instant::now();
    let from = verify_from(&data, Some(&guards), &[], &anchor, options, &mut |_, _| {});
    let (from, from_took) = (from.expect("the log is good"), started.elapsed());
    assert_eq!(whole.watched.root, from.watched.root);
    assert!(from.first_read > 0, "what is older was passed over");
    Continued {
        new: whole.head.size - anchor.head().size,
        whole: whole_took.as_secs_f64() * 1e3,
        from: from_took.as_secs_f64() * 1e3,
    }
}

/// A log with its checkpoints and its guard, signed as it grows.
fn write(folder: &Path, records: u64) {
    let (data, guards) = (Files::new(folder.join("node")), Files::new(folder.join("guards")));
    for folder in [data.root(), guards.root()] {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    let log = Log::create(data, Limits::default(), nonces(), &genesis()).expect("an empty folder");
    let mut log = log.guarded_by(guards);
    let id = log.log_id().to_string();
    let origin = format!("o/{}", id.get(..16).unwrap_or_default());
    let signer = Signer::new(&origin, &SEED).expect("a key's name");
    let checkpointer = log.checkpointer(signer).expect("a disk that writes");
    let mut checkpointer = checkpointer.expect("the first one");
    let mut sealed = Vec::new();
    while log.head().size <= records {
        let first = log.head().size;
        let batch: Vec<_> = (first..first + BATCH).map(record).collect();
        log.reserve().expect("room on the disk");
        log.commit(&batch, &mut sealed).expect("a disk that writes");
        sealed.clear();
        if log.head().size - checkpointer.size() >= RECORDS_A_CHECKPOINT.min(records / 2) {
            checkpointer.follow(u64::MAX, &mut |_, _| {}).expect("the log is good");
            checkpointer.sign().expect("a disk that writes");
        }
    }
    checkpointer.follow(u64::MAX, &mut |_, _| {}).expect("the log is good");
    checkpointer.sign().expect("a disk that writes");
    log.close().expect("a disk that syncs");
}

fn verified(folder: &Path, options: VerifyOptions) -> f64 {
    let (data, guards) = (Files::new(folder.join("node")), Files::new(folder.join("guards")));
    let started = Instant::now();
    let report = verify_guarded(&data, Some(&guards), &[], options, &mut |_, _| {});
    let report = report.expect("the log is good");
    let took = started.elapsed();
    assert_eq!(report.watched.guard, GuardState::Holds { size: report.head.size });
    report.head.size as f64 / took.as_secs_f64()
}

/// The bytes of all segments, and where each frame begins.
struct Frames {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Frames {
    fn read(folder: &Path) -> Frames {
        let mut frames = Frames { bytes: Vec::new(), starts: Vec::new() };
        let log = folder.join("node").join(LOG_DIR);
        let entries = std::fs::read_dir(log).expect("the log is there");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            let mut at = frames.bytes.len() + 64;
            frames.bytes.extend(std::fs::read(path).expect("a segment"));
            while let Some(len) = frames.word(at).filter(|len| *len > 0) {
                frames.starts.push(at);
                at += len;
            }
        }
        frames
    }

    fn word(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at + 4)?.first_chunk()?;
        usize::try_from(u32::from_be_bytes(*bytes)).ok()
    }

    /// Records per second of threads that hash the commitment and the link of every record.
    fn hash(&self, threads: usize) -> f64 {
        let share = self.starts.len().div_ceil(threads);
        let started = Instant::now();
        let sums = std::thread::scope(|scope| {
            let shares: Vec<_> = self
                .starts
                .chunks(share)
                .map(|starts| {
                    let sum = move || starts.iter().map(|at| self.hash_one(*at)).sum::<u64>();
                    scope.spawn(sum)
                })
                .collect();
            shares.into_iter().map(|share| share.join().expect("no panic")).sum::<u64>()
        });
        assert!(sums > 0, "nothing was hashed");
        self.starts.len() as f64 / started.elapsed().as_secs_f64()
    }

    fn hash_one(&self, at: usize) -> u64 {
        let part = |from: usize, len: usize| self.bytes.get(at + from..at + from + len);
        let header = part(HEADER_AT, 128).and_then(|part| part.first_chunk::<128>());
        let salt = part(SALT_AT, 16).and_then(|part| part.first_chunk::<16>());
        let len = self.word(at + HEADER_AT + 56).expect("the length of the core");
        let (header, salt) = (header.expect("a header"), salt.expect("a salt"));
        let Digest(commit) = core_commit(salt, part(CORE_AT, len).expect("a core"));
        let Digest(link) = link(header);
        u64::from(commit[0]) + u64::from(link[0])
    }
}
