//! Every limit of the socket, by name.

use std::time::Duration;

/// The version of the protocol, which `session.hello` tells.
pub const PROTOCOL: u32 = 1;

/// Bytes of a request's line, and of an answer's.
pub const FRAME_BYTES_MAX: usize = 16 << 20;

/// Bytes of a line that a client may be sent without asking for a share of the memory of all.
pub const FRAME_BYTES_FREE: usize = 64 << 10;

/// Bytes that the requests of all clients together take: those being read, and those in flight.
pub const REQUEST_BYTES_MAX: usize = 256 << 20;

/// The part of them that clients without token or signature share.
pub const STRANGER_BYTES_MAX: usize = 64 << 20;

/// Bytes of a request's id, as it was sent.
pub const ID_BYTES_MAX: usize = 128;

/// Requests of one client that are not answered yet; a further one waits in the socket.
pub const IN_FLIGHT_MAX: usize = 64;

/// The same of a client that has shown neither token nor signature.
pub const STRANGER_IN_FLIGHT_MAX: usize = 8;

/// Connected clients.
pub const CLIENTS_MAX: usize = 1_024;

/// Of them, those that only operators keep.
pub const OPERATOR_CLIENTS: usize = 16;

/// Connections of one agent, over all of its processes, whether they show a token or not.
pub const AGENT_CLIENTS_MAX: usize = 64;

/// How long a client that has shown neither token nor signature keeps its place when others want it.
pub const STRANGER_GRACE: Duration = Duration::from_secs(5);

/// Places in the kernel's queue that only operators use.
pub const OPERATOR_QUEUE: usize = 1_024;

/// Bytes of answers that wait for a client before no more of its requests are read.
pub const OUT_BYTES_PAUSE: usize = 256 << 10;

/// Bytes of answers that may wait for a client.
pub const OUT_BYTES_MAX: usize = 16 << 20;

/// How long a client may leave answers unread that wait for it.
pub const STALL_MAX: Duration = Duration::from_secs(30);

/// How long a line may take from its first byte to its last.
pub const FRAME_TIME_MAX: Duration = Duration::from_secs(30);

/// Streams that one client may follow.
pub const STREAMS_MAX: usize = 16;

/// The longest that `ipc.receive` waits, in milliseconds.
pub const RECEIVE_TIMEOUT_MS_MAX: u64 = 60_000;

/// Bytes of a process's output that one answer holds.
pub const OUTPUT_BYTES_MAX: u64 = 1 << 20;

/// Queries that read records at the same time, for all clients.
pub const READERS_MAX: usize = 4;
