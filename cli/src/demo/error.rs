//! Why the demo could not be told to its end.

use super::limits;
use crate::exit::Exit;
use std::io;
use std::path::{Path, PathBuf};
use weft_projections::Seq;

/// An error of the demo.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The folder is not there.
    #[error("no folder {}", .0.display())]
    NoFolder(PathBuf),
    /// It is something else.
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Nothing in it can be counted.
    #[error("no file to count in {}", .0.display())]
    NoFiles(PathBuf),
    /// More files than the demo takes.
    #[error("more than {max} files in {}", folder.display())]
    TooManyFiles {
        /// The folder.
        folder: PathBuf,
        /// How many it takes.
        max: usize,
    },
    /// More bytes than the demo takes.
    #[error("more than {max} bytes in the files of {}", folder.display())]
    TooManyBytes {
        /// The folder.
        folder: PathBuf,
        /// How many it takes.
        max: u64,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Files {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The kernel could not be made, opened or reached.
    #[error(transparent)]
    Runtime(#[from] weft_runtime::Error),
    /// A path that the tree cannot hold.
    #[error(transparent)]
    Name(#[from] weft_projections::name::Error),
    /// A command that has to take effect did not.
    #[error("{command} was refused: {why}")]
    Refused {
        /// The command.
        command: &'static str,
        /// What gate or decider said.
        why: String,
    },
    /// The gate let an agent do what it was never granted.
    #[error("an agent could do what it was not granted")]
    LetThrough,
    /// A message without a body in an inbox.
    #[error("message {0} has no body")]
    NoBody(Seq),
    /// A message that no analyst wrote.
    #[error("message not understood: {0}")]
    Message(serde_json::Error),
    /// The kernel process could not be started or reached.
    #[error("kernel process: {0}")]
    Process(io::Error),
    /// The kernel process ended by itself.
    #[error("the kernel process ended too early: {0}")]
    Ended(String),
    /// The kernel process goes on, but nothing happens.
    #[error("the kernel process said nothing for {} seconds", limits::SILENCE_MAX.as_secs())]
    Stalled,
    /// The kernel process said something else than it should.
    #[error("the kernel process said {0:?}")]
    Unexpected(String),
    /// The process that started this one is gone.
    #[error("the process that started this one is gone")]
    ParentGone,
    /// An agent fails again and again.
    #[error("an agent failed {} times, the last time as {failure}", limits::RESTARTS_MAX)]
    GaveUp {
        /// Who, and why.
        failure: String,
    },
    /// A fact the story tells is not in the log.
    #[error("the log holds no {0}")]
    Untold(&'static str),
    /// Something was lost or happened twice.
    #[error("{lost} of the files were lost and {twice} counted twice")]
    NotOnce {
        /// Files without a result.
        lost: usize,
        /// Files with more than one.
        twice: usize,
    },
    /// Verification did not find the flipped bit where it is.
    #[error("the flipped bit in record {flipped} was not found: {found}")]
    NotFound {
        /// Where it is.
        flipped: Seq,
        /// What verification said.
        found: String,
    },
}

impl Error {
    /// An error on the file or folder at `path`.
    pub(crate) fn files(path: &Path, source: io::Error) -> Error {
        Error::Files { path: path.to_owned(), source }
    }

    /// How the process ends with it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Error::NoFolder(_) | Error::NoFiles(_) => Exit::NotFound,
            Error::NotAFolder(_) => Exit::Usage,
            Error::TooManyFiles { .. } | Error::TooManyBytes { .. } => Exit::Limit,
            Error::NotOnce { .. } | Error::NotFound { .. } | Error::NoBody(_) => Exit::Integrity,
            Error::Files { .. }
            | Error::Runtime(_)
            | Error::Name(_)
            | Error::Refused { .. }
            | Error::LetThrough
            | Error::Message(_)
            | Error::Process(_)
            | Error::Ended(_)
            | Error::Stalled
            | Error::Unexpected(_)
            | Error::ParentGone
            | Error::GaveUp { .. }
            | Error::Untold(_) => Exit::Failed,
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Error::NoFolder(_) | Error::NotAFolder(_) | Error::NoFiles(_) => {
                Some("name a folder with some text in it: `weft demo DIR`".to_owned())
            }
            Error::TooManyFiles { .. } | Error::TooManyBytes { .. } => {
                Some("name a smaller folder".to_owned())
            }
            Error::Files { .. } => Some("check the path and its permissions".to_owned()),
            Error::Stalled => Some("it was killed; a very slow disk looks the same".to_owned()),
            Error::Runtime(_)
            | Error::Name(_)
            | Error::Refused { .. }
            | Error::LetThrough
            | Error::NoBody(_)
            | Error::Message(_)
            | Error::Process(_)
            | Error::Ended(_)
            | Error::Unexpected(_)
            | Error::ParentGone
            | Error::GaveUp { .. }
            | Error::Untold(_)
            | Error::NotOnce { .. }
            | Error::NotFound { .. } => None,
        }
    }
}
