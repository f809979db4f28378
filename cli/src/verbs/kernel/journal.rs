//! Where a kernel says what it does.

use crate::error::Error;
use std::env;
use std::io::{self, Write};
use std::panic;
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;
use weft_runtime::reactor::BoundedFile;

/// How much is said unless this variable says otherwise.
const LEVEL: &str = "WEFT_LOG";
const LEVEL_DEFAULT: &str = "info";

/// A file that never takes more than its share of the disk.
struct File(BoundedFile);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.append(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes to `path` from now on, panics included.
///
/// # Errors
/// [`Error::File`] when it cannot be opened.
pub(super) fn to_file(path: &Path) -> Result<(), Error> {
    let opened = BoundedFile::open(path);
    let file = opened.map_err(|source| Error::File { path: path.to_owned(), source })?;
    let journal = tracing_subscriber::fmt().with_env_filter(filter()).with_ansi(false);
    journal.with_writer(Mutex::new(File(file))).init();
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(())
}

/// Writes to stderr from now on.
pub(super) fn to_stderr() {
    let journal = tracing_subscriber::fmt().with_env_filter(filter()).with_ansi(false);
    journal.with_writer(io::stderr).init();
}

fn filter() -> EnvFilter {
    let wanted = env::var(LEVEL).unwrap_or_else(|_| LEVEL_DEFAULT.to_owned());
    EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new(LEVEL_DEFAULT))
}
