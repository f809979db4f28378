//! `weft kernel`: the daemon.

mod background;
mod dispatch;
mod journal;
mod logs;
mod start;
mod status;
mod stop;

pub(crate) use dispatch::{Args, run};
