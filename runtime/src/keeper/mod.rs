//! What follows the durable log off the hot path: it reads new records back from the files, checks
//! them against what the writer holds, signs checkpoints (docs/format.md, 4), and keeps the indexes.

#[expect(
    clippy::module_inception,
    reason = "the module is the folder of the type that it is named after"
)]
mod keeper;
mod signed;
mod signing;
mod thread;

pub(crate) use keeper::Keeper;
pub(crate) use signed::Signed;
pub(crate) use thread::run;
