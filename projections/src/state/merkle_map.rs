//! A map from names to digests whose root depends on its content alone; the layout is with the type.

use std::sync::Arc;

use crate::Digest;
use crate::digest::Inputs;

const LEAF: &str = "weft/merkle/leaf/1";
const BRANCH: &str = "weft/merkle/branch/1";

/// Children of a branch: four bits of the key.
const FANOUT: usize = 16;

/// A map from names to digests whose root depends on its content alone.
///
/// A persistent trie over `key = SHAKE("weft/merkle/key/1" ‖ name)`, four bits a level, high bits first. A subtree with one entry is a
/// leaf, whatever its depth; one with more is a branch. So the shape, and with it every digest, follows from the set of entries, not from
/// the order in which they came and went:
///
/// ```text
/// leaf   = SHAKE("weft/merkle/leaf/1" ‖ key (32) ‖ value (32))
/// branch = SHAKE("weft/merkle/branch/1" ‖ bitmap (2, big-endian; bit i = child i present) ‖ digests of the present children, ascending)
/// root   = digest of the topmost leaf or branch; none for the empty map
/// ```
///
/// A change marks the branches above it; [`MerkleMap::seal`] hashes those and no others, siblings at once.
#[derive(Clone, Debug, Default)]
pub struct MerkleMap {
    top: Option<Arc<Trie>>,
}

/// Where a name stands in a [`MerkleMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MerkleKey(Digest);

#[derive(Clone, Debug)]
enum Trie {
    Leaf(MerkleLeaf),
    Branch(Branch),
}

/// A name and its value, hashed.
#[derive(Clone, Copy, Debug)]
pub struct MerkleLeaf {
    key: MerkleKey,
    digest: Digest,
}

#[derive(Clone, Debug, Default)]
struct Branch {
    children: [Option<Arc<Trie>>; FANOUT],
    /// None while something below has changed since it was last hashed.
    digest: Option<Digest>,
}

impl MerkleMap {
    /// Sets the value of a name.
    pub fn insert(&mut self, leaf: MerkleLeaf) {
        insert(&mut self.top, leaf, 0);
    }

    /// Removes a name; nothing happens if it is absent.
    pub fn remove(&mut self, key: &MerkleKey) {
        remove(&mut self.top, key, 0);
    }

    /// Hashes what changed and returns the root; `None` for the empty map.
    pub fn seal(&mut self) -> Option<Digest> {
        seal_each(&mut self.top);
        self.root()
    }

    /// The root; `None` for the empty map, and while something has changed since it was last sealed.
    #[must_use]
    pub fn root(&self) -> Option<Digest> {
        self.top.as_ref()?.digest()
    }

    /// Whether nothing has changed since it was last sealed.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.top.as_ref().is_none_or(|top| top.digest().is_some())
    }
}

impl MerkleLeaf {
    /// Leaves of names and their values, in the order of these.
    #[must_use]
    pub fn of_each(entries: &[(MerkleKey, Digest)]) -> Vec<MerkleLeaf> {
        let inputs: Vec<[&[u8]; 2]> =
            entries.iter().map(|(key, value)| [&key.0.0[..], &value.0[..]]).collect();
        let digests = Digest::of_each(LEAF, &inputs);
        entries
            .iter()
            .zip(digests)
            .map(|((key, _), digest)| MerkleLeaf { key: *key, digest })
            .collect()
    }
}

impl MerkleKey {
    /// The place of a name: it costs a hash, so that who changes a name often keeps it.
    #[must_use]
    pub fn of(name: &str) -> MerkleKey {
        MerkleKey(Digest::of("weft/merkle/key/1", &[name.as_bytes()]))
    }

    fn nibble(&self, depth: usize) -> usize {
        let byte = self.0.as_bytes().get(depth / 2).copied().unwrap_or_default();
        usize::from(if depth.is_multiple_of(2) { byte >> 4 } else { byte & 0x0f })
    }
}

fn insert(slot: &mut Option<Arc<Trie>>, leaf: MerkleLeaf, depth: usize) {
    let Some(trie) = slot else {
        *slot = Some(Arc::new(Trie::Leaf(leaf)));
        return;
    };
    match Arc::make_mut(trie) {
        Trie::Leaf(present) if present.key == leaf.key => *present = leaf,
        Trie::Leaf(present) => {
            let mut branch = Branch::default();
            branch.insert(*present, depth);
            branch.insert(leaf, depth);
            *slot = Some(Arc::new(Trie::Branch(branch)));
        }
        Trie::Branch(branch) => branch.insert(leaf, depth),
    }
}

/// Removes a key; true if it was there.
fn remove(slot: &mut Option<Arc<Trie>>, key: &MerkleKey, depth: usize) -> bool {
    let Some(trie) = slot else { return false };
    match Arc::make_mut(trie) {
        Trie::Leaf(leaf) if leaf.key != *key => false,
        Trie::Leaf(_) => {
            *slot = None;
            true
        }
        Trie::Branch(branch) => {
            let removed =
                branch.child(key, depth).is_some_and(|child| remove(child, key, depth + 1));
            if removed {
                branch.digest = None;
                if let Some(only) = branch.only_leaf() {
                    *slot = Some(only);
                }
            }
            removed
        }
    }
}

/// Hashes those of the subtrees that changed, all of them at once.
fn seal_each<'a>(tries: impl IntoIterator<Item = &'a mut Arc<Trie>>) {
    let mut branches: Vec<&mut Branch> = tries.into_iter().filter_map(unsealed).collect();
    let mut inputs = Inputs::default();
    for branch in &mut branches {
        seal_each(branch.children.iter_mut().flatten());
        inputs.push(|bytes| branch.preimage(bytes));
    }
    for (branch, digest) in branches.into_iter().zip(inputs.digests(BRANCH)) {
        branch.digest = Some(digest);
    }
}

/// The branch, if it has to be hashed.
fn unsealed(trie: &mut Arc<Trie>) -> Option<&mut Branch> {
    if trie.digest().is_some() {
        return None;
    }
    match Arc::make_mut(trie) {
        Trie::Leaf(_) => None,
        Trie::Branch(branch) => Some(branch),
    }
}

impl Trie {
    fn digest(&self) -> Option<Digest> {
        match self {
            Trie::Leaf(leaf) => Some(leaf.digest),
            Trie::Branch(branch) => branch.digest,
        }
    }
}

impl Branch {
    fn child(&mut self, key: &MerkleKey, depth: usize) -> Option<&mut Option<Arc<Trie>>> {
        self.children.get_mut(key.nibble(depth))
    }

    fn insert(&mut self, leaf: MerkleLeaf, depth: usize) {
        self.digest = None;
        if let Some(child) = self.child(&leaf.key, depth) {
            insert(child, leaf, depth + 1);
        }
    }

    /// The only child, if there is one only and it is a leaf.
    fn only_leaf(&self) -> Option<Arc<Trie>> {
        let mut present = self.children.iter().flatten();
        match (present.next(), present.next()) {
            (Some(only), None) if matches!(**only, Trie::Leaf(_)) => Some(Arc::clone(only)),
            (None | Some(_), _) => None,
        }
    }

    /// Appends what its digest is made from; everything below it is hashed.
    fn preimage(&self, bytes: &mut Vec<u8>) {
        let present = self.children.iter().zip(0u16..).filter(|(child, _)| child.is_some());
        let bitmap = present.fold(0u16, |bitmap, (_, index)| bitmap | (1 << index));
        bytes.extend_from_slice(&bitmap.to_be_bytes());
        for child in self.children.iter().flatten() {
            let digest = child.digest().expect("what is below was hashed before");
            bytes.extend_from_slice(digest.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The root by the book: recursively over the sorted entries, sharing no code with the trie but the hash.
    fn root_from_scratch(entries: &BTreeMap<String, Digest>) -> Option<Digest> {
        let leaves = entries
            .iter()
            .map(|(name, value)| (Digest::of("weft/merkle/key/1", &[name.as_bytes()]), *value));
        let leaves: Vec<(Digest, Digest)> = leaves.collect();
        (!leaves.is_empty()).then(|| subtree(&leaves, 0))
    }

    fn subtree(leaves: &[(Digest, Digest)], depth: usize) -> Digest {
        if let [(key, value)] = leaves {
            return Digest::of("weft/merkle/leaf/1", &[&key.0, &value.0]);
        }
        let (mut bitmap, mut digests) = (0u16, Vec::new());
        for index in 0u8..16 {
            let digit = |key: &Digest| (key.0[depth / 2] >> (4 * (1 - depth % 2))) & 15;
            let below: Vec<_> =
                leaves.iter().copied().filter(|(key, _)| digit(key) == index).collect();
            if !below.is_empty() {
                bitmap |= 1 << index;
                digests.extend_from_slice(&subtree(&below, depth + 1).0);
            }
        }
        Digest::of("weft/merkle/branch/1", &[&bitmap.to_be_bytes(), &digests])
    }

    fn leaf(name: &str, value: u8) -> MerkleLeaf {
        MerkleLeaf::of_each(&[(MerkleKey::of(name), Digest([value; 32]))])[0]
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, u8),
        Remove(u8),
        Seal,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0u8..60, any::<u8>()).prop_map(|(name, value)| Step::Insert(name, value)),
            3 => (0u8..60).prop_map(Step::Remove),
            1 => Just(Step::Seal),
        ]
    }

    proptest! {
        #[test]
        fn the_root_depends_on_content_alone(steps in prop::collection::vec(step(), 0..100)) {
            let (mut map, mut model) = (MerkleMap::default(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(name, value) => {
                        map.insert(leaf(&name.to_string(), value));
                        model.insert(name.to_string(), Digest([value; 32]));
                    }
                    Step::Remove(name) => {
                        map.remove(&MerkleKey::of(&name.to_string()));
                        model.remove(&name.to_string());
                    }
                    Step::Seal => prop_assert_eq!(map.seal(), root_from_scratch(&model)),
                }
            }
            prop_assert_eq!(map.seal(), root_from_scratch(&model));
        }
    }

    #[test]
    fn a_clone_keeps_its_content() {
        let mut map = MerkleMap::default();
        map.insert(leaf("a", 1));
        let before = map.clone().seal();
        let mut changed = map.clone();
        changed.insert(leaf("b", 2));
        assert_ne!(changed.seal(), before);
        assert_eq!(map.seal(), before);
        changed.remove(&MerkleKey::of("b"));
        assert_eq!(changed.seal(), before);
        changed.remove(&MerkleKey::of("a"));
        assert_eq!(changed.seal(), None);
    }
}
