//! The daemon: a kernel with its socket and its processes, from boot to shutdown.
//!
//! It takes the lock, opens the log, boots, serves, reconciles, and stops in the reverse order. Start
//! reading at `run.rs`.

mod run;
mod signals;
mod socket;

pub use run::{Ready, run};
pub use socket::SOCKET_PATH_BYTES_MAX;
