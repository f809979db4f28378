//! What the machine gives: the wall clock and chance.

use crate::error::Error;
use weft_runtime::{Native, Platform};

/// The wall clock, in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    Native::new("").unix_ms()
}

/// Bytes that nobody can guess.
///
/// # Errors
/// [`Error::Host`] when the operating system has none.
pub(crate) fn entropy<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    Native::new("").fill_entropy(&mut bytes).map_err(|error| Error::Host(Box::new(error)))?;
    Ok(bytes)
}
