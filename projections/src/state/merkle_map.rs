//! A map from names to digests whose root depends on its content alone; the layout is with the type.

use std::sync::Arc;

use crate::Digest;

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
/// A change marks the branches above it; [`MerkleMap::seal`] hashes those and no others.
#[derive(Clone, Debug, Default)]
pub struct MerkleMap {
    top: Option<Arc<Trie>>,
}

/// Where a name stands in a [`MerkleMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MerkleKey(Digest);

#[derive(Clone, Debug)]
enum Trie {
    Leaf(Leaf),
    Branch(Branch),
}

#[derive(Clone, Copy, Debug)]
struct Leaf {
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
    pub fn insert(&mut self, key: MerkleKey, value: Digest) {
        let digest = Digest::of("weft/merkle/leaf/1", &[key.0.as_bytes(), value.as_bytes()]);
        insert(&mut self.top, Leaf { key, digest }, 0);
    }

    /// Removes a name; nothing happens if it is absent.
    pub fn remove(&mut self, key: &MerkleKey) {
        remove(&mut self.top, key, 0);
    }

    /// Hashes what changed and returns the root; `None` for the empty map.
    pub fn seal(&mut self) -> Option<Digest> {
        self.top.as_mut().map(seal)
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

fn insert(slot: &mut Option<Arc<Trie>>, leaf: Leaf, depth: usize) {
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

fn seal(trie: &mut Arc<Trie>) -> Digest {
    match &**trie {
        Trie::Leaf(Leaf { digest, .. }) | Trie::Branch(Branch { digest: Some(digest), .. }) => {
            return *digest;
        }
        Trie::Branch(Branch { digest: None, .. }) => {}
    }
    match Arc::make_mut(trie) {
        Trie::Leaf(leaf) => leaf.digest,
        Trie::Branch(branch) => branch.seal(),
    }
}

impl Branch {
    fn child(&mut self, key: &MerkleKey, depth: usize) -> Option<&mut Option<Arc<Trie>>> {
        self.children.get_mut(key.nibble(depth))
    }

    fn insert(&mut self, leaf: Leaf, depth: usize) {
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

    fn seal(&mut self) -> Digest {
        let mut bytes = Vec::with_capacity(2 + FANOUT * crate::DIGEST_BYTES);
        let present = self.children.iter().zip(0u16..).filter(|(child, _)| child.is_some());
        let bitmap = present.fold(0u16, |bitmap, (_, index)| bitmap | (1 << index));
        bytes.extend_from_slice(&bitmap.to_be_bytes());
        for child in self.children.iter_mut().flatten() {
            bytes.extend_from_slice(seal(child).as_bytes());
        }
        let digest = Digest::of("weft/merkle/branch/1", &[&bytes]);
        self.digest = Some(digest);
        digest
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
                        map.insert(MerkleKey::of(&name.to_string()), Digest([value; 32]));
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
        map.insert(MerkleKey::of("a"), Digest([1; 32]));
        let before = map.clone().seal();
        let mut changed = map.clone();
        changed.insert(MerkleKey::of("b"), Digest([2; 32]));
        assert_ne!(changed.seal(), before);
        assert_eq!(map.seal(), before);
        changed.remove(&MerkleKey::of("b"));
        assert_eq!(changed.seal(), before);
        changed.remove(&MerkleKey::of("a"));
        assert_eq!(changed.seal(), None);
    }
}
