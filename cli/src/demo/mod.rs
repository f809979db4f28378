//! `weft demo`: the whole story on a fresh node over real files.
//!
//! Two processes: the parent ([`run()`]) tells the story, the child ([`run_kernel`]) runs the kernel and the
//! agents, and is killed in the middle. They speak through the child's standard input and output
//! (`protocol.rs`), and what the parent tells in the end it reads from the log (`evidence.rs`).
//!
//! Start reading at `run.rs`, then `supervisor.rs` and `agents/`.

mod agent;
mod agents;
mod child;
mod client;
mod counts;
mod error;
mod evidence;
mod ids;
mod kernel_process;
mod leash;
mod limits;
mod message;
mod names;
mod protocol;
mod run;
mod stage;
mod state;
mod story;
mod supervisor;
mod survey;
mod tampering;
mod tell;

pub(crate) use counts::Counts;
pub(crate) use error::Error;
pub(crate) use kernel_process::run as run_kernel;
pub(crate) use run::run;
pub(crate) use survey::Survey;
pub(crate) use tell::{Detail, tell};
