//! Checkpoints and proofs.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use weft_ledger::{Checkpoint, Proof, Proved, Root, VerifierKey};
use weft_projections::{Actor, Kind, Time};
use weft_runtime::api::json::time::rfc3339;

#[derive(Serialize)]
struct Note {
    origin: String,
    size: u64,
    root: String,
    key: Option<String>,
    note: String,
}

/// The note itself, and what it needs to be checked.
pub(crate) fn checkpoint(
    out: &Out,
    note: &Checkpoint,
    key: Option<&VerifierKey>,
    records: u64,
) -> Result<(), Error> {
    let (head, key) = (note.head(), key.map(VerifierKey::to_string));
    let text = String::from_utf8_lossy(note.as_bytes()).into_owned();
    if out.is_json() {
        let origin = note.origin().to_owned();
        let root = head.root.to_string();
        return out.json(&Note { origin, size: head.size, root, key, note: text });
    }
    if let Some(key) = key {
        out.remark(&format!("signed by {key}"));
    }
    if records > head.size {
        out.remark(&format!("{} records since are not signed yet", records - head.size));
    }
    out.bytes(text.as_bytes())
}

#[derive(Serialize)]
struct Made {
    seq: u64,
    size: u64,
    root: String,
    proof: String,
}

/// The proof file.
pub(crate) fn proof(out: &Out, proof: &Proof) -> Result<(), Error> {
    if out.is_json() {
        let head = proof.checkpoint().head();
        let (size, root) = (head.size, head.root.to_string());
        return out.json(&Made { seq: proof.seq(), size, root, proof: proof.to_text() });
    }
    out.bytes(proof.to_text().as_bytes())
}

#[derive(Serialize)]
struct Holds {
    holds: bool,
    key: String,
    size: u64,
    root: String,
    seq: u64,
    link: String,
    time: String,
    kind: String,
    verdict: String,
    rejected: bool,
    actor: String,
    command_id: String,
    core: Option<String>,
    payload: Option<String>,
}

/// What a proof that holds says.
pub(crate) fn proved(out: &Out, proved: &Proved, key: &VerifierKey) -> Result<(), Error> {
    let header = &proved.header;
    let actor = Actor::try_from_u64(header.actor)
        .map_or_else(|_| format!("{:#018x}", header.actor), |actor| actor.to_string());
    let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let holds = Holds {
        holds: true,
        key: key.to_string(),
        size: proved.head.size,
        root: proved.head.root.to_string(),
        seq: header.seq,
        link: proved.link.to_string(),
        time: rfc3339(Time(header.time)),
        kind: Kind(header.kind).to_string(),
        verdict: format!("{:?}", header.verdict).to_lowercase(),
        rejected: header.rejected,
        actor,
        command_id: hex(&header.command_id.to_vec()),
        core: proved.core.as_ref().map(hex),
        payload: proved.payload.as_ref().map(hex),
    };
    if out.is_json() {
        return out.json(&holds);
    }
    let mut rows = vec![
        ("holds", format!("record {} is in the log of {} records", holds.seq, holds.size)),
        ("signed by", holds.key),
        ("root", holds.root),
        ("link", holds.link),
        ("time", holds.time),
        ("action", holds.kind),
        ("actor", holds.actor),
        ("verdict", holds.verdict),
        ("rejected", if holds.rejected { "yes" } else { "no" }.to_owned()),
    ];
    rows.extend(holds.core.map(|core| ("core", core)));
    rows.extend(holds.payload.map(|payload| ("payload", payload)));
    pairs(out, &rows)
}

#[derive(Serialize)]
struct Consistent {
    consistent: bool,
    old_size: u64,
    new_size: u64,
    /// In base64, as RFC 6962 2.1.2 orders them.
    proof: Vec<String>,
}

/// That one tree is the beginning of another.
pub(crate) fn consistent(
    out: &Out,
    old: &Checkpoint,
    new: &Checkpoint,
    path: &[Root],
) -> Result<(), Error> {
    use base64::Engine as _;
    let (old_size, new_size) = (old.head().size, new.head().size);
    if out.is_json() {
        let encode = |root: &Root| base64::engine::general_purpose::STANDARD.encode(root.0);
        let proof = path.iter().map(encode).collect();
        return out.json(&Consistent { consistent: true, old_size, new_size, proof });
    }
    pairs(
        out,
        &[
            ("consistent", format!("the first {old_size} of {new_size} records are the same")),
            ("proof", format!("{} hashes, checked", path.len())),
        ],
    )
}
