//! Where output goes.

use crate::args::{Format, Global};
use crate::error::Error;
use serde::Serialize;
use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};

/// Bytes of a stream that are written at a time.
const STREAM_BYTES: usize = 1 << 16;

/// Stdout for data, stderr for everything else, as the global options want them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out {
    format: Format,
    quiet: bool,
    colour: bool,
}

impl Out {
    pub(crate) fn new(global: &Global) -> Out {
        // https://no-color.org: any value but the empty one.
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = !plain && io::stdout().is_terminal();
        Out { format: global.output, quiet: global.quiet, colour }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether data may be coloured.
    pub(crate) fn colour(&self) -> bool {
        self.colour
    }

    /// Whether data goes to a terminal, which what others chose must not move.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether a progress bar may be drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Writes data.
    ///
    /// # Errors
    /// [`Error::PipeClosed`] when nobody reads it any more, [`Error::Output`] otherwise.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        written.map_err(|error| match error.kind() == io::ErrorKind::BrokenPipe {
            true => Error::PipeClosed,
            false => Error::Output(error),
        })
    }

    /// Where a long stream of data goes, for somebody else to write.
    pub(crate) fn stream(&self) -> impl Write + use<> {
        BufWriter::with_capacity(STREAM_BYTES, io::stdout().lock())
    }

    /// Writes a line of data.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(crate) fn line(&self, line: &str) -> Result<(), Error> {
        self.bytes(format!("{line}\n").as_bytes())
    }

    /// Writes a JSON document on one line.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(crate) fn json(&self, document: &impl Serialize) -> Result<(), Error> {
        let mut bytes =
            serde_json::to_vec(document).map_err(|error| Error::Output(error.into()))?;
        bytes.push(b'\n');
        self.bytes(&bytes)
    }

    /// Tells people something beside the data, unless they asked for quiet.
    pub(crate) fn remark(&self, text: &str) {
        if !self.quiet {
            self.complain(&format!("note: {text}"));
        }
    }

    /// Writes a line that is not data. A closed stderr leaves nobody to tell.
    pub(crate) fn complain(&self, text: &str) {
        drop(writeln!(io::stderr().lock(), "{text}"));
    }
}
