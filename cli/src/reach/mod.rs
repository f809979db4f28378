//! How a verb reaches the node: over the socket of a running kernel, or by its files.

mod agent;
mod decide;
mod link;
mod naming;
mod pages;
mod search;
mod source;

pub(crate) use agent::is_agent;
pub(crate) use decide::{Errand, Found, Reach, kernel, kernel_to_change, reach, seek};
pub(crate) use link::Link;
pub(crate) use search::Search;
pub(crate) use source::{Reading, Source};
