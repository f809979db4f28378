//! Requests on their way from one client.

use super::limits::{FRAME_BYTES_FREE, FRAME_BYTES_MAX};
use std::io;
use tokio::net::UnixStream;

/// Bytes that are read at a time.
const READ_BYTES: usize = 16 << 10;

/// Bytes of room that an idle connection keeps.
const KEPT_BYTES: usize = 16 << 10;

/// What was read and not taken yet.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    bytes: Vec<u8>,
    /// Where the first line begins that was not taken.
    taken: usize,
    /// Up to where there is no newline behind `taken`.
    searched: usize,
    /// Whether the client has said that nothing more comes.
    pub(super) has_ended: bool,
}

impl Inbound {
    /// The next whole line, without its newline.
    pub(super) fn line(&mut self) -> Option<&[u8]> {
        let from = self.searched.max(self.taken);
        let rest = self.bytes.get(from..).unwrap_or_default();
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(place) => {
                self.searched = from + place;
                self.bytes.get(self.taken..self.searched)
            }
            None => {
                self.searched = self.bytes.len();
                None
            }
        }
    }

    /// The line that [`Inbound::line`] gave has been dealt with.
    pub(super) fn take_line(&mut self) {
        self.taken = self.searched + 1;
        self.searched = self.taken;
        if self.taken >= self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT_BYTES);
            (self.taken, self.searched) = (0, 0);
        }
    }

    /// Bytes that wait, whole lines or not.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.taken
    }

    /// Whether no line ends within the limit.
    pub(super) fn is_too_long(&self) -> bool {
        self.len() > FRAME_BYTES_MAX
    }

    /// Whether reading on takes a share of the memory of all.
    pub(super) fn is_large(&self) -> bool {
        self.len() >= FRAME_BYTES_FREE
    }

    /// Reads once; whether anything came.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn read(&mut self, stream: &UnixStream) -> io::Result<bool> {
        self.bytes.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        self.bytes.reserve(READ_BYTES);
        match stream.try_read_buf(&mut self.bytes) {
            Ok(0) => {
                self.has_ended = true;
                Ok(false)
            }
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }
}
