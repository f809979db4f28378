//! docs/reliability.md names the test that shows each row, and every one of them exists.

use crate::support::root;
use std::fs;

/// The faults that the page must have a row for.
const FAULTS: [&str; 24] = [
    "power loss at every write and sync boundary",
    "torn frame",
    "lost suffix",
    "sync error",
    "ENOSPC",
    "EIO on read",
    "a flipped bit at every byte of a small log",
    "duplicated and swapped frames",
    "duplicated and swapped segments",
    "misdirected write",
    "clock going backwards",
    "two kernels on one directory",
    "deleted derived files",
    "restored old backup",
    "damage in a segment header",
    "damage in checkpoints",
    "damage in the guard",
    "damage in a blob",
    "damage in an id file",
    "damage in a snapshot, or one of another log",
    "damage in records before the snapshot",
    "power loss while a payload is erased",
    "power loss while a snapshot is written",
    "an erased payload that no record redacts",
];

/// One row of the page's tables.
struct Row<'a> {
    fault: &'a str,
    tests: Vec<&'a str>,
}

fn page() -> String {
    fs::read_to_string(root().join("docs/reliability.md")).unwrap()
}

/// The rows whose last column holds tests.
fn rows(page: &str) -> Vec<Row<'_>> {
    let lines =
        page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fault |"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 4, "fault, what the ledger does, what is seen, tests: {line}");
            Row { fault: cells[0], tests: code_spans(cells[3]) }
        })
        .collect()
}

fn code_spans(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// What is wrong with `<file>::<function>` as the name of a test.
fn problem(name: &str) -> Option<String> {
    let Some((file, function)) = name.split_once("::") else {
        return Some(format!("{name} is not <file>::<function>"));
    };
    let Ok(text) = fs::read_to_string(root().join(file)) else {
        return Some(format!("{name}: there is no such file"));
    };
    let Some(at) = text.find(&format!("fn {function}(")) else {
        return Some(format!("{name}: there is no such function"));
    };
    let attributes = text[..at].lines().rev().take_while(|line| !line.contains("fn "));
    let is_test = { attributes }.any(|line| line.trim() == "#[test]");
    (!is_test).then(|| format!("{name} is no test"))
}

#[test]
fn every_fault_has_its_row_and_every_row_its_tests() {
    let page = page();
    let rows = rows(&page);
    for fault in FAULTS {
        let count = rows.iter().filter(|row| row.fault == fault).count();
        assert_eq!(count, 1, "rows of {fault:?}");
    }
    for row in &rows {
        assert!(!row.tests.is_empty(), "{} has no test", row.fault);
    }
}

#[test]
fn every_test_that_the_page_names_exists() {
    let page = page();
    let named: Vec<&str> =
        code_spans(&page).into_iter().filter(|span| span.contains(".rs::")).collect();
    let in_rows: usize = rows(&page).iter().map(|row| row.tests.len()).sum();
    assert!(named.len() > in_rows && in_rows > 60, "{} named, {in_rows} in rows", named.len());
    let problems: Vec<String> = named.into_iter().filter_map(problem).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(problem("tests/src/docs/reliability.rs::problem").is_some(), "a helper is no test");
}
