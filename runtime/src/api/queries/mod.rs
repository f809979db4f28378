//! What can be read: typed functions over a State and the records it was folded from.
//!
//! The socket answers with them from the published State, and the command line from a node's files.
//! None of them asks who wants to know: that is the gate's, before.

mod error;
mod filter;
mod inbox;
mod page;
mod process;
mod records;
mod resource;
mod sight;
mod standing;
#[cfg(test)]
mod tests;
mod trace;
mod walk;

pub use error::Error;
pub use filter::{Filter, Processes, Ruled};
pub use inbox::{MESSAGES_MAX, is_large, messages};
pub use page::{Order, PAGE_RECORDS_MAX, Page, Records, Resources, Rows};
pub use process::{ROWS_MAX, Which, find, process, processes};
pub use records::{SCAN_RECORDS_MAX, oldest, record, records};
pub use resource::{Depth, RESOURCES_MAX, resource, resources};
pub use sight::Sight;
pub use standing::standing;
pub use trace::{
    TRACE_CAUSES_MAX, TRACE_CHILDREN_MAX, TRACE_DEPTH_DEFAULT, TRACE_DEPTH_MAX, TRACE_RECORDS_MAX,
    Wish, trace,
};
