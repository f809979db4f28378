//! `weft chain`: the ledger.

mod dispatch;
mod status;
mod verify;

pub(crate) use dispatch::{Args, run};
