//! The stages by name, and what happens when one fails.

use super::order::write_line;
use super::{Report, inner, namespaces, outer, program};
use std::io;
use std::str::FromStr;

/// A stage of the shim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// What the kernel starts.
    #[default]
    Outer,
    /// The first process of the PID namespace.
    Inner,
    /// What becomes the program.
    Program,
    /// Finds out whether this user can have namespaces, and ends.
    Probe,
}

/// There is no stage of this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no such stage of the shim")]
pub struct UnknownStage;

impl FromStr for Stage {
    type Err = UnknownStage;

    fn from_str(name: &str) -> Result<Stage, UnknownStage> {
        match name {
            "outer" => Ok(Stage::Outer),
            "inner" => Ok(Stage::Inner),
            "program" => Ok(Stage::Program),
            "probe" => Ok(Stage::Probe),
            _ => Err(UnknownStage),
        }
    }
}

/// Runs a stage to its end, on the stdin, stdout and stderr of this process, which must not have
/// started a thread. A failure is a [`Report::Failed`] like any other answer.
pub fn run(stage: Stage) {
    let outcome = match stage {
        Stage::Outer => outer::run(),
        Stage::Inner => inner::run(),
        Stage::Program => program::run(),
        Stage::Probe => namespaces::probe(),
    };
    if let Err(error) = outcome {
        let failed = Report::Failed { reason: error.to_string() };
        // A kernel that does not listen any more is gone: there is nobody to tell.
        drop(write_line(&mut io::stdout(), &failed));
    }
}
