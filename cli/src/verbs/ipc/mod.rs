//! `weft ipc`: messages.

mod ack;
mod body;
mod dispatch;
mod publish;
mod recv;
mod send;
mod subscribe;
mod unsubscribe;

pub(crate) use dispatch::{Args, run};
