//! The socket file.

use crate::Error;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// Most bytes of the path of a socket: `sun_path` of unix(7) has 108, the last of them zero.
pub const SOCKET_PATH_BYTES_MAX: usize = 107;

/// A socket that is bound; its file goes with it.
#[derive(Debug)]
pub(super) struct Socket {
    path: PathBuf,
}

impl Socket {
    /// Binds `path`, mode 0600, in place of what a killed kernel left there. Only the holder of the
    /// node's lock may call this: the lock is what tells a live kernel from a dead one.
    ///
    /// # Errors
    /// [`Error::Files`] when the path is too long or the operating system refuses.
    pub(super) fn bind(path: PathBuf) -> Result<(Socket, UnixListener), Error> {
        let fail = |source| Error::Files { path: path.clone(), source };
        if path.as_os_str().as_bytes().len() > SOCKET_PATH_BYTES_MAX {
            let reason = format!(
                "a socket's path has at most {SOCKET_PATH_BYTES_MAX} bytes: choose a shorter data directory"
            );
            return Err(fail(io::Error::new(io::ErrorKind::InvalidInput, reason)));
        }
        remove(&path).map_err(fail)?;
        let listener = UnixListener::bind(&path).map_err(fail)?;
        // Until here nobody can have been let in: the data directory is 0700 already.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(fail)?;
        listener.set_nonblocking(true).map_err(fail)?;
        Ok((Socket { path }, listener))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.path) {
            tracing::warn!(%error, "the socket's file stays behind");
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
