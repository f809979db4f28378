//! Exports: what they say, and that they are lossless.

use proptest::prelude::*;

use crate::Mode;
use crate::storage::{Files, Memory};
use crate::tests::support::{SMALL, commit, create, nonces, open, record, record_with_payload};
use crate::tests::transfer::support::{
    exported, exported_with, imported, log_of, note_of, sample, signed_sample, verified,
};
use crate::transfer::{
    EXPORT_FORMAT, ExportOptions, ImportOptions, Problem, check_export, export, import,
};
use crate::{Digest, Error, Limits, Payload};

#[test]
fn an_import_has_the_same_links_and_exports_the_same_bytes() {
    let source = signed_sample(120, &[60, 119]);
    let note = note_of(&source, 120);
    let text = exported_with(&source, 0..u64::MAX, Some(&note));
    let (head, log_id) = verified(&source);
    let memory = Memory::new();
    let found = imported(&memory, &text).unwrap();
    assert_eq!((found.head, found.log_id), (head, log_id));
    assert_eq!(found.checkpoint.as_ref(), Some(&note));
    assert_eq!(memory.read("checkpoints").as_deref(), Some(note.as_bytes()));
    assert_eq!(verified(&memory), (head, log_id));
    assert!(memory.paths().len() > 1, "the import rolls");
    assert_eq!(exported_with(&memory, 0..u64::MAX, Some(&note)), text);
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    imported(&files, &text).unwrap();
    assert_eq!(exported_with(&files, 0..u64::MAX, Some(&note)), text);
    let reader = log_of(&memory).reader();
    assert_eq!(reader.read(1).unwrap().unwrap().payload(), Payload::Erased);
    // The last record is a batch of its own: damage before it does not pass for a torn write.
    assert_eq!(open(&memory, Mode::ReadOnly).unwrap().1.settled, head.size - 1);
    let (mut log, _, _) = open(&memory, Mode::Writer).unwrap();
    commit(&mut log, 3).unwrap();
}

#[test]
fn with_the_format_s_own_limits_all_is_one_segment() {
    let source = sample(60);
    let text = exported(&source, 0..u64::MAX);
    let memory = Memory::new();
    let options = ImportOptions { limits: Limits::default(), log_id: None };
    let mut heard = Vec::new();
    import(&memory, options, nonces(1), &mut text.as_slice(), &mut |done, total| {
        heard.push((done, total));
    })
    .unwrap();
    assert_eq!(memory.paths(), [crate::tests::support::FIRST]);
    assert_eq!(heard, (1..=60).map(|done| (done, 60)).collect::<Vec<_>>());
    let batches: Vec<u16> =
        log_of(&memory).reader().range(0..60).map(|entry| entry.unwrap().batch_index()).collect();
    let expected: Vec<u16> = [0].into_iter().chain(0..58).chain([0]).collect();
    assert_eq!(batches, expected);
}

#[test]
fn every_line_is_json_that_says_what_the_record_is() {
    let source = signed_sample(9, &[8]);
    let note = note_of(&source, 9);
    let text = String::from_utf8(exported_with(&source, 0..u64::MAX, Some(&note))).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (head, log_id) = verified(&source);
    let first = serde_json::json!({
        "format": EXPORT_FORMAT, "log_id": log_id.to_string(), "first": 0, "end": 9,
        "checkpoint": String::from_utf8_lossy(note.as_bytes()),
    });
    assert_eq!(lines[0], first);
    let last = serde_json::json!({ "end": true, "records": 9, "link": head.link.to_string() });
    assert_eq!(lines[10], last);
    let check = |seq: usize, field: &str, expected: serde_json::Value| {
        assert_eq!(lines[1 + seq][field], expected, "record {seq}, {field}");
    };
    check(0, "actor", "kernel".into());
    check(1, "payload_state", "erased".into());
    check(1, "payload", serde_json::Value::Null);
    check(2, "payload_state", "whole".into());
    check(3, "verdict", "deny".into());
    check(3, "actor", "operator:1".into());
    check(3, "cause", 2.into());
    check(4, "rejected", true.into());
    check(4, "actor", "process:9".into());
    check(5, "actor", "node:0".into());
    check(6, "kind", 2.into());
    check(8, "cause", serde_json::Value::Null);
    check(8, "time", "1008".into());
    check(8, "seq", 8.into());
    check(8, "link", head.link.to_string().into());
}

#[test]
fn a_range_is_checked_alone_and_not_imported() {
    let source = sample(40);
    let text = exported(&source, 7..19);
    let found = check_export(&mut text.as_slice(), &mut |_, _| {}).unwrap();
    let reader = log_of(&source).reader();
    assert_eq!((found.first, found.end), (7, 19));
    assert_eq!(found.prev, reader.read(6).unwrap().unwrap().link);
    assert_eq!(found.link, reader.read(18).unwrap().unwrap().link);
    let memory = Memory::new();
    let refused = imported(&memory, &text).err();
    let Some(Error::Export { line: 1, seq: None, problem }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(*problem, Problem::Partial { first: 7 });
    assert!(memory.paths().is_empty());
    // The beginning alone makes a shorter log.
    let text = exported(&source, 0..19);
    assert_eq!(imported(&memory, &text).unwrap().head.size, 19);
}

#[test]
fn an_export_of_nothing_and_of_the_wrong_log_is_refused() {
    let source = sample(9);
    let reader = log_of(&source).reader();
    for range in [9..12, 3..3, 12..u64::MAX] {
        let options = ExportOptions { range, checkpoint: None, is_withheld: &|_| false };
        let mut out = Vec::new();
        let error = export(&reader, &options, &mut out, &mut |_, _| {}).err();
        assert!(matches!(error, Some(Error::NoRecords { size: 9, .. })), "{error:?}");
        assert!(out.is_empty());
    }
    let options = ImportOptions { limits: SMALL, log_id: Some(Digest([9; 32])) };
    let text = exported(&source, 0..9);
    let error = import(&Memory::new(), options, nonces(1), &mut text.as_slice(), &mut |_, _| {});
    let Err(Error::Export { problem, .. }) = error else { panic!("{error:?}") };
    assert!(matches!(*problem, Problem::OtherLog { .. }), "{problem}");
}

#[test]
fn what_is_withheld_goes_out_as_erased() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    log.commit(&[record_with_payload(1, b"secret".to_vec()), record(2)], &mut Vec::new()).unwrap();
    let range = 0..3;
    let options = ExportOptions { range, checkpoint: None, is_withheld: &|seq| seq > 0 };
    let mut out = Vec::new();
    export(&log.reader(), &options, &mut out, &mut |_, _| {}).unwrap();
    let text = String::from_utf8(out).unwrap();
    let count = |word| text.matches(word).count();
    assert_eq!((count("\"erased\""), count("\"none\""), count("payload_salt")), (1, 2, 0));
    check_export(&mut text.as_bytes(), &mut |_, _| {}).unwrap();
    // Nothing in it accounts for the erasure.
    let error = imported(&Memory::new(), text.as_bytes()).err().unwrap().to_string();
    assert_eq!(
        error,
        "line 3 of the export, record 1: payload is erased without a redaction record"
    );
}

#[test]
fn nothing_is_imported_where_a_log_is_or_was() {
    let text = exported(&sample(9), 0..9);
    let check = |path: &str| {
        let memory = Memory::new();
        memory.write(path, b"x");
        let error = imported(&memory, &text).err();
        assert!(matches!(&error, Some(Error::Exists { file }) if file == path), "{error:?}");
        assert_eq!(memory.paths(), [path]);
    };
    check(crate::tests::support::FIRST);
    check("log/00000000000000000009.seg");
    check("log/00000000000000000009.seg.tmp");
    check("log/torn-3-0");
    check("checkpoints");
    let memory = Memory::new();
    let lock = create(&memory).unwrap();
    assert!(matches!(imported(&memory, &text), Err(Error::Locked { .. })));
    drop(lock);
    let memory = Memory::new();
    memory.write("keys/log.key", b"kept");
    imported(&memory, &text).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_log_survives_the_way(sizes in proptest::collection::vec(0_usize..1_500, 1..60)) {
        let memory = Memory::new();
        let mut log = create(&memory).unwrap();
        for (seq, size) in (1..).zip(sizes) {
            let one = if size % 3 == 0 { record(seq) } else { record_with_payload(seq, vec![7; size]) };
            log.commit(&[one], &mut Vec::new()).unwrap();
        }
        log.close().unwrap();
        let text = exported(&memory, 0..u64::MAX);
        let other = Memory::new();
        imported(&other, &text).unwrap();
        prop_assert_eq!(verified(&other), verified(&memory));
        prop_assert_eq!(exported(&other, 0..u64::MAX), text);
    }
}
