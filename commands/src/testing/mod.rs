//! What the tests of this crate share: a small world to rule on, one `check`, and random commands.

mod check;
mod make;
mod random;
mod samples;
mod shown;
mod world;

pub(crate) use check::{Then, check, check_in};
pub(crate) use make::*;
pub(crate) use random::submissions;
pub(crate) use samples::{findings, samples};
pub(crate) use shown::assert_shown;
pub(crate) use world::{Step, World};
