//! Names of snapshots.

use std::io;
use weft_ledger::Storage;
use weft_projections::Seq;

/// The folder of snapshots, in the data directory.
pub(super) const SNAPSHOT_DIR: &str = "snapshots";

const SUFFIX: &str = ".snap";
const TEMPORARY_SUFFIX: &str = ".snap.tmp";
const SEQ_DIGITS: usize = 20;

/// The path of a snapshot in the data directory.
pub(super) fn path(seq: Seq) -> String {
    format!("{SNAPSHOT_DIR}/{:0SEQ_DIGITS$}{SUFFIX}", seq.0)
}

/// The path of a snapshot that is being written.
pub(super) fn temporary_path(seq: Seq) -> String {
    format!("{SNAPSHOT_DIR}/{:0SEQ_DIGITS$}{TEMPORARY_SUFFIX}", seq.0)
}

/// What lies in the folder of snapshots, other files left out.
#[derive(Default)]
pub(super) struct Found {
    /// Snapshots, newest first.
    pub(super) snapshots: Vec<Seq>,
    /// Snapshots that were not finished.
    pub(super) leftovers: Vec<Seq>,
}

impl Found {
    /// Lists the folder; without it there is nothing.
    pub(super) fn list(storage: &impl Storage) -> io::Result<Found> {
        let names = match storage.list(SNAPSHOT_DIR) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::default()),
            listed => listed?,
        };
        let mut snapshots: Vec<Seq> = names.iter().filter_map(|name| seq(name, SUFFIX)).collect();
        snapshots.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
        let leftovers = names.iter().filter_map(|name| seq(name, TEMPORARY_SUFFIX)).collect();
        Ok(Found { snapshots, leftovers })
    }
}

fn seq(name: &str, suffix: &str) -> Option<Seq> {
    let digits = name.strip_suffix(suffix)?;
    let plain = digits.len() == SEQ_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok().map(Seq) } else { None }
}
