//! Every limit of the demo, by name.

use std::time::Duration;

/// Files in the folder; a folder with more is refused.
pub(crate) const FILES_MAX: usize = 1_000;
/// Bytes of one file; a longer one is skipped.
pub(crate) const FILE_BYTES_MAX: u64 = 16 * 1_024 * 1_024;
/// Bytes of all files together; a folder with more is refused.
pub(crate) const TOTAL_BYTES_MAX: u64 = 256 * 1_024 * 1_024;
/// Bytes of the links of one kind that an analyst tells of one file; what is beyond is left out. A message has 16 KiB.
pub(crate) const LINKS_BYTES_MAX: usize = 3_000;
/// How often an agent may fail by itself before the demo gives up.
pub(crate) const FAILURES_MAX: u32 = 5;
/// How long nothing may happen before the demo calls it stalled.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(30);
/// How long the processes of a kernel that is gone may take to be gone as well.
pub(crate) const DYING_MAX: Duration = Duration::from_secs(10);
/// Commands that are asked for before the first of them is answered.
pub(crate) const AT_ONCE: usize = 32;
/// Records shown at the end of the story.
pub(crate) const RECORDS_SHOWN: u64 = 15;
/// Bytes that the path of a temporary node's socket has beyond the temporary folder.
pub(crate) const SOCKET_TAIL_BYTES: usize = "/weft-demo-123456/node/kernel.sock".len();

const _: () = assert!(AT_ONCE < weft_runtime::api::limits::IN_FLIGHT_MAX);
// Everything may wait in one inbox, the operator's word included.
const _: () = assert!(FILES_MAX + 2 < weft_projections::limits::INBOX_MESSAGES_MAX);
// Send, publish, report and their acknowledgements: a repeated id is still known at the end.
const _: () = assert!(FILES_MAX * 8 < weft_runtime::WINDOW_RECORDS);
