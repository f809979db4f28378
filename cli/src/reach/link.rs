//! A connection to a running kernel.

use crate::error::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::path::Path;
use std::time::Duration;
use weft_runtime::api::{Answered, CallError, Client, Credentials, Notice};

/// As good as for ever: the operating system takes no longer times for a socket everywhere.
const UNLIMITED: Duration = Duration::from_secs(u32::MAX as u64);

/// A connection to a running kernel.
pub(crate) struct Link(Client);

impl Link {
    /// Connects to the socket; with `kernel_pid`, only to that process.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn connect(
        socket: &Path,
        kernel_pid: Option<u32>,
        credentials: Credentials,
    ) -> Result<Link, Error> {
        Client::connect(socket, kernel_pid, credentials).map(Link).map_err(Error::call)
    }

    /// The operating system's number of the kernel's process.
    pub(crate) fn kernel_pid(&self) -> u32 {
        self.0.hello().pid
    }

    /// Asks, and reads the result.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn call<T: DeserializeOwned>(
        &mut self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<T, Error> {
        self.0.call(method, params).map_err(Error::call)
    }

    /// The same, and the result is left as it was sent.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn call_raw(
        &mut self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<Box<RawValue>, Error> {
        self.0.call_raw(method, params).map_err(Error::call)
    }

    /// The same, for those who look into the error themselves.
    pub(crate) fn ask(&mut self, method: &str, params: &impl Serialize) -> Answered {
        self.0.call_raw(method, params)
    }

    /// The next notice of a stream, however long it takes.
    ///
    /// # Errors
    /// [`Error::Ended`].
    pub(crate) fn notice(&mut self) -> Result<Notice, Error> {
        let next = |client: &mut Client| -> Result<Notice, CallError> {
            client.set_answer_time_max(UNLIMITED)?;
            client.notice()
        };
        next(&mut self.0).map_err(|error| Error::Ended(error.to_string()))
    }
}
