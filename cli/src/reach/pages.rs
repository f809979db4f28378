//! Long answers come in pages; this reads them all.

use crate::error::Error;

/// Asks for page after page, until one says that there is nothing beyond.
///
/// # Errors
/// What `ask` says.
pub(super) fn gather<T, P>(
    mut ask: impl FnMut(Option<P>) -> Result<(Vec<T>, Option<P>), Error>,
) -> Result<Vec<T>, Error> {
    let (mut found, mut next) = ask(None)?;
    while next.is_some() {
        let (more, beyond) = ask(next)?;
        found.extend(more);
        next = beyond;
    }
    Ok(found)
}
