//! The checker in Python, which was written from docs/format.md alone, sees what the kernel sees.

use super::daemon::Daemon;
use super::node::Node;
use crate::support::{SEGMENTS, checker, sample_log};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use weft_ledger::limits::{FRAME_OVERHEAD_BYTES, SEGMENT_HEADER_BYTES};
use weft_ledger::storage::Files;
use weft_ledger::{Proof, Tail, VerifierKey, VerifyOptions, verify};
use weft_runtime::{Inspection, Native};

const CHECKPOINTS: &str = "checkpoints";

/// The files that a log consists of, by path.
type Log = BTreeMap<String, Vec<u8>>;

/// One log more than a tile of the tree long, of several runs of the kernel.
fn grown() -> Node {
    let mut daemon = Daemon::start();
    for path in ["/apps/a", "/apps/b"] {
        daemon.json(["tree", "put", path, "--meta", "word=secret"]);
    }
    daemon.kill();
    daemon.start_again();
    daemon.weft(["tree", "put", "/kernel/no"]).fails(1, &["reserved"]);
    daemon.done(["kernel", "stop"]);
    let node = daemon.into_node();
    node.fill(300);
    node.json(["tree", "put", "/apps/c"]);
    // A record that names a blob.
    node.spawn("reader");
    node.json(["ipc", "send", "reader", &"large ".repeat(3_000)]);
    node
}

#[test]
fn a_fresh_log_is_the_same_to_both() {
    let node = grown();
    let data_dir = node.data_dir();
    let status = node.json(["chain", "status"]);
    let report = node.json(["chain", "verify"]);
    let guard = node.outside(".local/state/weft/guard");
    let guard = guard.join(status["log_id"].as_str().unwrap());
    let checked =
        checker(["log".as_ref(), data_dir.as_os_str(), "--guard".as_ref(), guard.as_ref()]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    let found = &checked.documents[0];
    for name in ["log_id", "size", "head"] {
        assert_eq!(found[name], status[name], "{name}");
    }
    assert!(found["size"].as_u64().unwrap() > 300, "{found}");
    assert_eq!(found["checkpoint"], status["checkpoint"]["size"]);
    assert_eq!((&found["root"], &found["checkpoint"]), (&report["root"], &found["size"]));
    assert_eq!(found["root"], status["checkpoint"]["root"]);
    assert_eq!(found["checkpoints"], report["checkpoints"]["checked"]);
    assert!(found["checkpoints"].as_u64().unwrap() > 3, "{found}");
    assert_eq!((&found["torn"], &found["pending"]), (&Value::Null, &json!([])));
}

#[test]
fn a_proof_is_the_same_to_both() {
    let node = grown();
    let key = node.json(["chain", "status"])["public_key"].as_str().unwrap().to_owned();
    let file = node.outside("proof");
    let file_name = file.to_str().unwrap().to_owned();
    for (record, reveal) in
        [("0", None), ("2", Some("--reveal")), ("256", None), ("@", Some("--reveal"))]
    {
        let proof = node.done(["chain", "prove", record].into_iter().chain(reveal));
        fs::write(&file, &proof).unwrap();
        let checked = checker(["proof", &file_name, "--key", &key]);
        assert_eq!(checked.code, 0, "{}", checked.stderr);
        let ours = node.json(["chain", "check", &file_name, "--key", &key]);
        for name in ["seq", "link", "size", "core", "payload"] {
            assert_eq!(checked.documents[0][name], ours[name], "{name} of record {record}");
        }
    }
    let bytes = fs::read(&file).unwrap();
    let key = node.json(["chain", "checkpoint"])["key"].as_str().unwrap().to_owned();
    let key: VerifierKey = key.parse().unwrap();
    let damaged = TempDir::new().unwrap();
    let places = (0..bytes.len()).step_by(5).map(|at| {
        let ours = Proof::parse(&flipped(&bytes, at)).and_then(|proof| proof.check(&key));
        assert!(ours.is_err(), "byte {at}: {ours:?}");
        let place = damaged.path().join(at.to_string());
        fs::write(&place, flipped(&bytes, at)).unwrap();
        place.into_os_string()
    });
    let options = ["proof", "--key", &hex::encode(key.public_key())].map(Into::into);
    let checked = checker(options.into_iter().chain(places));
    assert_eq!(checked.documents.len(), bytes.len().div_ceil(5));
    for document in checked.documents {
        assert!(!document["broken"].is_null(), "{document}");
    }
}

#[test]
fn damage_anywhere_is_the_same_to_both() {
    let node = Node::fresh();
    for (path, meta) in [("/docs/a", Some("--meta=k=v")), ("/docs/b", None)] {
        node.json(["tree", "put", path].into_iter().chain(meta));
    }
    let whole = files_of(&node.data_dir());
    let starts = frame_starts(&node.data_dir());
    let segment = whole.keys().find(|path| path.ends_with(".seg")).unwrap().clone();
    let mut damaged = Vec::new();
    for at in places(whole[&segment].len(), &starts) {
        damaged.push(changed(
            &whole,
            &segment,
            format!("flip {at}"),
            flipped(&whole[&segment], at),
        ));
    }
    for at in (0..whole[CHECKPOINTS].len()).step_by(3) {
        let bytes = flipped(&whole[CHECKPOINTS], at);
        damaged.push(changed(&whole, CHECKPOINTS, format!("flip {at}"), bytes));
    }
    let found = compare(&damaged);
    // Only a last note that has lost its end looks like a write that was cut short.
    assert!(found.intact.iter().all(|name| name.starts_with(CHECKPOINTS)), "{:?}", found.intact);
    assert!(found.intact.len() < 5 && found.broken > 300, "{found:?}");
}

#[test]
fn cuts_and_shifts_are_the_same_to_both() {
    let node = Node::fresh();
    for path in ["/docs/a", "/docs/b", "/docs/c"] {
        node.json(["tree", "put", path, "--meta", "k=v"]);
    }
    let whole = files_of(&node.data_dir());
    let segment = whole.keys().find(|path| path.ends_with(".seg")).unwrap().clone();
    let (frames, notes) = (whole[&segment].clone(), whole[CHECKPOINTS].clone());
    let starts = frame_starts(&node.data_dir());
    let mut damaged = Vec::new();
    let mut unsigned = whole.clone();
    unsigned.remove(CHECKPOINTS);
    for log in [&whole, &unsigned] {
        for len in (0..frames.len()).step_by(29) {
            damaged.push(changed(log, &segment, format!("cut at {len}"), frames[..len].to_vec()));
        }
        for (name, bytes) in [
            ("zeros behind", [&frames[..], &[0; 4_096]].concat()),
            ("garbage behind", [&frames[..], b"half a frame"].concat()),
            ("zeros and garbage behind", [&frames[..], &[0; 64], b"x"].concat()),
            ("a frame twice", [&frames[..], &frames[starts[3]..]].concat()),
            ("a frame less", [&frames[..starts[1]], &frames[starts[2]..]].concat()),
            ("two frames swapped", swapped(&frames, &starts)),
        ] {
            damaged.push(changed(log, &segment, name.to_owned(), bytes));
        }
        for at in places(frames.len(), &starts).into_iter().filter(|at| *at >= starts[2]) {
            damaged.push(changed(log, &segment, format!("flip {at}"), flipped(&frames, at)));
        }
    }
    for len in (0..notes.len()).step_by(13) {
        damaged.push(changed(&whole, CHECKPOINTS, format!("cut at {len}"), notes[..len].to_vec()));
    }
    let found = compare(&damaged);
    assert!(found.intact.len() > 50 && found.torn > 20 && found.broken > 100, "{found:?}");
}

#[test]
fn damage_to_a_log_of_two_segments_is_the_same_to_both() {
    let memory = sample_log();
    let read = |path: &str| (path.to_owned(), memory.read(path).unwrap());
    let whole: Log = SEGMENTS.into_iter().map(read).collect();
    let [first, second] = SEGMENTS;
    let mut damaged = vec![("whole".to_owned(), whole.clone())];
    for path in [first, second] {
        for at in (0..whole[path].len()).step_by(11) {
            damaged.push(changed(&whole, path, format!("flip {at}"), flipped(&whole[path], at)));
            damaged.push(changed(&whole, path, format!("cut at {at}"), whole[path][..at].to_vec()));
        }
        let zeros = [&whole[path][..], &[0; 8]].concat();
        damaged.push(changed(&whole, path, "zeros behind".to_owned(), zeros));
        let (mut without, mut with) = (whole.clone(), whole.clone());
        without.remove(path);
        with.insert("log/notes.txt".to_owned(), Vec::new());
        damaged.extend([(format!("{path} missing"), without), ("a stranger".to_owned(), with)]);
    }
    let (one, two) = (whole[first].clone(), whole[second].clone());
    let swapped = [(first.to_owned(), two), (second.to_owned(), one)];
    damaged.push(("segments swapped".to_owned(), swapped.into()));
    let found = compare(&damaged);
    assert!(!found.intact.is_empty() && found.torn > 20 && found.broken > 100, "{found:?}");
}

/// What became of damaged copies, in the eyes of both.
#[derive(Debug, Default)]
struct Found {
    /// Those that are whole to both.
    intact: Vec<String>,
    torn: usize,
    broken: usize,
}

/// Shows each copy to both checkers, which have to see the same.
fn compare(copies: &[(String, Log)]) -> Found {
    let root = TempDir::new().unwrap();
    let places: Vec<_> =
        (0..copies.len()).map(|number| root.path().join(number.to_string())).collect();
    for ((_, log), place) in copies.iter().zip(&places) {
        fs::create_dir_all(place.join("log")).unwrap();
        log.iter().for_each(|(path, bytes)| fs::write(place.join(path), bytes).unwrap());
    }
    let arguments = places.iter().map(|place| place.as_os_str());
    let checked = checker(std::iter::once("log".as_ref()).chain(arguments));
    assert_eq!(checked.documents.len(), copies.len(), "{}", checked.stderr);
    let mut found = Found::default();
    for (((name, _), place), theirs) in copies.iter().zip(&places).zip(&checked.documents) {
        let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
        let ours = verify(&Files::new(place), options, &mut |_, _| ());
        let Ok(report) = ours else {
            assert!(!theirs["broken"].is_null(), "{name}: {:?}, and not to Python", ours.err());
            found.broken += 1;
            continue;
        };
        assert!(theirs["broken"].is_null(), "{name}: only to Python {theirs}");
        assert_eq!(theirs["log_id"], json!(report.log_id.to_string()), "{name}");
        assert_eq!(theirs["size"], json!(report.head.size), "{name}");
        assert_eq!(theirs["head"]["link"], json!(report.head.link.to_string()), "{name}");
        assert_eq!(theirs["root"], json!(hex::encode(report.watched.root.0)), "{name}");
        assert_eq!(theirs["checkpoints"], json!(report.watched.checkpoints), "{name}");
        assert_eq!(theirs["unterminated"], json!(report.watched.unterminated), "{name}");
        let torn = match &report.tail {
            Tail::Whole => Value::Null,
            Tail::Cut(torn) | Tail::Unsettled(torn) => {
                found.torn += 1;
                json!({"seq": torn.seq, "offset": torn.offset, "bytes": torn.bytes})
            }
        };
        assert_eq!(theirs["torn"], torn, "{name}");
        found.intact.push(name.clone());
    }
    found
}

fn files_of(data_dir: &Path) -> Log {
    let mut log = Log::new();
    for entry in fs::read_dir(data_dir.join("log")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        log.insert(format!("log/{name}"), fs::read(data_dir.join("log").join(&name)).unwrap());
    }
    log.insert(CHECKPOINTS.to_owned(), fs::read(data_dir.join(CHECKPOINTS)).unwrap());
    log
}

/// Where the frames begin.
fn frame_starts(data_dir: &Path) -> Vec<usize> {
    let inspection = Inspection::open(&Native::new(data_dir)).unwrap();
    let entries = inspection.reader().range(0..u64::MAX);
    entries.map(|entry| entry.unwrap().offset as usize).collect()
}

/// Every byte that says how to read others, and some of the rest.
fn places(len: usize, frames: &[usize]) -> Vec<usize> {
    let near = |at: &usize| {
        let around = |start: &usize| (*start..start + FRAME_OVERHEAD_BYTES).contains(at);
        *at < SEGMENT_HEADER_BYTES || frames.iter().any(around)
    };
    (0..len).filter(|at| if near(at) { at % 3 == 0 } else { at % 23 == 0 }).collect()
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1 << (at % 8);
    bytes
}

fn swapped(frames: &[u8], starts: &[usize]) -> Vec<u8> {
    let [before, one, two] =
        [&frames[..starts[2]], &frames[starts[2]..starts[3]], &frames[starts[3]..]];
    [before, two, one].concat()
}

fn changed(log: &Log, path: &str, what: String, bytes: Vec<u8>) -> (String, Log) {
    let mut log = log.clone();
    log.insert(path.to_owned(), bytes);
    (format!("{path}: {what}"), log)
}

#[test]
fn a_redaction_is_the_same_to_both_complete_or_not() {
    let node = Node::fresh();
    node.json(["tree", "put", "/docs/a", "--meta", "word=secret"]);
    node.json(["tree", "put", "/docs/b", "--meta", "word=harmless"]);
    let place = node.json(["show", "1"]);
    node.json(["chain", "redact", "1", "--reason", "it was to be forgotten"]);
    let end = node.json(["show", "2"])["offset"].as_u64().unwrap();
    assert!(place["offset"].as_u64().unwrap() < end);
    let pending = || {
        let checked = checker(["log".as_ref(), node.data_dir().as_os_str()]);
        assert_eq!(checked.code, 0, "{}", checked.stderr);
        let storage = Files::new(node.data_dir());
        let ours = verify(&storage, VerifyOptions::default(), &mut |_, _| ()).unwrap();
        assert_eq!(checked.documents[0]["pending"], json!(ours.pending.seqs));
        ours.pending.seqs
    };
    assert_eq!(pending(), [0; 0]);
    // A byte of what was erased, as a crash in the middle leaves it.
    let segment = node.segment();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[usize::try_from(end).unwrap() - 1] = b'x';
    fs::write(&segment, bytes).unwrap();
    assert_eq!(pending(), [1]);
    node.json(["tree", "put", "/docs/c"]);
    assert_eq!(pending(), [0; 0]);
}
