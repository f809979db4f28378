//! The text of a constitution.

use weft_projections::Constitution;

/// A text that is law stays the same law with a comment and an empty line behind it, and is no law
/// without the line that says which version of law it is.
pub fn constitution(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(law) = Constitution::parse(text) else { return };
    let longer = Constitution::parse(&format!("{text}\n\n# so be it\n"));
    assert_eq!(longer.ok().as_ref(), Some(&law), "comments and empty lines say nothing");
    let version = |line: &&str| line.trim_start().starts_with("constitution");
    let rest: Vec<&str> = text.lines().filter(|line| !version(line)).collect();
    assert!(Constitution::parse(&rest.join("\n")).is_err(), "law says which version it is of");
}
