//! `weft demo` as a newcomer runs it: over real files, with real programs and real kills.

mod agents;
mod ends;
mod place;
mod refused;
mod story;
