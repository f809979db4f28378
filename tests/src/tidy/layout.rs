//! Where things live, and how long a file may be.

use crate::support::{SourceFile, root, rust_files};
use std::collections::BTreeSet;
use std::fs;

/// Lines a source file may have.
const FILE_LINES_MAX: usize = 400;

#[test]
fn the_root_holds_exactly_the_folders_and_files_of_the_design() {
    let expected: BTreeSet<&str> = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "cli",
        "commands",
        "docs",
        "fixtures",
        "fuzz",
        "hashing",
        "ledger",
        "projections",
        "runtime",
        "tests",
    ]
    .into();
    let found: BTreeSet<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.') && name != "target")
        .collect();
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = rust_files()
        .iter()
        .filter(|file| file.text.lines().count() > FILE_LINES_MAX)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn module_roots_only_declare_and_document() {
    let deciding: Vec<String> = rust_files()
        .iter()
        .filter(|file| file.path.ends_with("/mod.rs") || file.path.ends_with("/lib.rs"))
        .flat_map(lines_with_code)
        .collect();
    assert!(deciding.is_empty(), "move these out of mod.rs and lib.rs: {deciding:#?}");
}

fn lines_with_code(file: &SourceFile) -> Vec<String> {
    let starts = [
        "fn ",
        "pub fn ",
        "pub(crate) fn ",
        "impl",
        "struct ",
        "pub struct ",
        "enum ",
        "pub enum ",
    ];
    let text = if file.is_test() { &file.text } else { file.code() };
    text.lines()
        .filter(|line| starts.iter().any(|start| line.starts_with(start)))
        .map(|line| format!("{}: {line}", file.path))
        .collect()
}

#[test]
fn every_crate_states_its_invariants() {
    let silent: Vec<String> = rust_files()
        .into_iter()
        .filter(|file| file.path.ends_with("/src/lib.rs") && !file.path.starts_with("tests/"))
        .filter(|file| !file.text.contains("Invariants"))
        .map(|file| file.path)
        .collect();
    assert!(silent.is_empty(), "crate docs without invariants: {silent:?}");
}
