//! Being an agent: a token and a socket in the environment, and no node on the disk.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Link;
use std::env;
use std::ffi::OsString;
use weft_runtime::api::{Credentials, Token};

/// What the kernel puts into the environment of an agent.
const TOKEN: &str = "WEFT_TOKEN";
const SOCKET: &str = "WEFT_SOCKET";

/// Whether whoever asks is an agent; who names a node is an operator, whatever the environment says.
pub(crate) fn is_agent(global: &Global) -> bool {
    global.data_dir.is_none() && variable(TOKEN).is_some()
}

/// Connects as the agent that the environment names.
///
/// # Errors
/// [`Error::Usage`] for an environment that makes no sense, [`Error::Call`] when the kernel cannot be
/// reached or does not know the token (any more).
pub(crate) fn connect() -> Result<Link, Error> {
    let token = variable(TOKEN).unwrap_or_default();
    let no_token = || Error::Usage(format!("{TOKEN} holds no token"));
    let token: Token = token.to_str().ok_or_else(no_token)?.parse().map_err(|_| no_token())?;
    let missing = || {
        Error::Usage(format!(
            "{TOKEN} is set, so this is an agent, and {SOCKET} does not say where the kernel is"
        ))
    };
    let socket = variable(SOCKET).ok_or_else(missing)?;
    Link::connect(socket.as_ref(), None, Credentials::Token(token))
}

/// A variable that says something.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
