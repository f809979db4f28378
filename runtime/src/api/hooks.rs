//! What the daemon lends the socket.

use crate::node::Layout;
use crate::scrub::Findings;
use crate::shim::Guarantees;
use std::io;
use std::sync::Arc;
use tokio::sync::broadcast;
use weft_projections::Pid;

/// Whose child a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kin {
    /// This agent's.
    Agent(Pid),
    /// No agent's.
    Outside,
    /// That cannot be told: it has ended, or runs where it cannot be seen.
    Unknown,
}

/// Knows which agent an operating-system process belongs to.
pub trait Peers: Send + Sync {
    /// Whether an agent started the process `os_pid`, directly or over others.
    fn kin_of(&self, os_pid: u32) -> Kin;
}

/// What a process printed, and what it is going to print.
#[derive(Debug, Default)]
pub struct Printout {
    /// The end of what it printed.
    pub end: Vec<u8>,
    /// What comes after that; none unless it runs.
    pub more: Option<broadcast::Receiver<Arc<[u8]>>>,
}

/// Keeps what processes print.
pub trait Output: Send + Sync {
    /// The last bytes that a process printed, at most `bytes_max`, and what it prints after that, without a gap.
    ///
    /// # Errors
    /// What the operating system says.
    fn printout(&self, pid: Pid, bytes_max: u64) -> io::Result<Printout>;
}

/// What the daemon lends the socket.
#[derive(Clone)]
pub struct Hooks {
    /// Where the node lies.
    pub layout: Layout,
    /// Whose processes are whose.
    pub families: Arc<dyn Peers>,
    /// What processes print.
    pub outputs: Arc<dyn Output>,
    /// What native processes are confined by; `None` where that is not known.
    pub confinement: Option<Guarantees>,
    /// How far reading in the background is; `None` where nobody does that.
    pub scrub: Option<Findings>,
}

/// No process was started by an agent.
impl Peers for () {
    fn kin_of(&self, _: u32) -> Kin {
        Kin::Outside
    }
}

/// Nothing is ever printed.
impl Output for () {
    fn printout(&self, _: Pid, _: u64) -> io::Result<Printout> {
        Ok(Printout::default())
    }
}
