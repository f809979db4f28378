//! The answer of `weft logs`.

use super::{Out, clean};
use crate::error::Error;
use serde::Serialize;

/// What a process printed, or a piece of it.
#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    pub(crate) pid: u64,
    pub(crate) text: String,
}

/// As it was printed, but for a terminal.
pub(crate) fn printed(out: &Out, found: &Printed) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    if out.is_terminal() {
        return out.bytes(clean::lines(&found.text).as_bytes());
    }
    out.bytes(found.text.as_bytes())
}
