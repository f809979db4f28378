//! The answer of `weft kernel status`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use weft_runtime::api::json::{Scrub, Status};
use weft_runtime::shim::Guarantees;

/// Milliseconds of a second.
const SECOND_MS: u64 = 1_000;

pub(crate) fn status(out: &Out, found: &Status) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    pairs(
        out,
        &[
            ("pid", found.pid.to_string()),
            ("state", found.state.to_string()),
            ("socket", found.socket.clone()),
            ("data directory", found.data_dir.clone()),
            ("up", format!("{} s", found.uptime_ms / SECOND_MS)),
            ("head", format!("{} {}", found.head.seq, found.head.link)),
            ("boots", found.boots.to_string()),
            ("processes", found.processes.to_string()),
            ("clients", found.clients.to_string()),
            ("confinement", confinement(found.confinement.as_ref())),
            ("scrub", scrub(found.scrub.as_ref())),
        ],
    )
}

/// How far the records are read that opening did not read.
fn scrub(found: Option<&Scrub>) -> String {
    let Some(Scrub { state, read, error }) = found else { return "none".to_owned() };
    match (state.to_string().as_str(), error) {
        ("nothing", _) => "nothing left to read: opening read every record".to_owned(),
        (state, None) => format!("{state}, {read} records"),
        (state, Some(error)) => format!("{state}: {error}"),
    }
}

/// What keeps native agents from what they were not granted.
fn confinement(found: Option<&Guarantees>) -> String {
    match found {
        None => "not known".to_owned(),
        Some(guarantees) if guarantees.is_confined() => "whole".to_owned(),
        Some(guarantees) => format!("incomplete: {}", guarantees.missing.join("; ")),
    }
}
