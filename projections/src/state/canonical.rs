//! The canonical bytes of State, as laid out in the documentation of this folder.

use minicbor::encode::{Error, Write};
use minicbor::{Encode, Encoder};
use std::convert::Infallible;

use super::{
    Capabilities, CausalGraph, Chain, Governance, IpcRoutes, ProcessTable, ResourceTree,
    STATE_VERSION, State,
};
use crate::Digest;
use crate::digest::Hasher;

pub(super) type Buffer<'a> = Encoder<&'a mut Vec<u8>>;
type Written = Result<(), Error<Infallible>>;

/// Takes bytes and cannot fail.
trait Sink: Write<Error = Infallible> {}

impl<W: Write<Error = Infallible>> Sink for W {}

/// Takes bytes and keeps their digest only. Most writes are of a few bytes, so they are collected.
struct Hashing {
    hasher: Hasher,
    pending: Vec<u8>,
}

/// Bytes that are hashed at once.
const PENDING_BYTES_MAX: usize = 16 * 1_024;

impl Hashing {
    fn of(domain: &str) -> Self {
        Self { hasher: Hasher::of(domain), pending: Vec::with_capacity(PENDING_BYTES_MAX) }
    }

    fn flush(&mut self) {
        self.hasher.update(&self.pending);
        self.pending.clear();
    }

    fn finish(mut self) -> Digest {
        self.flush();
        self.hasher.finish()
    }
}

impl Write for Hashing {
    type Error = Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        if self.pending.len() + bytes.len() > PENDING_BYTES_MAX {
            self.flush();
        }
        // A text longer than all of it makes it grow once.
        self.pending.extend_from_slice(bytes);
        Ok(())
    }
}

pub(super) fn to_vec(state: &State) -> Vec<u8> {
    let mut bytes = Vec::new();
    append(&mut bytes, |e| write(e, state));
    bytes
}

/// The digest of the canonical bytes after a domain prefix; they are never in memory all at once.
pub(super) fn digest(domain: &str, state: &State) -> Digest {
    let mut e = Encoder::new(Hashing::of(domain));
    write(&mut e, state).expect("hashing cannot fail");
    e.into_writer().finish()
}

/// Appends what an encoding writes: into memory, which cannot fail.
pub(super) fn append(bytes: &mut Vec<u8>, write: impl FnOnce(&mut Buffer<'_>) -> Written) {
    write(&mut Encoder::new(bytes)).expect("writing into memory cannot fail");
}

fn write(e: &mut Encoder<impl Sink>, state: &State) -> Written {
    e.map(9)?.u8(1)?.u32(STATE_VERSION)?.u8(2)?.encode(&state.kernel)?;
    process_table(e.u8(3)?, &state.process_table)?;
    ipc_routes(e.u8(4)?, &state.ipc_routes)?;
    resource_tree(e.u8(5)?, &state.resource_tree)?;
    causal_graph(e.u8(6)?, &state.causal_graph)?;
    capabilities(e.u8(7)?, &state.capabilities)?;
    governance(e.u8(8)?, &state.governance)?;
    chain(e.u8(9)?, &state.chain)
}

fn process_table(e: &mut Encoder<impl Sink>, table: &ProcessTable) -> Written {
    match table.next_pid {
        Some(pid) => e.map(2)?.u8(1)?.encode(pid)?.u8(2)?,
        None => e.map(1)?.u8(2)?,
    };
    array(e, table.rows.values(), table.rows.len(), |e, row| row.encode(e, &mut ()))
}

fn ipc_routes(e: &mut Encoder<impl Sink>, routes: &IpcRoutes) -> Written {
    e.map(2)?.u8(1)?;
    array(e, &routes.inboxes, routes.inboxes.len(), |e, (pid, inbox)| {
        e.array(2)?.encode(pid)?;
        array(e, inbox, inbox.len(), |e, entry| entry.encode(e, &mut ()))
    })?;
    e.u8(2)?;
    array(e, &routes.subscriptions, routes.subscriptions.len(), |e, (filter, pids)| {
        e.array(2)?.encode(filter)?;
        array(e, pids, pids.len(), |e, pid| pid.encode(e, &mut ()))
    })
}

fn resource_tree(e: &mut Encoder<impl Sink>, tree: &ResourceTree) -> Written {
    e.map(1)?.u8(1)?;
    array(e, &tree.nodes, tree.nodes.len(), |e, (path, node)| {
        e.array(5)?
            .encode(path)?
            .encode(&node.kind)?
            .encode(node.stored)?
            .encode(node.meta_keys())?;
        node.payload.encode(e, &mut ())
    })
}

fn causal_graph(e: &mut Encoder<impl Sink>, graph: &CausalGraph) -> Written {
    e.map(1)?.u8(1)?;
    array(e, &graph.edges, graph.edges.len(), |e, (key, edge)| {
        e.array(5)?
            .encode(&key.from)?
            .encode(key.relation)?
            .encode(&key.to)?
            .u16(edge.weight)?
            .encode(edge.seq)?
            .ok()
    })
}

fn capabilities(e: &mut Encoder<impl Sink>, capabilities: &Capabilities) -> Written {
    e.map(1)?.u8(1)?;
    array(e, &capabilities.grants, capabilities.grants.len(), |e, (id, held)| {
        e.array(3)?.encode(id)?.encode(held.holder)?.encode(&held.grant)?.ok()
    })
}

fn governance(e: &mut Encoder<impl Sink>, governance: &Governance) -> Written {
    let (rules, refusals) = (&governance.rules, &governance.refusals);
    e.map(10)?.u8(1)?.encode(governance.law)?;
    e.u8(2)?.encode(governance.constitution)?;
    e.u8(3)?.encode(rules.environment)?.u8(4)?.encode(rules.thresholds)?.u8(5)?;
    array(e, &rules.effects, rules.effects.len(), |e, entry| entry.encode(e, &mut ()))?;
    e.u8(6)?;
    array(e, &governance.operators, governance.operators.len(), |e, entry| {
        entry.encode(e, &mut ())
    })?;
    e.u8(7)?.str(&governance.origin)?.u8(8)?.encode(governance.entropy)?;
    e.u8(9)?.array(2)?.u64(refusals.minute)?;
    array(e, &refusals.counts, refusals.counts.len(), |e, entry| entry.encode(e, &mut ()))?;
    e.u8(10)?.u64(governance.suppressed_total)?.ok()
}

fn chain(e: &mut Encoder<impl Sink>, chain: &Chain) -> Written {
    let told = u64::from(chain.copied.is_some()) + u64::from(chain.last_snapshot.is_some());
    e.map(3 + told)?.u8(1)?;
    array(e, &chain.keys, chain.keys.len(), |e, entry| entry.encode(e, &mut ()))?;
    if let Some(copied) = chain.copied {
        e.u8(2)?.encode(copied)?;
    }
    e.u8(3)?;
    array(e, &chain.redacted, chain.redacted.len(), |e, seq| seq.encode(e, &mut ()))?;
    e.u8(4)?.u64(chain.redacted_total)?;
    if let Some(claim) = chain.last_snapshot {
        e.u8(5)?.encode(claim)?;
    }
    Ok(())
}

fn array<W: Sink, T>(
    e: &mut Encoder<W>,
    items: impl IntoIterator<Item = T>,
    len: usize,
    mut write: impl FnMut(&mut Encoder<W>, T) -> Written,
) -> Written {
    e.array(len as u64)?;
    items.into_iter().try_for_each(|item| write(e, item))
}
