//! Snapshots that power loss, damage, other versions and strangers have been at.

use super::header::HEADER_BYTES;
use super::{FramePlace, Header, SNAPSHOTS_KEPT, Snapshot, Why, newest, prune, write};
use crate::kernel::Head;
use weft_ledger::{Hasher as _, Memory, Shake, Storage as _};
use weft_projections::events::{LogGenesis, ResourceStored};
use weft_projections::{
    Actor, Constitution, DEFAULT_CONSTITUTION, Digest, Event, Kind, Record, Seq, State, Time,
    Verdict, evolve,
};

/// A snapshot of a log of so many records after genesis.
fn snapshot(seq: u64) -> Snapshot {
    let mut state = State::default();
    evolve(&mut state, &record(0, founding()));
    (1..=seq).for_each(|seq| evolve(&mut state, &record(seq, stored(seq))));
    let (link, time) = (Digest([seq.to_be_bytes()[7]; 32]), Time::from_unix_ms(1_000 + seq));
    let batch = FramePlace { segment: Seq(0), offset: 1_000 * (seq + 1) };
    Snapshot::of(state, Head { seq: Seq(seq), link, time }, batch)
}

fn record(seq: u64, event: Event) -> Record {
    Record {
        seq: Seq(seq),
        time: Time::from_unix_ms(1_000 + seq),
        kind: Kind(event.type_number()),
        actor: Actor::Kernel,
        cause: None,
        verdict: Verdict::Permit,
        rejected: false,
        constitution: (seq == 0).then(|| DEFAULT_CONSTITUTION.into()),
        events: vec![event],
        payload: None,
    }
}

fn founding() -> Event {
    Event::LogGenesis(Box::new(LogGenesis {
        origin: "weft.example/test".to_owned(),
        log_key: Digest([1; 32]),
        constitution: Constitution::digest(DEFAULT_CONSTITUTION),
        entropy: Digest([2; 32]),
        operator_key: Digest([3; 32]),
        fork: None,
    }))
}

fn stored(seq: u64) -> Event {
    Event::ResourceStored(ResourceStored {
        path: format!("/apps/file-{seq}").parse().unwrap(),
        kind: "file".parse().unwrap(),
        meta_keys: vec![],
    })
}

fn any(_: &Header) -> bool {
    true
}

fn written(seqs: &[u64]) -> Memory {
    let memory = Memory::new();
    seqs.iter().for_each(|seq| write(&memory, &snapshot(*seq)).unwrap());
    memory
}

fn path(seq: u64) -> String {
    format!("snapshots/{seq:020}.snap")
}

/// The header and the State that are found are those of one of the logs of `snapshot`; returns its length, and what was passed over.
fn find(memory: &Memory) -> (Option<u64>, Vec<String>) {
    let (found, ignored) = newest(memory, any);
    let seq = found.map(|found| {
        let seq = found.header.head.seq.0;
        let expected = snapshot(seq);
        assert_eq!(found.header, expected.header);
        assert_eq!(found.state.to_canonical_cbor(), expected.state.to_canonical_cbor());
        seq
    });
    (seq, ignored.iter().map(ToString::to_string).collect())
}

/// One snapshot, changed by `change` and with a digest that fits again; returns what is wrong with it.
fn forged(change: impl FnOnce(&mut Vec<u8>)) -> Why {
    let memory = written(&[3]);
    let mut bytes = memory.read(&path(3)).unwrap();
    bytes.truncate(bytes.len() - 32);
    change(&mut bytes);
    bytes.extend(Shake::hash(&[&bytes]).0);
    memory.write(&path(3), &bytes);
    let (found, mut ignored) = newest(&memory, any);
    assert!(found.is_none());
    assert_eq!((ignored.len(), ignored[0].file.as_str()), (1, path(3).as_str()));
    ignored.remove(0).why
}

#[test]
fn the_newest_that_fits_is_found() {
    assert_eq!(find(&Memory::new()), (None, vec![]));
    let memory = written(&[7, 3, 5]);
    assert_eq!(find(&memory), (Some(7), vec![]));
    let (found, ignored) = newest(&memory, |header| header.head.seq < Seq(5));
    assert_eq!(found.unwrap().header, snapshot(3).header);
    let said = ignored.iter().map(ToString::to_string).collect::<Vec<_>>();
    let misfit = |seq| {
        let link = snapshot(seq).header.head.link;
        format!("{}: record {seq} with link {link} is not in this log", path(seq))
    };
    assert_eq!(said, [misfit(7), misfit(5)]);
}

#[test]
fn writing_the_same_again_replaces_it() {
    let memory = written(&[3]);
    memory.flip(&path(3), 200, 1);
    write(&memory, &snapshot(3)).unwrap();
    assert_eq!(find(&memory), (Some(3), vec![]));
    assert_eq!(memory.paths(), [path(3)]);
}

#[test]
fn power_may_go_at_every_change() {
    let work = |memory: &Memory| {
        write(memory, &snapshot(4))?;
        prune(memory, Seq(4), SNAPSHOTS_KEPT)
    };
    let dry = written(&[2, 3]);
    let before = dry.changes();
    work(&dry).unwrap();
    for at in 0..=dry.changes() - before {
        for answers in 0..16u64 {
            let memory = written(&[2, 3]);
            memory.lose_power_after(at);
            let done = work(&memory).is_ok();
            let mut turn = 0;
            memory.crash(&mut |limit| {
                turn += 1;
                (answers >> (turn % 4)) % 2 % limit
            });
            let (found, ignored) = find(&memory);
            assert_eq!(ignored, [""; 0], "what has its name is whole");
            assert!(found == Some(4) || !done && found == Some(3), "{found:?} after {at} changes");
            work(&memory).unwrap();
            assert_eq!(find(&memory), (Some(4), vec![]));
            assert_eq!(memory.paths(), [path(3), path(4)], "no leftovers");
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let memory = written(&[2, 3]);
    let len = memory.read(&path(3)).unwrap().len() as u64;
    for at in 0..len {
        let mask = 1 << (at % 8);
        memory.flip(&path(3), at, mask);
        let (found, ignored) = find(&memory);
        assert_eq!((found, ignored.len()), (Some(2), 1), "byte {at}: {ignored:?}");
        assert!(ignored[0].starts_with(&path(3)), "{ignored:?}");
        memory.flip(&path(3), at, mask);
    }
    assert_eq!(find(&memory), (Some(3), vec![]));
}

#[test]
fn a_snapshot_of_another_length_is_passed_over() {
    let memory = written(&[3]);
    let bytes = memory.read(&path(3)).unwrap();
    let longer = [bytes.clone(), vec![0]].concat();
    for len in (0..bytes.len()).chain([longer.len()]) {
        memory.write(&path(3), &longer[..len]);
        let length = format!("{}: {len} bytes are not the length of a snapshot", path(3));
        assert_eq!(find(&memory), (None, vec![length]));
    }
}

#[test]
fn what_was_made_with_intent_is_passed_over_too() {
    let said = |why: Why| why.to_string();
    assert_eq!(said(forged(|bytes| bytes[7] = b'2')), "not a snapshot of this version");
    assert_eq!(
        said(forged(|bytes| bytes[11] = 99)),
        format!("state version 99, expected {}", weft_projections::STATE_VERSION)
    );
    assert_eq!(said(forged(|bytes| bytes[19] = 9)), "it is of record 9");
    assert_eq!(said(forged(|bytes| bytes[52 + 7] ^= 1)), "its state is of another record");
    let root = forged(|bytes| bytes[76] ^= 1);
    assert!(matches!(root, Why::Root { .. }), "{root}");
    let state = forged(|bytes| bytes[HEADER_BYTES..].fill(0xff));
    assert!(matches!(state, Why::State(_)), "{state}");
    let root = forged(|bytes| {
        let at = bytes.windows(6).position(|window| window == b"file-3").unwrap();
        bytes[at + 5] = b'4';
    });
    assert!(matches!(root, Why::Root { .. }), "{root}");
    let length = forged(|bytes| bytes[108..HEADER_BYTES].fill(0xff));
    assert!(matches!(length, Why::Length { .. }), "{length}");
}

#[test]
fn strangers_are_left_alone() {
    let memory = written(&[2, 3, 4]);
    let strangers = [
        "snapshots/00000000000000000009.snap.old",
        "snapshots/9.snap",
        "snapshots/99999999999999999999.snap",
        "snapshots/+0000000000000000009.snap",
        "snapshots/notes",
    ];
    strangers.iter().for_each(|path| memory.write(path, b"hello"));
    memory.write("snapshots/00000000000000000009.snap.tmp", b"half");
    assert_eq!(find(&memory), (Some(4), vec![]));
    write(&memory, &snapshot(5)).unwrap();
    prune(&memory, Seq(5), SNAPSHOTS_KEPT).unwrap();
    let mut expected: Vec<String> = strangers.map(str::to_owned).to_vec();
    expected.extend([path(4), path(5)]);
    expected.sort();
    assert_eq!(memory.paths(), expected);
}

#[test]
fn pruning_keeps_the_newest_of_this_log() {
    let memory = written(&[1, 2, 3, 8, 9]);
    prune(&memory, Seq(3), 2).unwrap();
    assert_eq!(memory.paths(), [path(2), path(3)]);
    let changes = memory.changes();
    prune(&memory, Seq(3), 2).unwrap();
    assert_eq!(memory.changes(), changes, "nothing to do");
    prune(&Memory::new(), Seq(3), 2).unwrap();
}

#[test]
fn a_disk_that_fails_is_said() {
    let memory = Memory::new();
    memory.set_capacity(Some(100));
    let error = write(&memory, &snapshot(3)).unwrap_err().to_string();
    assert!(error.starts_with(&path(3)), "{error}");
    memory.set_capacity(None);
    write(&memory, &snapshot(4)).unwrap();
    assert_eq!(memory.paths(), [path(4)]);
    assert!(memory.list("snapshots").is_ok());
}
