//! Where the log stands.

use super::{Error, Sight};
use crate::api::json::{Head, SignedTree, Standing};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use weft_ledger::latest_checkpoint;
use weft_ledger::storage::{Files, Storage};
use weft_projections::{Digest, Seq};

/// Where the log in the folder `log` stands.
///
/// # Errors
/// [`Error::Unread`] when the log cannot be read.
pub fn standing<S: Storage>(sight: &Sight<'_, S>, log: &Path) -> Result<Standing, Error> {
    let (first, last) = (sight.entry(Seq(0))?, sight.entry(sight.head)?);
    let log_id = first.link.to_string();
    let origin = format!("{}/{}", sight.state.governance.origin(), log_id.get(..16).unwrap_or(""));
    let data_dir = Files::new(log.parent().unwrap_or(log));
    let checkpoint = latest_checkpoint(&data_dir, &origin, sight.head.0 + 1)?;
    let (segments, bytes) = extent(log, &last.segment, last.offset + last.frame_bytes())?;
    Ok(Standing {
        log_id,
        size: sight.head.0 + 1,
        head: Head::new(sight.head, Digest(last.link.0)),
        public_key: sight.state.chain.key().to_string(),
        checkpoint: checkpoint
            .map(|note| SignedTree { size: note.head().size, root: note.head().root.to_string() }),
        segments,
        bytes,
    })
}

/// How many segments there are up to the one at `last`, and how many bytes they hold up to `end` in
/// that one: what is reserved behind is not counted.
fn extent(log: &Path, last: &str, end: u64) -> Result<(u64, u64), crate::Error> {
    let fail = |source| crate::Error::files(log, source);
    let last = last.rsplit('/').next().unwrap_or(last);
    let mut earlier = BTreeSet::new();
    for entry in fs::read_dir(log).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".seg") && name.as_str() < last {
            earlier.insert((name, entry.metadata().map_err(fail)?.len()));
        }
    }
    Ok((earlier.len() as u64 + 1, earlier.iter().map(|(_, bytes)| bytes).sum::<u64>() + end))
}
