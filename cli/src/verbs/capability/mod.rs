//! `weft capability`: rights.

mod dispatch;
mod grant;
mod revoke;

pub(crate) use dispatch::{Args, run};
