//! Reactors: they compare what State wants with what runs, and close the difference.
//!
//! One path for normal work and for recovery: what has to be done is a function of State
//! ([`weft_projections::State::pending_work`]), and what was done comes back as a command of the
//! kernel, which passes the gate like any other. Start reading at `processes.rs`, then `run.rs`.

mod bounded_file;
mod family;
mod leftovers;
mod output;
mod plan;
mod processes;
mod reports;
mod run;

pub use bounded_file::{BoundedFile, FILE_BYTES_MAX, tail as tail_of_file};
pub use family::Families;
pub use output::{Chunk, Outputs, tail as tail_of_output};
pub use processes::{Processes, Stop};
