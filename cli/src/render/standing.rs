//! The answer of `weft chain status`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use weft_projections::Seq;

/// Where the log stands.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) log_id: String,
    pub(crate) size: u64,
    pub(crate) head: Seq,
    pub(crate) head_link: String,
    pub(crate) public_key: String,
    pub(crate) segments: u64,
    pub(crate) bytes: u64,
}

#[derive(Serialize)]
struct Document<'a> {
    log_id: &'a str,
    size: u64,
    head: Head<'a>,
    public_key: &'a str,
    /// Checkpoints do not exist in this version.
    checkpoint: Option<()>,
    segments: u64,
    bytes: u64,
}

/// A record's position and link.
#[derive(Serialize)]
pub(crate) struct Head<'a> {
    pub(crate) seq: u64,
    pub(crate) link: &'a str,
}

pub(crate) fn standing(out: &Out, found: &Standing) -> Result<(), Error> {
    let Standing { log_id, size, head, head_link, public_key, segments, bytes } = found;
    if out.is_json() {
        let (size, segments, bytes) = (*size, *segments, *bytes);
        let head = Head { seq: head.0, link: head_link };
        return out.json(&Document {
            log_id,
            size,
            head,
            public_key,
            checkpoint: None,
            segments,
            bytes,
        });
    }
    pairs(
        out,
        &[
            ("log id", log_id.clone()),
            ("size", format!("{size} records")),
            ("head", format!("{head} {head_link}")),
            ("public key", public_key.clone()),
            ("checkpoint", "none".to_owned()),
            ("segments", format!("{segments}, {bytes} bytes")),
        ],
    )
}
