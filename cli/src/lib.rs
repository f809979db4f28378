//! The command line: arguments in, text or JSON and an exit code out.
//!
//! **Owns** arguments, one file per verb, how things look, and which error is which exit code (docs/cli.md).
//!
//! **Must not know** how a decision is made, how a frame is laid out, what an event does to State.
//!
//! # Invariants
//!
//! - Data goes to stdout, everything else to stderr.
//! - Nothing but `render` writes to either.
//! - Exit codes are made in `exit.rs` and nowhere else.
//! - No argument and no stored byte makes it panic.
//! - Text that others chose is never sent to a terminal raw: control characters are escaped.
//! - Reading takes no lock and writes nothing; `--dry-run` is reading.
//! - `reach` decides whether a kernel is asked or the files; an operator talks only to the lock's holder.
//! - A closed pipe ends it quietly.
//!
//! Start reading at `app.rs`, then `args.rs`, `reach/decide.rs` and `mutation.rs`; each verb is a file of `verbs/`.

mod allocator;
mod app;
mod args;
mod asked;
mod demo;
mod durable;
mod error;
mod exit;
mod hint;
mod host;
mod latest;
mod local_path;
mod mutation;
mod node;
mod reach;
mod record_ref;
mod refusal;
mod render;
mod verbs;
mod view;
mod when;

pub use app::run;
