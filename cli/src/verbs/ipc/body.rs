//! The body of a message, from the arguments or from stdin.

use crate::error::Error;
use std::io::{self, Read};
use std::path::PathBuf;
use weft_commands::limits::MESSAGE_BYTES_MAX;

/// What stands for stdin.
const STDIN: &str = "-";

/// Bytes that are read before it is clear that no body is so long.
const BYTES_MAX: u64 = MESSAGE_BYTES_MAX as u64 + 1;

/// The body that was given; without one, or for `-`, all of stdin. The kernel says what is too long.
///
/// # Errors
/// [`Error::File`] when stdin cannot be read.
pub(super) fn read(given: Option<&str>) -> Result<Vec<u8>, Error> {
    if let Some(given) = given.filter(|given| *given != STDIN) {
        return Ok(given.as_bytes().to_vec());
    }
    let mut body = Vec::new();
    let read = io::stdin().lock().take(BYTES_MAX).read_to_end(&mut body);
    read.map_err(|source| Error::File { path: PathBuf::from("stdin"), source })?;
    Ok(body)
}
