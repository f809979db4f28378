//! `weft demo`: the whole story on a fresh node over real files.
//!
//! One process tells the story as an operator ([`run()`]). It starts a daemon ([`run_kernel`]), which it
//! kills in the middle and starts again. The four agents are ordinary programs that the daemon confines and
//! starts (`agents/`): they know the kernel's socket and nothing of what is in this folder beside theirs.
//! What is told in the end is read from the log (`evidence.rs`), not remembered.
//!
//! Start reading at `run.rs`, then `agents/`.

mod agents;
mod counts;
mod error;
mod evidence;
mod found;
mod go_ahead;
mod ids;
mod interrupt;
mod kernel;
mod limits;
mod links;
mod message;
mod names;
mod operator;
mod os_process;
mod place;
mod programs;
mod run;
mod stages;
mod state;
mod story;
mod survey;
mod tables;
mod tampering;
mod tell;
mod watch;

pub(crate) use agents::run as run_agent;
pub(crate) use counts::Counts;
pub(crate) use error::Error;
pub(crate) use interrupt::Interrupt;
pub(crate) use kernel::run as run_kernel;
pub(crate) use names::Role;
pub(crate) use place::Place;
pub(crate) use run::run;
pub(crate) use survey::Survey;
pub(crate) use tell::{Detail, tell};
