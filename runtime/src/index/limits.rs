//! How many ids are held in memory.

/// How many of the latest records have their ids in memory, though the files know them as well.
pub const WINDOW_RECORDS: usize = 65_536;

/// How many ids are in memory at most, while the files are behind: about 50 MB.
pub const WINDOW_RECORDS_MAX: usize = 1 << 20;

/// How many ids of recent records are held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowLimits {
    /// Those that stay though the files know them as well.
    pub kept: usize,
    /// The most there are while the files are behind; further commands wait, or are refused.
    pub most: usize,
}

impl Default for WindowLimits {
    /// [`WINDOW_RECORDS`] and [`WINDOW_RECORDS_MAX`].
    fn default() -> WindowLimits {
        WindowLimits { kept: WINDOW_RECORDS, most: WINDOW_RECORDS_MAX }
    }
}

const _: () = assert!(
    WINDOW_RECORDS + weft_ledger::indexer::ID_BLOCK_RECORDS < WINDOW_RECORDS_MAX,
    "a block of ids is gathered while those that are kept are in memory"
);
