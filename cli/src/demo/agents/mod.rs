//! What the agents do: ordinary programs, which any language could be used for.
//!
//! They get a socket and a token from their environment like every agent, and know nothing of the kernel. The
//! analysts are Python (`analyst.py`) where there is one; `analyst.rs` does the same without it.

mod analyst;
mod kernel;
mod reader;
mod reporter;
mod run;

pub(crate) use run::run;
