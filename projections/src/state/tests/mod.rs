//! Tests of State as a whole; each projection's own tests would say less.

mod assets;
mod bytes;
mod chain;
mod consistency;
mod limits;
mod runs;
mod stories;
