//! Why the demo could not be told to its end.

use super::limits;
use super::names::Role;
use crate::exit::Exit;
use std::io;
use std::path::{Path, PathBuf};
use weft_projections::Seq;
use weft_runtime::api::CallError;
use weft_runtime::daemon::SOCKET_PATH_BYTES_MAX;

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
    /// A folder that no grant can name.
    #[error(transparent)]
    Grant(#[from] weft_projections::Error),
    /// A path that no program can be given.
    #[error("the name of {} is not UTF-8", .0.display())]
    NotUtf8(PathBuf),
    /// The kernel's socket would have too long a name.
    #[error("the socket below {} would have a name of {bytes} bytes; at most {SOCKET_PATH_BYTES_MAX} are possible", data_dir.display())]
    SocketPath {
        /// How long it would be.
        bytes: usize,
        /// The node's folder.
        data_dir: PathBuf,
    },
    /// The kernel refused something that has to take effect, or could not be reached.
    #[error("{method}: {source}")]
    Call {
        /// What it was asked for.
        method: String,
        /// What it said.
        source: Box<CallError>,
    },
    /// An agent was let do what it was never granted.
    #[error("an agent could do what it was not granted")]
    LetThrough,
    /// A message without a body in an inbox.
    #[error("message {0} has no body")]
    NoBody(u64),
    /// Something that no agent and no kernel of the demo says.
    #[error("message not understood: {0}")]
    Message(serde_json::Error),
    /// An agent is played by nobody but the kernel.
    #[error("an agent of the demo needs the kernel that starts it: WEFT_SOCKET and WEFT_TOKEN")]
    NoAgent,
    /// Nobody reads what an agent prints.
    #[error("the kernel is gone")]
    Unheard,
    /// A process could not be started or reached.
    #[error("process: {0}")]
    Process(io::Error),
    /// An agent's program is not among the kernel's processes.
    #[error("no process below the kernel is the program of {0}")]
    NoProgram(String),
    /// The kernel ended by itself.
    #[error("the kernel ended too early: {0}")]
    Ended(String),
    /// The kernel goes on, but nothing happens.
    #[error("nothing happened for {} seconds", limits::SILENCE_MAX.as_secs())]
    Stalled,
    /// Processes outlived their kernel.
    #[error("{0} processes outlived the kernel that had started them")]
    Orphans(usize),
    /// An agent fails again and again.
    #[error(
        "{agent} failed more than {} times, the last time with {outcome}",
        limits::FAILURES_MAX
    )]
    GaveUp {
        /// Which one.
        agent: Role,
        /// How it ended.
        outcome: String,
    },
    /// Ctrl-C, or another wish that the demo ends.
    #[error("interrupted")]
    Interrupted,
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
    /// What the kernel said to `method`.
    pub(crate) fn call(method: &str) -> impl FnOnce(CallError) -> Error {
        move |source| Error::Call { method: method.to_owned(), source: Box::new(source) }
    }

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
            Error::NotUtf8(_) | Error::SocketPath { .. } | Error::NoAgent => Exit::Usage,
            Error::Call { source, .. } => Exit::from(source.exit()),
            Error::Stalled => Exit::TimedOut,
            Error::Interrupted => Exit::Interrupted,
            Error::Files { .. }
            | Error::Runtime(_)
            | Error::Name(_)
            | Error::Grant(_)
            | Error::LetThrough
            | Error::Message(_)
            | Error::Unheard
            | Error::Process(_)
            | Error::NoProgram(_)
            | Error::Ended(_)
            | Error::Orphans(_)
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
            Error::NotUtf8(_) | Error::SocketPath { .. } => {
                Some("choose a shorter and plainer path".to_owned())
            }
            Error::Stalled => Some("it was killed; a very slow disk looks the same".to_owned()),
            Error::GaveUp { agent, .. } => Some(format!(
                "keep the node with --data-dir, then `weft logs {agent}` on it says more"
            )),
            Error::Runtime(_)
            | Error::Name(_)
            | Error::Grant(_)
            | Error::Call { .. }
            | Error::LetThrough
            | Error::NoBody(_)
            | Error::Message(_)
            | Error::NoAgent
            | Error::Unheard
            | Error::Process(_)
            | Error::NoProgram(_)
            | Error::Ended(_)
            | Error::Orphans(_)
            | Error::Interrupted
            | Error::Untold(_)
            | Error::NotOnce { .. }
            | Error::NotFound { .. } => None,
        }
    }
}
