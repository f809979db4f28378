//! What fuzzers are fed with, through the harness that they use (docs/fuzzing.md).

mod made;
mod replay;
