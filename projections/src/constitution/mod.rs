//! The constitution: the law a log is born with, as a text that anyone can read.
//!
//! ```text
//! # Everything after a hash sign is a comment.
//! constitution 1
//! environment development
//! threshold warn  risk=600 fairness=600 privacy=600 novelty=600 security=600
//! threshold defer risk=800 fairness=800 privacy=800 novelty=800 security=800
//! threshold deny  risk=900 fairness=900 privacy=900 novelty=900 security=900
//! effect process.spawn risk=200 security=100
//! ```
//!
//! `constitution 1` comes first; the environment and the three thresholds are there once each, an effect at most once for each kind. A
//! threshold names all five dimensions (1,001 is never reached); an effect leaves out those that are 0. An actor who asks for what has no
//! effect line is denied; what only the kernel reports is not weighed, and a line for it changes nothing.
//! The parser is our own and total, so that no new version of a library can change the past.

#[expect(
    clippy::module_inception,
    reason = "the module is the folder of the type that it is named after"
)]
mod constitution;
mod error;
mod parse;

pub use constitution::{Constitution, DEFAULT_CONSTITUTION, Environment};
pub use error::Error;
