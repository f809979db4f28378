//! The resource tree, hashed from the leaves to the root; the layout is with the type.

use imbl::OrdMap;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::canonical::{Buffer, append};
use super::{MerkleKey, MerkleLeaf, MerkleMap};
use crate::digest::Inputs;
use crate::limits::{META_KEYS_MAX, RESOURCES_MAX};
use crate::{Digest, MetaKey, Payload, Pid, ResourceKind, Seq, TreePath};

/// Paths that every tree begins with.
const GENESIS_PATHS: [&str; 9] = [
    "/kernel",
    "/kernel/services",
    "/kernel/processes",
    "/kernel/agents",
    "/apps",
    "/network",
    "/network/peers",
    "/environments",
    "/",
];

/// Paths that only the kernel writes, with everything below them.
const RESERVED_PATHS: [&str; 3] = ["/kernel", "/network", "/environments"];

/// Changed nodes that may wait for a seal; with more of them the tree seals itself.
const DIRTY_MAX: usize = 65_536;

/// Changed nodes that are hashed together: what they are made of is in memory at once.
const SEALED_AT_ONCE: usize = 1_024;

/// A resource.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: ResourceKind,
    /// The metadata values, if there are any.
    pub payload: Option<Payload>,
    /// The record that stored it last.
    pub stored: Seq,
    pub(super) meta_keys: Option<Arc<[MetaKey]>>,
    /// Cache: where the node stands among its parent's children.
    pub(super) key: MerkleKey,
    /// Cache: the children's digests; behind while the tree is not sealed.
    pub(super) children: MerkleMap,
    /// Cache: this node's digest; none while the node is among the dirty ones.
    pub(super) digest: Option<Digest>,
}

/// The resource tree. Every node but the root has its parent in the tree.
///
/// ```text
/// node = SHAKE("weft/tree/node/1" ‖ CBOR [name, kind, path, [* metadata key], payload commitment / null, children / null])
/// ```
///
/// `children` is the root of the [`MerkleMap`] from the children's names to their node digests, null without children. What changed is
/// only marked; [`State::seal`](super::State::seal) hashes it once per batch.
#[derive(Clone, Debug, Default)]
pub struct ResourceTree {
    pub(super) nodes: OrdMap<TreePath, Node>,
    /// Cache: the paths of nodes without a digest; also of some that are gone, or there twice.
    pub(super) dirty: Vec<TreePath>,
}

impl Node {
    /// The keys of its metadata, ascending.
    #[must_use]
    pub fn meta_keys(&self) -> &[MetaKey] {
        self.meta_keys.as_deref().unwrap_or_default()
    }

    /// The digest of the node and everything below it; `None` when the node itself changed since the last seal, and behind when only
    /// something below it did.
    #[must_use]
    pub const fn digest(&self) -> Option<Digest> {
        self.digest
    }

    pub(super) fn namespace(path: &TreePath, stored: Seq) -> Self {
        Self {
            kind: namespace(),
            payload: None,
            stored,
            meta_keys: None,
            key: MerkleKey::of(path.name()),
            children: MerkleMap::default(),
            digest: None,
        }
    }

    pub(super) fn set_meta_keys(&mut self, meta_keys: &[MetaKey]) {
        self.meta_keys = if meta_keys.is_empty() { None } else { Some(meta_keys.into()) };
    }

    /// Appends what its digest is made from; its children are sealed.
    fn preimage(&self, path: &TreePath, bytes: &mut Vec<u8>) {
        assert!(self.children.is_sealed(), "what is below was hashed before");
        append(bytes, |e: &mut Buffer<'_>| {
            e.array(6)?
                .str(path.name())?
                .encode(&self.kind)?
                .encode(path)?
                .encode(self.meta_keys())?;
            let children = self.children.root();
            e.encode(self.payload.map(|payload| payload.commit))?.encode(children)?.ok()
        });
    }
}

impl ResourceTree {
    /// A resource.
    #[must_use]
    pub fn get(&self, path: &TreePath) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// How many resources there are, at most `RESOURCES_MAX`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no resource, not even the root: so it is before genesis.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether only the kernel writes there.
    #[must_use]
    pub fn is_reserved(path: &TreePath) -> bool {
        path.is_root()
            || RESERVED_PATHS.iter().any(|reserved| {
                path.as_str()
                    .strip_prefix(reserved)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    }

    /// How many nodes a `put` at this path would add: the resource itself, if it is new, and its missing parents.
    #[must_use]
    pub fn missing_len(&self, path: &TreePath) -> usize {
        path.ancestors().take_while(|path| !self.nodes.contains_key(*path)).count()
    }

    /// A resource and everything below it, in the order of the bytes of their paths.
    pub fn subtree(&self, path: &TreePath) -> impl Iterator<Item = (&TreePath, &Node)> {
        self.nodes.get_key_value(path).into_iter().chain(self.below(path))
    }

    /// Whether a resource has children.
    #[must_use]
    pub fn has_children(&self, path: &TreePath) -> bool {
        self.below(path).next().is_some()
    }

    /// The children of a resource, in the order of the bytes of their paths.
    pub fn children<'a>(
        &'a self,
        path: &TreePath,
    ) -> impl Iterator<Item = (&'a TreePath, &'a Node)> + use<'a> {
        let prefix = prefix_of(path);
        let mut from = Bound::Excluded(prefix.clone());
        std::iter::from_fn(move || {
            loop {
                let range = (from.as_ref().map(String::as_str), Bound::Unbounded);
                let (path, node) = self.nodes.range::<_, str>(range).next()?;
                match path.as_str().strip_prefix(&prefix)?.split_once('/') {
                    None => {
                        from = Bound::Excluded(path.as_str().to_owned());
                        return Some((path, node));
                    }
                    // Below a child: go on after everything that is below it.
                    Some((child, _)) => from = Bound::Included(format!("{prefix}{child}0")),
                }
            }
        })
    }

    /// The digest of the root and with it of the whole tree; `None` before genesis, or when something changed since the last seal.
    #[must_use]
    pub fn root(&self) -> Option<Digest> {
        if self.dirty.is_empty() { self.nodes.get("/").and_then(Node::digest) } else { None }
    }

    /// The path of a process.
    #[must_use]
    pub fn process_path(pid: Pid) -> TreePath {
        known(&format!("/kernel/processes/{pid}"))
    }

    fn below(&self, path: &TreePath) -> impl Iterator<Item = (&TreePath, &Node)> + use<'_> {
        let prefix = prefix_of(path);
        let from = (Bound::Excluded(prefix.as_str()), Bound::Unbounded);
        self.nodes
            .range::<_, str>(from)
            .take_while(move |(path, _)| path.as_str().starts_with(&prefix))
    }

    pub(super) fn found(&mut self, seq: Seq) {
        for path in GENESIS_PATHS {
            self.add_missing(known(path), seq);
        }
    }

    /// Stores a resource with its missing parents; nothing happens if a limit is passed or the keys are not ascending.
    pub(super) fn store(
        &mut self,
        path: &TreePath,
        seq: Seq,
        kind: &ResourceKind,
        meta_keys: &[MetaKey],
        payload: Option<Payload>,
    ) {
        let keys_fit =
            meta_keys.len() <= META_KEYS_MAX && meta_keys.is_sorted_by(|one, other| one < other);
        if !keys_fit {
            return;
        }
        let put = |node: &mut Node| {
            node.kind = kind.clone();
            node.payload = payload;
            node.stored = seq;
            node.set_meta_keys(meta_keys);
            node.digest.take().is_some()
        };
        let mut sealed = self.nodes.get_mut(path).map(put);
        if sealed.is_none() && self.len() + self.missing_len(path) <= RESOURCES_MAX {
            self.add_missing(path.clone(), seq);
            sealed = self.nodes.get_mut(path).map(put);
        }
        if sealed == Some(true) {
            self.mark(path.clone());
        }
    }

    /// Removes a resource and everything below it; nothing happens to the root.
    pub(super) fn remove(&mut self, path: &TreePath) {
        let Some(parent) = path.parent() else { return };
        let Some(key) = self.nodes.get(path).map(|node| node.key) else { return };
        let doomed: Vec<TreePath> = self.subtree(path).map(|(path, _)| path.clone()).collect();
        for path in &doomed {
            self.nodes.remove(path);
        }
        let Some(node) = self.nodes.get_mut(&parent) else { return };
        node.children.remove(&key);
        if node.digest.take().is_some() {
            self.mark(parent);
        }
    }

    /// Adds a node and its missing parents as namespaces.
    fn add_missing(&mut self, path: TreePath, seq: Seq) {
        let mut missing = Some(path);
        while let Some(path) = missing.take_if(|path| !self.nodes.contains_key(path)) {
            self.nodes.insert(path.clone(), Node::namespace(&path, seq));
            missing = path.parent();
            self.mark(path);
        }
    }

    fn mark(&mut self, path: TreePath) {
        self.dirty.push(path);
        if self.dirty.len() >= DIRTY_MAX {
            self.seal();
        }
    }

    /// Hashes what changed, the deepest paths first, and returns the root.
    pub(super) fn seal(&mut self) -> Option<Digest> {
        let mut levels: BTreeMap<usize, Vec<TreePath>> = BTreeMap::new();
        for path in std::mem::take(&mut self.dirty) {
            levels.entry(path.depth()).or_default().push(path);
        }
        while let Some((depth, paths)) = levels.pop_last() {
            let changed = self.seal_level(&paths);
            if !changed.is_empty() {
                levels.entry(depth - 1).or_default().extend(changed);
            }
        }
        self.root()
    }

    /// Hashes the nodes of one level and hands their digests to their parents; the parents that had no change of their own until now
    /// come back.
    fn seal_level(&mut self, paths: &[TreePath]) -> Vec<TreePath> {
        let mut families: BTreeMap<&str, Vec<MerkleLeaf>> = BTreeMap::new();
        for paths in paths.chunks(SEALED_AT_ONCE) {
            let (sealed, entries) = self.seal_nodes(paths);
            for (path, leaf) in sealed.into_iter().zip(MerkleLeaf::of_each(&entries)) {
                if let Some(parent) = path.ancestors().nth(1) {
                    families.entry(parent).or_default().push(leaf);
                }
            }
        }
        families.into_iter().filter_map(|(parent, children)| self.adopt(parent, children)).collect()
    }

    /// Hashes those of the nodes that changed: their paths, with what their parents are to know of them. One that is there twice is
    /// hashed twice, to the same end.
    fn seal_nodes<'a>(
        &mut self,
        paths: &'a [TreePath],
    ) -> (Vec<&'a TreePath>, Vec<(MerkleKey, Digest)>) {
        let (mut changed, mut behind) = (Changed::default(), Vec::new());
        for path in paths {
            match self.nodes.get(path).filter(|node| node.digest.is_none()) {
                Some(node) if node.children.is_sealed() => changed.push(path, node),
                Some(_) => behind.push(path),
                None => {}
            }
        }
        for path in behind {
            if let Some(node) = self.nodes.get_mut(path) {
                node.children.seal();
                changed.push(path, node);
            }
        }
        let Changed { paths, keys, inputs } = changed;
        let digests = inputs.digests("weft/tree/node/1");
        for (path, digest) in paths.iter().zip(&digests) {
            if let Some(node) = self.nodes.get_mut(*path) {
                node.digest = Some(*digest);
            }
        }
        (paths, keys.into_iter().zip(digests).collect())
    }

    /// Hands the digests of children to their parent; its path comes back if that is its first change since the last seal.
    fn adopt(&mut self, parent: &str, children: Vec<MerkleLeaf>) -> Option<TreePath> {
        let path = self.nodes.get_key_value(parent)?.0.clone();
        let node = self.nodes.get_mut(parent)?;
        for leaf in children {
            node.children.insert(leaf);
        }
        node.digest.take().is_some().then_some(path)
    }
}

/// Nodes that are about to be hashed.
#[derive(Default)]
struct Changed<'a> {
    paths: Vec<&'a TreePath>,
    keys: Vec<MerkleKey>,
    inputs: Inputs,
}

impl<'a> Changed<'a> {
    fn push(&mut self, path: &'a TreePath, node: &Node) {
        self.inputs.push(|bytes| node.preimage(path, bytes));
        self.keys.push(node.key);
        self.paths.push(path);
    }
}

fn prefix_of(path: &TreePath) -> String {
    if path.is_root() { "/".to_owned() } else { format!("{path}/") }
}

fn namespace() -> ResourceKind {
    ResourceKind::new("namespace").expect("the word is in the alphabet")
}

fn known(path: &str) -> TreePath {
    TreePath::new(path).expect("paths the kernel makes keep to the rules")
}
