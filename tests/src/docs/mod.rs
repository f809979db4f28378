//! The pages that are made from the code, and kept equal to it.

mod api;
mod events;
mod format;
mod forms;
mod golden_log;
mod reliability;
mod signed_vectors;
mod vectors;

pub(crate) use vectors::signed_texts;
