//! Lines from a pipe, for someone who waits with `poll`.

use rustix::fd::AsFd;
use rustix::io::{Errno, read, retry_on_intr};
use std::io;

const READ_BYTES: usize = 16 * 1024;

/// Lines of at most so many bytes.
#[derive(Debug)]
pub(super) struct Lines<F> {
    from: F,
    buffer: Vec<u8>,
    line_bytes_max: usize,
    ended: bool,
}

impl<F: AsFd> Lines<F> {
    pub(super) fn new(from: F, line_bytes_max: usize) -> Lines<F> {
        Lines { from, buffer: Vec::new(), line_bytes_max, ended: false }
    }

    /// What to wait at.
    pub(super) fn source(&self) -> &F {
        &self.from
    }

    /// Whether nothing more will come.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// The next line without its end, waiting for it; `None` at the end of the pipe.
    pub(super) fn next(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(line) = self.take()? {
                return Ok(Some(line));
            }
            if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// The next line of what has been read.
    pub(super) fn take(&mut self) -> io::Result<Option<String>> {
        let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
        let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
        line.pop();
        String::from_utf8(line).map(Some).map_err(io::Error::other)
    }

    /// Reads once, which waits unless something is there.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        if self.buffer.len() > self.line_bytes_max {
            let most = self.line_bytes_max;
            return Err(io::Error::other(format!("a line of more than {most} bytes")));
        }
        let mut bytes = [0; READ_BYTES];
        match retry_on_intr(|| read(&self.from, &mut bytes)) {
            Ok(0) | Err(Errno::CONNRESET) => self.ended = true,
            Ok(count) => self.buffer.extend(bytes.get(..count).unwrap_or_default()),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn lines_come_one_by_one_and_are_bounded() {
        let (from, mut to) = io::pipe().unwrap();
        to.write_all(b"one\ntwo\nrest").unwrap();
        drop(to);
        let mut lines = Lines::new(from, 100);
        assert_eq!(lines.next().unwrap().as_deref(), Some("one"));
        assert_eq!(lines.take().unwrap().as_deref(), Some("two"));
        assert_eq!(lines.next().unwrap(), None);
        assert!(lines.has_ended());

        let (from, mut to) = io::pipe().unwrap();
        to.write_all(&[b'x'; 200]).unwrap();
        let error = Lines::new(from, 100).next().unwrap_err();
        assert_eq!(error.to_string(), "a line of more than 100 bytes");
    }
}
