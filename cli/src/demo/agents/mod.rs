//! What the agents do. In this issue they are threads of the kernel process that act through the
//! gate like anyone else.

mod analyst;
mod reader;
mod reporter;

pub(super) use analyst::analyst;
pub(super) use reader::reader;
pub(super) use reporter::reporter;
