//! Erasing payloads: what stays, what goes, and every moment at which it may be cut short.

mod blobs;
mod crash;
mod judging;
mod life;
mod support;
mod transfer;
