//! Reading in the background what opening did not read, so that damage is found before somebody needs
//! the record.

mod findings;
#[expect(clippy::module_inception, reason = "the module is the folder of what it is named after")]
mod scrub;

pub use findings::{Findings, Scrubbed};
pub use scrub::Scrub;
