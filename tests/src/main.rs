//! Everything that looks at more than one crate: one test binary.
//!
//! Where to look: `tidy` and `arrows` hold the house rules; `simulation` is the storm;
//! `api` is the socket of a running kernel; `cli` runs the binary as a user would, and `demo` its
//! whole story; `crash` kills the kernel, and `agents_native` is what programs do to it;
//! `confinement` tries what agents cannot do; `sync_order` watches the system calls;
//! `corpus` replays what fuzzers are fed with, and mutations of it;
//! `snapshots` is opening from one; `docs` keeps the pages equal to the code; `folding` is what opening
//! refuses, and `clock` what a clock that goes backwards is met with; `ids` are those of long ago, and
//! `finding` is by the index.

// This whole binary is test code; clippy exempts only the test functions themselves.
#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod agents_native;
mod api;
mod arrows;
mod cli;
mod clock;
mod confinement;
mod corpus;
mod crash;
mod demo;
mod docs;
mod driver;
mod finding;
mod folding;
mod ids;
mod refusals;
mod simulation;
mod snapshots;
mod support;
mod sync_order;
mod tidy;
