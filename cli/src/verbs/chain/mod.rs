//! `weft chain`: the ledger.

mod backup;
mod check;
mod checkpoint;
mod collect;
mod consistency;
mod cosign;
mod dispatch;
mod export;
mod import;
mod notes;
mod prove;
mod redact;
mod restore;
mod rotate_key;
mod status;
mod verify;

pub(crate) use dispatch::{Args, run};
