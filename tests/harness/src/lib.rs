//! What must hold of any bytes at all, one function for each way in which bytes come from outside.
//!
//! The fuzzers in `fuzz/` call these functions and nothing else, and the ordinary tests replay the corpus
//! in `fixtures/corpus/` and seeded mutations of it through them (docs/fuzzing.md). A property that does
//! not hold is a panic, as is a panic of what is tested.
//!
//! # Invariants
//! - A function depends on its bytes alone: no clock, no chance, no file, nothing kept between calls.
//! - Every function asserts more than that nothing panics: bytes that are accepted come out again as
//!   they went in, limits hold, and two ways to the same answer agree.
//!
//! Start reading at [`TARGETS`].

// All of this is test code: a property that does not hold is to end in a panic.
#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod body;
mod checkpoint;
mod constitution;
mod frame;
mod golden;
mod header;
mod import;
mod mend;
mod mutation;
mod proof;
mod request;
mod snapshot;
mod socket_frame;
mod target;

pub use body::body;
pub use checkpoint::checkpoint;
pub use constitution::constitution;
pub use frame::frame;
pub use golden::Golden;
pub use header::header;
pub use import::import;
pub use mutation::Mutator;
pub use proof::proof;
pub use request::request;
pub use snapshot::snapshot;
pub use socket_frame::socket_frame;
pub use target::{TARGETS, Target};
