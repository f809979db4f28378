//! Long answers come in pages.

use crate::api::json::{Process, Record, Resource};
use serde::{Deserialize, Serialize};
use weft_projections::Seq;

/// Most records of one page.
pub const PAGE_RECORDS_MAX: u64 = 1_000;

/// In which order records come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    #[default]
    Oldest,
    /// Newest first.
    Newest,
}

/// Which part of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Where to begin: the oldest or the newest record, as the order says. Without it the page ends
    /// at the last record in sight, whatever the order.
    pub from: Option<Seq>,
    /// At most so many records, and at most [`PAGE_RECORDS_MAX`].
    pub limit: u64,
    /// The order.
    pub order: Order,
}

/// A page of records.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Records {
    /// The records that fit.
    pub records: Vec<Record>,
    /// Where the next page begins; none when there is nothing beyond.
    pub next: Option<u64>,
}

/// A page of processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// By pid, ascending.
    pub processes: Vec<Process>,
    /// The pid that the next page begins with.
    pub next: Option<u64>,
}

/// A page of resources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// By path, ascending.
    pub resources: Vec<Resource>,
    /// The path that the next page begins after.
    pub next: Option<String>,
}
