//! Asserted causes, and who made which process.

use imbl::{OrdMap, OrdSet};

use crate::events::{CausalLinked, NodeRef, Relation};
use crate::limits::{EDGES_MAX, WEIGHT_MAX};
use crate::{Actor, Pid, Seq};

/// Which edge. Ordered by its first node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeKey {
    /// The first node.
    pub from: NodeRef,
    /// How it relates to the second.
    pub relation: Relation,
    /// The second node.
    pub to: NodeRef,
}

/// An asserted edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// How strong it is, 0 to 1,000 thousandths.
    pub weight: u16,
    /// The record that asserted it last.
    pub seq: Seq,
}

/// Asserted causes, and who made which process.
#[derive(Clone, Debug, Default)]
pub struct CausalGraph {
    pub(super) edges: OrdMap<EdgeKey, Edge>,
    /// Index: edges by their second node.
    pub(super) incoming: OrdSet<(NodeRef, Relation, NodeRef)>,
    /// Index: processes in the process table by who made them.
    pub(super) lineage: OrdSet<(Actor, Pid)>,
}

/// The smallest node, where a range over nodes begins.
const NODE_MIN: NodeRef = NodeRef::Record(Seq(0));

impl CausalGraph {
    /// How many edges there are, at most `EDGES_MAX`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there is no edge.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// An edge.
    #[must_use]
    pub fn get(&self, key: &EdgeKey) -> Option<&Edge> {
        self.edges.get(key)
    }

    /// All edges, by their first node.
    pub fn edges(&self) -> impl Iterator<Item = (&EdgeKey, &Edge)> {
        self.edges.iter()
    }

    /// The edges whose first node is the given one.
    pub fn outgoing(&self, node: &NodeRef) -> impl Iterator<Item = (&EdgeKey, &Edge)> {
        let first = EdgeKey { from: node.clone(), relation: Relation::Causes, to: NODE_MIN };
        self.edges.range(first..).take_while(move |(key, _)| key.from == *node)
    }

    /// The edges whose second node is the given one.
    pub fn incoming(&self, node: &NodeRef) -> impl Iterator<Item = (EdgeKey, &Edge)> {
        let first = (node.clone(), Relation::Causes, NODE_MIN);
        let keys = self.incoming.range(first..).take_while(move |(to, _, _)| to == node);
        keys.filter_map(|(to, relation, from)| {
            let key = EdgeKey { from: from.clone(), relation: *relation, to: to.clone() };
            self.edges.get(&key).map(|edge| (key, edge))
        })
    }

    /// The processes in the process table that an actor made, ascending.
    pub fn children(&self, parent: Actor) -> impl Iterator<Item = Pid> {
        self.lineage
            .range((parent, Pid::FIRST)..)
            .take_while(move |(other, _)| *other == parent)
            .map(|(_, pid)| *pid)
    }

    pub(super) fn link(&mut self, seq: Seq, event: &CausalLinked) {
        let key =
            EdgeKey { from: event.from.clone(), relation: event.relation, to: event.to.clone() };
        let room = self.edges.len() < EDGES_MAX || self.edges.contains_key(&key);
        if room && event.weight <= WEIGHT_MAX {
            self.incoming.insert((event.to.clone(), event.relation, event.from.clone()));
            self.edges.insert(key, Edge { weight: event.weight, seq });
        }
    }

    pub(super) fn spawned(&mut self, parent: Actor, pid: Pid) {
        self.lineage.insert((parent, pid));
    }

    pub(super) fn evicted(&mut self, parent: Actor, pid: Pid) {
        self.lineage.remove(&(parent, pid));
    }
}
