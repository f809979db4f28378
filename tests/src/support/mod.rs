//! What several scenarios share.

mod page;
mod workspace;

pub(crate) use page::{assert_page, head_of_page};
pub(crate) use workspace::{SourceFile, root, rust_files};
