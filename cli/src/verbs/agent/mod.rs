//! `weft agent`: agents, which are processes.

mod dispatch;
mod inspect;
mod stop;

pub(crate) use dispatch::{Args, run};
