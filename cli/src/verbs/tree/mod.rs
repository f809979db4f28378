//! `weft tree`: the resource tree.

mod dispatch;
mod list;
mod put;
mod remove;
mod show;

pub(crate) use dispatch::{Args, run};
