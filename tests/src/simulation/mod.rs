//! The storm: a kernel on a disk that loses power, lies, fills up and fails, under random commands.
//!
//! One seed decides everything: commands, actors, batches, faults, crash points, which unsynced
//! sectors survive, and the clock. A failing seed prints itself; `WEFT_SEED=<seed>` runs it alone.

mod aside;
mod checks;
mod commands;
mod dice;
mod faults;
mod report;
mod run;
mod storm;

pub(crate) use dice::Dice;
