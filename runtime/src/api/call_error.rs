//! What a client learns of itself and of what went wrong.

use super::Trouble;
use super::json::Receipt;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the kernel says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the protocol.
    pub protocol: u32,
    /// The link of record 0, in hex.
    pub log_id: String,
    /// What signatures on this connection have to cover: 32 bytes in hex.
    pub nonce: String,
    /// The operating system's number of the kernel's process.
    pub pid: u32,
    /// Who the client is now.
    pub actor: String,
}

/// Why a call has no result.
#[derive(Debug, Clone, Deserialize)]
pub struct CallError {
    /// What it says.
    pub message: String,
    /// What a program can make of it.
    pub data: ErrorData,
}

/// What a program can make of an error.
#[derive(Debug, Clone, Deserialize)]
pub struct ErrorData {
    /// The exit code of the command line.
    pub exit: u8,
    /// A stable word (docs/api.md).
    pub code: String,
    /// Of a command that was ruled on and did not take effect.
    #[serde(default)]
    pub receipt: Option<Box<Receipt>>,
}

impl CallError {
    pub(super) fn new(trouble: Trouble, message: String) -> CallError {
        let (exit, code) = (trouble.exit(), trouble.word().to_owned());
        CallError { message, data: ErrorData { exit, code, receipt: None } }
    }

    /// The stable word.
    pub fn code(&self) -> &str {
        &self.data.code
    }

    /// The exit code of the command line.
    pub fn exit(&self) -> u8 {
        self.data.exit
    }

    /// The receipt of a command that was ruled on and did not take effect.
    pub fn receipt(&self) -> Option<&Receipt> {
        self.data.receipt.as_deref()
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for CallError {}
