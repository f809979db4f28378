//! `weft chain`: the ledger.

mod check;
mod checkpoint;
mod consistency;
mod dispatch;
mod notes;
mod prove;
mod status;
mod verify;

pub(crate) use dispatch::{Args, run};
