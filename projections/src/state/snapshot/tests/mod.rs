//! Tests of snapshots as a whole.

mod impossible;
mod round_trip;
