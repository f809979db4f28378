//! docs/format.md ends with the vectors that the code makes.

use super::vectors;
use crate::support::{assert_page, head_of_page};
use std::fmt::Write;

#[test]
fn the_vectors_on_the_page_are_those_of_the_code() {
    let mut page = head_of_page("format.md", "<!-- vectors:");
    for vector in vectors::all() {
        write!(page, "\n### {}\n\n```text\n", vector.name).unwrap();
        for (name, input) in &vector.inputs {
            writeln!(page, "{name}:\n  {}", lines(&hex::encode(input))).unwrap();
        }
        write!(page, "result:\n  {}\n```\n", lines(&hex::encode(&vector.output))).unwrap();
    }
    assert_page("format.md", &page);
}

/// 48 bytes a line.
fn lines(hex: &str) -> String {
    let lines: Vec<&str> =
        hex.as_bytes().chunks(96).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\n  ")
}
