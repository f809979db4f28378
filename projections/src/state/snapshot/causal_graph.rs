//! Asserted causes.

use rkyv::{Archive, Serialize};

use super::Error;
use super::check::{Ascending, ensure, limited};
use super::parts::{number, numbered, pid, text};
use crate::events::NodeRef;
use crate::limits::{EDGES_MAX, WEIGHT_MAX};
use crate::state::{CausalGraph, Edge, EdgeKey, ProcessTable};
use crate::{Pid, Seq};

#[derive(Archive, Serialize)]
pub(super) struct StoredCausalGraph {
    edges: Vec<StoredEdge>,
}

#[derive(Archive, Serialize)]
struct StoredEdge {
    from: StoredNodeRef,
    relation: u8,
    to: StoredNodeRef,
    weight: u16,
    seq: u64,
}

#[derive(Archive, Serialize)]
enum StoredNodeRef {
    Record(u64),
    Process(u64),
    Named(String),
}

impl StoredCausalGraph {
    pub(super) fn of(graph: &CausalGraph) -> Self {
        let CausalGraph { edges, incoming: _, lineage: _ } = graph;
        Self { edges: edges.iter().map(|(key, edge)| StoredEdge::of(key, *edge)).collect() }
    }
}

impl StoredEdge {
    fn of(key: &EdgeKey, edge: Edge) -> Self {
        let EdgeKey { from, relation, to } = key;
        let Edge { weight, seq } = edge;
        Self {
            from: StoredNodeRef::of(from),
            relation: number(*relation),
            to: StoredNodeRef::of(to),
            weight,
            seq: seq.0,
        }
    }
}

impl StoredNodeRef {
    fn of(node: &NodeRef) -> Self {
        match node {
            NodeRef::Record(seq) => Self::Record(seq.0),
            NodeRef::Process(pid) => Self::Process(Pid::get(*pid)),
            NodeRef::Named(name) => Self::Named(name.as_str().to_owned()),
        }
    }
}

impl ArchivedStoredCausalGraph {
    /// The graph, with the lineage of the processes in a table.
    pub(super) fn restore(&self, table: &ProcessTable) -> Result<CausalGraph, Error> {
        let Self { edges } = self;
        limited("edges", edges.len(), EDGES_MAX)?;
        let mut graph = CausalGraph::default();
        let mut ascending = Ascending::new("edges");
        for edge in edges.iter() {
            let (key, edge) = edge.restore()?;
            ascending.next(&key)?;
            ensure(edge.weight <= WEIGHT_MAX, "edge", "its weight is above 1000")?;
            graph.incoming.insert((key.to.clone(), key.relation, key.from.clone()));
            graph.edges.insert(key, edge);
        }
        for row in table.rows() {
            graph.spawned(row.parent, row.pid);
        }
        Ok(graph)
    }
}

impl ArchivedStoredEdge {
    fn restore(&self) -> Result<(EdgeKey, Edge), Error> {
        let Self { from, relation, to, weight, seq } = self;
        let key = EdgeKey {
            from: from.restore()?,
            relation: numbered("edge", *relation)?,
            to: to.restore()?,
        };
        Ok((key, Edge { weight: weight.to_native(), seq: Seq(seq.to_native()) }))
    }
}

impl ArchivedStoredNodeRef {
    fn restore(&self) -> Result<NodeRef, Error> {
        match self {
            Self::Record(seq) => Ok(NodeRef::Record(Seq(seq.to_native()))),
            Self::Process(id) => pid("edge", id.to_native()).map(NodeRef::Process),
            Self::Named(name) => text("edge", name).map(NodeRef::Named),
        }
    }
}
