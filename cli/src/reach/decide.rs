//! Whether a kernel is asked, and which one.

use super::agent;
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::reach::Link;
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::Path;
use weft_ledger::Occupancy;
use weft_projections::OperatorId;
use weft_runtime::api::Credentials;
use weft_runtime::node::Keys;

/// How the node is reached.
pub(crate) enum Reach {
    /// By its files: nobody serves it.
    Files(Node),
    /// By the kernel that serves it.
    Kernel(Box<Link>),
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Reading, which files are good for whoever writes them.
    Read,
    /// Writing, which one process does at a time.
    Change,
}

/// Who is there.
pub(crate) enum Found {
    /// The kernel that serves the node.
    Kernel(Box<Link>),
    /// Nobody holds the node.
    Nobody,
    /// A process holds the node and does not listen: another command that is about to end, or a kernel
    /// that is about to begin.
    Silent(Option<u32>),
    /// A kernel may be there, and there is no key to sign with.
    NoKeys(Error),
}

/// Finds out how to reach the node that the arguments and the environment name.
///
/// # Errors
/// Those of [`Node::existing`]; [`Error::Call`] with exit code 7 when the socket does not answer or
/// another process than the lock's holder listens there; for a change that the lock is held, or
/// [`Error::NotOperator`].
pub(crate) fn reach(global: &Global, errand: Errand) -> Result<Reach, Error> {
    if agent::is_agent(global) {
        return agent::connect().map(|link| Reach::Kernel(Box::new(link)));
    }
    let node = Node::existing(global)?;
    match (seek(&node)?, errand) {
        (Found::Kernel(link), _) => Ok(Reach::Kernel(link)),
        (Found::Nobody, _) | (Found::Silent(_) | Found::NoKeys(_), Errand::Read) => {
            Ok(Reach::Files(node))
        }
        (Found::Silent(holder), Errand::Change) => Err(locked(&node, holder)),
        (Found::NoKeys(error), Errand::Change) => Err(error),
    }
}

/// The running kernel of the node that the arguments and the environment name.
///
/// # Errors
/// As [`reach`], and [`Error::NoKernel`] when none runs.
pub(crate) fn kernel(global: &Global) -> Result<Link, Error> {
    match reach(global, Errand::Change)? {
        Reach::Kernel(link) => Ok(*link),
        Reach::Files(node) => Err(Error::NoKernel(node.data_dir().to_owned())),
    }
}

/// The same for a command that only a kernel can be asked for, which no kernel of a copy will ever run.
///
/// # Errors
/// As [`kernel`], and [`Error::Node`] for a copy of a log.
pub(crate) fn kernel_to_change(global: &Global) -> Result<Link, Error> {
    match reach(global, Errand::Change)? {
        Reach::Kernel(link) => Ok(*link),
        Reach::Files(node) => {
            node.refuse_copy()?;
            Err(Error::NoKernel(node.data_dir().to_owned()))
        }
    }
}

/// Looks who holds the node, and whether it listens.
///
/// # Errors
/// As [`reach`].
pub(crate) fn seek(node: &Node) -> Result<Found, Error> {
    let holder = match node.occupancy()? {
        Occupancy::Free => return Ok(Found::Nobody),
        Occupancy::Taken { holder: None } => return Ok(Found::Silent(None)),
        Occupancy::Taken { holder: Some(holder) } => holder,
    };
    let socket = node.layout().socket();
    let keys = match Keys::load(node.layout()) {
        Ok(keys) => keys,
        Err(_) if is_silent(&socket) => return Ok(Found::Silent(Some(holder))),
        Err(error) => return Ok(Found::NoKeys(Error::NotOperator(error.to_string()))),
    };
    let credentials = Credentials::Operator(OperatorId::FIRST, Box::new(keys));
    match Link::connect(&socket, Some(holder), credentials) {
        Ok(link) => Ok(Found::Kernel(Box::new(link))),
        // It may have ended between the two questions.
        Err(_) if is_silent(&socket) => Ok(match node.occupancy()? {
            Occupancy::Free => Found::Nobody,
            Occupancy::Taken { holder } => Found::Silent(holder),
        }),
        Err(error) => Err(error),
    }
}

/// Whether nobody listens: what is left of a kernel that was killed refuses.
fn is_silent(socket: &Path) -> bool {
    let silence = [ErrorKind::NotFound, ErrorKind::ConnectionRefused, ErrorKind::InvalidInput];
    UnixStream::connect(socket).is_err_and(|error| silence.contains(&error.kind()))
}

fn locked(node: &Node, holder: Option<u32>) -> Error {
    Error::node(node.data_dir())(weft_ledger::Error::Locked { holder }.into())
}
