//! The answer of `weft kernel logs`.

use super::{Out, clean};
use crate::error::Error;
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    line: &'a str,
}

/// What a kernel said: as it was, but for a terminal; for machines one document a line.
pub(crate) fn journal(out: &Out, bytes: &[u8]) -> Result<(), Error> {
    let text = String::from_utf8_lossy(bytes);
    if out.is_json() {
        return text.lines().try_for_each(|line| out.json(&Line { line }));
    }
    out.bytes(clean::lines(&text).as_bytes())
}
