//! Pages of docs/ that the code makes.

use crate::support::root;
use std::fs;

/// Asserts that `docs/<page>` is `expected`; with `WEFT_BLESS=1`, makes it so first.
pub(crate) fn assert_page(page: &str, expected: &str) {
    let path = root().join("docs").join(page);
    if std::env::var_os("WEFT_BLESS").is_some() {
        fs::write(&path, expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let differs =
        found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "docs/{page} differs from the code at line {differs:?}: run with WEFT_BLESS=1"
    );
}

/// The text of `docs/<page>` up to and with the line that begins with `marker`.
pub(crate) fn head_of_page(page: &str, marker: &str) -> String {
    let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
    let end = text.find(marker).expect("the marker is on the page");
    let line = text[end..].find('\n').map_or(text.len(), |length| end + length + 1);
    text[..line].to_owned()
}
