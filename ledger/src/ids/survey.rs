//! Which of the files that are there can be used.

use std::io;

use crate::hash::Digest;
use crate::ids::build::remove_if_there;
use crate::ids::error::{Error, Result};
use crate::ids::fingerprint::Seed;
use crate::ids::layout::{DIR, parse_name};
use crate::ids::run::{Expected, Run};
use crate::mark::Mark;
use crate::storage::Storage;

/// What came of opening the files of ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// How far the files go; ids of later records are to be added. `None` if there are none.
    pub mark: Option<Mark>,
    /// Files that could not be used; they were removed.
    pub dropped: Vec<Dropped>,
}

/// A file that could not be used, and was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The file, relative to the data directory.
    pub file: String,
    /// Why.
    pub why: Why,
}

/// Why a file of ids could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// No writer gives a file this name.
    #[error("no writer gives a file this name")]
    Name,
    /// The file is damaged, foreign or cannot be read.
    #[error("{0}")]
    Damaged(String),
    /// The log does not reach as far as the file.
    #[error("the log ends before record {}", end - 1)]
    Ahead {
        /// Position after the file's last record.
        end: u64,
    },
    /// The file was made from other records than the log's.
    #[error("record {} of the log is another one", end - 1)]
    OtherRecords {
        /// Position after the file's last record.
        end: u64,
    },
    /// The file's ids are hashed under another seed than the files before it.
    #[error("it has another seed than the files before it")]
    OtherSeed,
    /// The files before it do not lead up to it.
    #[error("the files before it end at {found}, and it begins at {first}")]
    Gap {
        /// Where the files before it end.
        found: u64,
        /// Position of the file's first record.
        first: u64,
    },
}

/// The runs that can be used, end to end; everything else was removed.
pub(super) struct Survey<S: Storage> {
    pub(super) runs: Vec<Run<S>>,
    pub(super) dropped: Vec<Dropped>,
}

/// A file by what its name says.
struct Named {
    first: u64,
    end: u64,
    path: String,
}

impl Named {
    /// Among files that begin together the one that goes furthest is tried first: the others are what it
    /// was merged from, and were not removed yet, unless it is damaged.
    fn order(&self) -> (u64, u64) {
        (self.first, u64::MAX - self.end)
    }
}

/// Looks through the folder. `link_of` gives the log's own link of a record, `None` if it has no
/// such record.
pub(super) fn survey<S: Storage>(
    storage: &S,
    log_id: Digest,
    link_of: &mut dyn FnMut(u64) -> Option<Digest>,
) -> Result<Survey<S>> {
    let Listed { mut named, temporaries, strange } = list(storage)?;
    let mut dropped = Vec::new();
    for path in temporaries {
        remove_if_there(storage, &path)?;
    }
    for path in strange {
        remove_if_there(storage, &path)?;
        dropped.push(Dropped { file: path, why: Why::Name });
    }
    named.sort_by_key(Named::order);
    let mut runs: Vec<Run<S>> = Vec::new();
    let mut at = 0;
    for file in named {
        if file.end <= at {
            remove_if_there(storage, &file.path)?;
            continue;
        }
        let seed = runs.first().map(|run| run.header.identity.seed);
        match judge(storage, log_id, at, seed, &file, link_of) {
            Ok(run) => {
                at = file.end;
                runs.push(run);
            }
            Err(why) => {
                remove_if_there(storage, &file.path)?;
                dropped.push(Dropped { file: file.path, why });
            }
        }
    }
    Ok(Survey { runs, dropped })
}

/// The runs that can be used, end to end, and nothing is removed; none if the folder cannot be listed.
pub(super) fn sound<S: Storage>(
    storage: &S,
    log_id: Digest,
    link_of: &mut dyn FnMut(u64) -> Option<Digest>,
) -> Vec<Run<S>> {
    let mut named = list(storage).map(|listed| listed.named).unwrap_or_default();
    named.sort_by_key(Named::order);
    let mut runs: Vec<Run<S>> = Vec::new();
    let mut at = 0;
    for file in named.into_iter().filter(|file| file.first < file.end) {
        let seed = runs.first().map(|run| run.header.identity.seed);
        if let Ok(run) = judge(storage, log_id, at, seed, &file, link_of) {
            at = file.end;
            runs.push(run);
        }
    }
    runs
}

/// What the folder holds, by name; what does not begin with `ids-` is somebody else's.
struct Listed {
    named: Vec<Named>,
    temporaries: Vec<String>,
    /// Names that no writer gives.
    strange: Vec<String>,
}

fn list<S: Storage>(storage: &S) -> Result<Listed> {
    let names = match storage.list(DIR) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        listed => listed.map_err(Error::io("list", DIR))?,
    };
    let mut listed = Listed { named: Vec::new(), temporaries: Vec::new(), strange: Vec::new() };
    for name in names.iter().filter(|name| name.starts_with("ids-")) {
        let path = format!("{DIR}/{name}");
        match parse_name(name) {
            Some((first, end)) => listed.named.push(Named { first, end, path }),
            None if name.ends_with(".tmp") => listed.temporaries.push(path),
            None => listed.strange.push(path),
        }
    }
    Ok(listed)
}

fn judge<S: Storage>(
    storage: &S,
    log_id: Digest,
    at: u64,
    seed: Option<Seed>,
    file: &Named,
    link_of: &mut dyn FnMut(u64) -> Option<Digest>,
) -> std::result::Result<Run<S>, Why> {
    let Named { first, end, ref path } = *file;
    if first != at {
        return Err(Why::Gap { found: at, first });
    }
    let run = Run::open(storage, path, &Expected { log_id, first, end })
        .map_err(|error| Why::Damaged(error.to_string()))?;
    let identity = run.header.identity;
    if seed.is_some_and(|seed| seed != identity.seed) {
        return Err(Why::OtherSeed);
    }
    match link_of(end - 1) {
        None => Err(Why::Ahead { end }),
        Some(link) if link != identity.link => Err(Why::OtherRecords { end }),
        Some(_) => Ok(run),
    }
}
