//! docs/format.md ends with the vectors that the code makes.

use crate::support::{assert_page, head_of_page};
use std::fmt::Write;

#[test]
fn the_vectors_on_the_page_are_those_of_the_code() {
    let mut page = head_of_page("format.md", "<!-- vectors:");
    for vector in weft_ledger::vectors::all() {
        write!(page, "\n**{}.** {}\n\n```text\n", vector.name, vector.meaning).unwrap();
        for line in vector.hex.as_bytes().chunks(96) {
            writeln!(page, "{}", std::str::from_utf8(line).unwrap()).unwrap();
        }
        page.push_str("```\n");
    }
    assert_page("format.md", &page);
}
