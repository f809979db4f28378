//! Methods and their parameters, as they are sent.

mod command;
mod forms;
mod query;
mod text;
mod words;

pub(super) use command::Asked;
pub(super) use query::{About, Query};
