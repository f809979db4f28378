//! Which crate may know which: the arrows of docs/architecture.md, exactly.

use crate::support::root;
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::BTreeSet;

/// Crates of tests, which may look at everything.
const TESTS: [&str; 2] = ["weft-harness", "weft-tests"];

/// Every arrow between crates of the workspace, tests aside.
const ARROWS: [(&str, &str); 10] = [
    ("weft", "weft-commands"),
    ("weft", "weft-ledger"),
    ("weft", "weft-projections"),
    ("weft", "weft-runtime"),
    ("weft-commands", "weft-projections"),
    ("weft-ledger", "weft-hashing"),
    ("weft-projections", "weft-hashing"),
    ("weft-runtime", "weft-commands"),
    ("weft-runtime", "weft-ledger"),
    ("weft-runtime", "weft-projections"),
];

#[test]
fn the_arrows_are_exactly_those_of_the_design() {
    let metadata =
        MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let ours: BTreeSet<String> =
        metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let mut found = BTreeSet::new();
    for package in
        metadata.packages.iter().filter(|package| !TESTS.contains(&package.name.as_str()))
    {
        for dependency in &package.dependencies {
            if dependency.kind == DependencyKind::Normal && ours.contains(&dependency.name) {
                found.insert((package.name.to_string(), dependency.name.clone()));
            }
        }
    }
    let expected: BTreeSet<(String, String)> =
        ARROWS.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    assert_eq!(found, expected);
}
