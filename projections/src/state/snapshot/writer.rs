//! Where a snapshot is written: memory with an end.

use rkyv::rancor::{self, Source};
use rkyv::ser::{Positional, Writer};
use std::fmt;

/// Bytes of a snapshot: 1 GiB. Offsets within it take 31 bits, and beyond them rkyv panics.
pub const SNAPSHOT_BYTES_MAX: usize = 1 << 30;

/// Memory up to a limit.
pub(super) struct Bounded {
    pub(super) bytes: Vec<u8>,
    bytes_max: usize,
}

/// There is no more room.
#[derive(Debug)]
struct Full {
    bytes_max: usize,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} bytes", self.bytes_max)
    }
}

impl std::error::Error for Full {}

impl Bounded {
    /// Memory up to so many bytes.
    pub(super) const fn new(bytes_max: usize) -> Self {
        Self { bytes: Vec::new(), bytes_max }
    }
}

impl Positional for Bounded {
    fn pos(&self) -> usize {
        self.bytes.len()
    }
}

impl Writer<rancor::Error> for Bounded {
    fn write(&mut self, bytes: &[u8]) -> Result<(), rancor::Error> {
        if bytes.len() > self.bytes_max.saturating_sub(self.bytes.len()) {
            return Err(rancor::Error::new(Full { bytes_max: self.bytes_max }));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_ends_at_the_limit() {
        let mut writer = Bounded::new(3);
        writer.write(&[1, 2]).unwrap();
        assert_eq!(writer.write(&[3, 4]).unwrap_err().to_string(), "more than 3 bytes");
        writer.write(&[3]).unwrap();
        writer.write(&[]).unwrap();
        assert!(writer.write(&[4]).is_err());
        assert_eq!((writer.pos(), writer.bytes), (3, vec![1, 2, 3]));
    }
}
