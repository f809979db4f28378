//! The socket of a real kernel on real files.

mod commands;
mod crowd;
mod identity;
mod malformed;
mod queries;
mod streams;
mod world;

pub(crate) use world::World;
