//! What a limit bounds.

use core::fmt;

use crate::Rejection;

/// What a [`Rejection::Limit`](crate::Rejection::Limit) bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limited {
    /// Live processes.
    Processes,
    /// Pids, of which none is used twice.
    Pids,
    /// Resources in the tree.
    Resources,
    /// Metadata keys of one resource.
    MetaKeys,
    /// Subscriptions of one process.
    Subscriptions,
    /// Subscribers that one publication reaches.
    Fanout,
    /// Causal edges.
    Edges,
    /// Grants in one spawn.
    SpawnGrants,
    /// Grants of one holder.
    HolderGrants,
    /// Keys that a log has one after another.
    LogKeys,
    /// Steps from a grant to the root of its chain.
    DerivationDepth,
}

impl fmt::Display for Limited {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Limited::Processes => "live processes",
            Limited::Pids => "pids",
            Limited::Resources => "resources",
            Limited::MetaKeys => "metadata keys of a resource",
            Limited::Subscriptions => "subscriptions of a process",
            Limited::Fanout => "subscribers of a publication",
            Limited::Edges => "causal edges",
            Limited::SpawnGrants => "grants in a spawn",
            Limited::HolderGrants => "grants of a holder",
            Limited::LogKeys => "keys of a log",
            Limited::DerivationDepth => "derivation depth of a grant",
        })
    }
}

impl Limited {
    /// Refuses a count beyond a limit.
    pub(crate) fn check(self, count: usize, max: usize) -> Result<(), Rejection> {
        if count > max {
            return Err(Rejection::Limit { limit: self, max: max as u64 });
        }
        Ok(())
    }
}
