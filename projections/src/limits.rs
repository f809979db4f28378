//! Every limit of State, by name. Deciders refuse what would pass one; `evolve` changes nothing when a record does.

/// Live processes.
pub const PROCESSES_MAX: usize = 65_536;
/// Rows of exited processes that are kept: a row leaves after this many later exits.
pub const EXITED_ROWS_MAX: usize = 1_000;
/// How long the row of an exited process is kept, in milliseconds of record time: 24 hours.
pub const EXITED_ROW_AGE_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// How long a run takes at least that makes its process steady, in milliseconds: what failed before no longer counts.
pub const RUN_STEADY_MS: u64 = 60_000;
/// How long a process waits after its first failure before it is started again, in milliseconds; twice as long after each further one.
pub const BACKOFF_MS_MIN: u64 = 100;
/// How long a process waits at most before it is started again, in milliseconds.
pub const BACKOFF_MS_MAX: u64 = 30_000;
/// Grants that a process may get at its birth.
pub const SPAWN_GRANTS_MAX: usize = 64;
/// Messages in an inbox.
pub const INBOX_MESSAGES_MAX: usize = 1_024;
/// Topic filters of one process.
pub const SUBSCRIPTIONS_PER_PROCESS_MAX: usize = 64;
/// Inboxes that one message of a topic reaches.
pub const TOPIC_FANOUT_MAX: usize = 4_096;
/// Resources in the tree.
pub const RESOURCES_MAX: usize = 1_000_000;
/// Metadata keys of a resource.
pub const META_KEYS_MAX: usize = 64;
/// Edges of the causal graph.
pub const EDGES_MAX: usize = 1_000_000;
/// Weight of an edge, in thousandths.
pub const WEIGHT_MAX: u16 = 1_000;
/// Grants of one holder.
pub const GRANTS_PER_HOLDER_MAX: usize = 256;
/// Grants between a grant and the one without a parent that it descends from.
pub const DERIVATION_DEPTH_MAX: u8 = 16;
/// Refusals that are recorded per spawn tree and minute.
pub const REFUSALS_PER_MINUTE_MAX: u32 = 100;
/// Keys that a log has one after another.
pub const LOG_KEYS_MAX: usize = 65_536;
/// Redacted records that State remembers.
pub const REDACTIONS_MAX: usize = 1_000_000;
/// Bytes of the text of a constitution.
pub const CONSTITUTION_BYTES_MAX: usize = 48 * 1_024;
/// Bytes of the origin of a log.
pub const ORIGIN_BYTES_MAX: usize = 255;
