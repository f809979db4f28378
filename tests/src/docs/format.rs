//! docs/format.md ends with the vectors that the code makes, and that both checkers accept.

use super::golden_log::segment;
use super::signed_vectors::PROVED;
use super::vectors::{self, Form, Vector};
use crate::support::{RECORDS, SEGMENTS, assert_page, checker, head_of_page, root};
use serde_json::json;
use std::fmt::Write;
use weft_ledger::{
    Checkpoint, Memory, Proof, Reveal, TreeReader, VerifierKey, VerifyOptions, verify,
};
use weft_runtime::{Inspection, Sim, SimClock};

#[test]
fn the_vectors_on_the_page_are_those_of_the_code() {
    let mut page = head_of_page("format.md", "<!-- vectors:");
    for vector in vectors::all() {
        let Vector { name, how, inputs, output, form } = vector;
        write!(page, "\n### {name}\n\n```text\nhow: {how}\n").unwrap();
        for (name, input) in &inputs {
            writeln!(page, "{name}:\n  {}", lines(&hex::encode(input))).unwrap();
        }
        let result = match form {
            Form::Hex => format!("  {}\n", lines(&hex::encode(&output))),
            Form::Text => indented(std::str::from_utf8(&output).unwrap()),
        };
        write!(page, "result:\n{result}```\n").unwrap();
    }
    assert_page("format.md", &page);
}

#[test]
fn the_checker_in_python_computes_the_same_vectors() {
    let page = root().join("docs/format.md");
    let checked = checker(["vectors".as_ref(), page.as_os_str()]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert_eq!(checked.documents[0]["vectors"], json!(vectors::all().len()));
    let damaged = tempfile::NamedTempFile::new().unwrap();
    let text = std::fs::read_to_string(page).unwrap();
    let (before, after) = text.split_at(text.rfind("result:\n").unwrap() - 20);
    std::fs::write(damaged.path(), format!("{before}{}", after.replacen('a', "b", 1))).unwrap();
    let checked = checker(["vectors".as_ref(), damaged.path().as_os_str()]);
    assert_eq!(checked.code, 6, "a vector that was changed: {:?}", checked.documents);
}

#[test]
fn the_ledger_accepts_and_makes_what_is_signed_on_the_page() {
    let found = |name: &str| {
        let vector = vectors::all().into_iter().find(|vector| vector.name == name).unwrap();
        (vector.inputs[0].1.clone(), vector.output)
    };
    let (key, note) = found("checkpoint of the 8 records");
    let checkpoint = Checkpoint::parse(&note).unwrap();
    let key = VerifierKey::new(checkpoint.origin(), key.as_slice().try_into().unwrap()).unwrap();
    let memory = Memory::new();
    SEGMENTS.into_iter().for_each(|path| memory.write(path, &segment(path)));
    memory.write("checkpoints", &note);
    let report = verify(&memory, VerifyOptions::default(), &mut |_, _| ()).unwrap();
    assert_eq!((report.watched.checkpoints, report.head.size), (1, RECORDS.len() as u64));
    let inspection = Inspection::open(&Sim::new(memory.clone(), SimClock::default(), 0)).unwrap();
    let entry = inspection.reader().read(u64::from(PROVED)).unwrap().unwrap();
    for (name, reveal) in
        [("proof of record 2", Reveal::Header), ("proof of record 2, revealed", Reveal::Record)]
    {
        let (_, text) = found(name);
        let proof = Proof::parse(&text).unwrap();
        assert_eq!(proof.check(&key).unwrap().link, entry.link);
        let mut tree = TreeReader::new(memory.clone(), inspection.reader().clone());
        let made = Proof::make(&mut tree, &entry, &checkpoint, reveal).unwrap();
        assert_eq!(made.to_text().as_bytes(), text, "{name}");
    }
}

/// 48 bytes a line.
fn lines(hex: &str) -> String {
    let lines: Vec<&str> =
        hex.as_bytes().chunks(96).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\n  ")
}

/// Every line but empty ones two columns to the right.
fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") };
    text.lines().map(line).collect()
}
