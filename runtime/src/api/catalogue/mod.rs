//! Every method, for docs/api.md.

mod commands;
mod method;
mod queries;
#[cfg(test)]
mod tests;

pub use commands::{COMMAND_PARAMS, COMMANDS};
pub use method::{Method, Param};
pub use queries::QUERIES;
