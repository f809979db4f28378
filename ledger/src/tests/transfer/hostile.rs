//! Exports that are damaged, cut, forged or endless.

use std::io::{BufReader, Read as _, repeat};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use crate::Mode;
use crate::storage::Memory;
use crate::tests::support::{commit, create, open, record_with_payload};
use crate::tests::transfer::support::{
    SEED, exported, exported_with, imported, is_empty, note_of, signed_sample,
};
use crate::transfer::{LINE_BYTES_MAX, Problem, check_export};
use crate::{Checkpoint, Error, NoteProblem, Reason, Root, Signer, TreeHead, TreeReader};

/// Three records, one with a payload.
fn small() -> Vec<u8> {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    log.commit(&[record_with_payload(1, b"payload".to_vec())], &mut Vec::new()).unwrap();
    commit(&mut log, 1).unwrap();
    exported(&memory, 0..u64::MAX)
}

/// The line and the problem of a text that must not be imported, and that leaves nothing.
fn refused(text: &[u8]) -> (u64, Problem) {
    let memory = Memory::new();
    let alone = check_export(&mut { text }, &mut |_, _| {}).map(|_| ());
    let found = imported(&memory, text).map(|_| ());
    is_empty(&memory);
    match (found, alone) {
        (Err(Error::Export { line, problem, .. }), Err(Error::Export { line: same, .. })) => {
            // Only an import refuses the first line of a range.
            assert!(line == same || line == 1, "lines {line} and {same}");
            (line, *problem)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_flipped_byte_is_found_in_its_line() {
    let text = small();
    for at in 0..text.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut bad = text.clone();
            bad[at] ^= mask;
            let line = 1 + text[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
            let (found, problem) = refused(&bad);
            // What the first line says of the records shows in their lines.
            let is_there = if line == 1 { found >= 1 } else { found == line };
            let is_last = line == 5 && text[at] == b'\n';
            assert!(is_there || is_last, "byte {at}, mask {mask}: line {found}: {problem}");
        }
    }
}

#[test]
fn every_flipped_byte_of_the_checkpoint_is_found_in_its_line() {
    let source = signed_sample(9, &[8]);
    let text = exported_with(&source, 0..9, Some(&note_of(&source, 9)));
    let line = text.iter().position(|byte| *byte == b'\n').unwrap();
    let start = text.windows(11).position(|part| part == b"checkpoint\"").unwrap() + 12;
    for at in start..line {
        for mask in [0x01, 0x20, 0x80] {
            let mut bad = text.clone();
            bad[at] ^= mask;
            let memory = Memory::new();
            let error = imported(&memory, &bad).err();
            let there = matches!(error, Some(Error::Export { line: 1, seq: None, .. }));
            assert!(there, "byte {at}, mask {mask}: {error:?}");
            is_empty(&memory);
        }
    }
}

#[test]
fn a_checkpoint_that_is_not_this_log_s_is_refused() {
    let source = signed_sample(12, &[7, 12]);
    let refused = |text: &[u8]| {
        let memory = Memory::new();
        let error = imported(&memory, text).err();
        is_empty(&memory);
        let Some(Error::Export { line: 1, problem, .. }) = error else { panic!("{error:?}") };
        *problem
    };
    let carrying = |note: &Checkpoint| exported_with(&source, 0..12, Some(note));
    // Signed by this log's key, over a tree that is not this log's.
    let (log, opening, _) = open(&source, Mode::ReadOnly).unwrap();
    let of =
        |seed, head| Signer::new(opening.watched.keys.origin(), seed).unwrap().sign(head).unwrap();
    let head = TreeHead { size: 7, root: Root([9; 32]) };
    let wrong = refused(&carrying(&of(&SEED, head)));
    assert!(matches!(wrong, Problem::Checkpoint(Reason::TreeMismatch { size: 7, .. })), "{wrong}");
    // The right tree, and another key.
    let root = TreeReader::new(source.clone(), log.reader()).root(7).unwrap();
    let strange = refused(&carrying(&of(&[5; 32], TreeHead { size: 7, root })));
    let unsigned = matches!(
        &strange,
        Problem::Checkpoint(Reason::Checkpoint { problem: NoteProblem::Unsigned { .. } })
    );
    assert!(unsigned, "{strange}");
    // Another log's.
    let origin = "weft.example/0123456789abcdef";
    let foreign = Signer::new(origin, &SEED).unwrap().sign(TreeHead { size: 7, root }).unwrap();
    let foreign = refused(&carrying(&foreign));
    let named = matches!(
        &foreign,
        Problem::Checkpoint(Reason::Checkpoint { problem: NoteProblem::Origin { .. } })
    );
    assert!(named, "{foreign}");
    // Of no records.
    let nothing = refused(&carrying(&of(&SEED, TreeHead { size: 0, root: Root([0; 32]) })));
    assert!(matches!(nothing, Problem::Checkpoint(_)), "{nothing}");
    // Of more records than come with it.
    let text = String::from_utf8(carrying(&note_of(&source, 12))).unwrap();
    let text = text.replace("\"end\":12,", "\"end\":11,");
    assert_eq!(refused(text.as_bytes()), Problem::CheckpointBeyond { size: 12, end: 11 });
    // An export leaves such a one out.
    let short = exported_with(&source, 0..11, Some(&note_of(&source, 12)));
    assert_eq!(imported(&Memory::new(), &short).unwrap().checkpoint, None);
}

#[test]
fn a_cut_at_every_byte_is_found() {
    let text = small();
    for end in 0..text.len() {
        let (_, problem) = refused(&text[..end]);
        assert!(matches!(problem, Problem::Cut | Problem::Ended), "cut at {end}: {problem}");
    }
}

#[test]
fn lines_that_are_missing_repeated_swapped_or_added_are_found() {
    let text = small();
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let check = |order: &[usize], expected_line: u64| {
        let text: Vec<u8> = order.iter().flat_map(|line| lines[*line]).copied().collect();
        let (line, problem) = refused(&text);
        assert_eq!(line, expected_line, "{order:?}: {problem}");
    };
    check(&[1, 2, 3, 4], 1);
    check(&[0, 2, 3, 4], 2);
    check(&[0, 1, 3, 4], 3);
    check(&[0, 1, 2, 4], 4);
    check(&[0, 1, 2, 3], 5);
    check(&[0, 0, 1, 2, 3, 4], 2);
    check(&[0, 1, 1, 2, 3, 4], 3);
    check(&[0, 1, 2, 2, 3, 4], 4);
    check(&[0, 1, 2, 3, 3, 4], 5);
    check(&[0, 1, 2, 3, 4, 4], 6);
    check(&[0, 2, 1, 3, 4], 2);
    check(&[0, 1, 3, 2, 4], 3);
    check(&[0, 4], 2);
    check(&[], 1);
}

/// One line of an export, changed.
fn changed(line: usize, change: &dyn Fn(&str) -> String) -> (u64, Problem) {
    let text = String::from_utf8(small()).unwrap();
    let lines = text.lines().enumerate().map(|(number, text)| {
        let text = if number == line { change(text) } else { text.to_owned() };
        text + "\n"
    });
    let bad: String = lines.collect();
    assert_ne!(bad, text, "the change changes something");
    refused(bad.as_bytes())
}

#[test]
fn a_line_has_one_form_only() {
    let field = |line, from: &'static str, to: &'static str| {
        let (_, problem) = changed(line, &move |text| text.replacen(from, to, 1));
        let Problem::Field { field, .. } = problem else { panic!("{from}: {problem}") };
        field
    };
    assert_eq!(field(2, ",\"time\"", ",\"more\":1,\"time\""), "seq");
    assert_eq!(field(2, "\"time\":\"1001\"", "\"time\":\"1002\""), "time");
    assert_eq!(field(2, "\"kind\":64", "\"kind\":65"), "kind");
    assert_eq!(field(2, "\"kind\":64", "\"kind\": 64"), "kind");
    assert_eq!(field(2, "\"permit\"", "\"warn\""), "verdict");
    assert_eq!(field(2, "\"rejected\":false", "\"rejected\":true"), "rejected");
    assert_eq!(field(2, "\"kernel\"", "\"operator:1\""), "actor");
    assert_eq!(field(2, "\"cause\":null", "\"cause\":0"), "cause");
    let expected = |line, change: &dyn Fn(&str) -> String| {
        let (_, problem) = changed(line, change);
        assert!(matches!(problem, Problem::Expected { .. }), "{problem}");
    };
    expected(0, &|text| text.replace("\"first\":0", "\"first\":00"));
    expected(0, &|text| text.replace("\"first\":0", "\"first\":-0"));
    expected(0, &|text| text.replace("weft-export/1", "weft-export/2"));
    expected(2, &|text| text.replace('}', ",\"more\":1}"));
    expected(2, &|text| format!("{text}\r"));
    expected(2, &|text| format!(" {text}"));
    expected(4, &|text| text.replace("\"records\":3", "\"records\":9007199254740992"));
    let (_, problem) = changed(4, &|text| text.replace("\"records\":3", "\"records\":4"));
    assert_eq!(problem, Problem::Records { found: 4, expected: 3 });
    let (_, problem) = changed(0, &|text| text.replace("\"end\":3", "\"end\":0"));
    assert_eq!(problem, Problem::Empty { first: 0, end: 0 });
}

/// A record's bytes changed, together with what the line says of them.
#[test]
fn a_forged_record_that_agrees_with_itself_breaks_the_chain() {
    let forged = |seq: usize, at: usize, byte: u8| {
        changed(1 + seq, &move |text| {
            let start = text.find("\"header\":\"").unwrap() + 10;
            let mut header = STANDARD.decode(&text[start..start + 172]).unwrap();
            header[at] = byte;
            let text = text.replacen(&text[start..start + 172], &STANDARD.encode(&header), 1);
            let link = crate::link(header.as_slice().try_into().unwrap()).to_string();
            let at = text.find("\"link\":\"").unwrap() + 8;
            let text = text.replacen(&text[at..at + 64], &link, 1);
            // The times of these records are 1000, 1001 and 1002.
            text.replace("\"time\":\"1002\"", "\"time\":\"1003\"")
        })
    };
    let (line, problem) = forged(2, 23, 0xeb);
    assert_eq!(line, 5, "only the last line says another link");
    assert!(matches!(problem, Problem::Link { .. }), "{problem}");
    let (line, problem) = forged(0, 40, 0xc1);
    assert_eq!((line, matches!(problem, Problem::Field { .. })), (2, true), "{problem}");
    let (_, problem) = forged(1, 64, 0x11);
    let wrong = [Reason::CoreCommit, Reason::Crc].map(Problem::Record);
    assert!(wrong.contains(&problem) || matches!(problem, Problem::Field { .. }), "{problem}");
}

#[test]
fn an_endless_line_takes_no_more_than_its_limit() {
    let text = small();
    let first = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for head in [&b""[..], &text[..first]] {
        let mut input = BufReader::new(head.chain(repeat(b'7')));
        let memory = Memory::new();
        let error = crate::transfer::import(
            &memory,
            crate::transfer::ImportOptions::default(),
            crate::tests::support::nonces(1),
            &mut input,
            &mut |_, _| {},
        );
        let Err(Error::Export { problem, .. }) = error else { panic!("{error:?}") };
        assert_eq!(*problem, Problem::Long { bytes_max: LINE_BYTES_MAX as u64 });
        is_empty(&memory);
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_or_good_and_nothing_panics(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..6),
    ) {
        let mut text = small();
        for (at, byte, edit) in edits {
            let at = at.index(text.len());
            match edit {
                0 => text[at] = byte,
                1 => text.insert(at, byte),
                _ => drop(text.drain(at..(at + usize::from(byte)).min(text.len() - 1))),
            }
        }
        let memory = Memory::new();
        match imported(&memory, &text) {
            Ok(_) => prop_assert_eq!(exported(&memory, 0..u64::MAX), text),
            Err(error) => {
                prop_assert!(matches!(error, Error::Export { .. }), "{}", error);
                is_empty(&memory);
            }
        }
    }
}
