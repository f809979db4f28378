//! Answers on their way to one client.

use super::limits::{OUT_BYTES_MAX, OUT_BYTES_PAUSE};
use std::io;
use tokio::net::UnixStream;

/// Bytes of room that an idle connection keeps.
const KEPT_BYTES: usize = 64 << 10;

/// Answers that are not sent yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// Whole lines, the first of which may be sent in part.
    pub(super) bytes: Vec<u8>,
    sent: usize,
}

/// How sending went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// Everything is on its way.
    All,
    /// Something is, and the socket takes no more now.
    Some,
    /// The socket took nothing.
    Nothing,
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether nothing more may be made for this client before it reads.
    pub(super) fn is_paused(&self) -> bool {
        self.len() >= OUT_BYTES_PAUSE
    }

    pub(super) fn is_over(&self) -> bool {
        self.len() > OUT_BYTES_MAX
    }

    /// Hands the socket as much as it takes.
    ///
    /// # Errors
    /// What the operating system says: the client is gone.
    pub(super) fn send(&mut self, stream: &UnixStream) -> io::Result<Sent> {
        let mut sent = Sent::Nothing;
        while let Some(rest) = self.bytes.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match stream.try_write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.sent += count;
                    sent = Sent::Some;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(sent),
                Err(error) => return Err(error),
            }
        }
        self.sent = 0;
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BYTES);
        Ok(Sent::All)
    }
}
