//! Where the demo keeps what it makes.

use super::{Error, limits};
use std::env;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use weft_runtime::daemon::SOCKET_PATH_BYTES_MAX;
use weft_runtime::node::Layout;

/// Where temporary things go when the usual place has too long a name for a socket.
const SHORT: &str = "/tmp";

/// The node's place, and a temporary one that goes with this value.
#[derive(Debug)]
pub(crate) struct Place {
    data_dir: PathBuf,
    temporary: TempDir,
}

impl Place {
    /// A place for the node in `kept`, or for one that goes when the demo ends.
    ///
    /// # Errors
    /// [`Error::SocketPath`] when `kept` is too long, [`Error::Files`] when no folder can be made.
    pub(crate) fn new(kept: Option<&Path>) -> Result<Place, Error> {
        if let Some(data_dir) = kept {
            check_socket(data_dir)?;
        }
        let usual = env::temp_dir();
        let parent = match usual.as_os_str().len() + limits::SOCKET_TAIL_BYTES {
            0..=SOCKET_PATH_BYTES_MAX => usual,
            _ => PathBuf::from(SHORT),
        };
        let made = tempfile::Builder::new().prefix("weft-demo-").tempdir_in(&parent);
        let temporary = made.map_err(|source| Error::files(&parent, source))?;
        let data_dir = kept.map_or_else(|| temporary.path().join("node"), Path::to_owned);
        Ok(Place { data_dir, temporary })
    }

    /// The node's folder.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// A folder that goes when the demo ends.
    pub(crate) fn temporary(&self) -> &Path {
        self.temporary.path()
    }
}

fn check_socket(data_dir: &Path) -> Result<(), Error> {
    let socket = Layout::new(data_dir).socket();
    let bytes = socket.as_os_str().as_bytes().len();
    if bytes > SOCKET_PATH_BYTES_MAX {
        return Err(Error::SocketPath { bytes, data_dir: data_dir.to_owned() });
    }
    Ok(())
}
