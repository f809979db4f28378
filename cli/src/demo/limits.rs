//! Every limit of the demo, by name.

use std::time::Duration;

/// Files in the folder; a folder with more is refused.
pub(crate) const FILES_MAX: usize = 1_000;
/// Bytes of one file; a longer one is skipped.
pub(crate) const FILE_BYTES_MAX: u64 = 16 * 1_024 * 1_024;
/// Bytes of all files together; a folder with more is refused.
pub(crate) const TOTAL_BYTES_MAX: u64 = 256 * 1_024 * 1_024;
/// Files that are sent out and not yet reported; well below what an inbox holds.
pub(crate) const IN_FLIGHT_MAX: usize = 64;
/// How often the kernel process starts one agent again before it gives up.
pub(crate) const RESTARTS_MAX: u32 = 5;
/// How long the kernel process may say nothing before the demo calls it stalled.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(30);
/// How long a thread waits for a record before it looks whether its parent is still there.
pub(crate) const WAIT_MAX: Duration = Duration::from_millis(250);
/// Resources stored under one sync.
pub(crate) const PUTS_PER_BATCH: usize = 256;
/// Records shown at the end of the story.
pub(crate) const RECORDS_SHOWN: u64 = 15;

const _: () = assert!(IN_FLIGHT_MAX < weft_projections::limits::INBOX_MESSAGES_MAX);
// Send, publish, report and their acknowledgements: a repeated id is still known at the end.
const _: () = assert!(FILES_MAX * 8 < weft_runtime::WINDOW_RECORDS);
