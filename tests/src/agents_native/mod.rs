//! What native agents do to a running kernel, and try on each other.

mod output;
mod programs;
mod runs;
mod tokens;
mod witness;
