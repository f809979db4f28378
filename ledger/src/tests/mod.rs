//! Tests of the whole crate, over storage in memory and on the operating system's files.

mod anchors;
mod blob;
mod checkpoints;
mod classes;
mod codec;
mod damage;
mod directories;
mod faults;
mod golden;
mod headers;
mod life;
mod locks;
mod proofs;
mod redaction;
mod resume;
mod storm;
mod support;
mod tail;
mod transfer;
