//! Every limit of this crate, by name. Those of State are in [`weft_projections::limits`].

/// Longest message body of `ipc.send` and `topic.publish` that a record holds itself, in bytes. A longer
/// one is a blob.
pub const INLINE_MESSAGE_BYTES_MAX: u32 = 16 * 1024;

/// Longest message body of `ipc.send` and `topic.publish`, in bytes: in base64 it fits in a frame of the
/// socket (docs/decisions/0009).
pub const MESSAGE_BYTES_MAX: u32 = 11 * 1024 * 1024;

/// Longest payload of `process.spawn`, the program of a native process, in bytes.
pub const PROGRAM_BYTES_MAX: u32 = 64 * 1024;

/// Longest metadata payload of `tree.put`, in bytes: a record's payload can hold no more.
pub const META_BYTES_MAX: u32 = 1024 * 1024;

/// Longest method name an `unrecognised` record keeps, in bytes.
pub const METHOD_BYTES_MAX: u32 = 128;

/// Longest encoded arguments of any command but `log.genesis`, in bytes. Decision and events repeat
/// parts of the arguments, and all three must fit in one record core of 64 KiB.
pub const ARGUMENTS_BYTES_MAX: u32 = 16 * 1024;

/// Longest encoded arguments of `log.genesis`, in bytes: a constitution and a little more.
pub const GENESIS_ARGUMENTS_BYTES_MAX: u32 = 49 * 1024;
