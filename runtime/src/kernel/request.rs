//! What a caller hands the kernel.

use crate::Error;
use std::sync::Arc;
use weft_commands::{Command, CommandId, PayloadInfo, Submission};
use weft_ledger::PayloadPart;
use weft_ledger::limits::PAYLOAD_BYTES_MAX;
use weft_projections::{Actor, Digest, Effect, Seq};

/// One command with its payload's bytes, which the gate and the deciders never see.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) submission: Submission,
    pub(crate) payload: Option<SealedPayload>,
    pub(crate) blob: Option<LargeContent>,
}

impl Request {
    /// A command of `actor` without cause, raise or payload.
    pub fn new(actor: Actor, command_id: CommandId, command: Command) -> Request {
        let submission = Submission {
            actor,
            command_id,
            cause: None,
            command,
            effect_raise: None,
            payload: None,
            blob_len: None,
        };
        Request { submission, payload: None, blob: None }
    }

    /// The same request, led to by the record `cause`.
    pub fn caused_by(mut self, cause: Seq) -> Request {
        self.submission.cause = Some(cause);
        self
    }

    /// The same request, with an effect of at least `effect`.
    pub fn raised_to(mut self, effect: Effect) -> Request {
        self.submission.effect_raise = Some(effect);
        self
    }

    /// The same request with a payload.
    pub fn with_payload(mut self, payload: SealedPayload) -> Request {
        self.submission.payload = Some(payload.info());
        self.payload = Some(payload);
        self
    }

    /// The same request with content, as a payload or as a blob, whichever the command has for that
    /// much; `salt` is 16 random bytes of the content's own.
    ///
    /// # Errors
    /// [`Error::PayloadLength`] for no bytes at all, and for more than 1,048,576 of a payload or
    /// 4,294,967,295 of a blob.
    pub fn with_content(
        mut self,
        bytes: impl Into<Arc<[u8]>>,
        salt: [u8; 16],
    ) -> Result<Request, Error> {
        let bytes = bytes.into();
        let len = u32::try_from(bytes.len()).map_err(|_| Error::PayloadLength(bytes.len()))?;
        if self.submission.command.inline_bytes_max().is_none_or(|most| len <= most) {
            return Ok(self.with_payload(SealedPayload::new(bytes, salt)?));
        }
        self.submission.blob_len = Some(len);
        self.blob = Some(LargeContent { salt, bytes });
        Ok(self)
    }

    /// What the gate sees of it.
    pub fn submission(&self) -> &Submission {
        &self.submission
    }
}

/// Content that becomes a blob if the command takes effect, and its salt.
#[derive(Debug, Clone)]
pub(crate) struct LargeContent {
    pub(crate) salt: [u8; 16],
    pub(crate) bytes: Arc<[u8]>,
}

/// A payload with its salt and commitment, made in the caller's thread so that the kernel's does
/// not hash it.
#[derive(Debug, Clone)]
pub struct SealedPayload {
    pub(crate) part: PayloadPart,
}

impl SealedPayload {
    /// Salts and commits to `bytes`.
    ///
    /// # Errors
    /// [`Error::PayloadLength`] unless there are 1 to 1,048,576 bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>, salt: [u8; 16]) -> Result<SealedPayload, Error> {
        let bytes = bytes.into();
        if (1..=PAYLOAD_BYTES_MAX).contains(&bytes.len()) {
            return Ok(SealedPayload { part: PayloadPart::new(salt, bytes) });
        }
        Err(Error::PayloadLength(bytes.len()))
    }

    /// What the gate may know of it.
    pub fn info(&self) -> PayloadInfo {
        let len = u32::try_from(self.part.bytes().len()).unwrap_or(u32::MAX);
        PayloadInfo { commit: Digest(self.part.commit().0), len }
    }
}
