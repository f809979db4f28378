//! Logs that went from one place to another, and checkpoints that came back cosigned.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use crate::node::Node;
use serde::Serialize;
use std::path::Path;
use weft_ledger::transfer::{BackedUp, Exported, Imported};
use weft_ledger::{Checkpoint, Kept};
use weft_projections::events::Fork;
use weft_runtime::api::json::{Head, time::rfc3339};
use weft_runtime::{Receipt, Ruling};

#[derive(Serialize)]
struct Export {
    file: String,
    first: u64,
    end: u64,
    records: u64,
    bytes: u64,
    head: Head,
    /// The size of the checkpoint that goes with them.
    checkpoint: Option<u64>,
}

/// What was written into a file.
pub(crate) fn exported(
    out: &Out,
    file: &Path,
    done: &Exported,
    checkpoint: Option<&Checkpoint>,
) -> Result<(), Error> {
    let head = Head { seq: done.end.saturating_sub(1), link: done.link.to_string() };
    let Exported { records, first, end, bytes, .. } = *done;
    let checkpoint = checkpoint.map(|note| note.head().size);
    if out.is_json() {
        let file = file.display().to_string();
        return out.json(&Export { file, first, end, records, bytes, head, checkpoint });
    }
    pairs(
        out,
        &[
            ("exported", format!("{records} records, {bytes} bytes")),
            ("file", file.display().to_string()),
            ("records", format!("{first} to {}", head.seq)),
            ("last link", head.link),
            ("checkpoint", describe_checkpoint(checkpoint)),
        ],
    )
}

#[derive(Serialize)]
struct Import {
    data_dir: String,
    log_id: String,
    size: u64,
    head: Head,
    checkpoint: Option<u64>,
}

/// A log that came as an export.
pub(crate) fn imported(out: &Out, node: &Node, done: &Imported) -> Result<(), Error> {
    let size = done.head.size;
    let head = Head { seq: size.saturating_sub(1), link: done.head.link.to_string() };
    let checkpoint = done.checkpoint.as_ref().map(|note| note.head().size);
    let (data_dir, log_id) = (node.data_dir().display().to_string(), done.log_id.to_string());
    if out.is_json() {
        return out.json(&Import { data_dir, log_id, size, head, checkpoint });
    }
    pairs(
        out,
        &[
            ("imported", format!("{size} records, each verified")),
            ("data directory", data_dir),
            ("log id", log_id),
            ("head", format!("{} {}", head.seq, head.link)),
            ("checkpoint", describe_checkpoint(checkpoint)),
        ],
    )?;
    out.remark("this is a read-only copy; `weft fork @ --into DIR` goes on from it");
    Ok(())
}

fn describe_checkpoint(size: Option<u64>) -> String {
    match size {
        Some(size) => format!("of {size} records, its signature and root checked"),
        None => "none".to_owned(),
    }
}

#[derive(Serialize)]
struct Copied {
    from: String,
    into: String,
    log_id: String,
    size: u64,
    head: Head,
    segments: u64,
    checkpoints: u64,
    blobs: u64,
}

/// A log that was copied into a backup.
pub(crate) fn backed_up(
    out: &Out,
    node: &Node,
    folder: &Path,
    done: &BackedUp,
) -> Result<(), Error> {
    copied(out, "backed up", (node.data_dir(), folder), done)?;
    let keys = node.layout().keys();
    out.remark(&format!(
        "the keys in {} are not part of a backup: keep them apart",
        keys.display()
    ));
    Ok(())
}

/// A backup that was put back.
pub(crate) fn restored(
    out: &Out,
    node: &Node,
    source: &Path,
    done: &BackedUp,
) -> Result<(), Error> {
    copied(out, "restored", (source, node.data_dir()), done)?;
    if !node.layout().log_key().exists() {
        out.remark("the log's key is not here, so this is a read-only copy: put keys/ back, or go on with `weft fork @ --into DIR`");
    }
    Ok(())
}

fn copied(
    out: &Out,
    word: &'static str,
    (from, into): (&Path, &Path),
    done: &BackedUp,
) -> Result<(), Error> {
    let BackedUp { head, log_id, segments, checkpoints, blobs } = *done;
    let size = head.size;
    let head = Head { seq: size.saturating_sub(1), link: head.link.to_string() };
    let (from, into) = (from.display().to_string(), into.display().to_string());
    let log_id = log_id.to_string();
    if out.is_json() {
        return out.json(&Copied { from, into, log_id, size, head, segments, checkpoints, blobs });
    }
    pairs(
        out,
        &[
            (word, format!("{size} records, each verified and read back")),
            ("from", from),
            ("into", into),
            ("log id", log_id),
            ("head", format!("{} {}", head.seq, head.link)),
            ("segments", segments.to_string()),
            ("checkpoints", checkpoints.to_string()),
            ("blobs", blobs.to_string()),
        ],
    )
}

/// A fork, or what would be one.
#[derive(Debug, Serialize)]
pub(crate) struct Forked {
    /// This and its place in the log are missing where nothing was made.
    log_id: Option<String>,
    data_dir: String,
    keys: String,
    origin: String,
    from: From,
    seq: Option<u64>,
    link: Option<String>,
    time: Option<String>,
    verdict: &'static str,
    dry_run: bool,
    repetition: bool,
}

/// Where it leaves the old log.
#[derive(Debug, Serialize)]
struct From {
    log_id: String,
    seq: u64,
    link: String,
}

impl Forked {
    /// A fork that was made.
    pub(crate) fn new(into: &Node, origin: &str, from: Fork, receipt: &Receipt) -> Forked {
        Forked {
            log_id: Some(receipt.link.to_string()),
            seq: Some(receipt.seq.0),
            link: Some(receipt.link.to_string()),
            time: Some(rfc3339(receipt.time)),
            dry_run: false,
            repetition: receipt.duplicate,
            ..Forked::unmade(into, origin, from, &receipt.ruling)
        }
    }

    /// What would be made.
    pub(crate) fn unmade(into: &Node, origin: &str, from: Fork, ruling: &Ruling) -> Forked {
        let Fork { log_id, seq, link } = from;
        Forked {
            log_id: None,
            data_dir: into.data_dir().display().to_string(),
            keys: into.layout().keys().display().to_string(),
            origin: origin.to_owned(),
            from: From { log_id: log_id.to_string(), seq: seq.0, link: link.to_string() },
            seq: None,
            link: None,
            time: None,
            verdict: ruling.decision.verdict.name(),
            dry_run: true,
            repetition: false,
        }
    }

    /// The same of a dry run.
    pub(crate) fn rehearsed(self) -> Forked {
        Forked { dry_run: true, ..self }
    }
}

pub(crate) fn forked(out: &Out, fork: &Forked) -> Result<(), Error> {
    if fork.repetition {
        out.remark(
            "this fork was made under this id: this is its first receipt, and nothing ran again",
        );
    }
    if fork.dry_run {
        out.remark("dry run: nothing was made");
    }
    if out.is_json() {
        return out.json(fork);
    }
    let keys = format!("{} (secret: whoever has them is the operator)", fork.keys);
    let mut lines = Vec::new();
    lines.extend(fork.log_id.clone().map(|log_id| ("log id", log_id)));
    lines.extend([
        ("data directory", fork.data_dir.clone()),
        ("keys", keys),
        ("origin", fork.origin.clone()),
        ("from", format!("record {} of {}", fork.from.seq, fork.from.log_id)),
        ("its link", fork.from.link.clone()),
    ]);
    match fork.seq {
        Some(seq) => lines.push(("record", format!("{seq} {}", fork.verdict))),
        None => lines.push(("verdict", fork.verdict.to_owned())),
    }
    pairs(out, &lines)
}

#[derive(Serialize)]
struct Cosigned {
    size: u64,
    root: String,
    signatures: u64,
    /// Witnesses whose cosignatures were checked.
    witnesses: Vec<String>,
    added: bool,
}

/// A checkpoint that witnesses signed as well.
pub(crate) fn kept(
    out: &Out,
    note: &Checkpoint,
    witnesses: Vec<String>,
    kept: Kept,
) -> Result<(), Error> {
    let head = note.head();
    let (size, root, signatures) = (head.size, head.root.to_string(), note.signatures() as u64);
    let unchecked = signatures.saturating_sub(1 + witnesses.len() as u64);
    if kept == Kept::Known {
        out.remark("this checkpoint was kept before");
    }
    if unchecked > 0 {
        out.remark(&format!("{unchecked} cosignatures are kept unchecked: --witness checks them"));
    }
    let added = kept == Kept::Added;
    if out.is_json() {
        return out.json(&Cosigned { size, root, signatures, witnesses, added });
    }
    let mut lines = vec![
        ("kept", format!("the checkpoint of {size} records")),
        ("root", root),
        ("signatures", signatures.to_string()),
    ];
    lines.extend(witnesses.into_iter().map(|witness| ("cosigned by", witness)));
    pairs(out, &lines)
}
