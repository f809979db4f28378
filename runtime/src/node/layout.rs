//! Where things lie below the data directory.

use std::path::{Path, PathBuf};

/// The paths of one node.
///
/// ```text
/// <data-dir>/lock                the holder's PID; held with flock while a kernel runs
/// <data-dir>/log/                the segments (docs/format.md)
/// <data-dir>/checkpoints         what was signed about the log
/// <data-dir>/cosigned            checkpoints that witnesses signed as well
/// <data-dir>/tile/               hashes of the tree; deletable
/// <data-dir>/index/              ids and postings of all records; deletable while no kernel runs
/// <data-dir>/keys/log.key        Ed25519 seed of the log, 32 bytes, mode 0600
/// <data-dir>/keys/log.key.next   the same of the key that is to follow it, while keys change
/// <data-dir>/keys/operator.key   Ed25519 seed of operator 1, 32 bytes, mode 0600
/// <data-dir>/kernel.sock         the running kernel's socket, mode 0600 (docs/api.md)
/// <data-dir>/kernel.log          what the daemon says, and kernel.log.1 before it; deletable
/// <data-dir>/output/             what each process printed; deletable
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    data_dir: PathBuf,
    guards: Option<PathBuf>,
}

impl Layout {
    /// The node in `data_dir`.
    pub fn new(data_dir: impl Into<PathBuf>) -> Layout {
        Layout { data_dir: data_dir.into(), guards: None }
    }

    /// The same node, whose guards lie in a folder outside the data directory.
    pub fn guarded_by(self, guards: Option<PathBuf>) -> Layout {
        Layout { guards, ..self }
    }

    /// The folder of the guards, if there is one.
    pub fn guards(&self) -> Option<&Path> {
        self.guards.as_deref()
    }

    /// The data directory itself.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The segments.
    pub fn log(&self) -> PathBuf {
        self.data_dir.join("log")
    }

    /// The postings, by which queries find records.
    pub fn postings(&self) -> PathBuf {
        self.data_dir.join("index").join("postings")
    }

    /// The secret keys.
    pub fn keys(&self) -> PathBuf {
        self.data_dir.join("keys")
    }

    /// The key that signs checkpoints.
    pub fn log_key(&self) -> PathBuf {
        self.keys().join("log.key")
    }

    /// The key that is to sign checkpoints after it.
    pub fn next_log_key(&self) -> PathBuf {
        self.keys().join("log.key.next")
    }

    /// The running kernel's socket.
    pub fn socket(&self) -> PathBuf {
        self.data_dir.join("kernel.sock")
    }

    /// What the daemon says.
    pub fn kernel_log(&self) -> PathBuf {
        self.data_dir.join("kernel.log")
    }

    /// What processes print.
    pub fn output(&self) -> PathBuf {
        self.data_dir.join("output")
    }

    /// The bootstrap operator's key.
    pub fn operator_key(&self) -> PathBuf {
        self.keys().join("operator.key")
    }
}
