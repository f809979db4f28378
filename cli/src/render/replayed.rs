//! The answer of `weft replay --check`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use std::collections::BTreeMap;
use weft_runtime::replay::{Divergence, Replayed};

#[derive(Serialize)]
struct Document {
    holds: bool,
    records: u64,
    state_root: String,
    compared: u64,
    /// How many claims are about another version of State, by version.
    not_comparable: BTreeMap<u32, u64>,
    diverged: Option<Diverged>,
}

#[derive(Serialize)]
struct Diverged {
    record: u64,
    seq: u64,
    claimed: String,
    found: String,
}

pub(crate) fn replayed(out: &Out, replayed: &Replayed) -> Result<(), Error> {
    let Replayed { records, root, compared, not_comparable, diverged } = replayed;
    if out.is_json() {
        let diverged = diverged.map(|Divergence { claim, found }| Diverged {
            record: claim.record.0,
            seq: claim.seq.0,
            claimed: claim.root.to_string(),
            found: found.to_string(),
        });
        return out.json(&Document {
            holds: diverged.is_none(),
            records: *records,
            state_root: root.to_string(),
            compared: *compared,
            not_comparable: not_comparable.clone(),
            diverged,
        });
    }
    let others =
        not_comparable.iter().map(|(version, count)| format!("{count} of version {version}"));
    let others: Vec<String> = others.collect();
    pairs(
        out,
        &[
            ("holds", if diverged.is_none() { "yes" } else { "no" }.to_owned()),
            ("records", records.to_string()),
            ("state root", root.to_string()),
            ("claims compared", compared.to_string()),
            (
                "not comparable",
                if others.is_empty() { "none".to_owned() } else { others.join(", ") },
            ),
        ],
    )
}
