//! Checking proofs, with nothing but the roots at hand (RFC 6962 2.1.1 and 2.1.2).

use tlog_tiles::Hash;

use super::root::Root;
use crate::checkpoint::TreeHead;

/// Hashes that a proof over a tree of fewer than 2^64 leaves can have.
const PATH_MAX: usize = 65;

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The record is not in a tree of that size.
    #[error("record {seq} is not in a tree of {size} records")]
    NotInTree {
        /// The record.
        seq: u64,
        /// The tree's size.
        size: u64,
    },
    /// The hashes do not lead to the root.
    #[error("the hashes do not lead to the root of the tree of {size} records")]
    Mismatch {
        /// The tree's size.
        size: u64,
    },
}

/// Whether `path` leads from the leaf of record `seq` to the root of `head`.
///
/// # Errors
/// When it does not.
pub fn check_inclusion(
    head: &TreeHead,
    seq: u64,
    leaf: Root,
    path: &[Root],
) -> Result<(), ProofError> {
    let size = head.size;
    if seq >= size {
        return Err(ProofError::NotInTree { seq, size });
    }
    let path = hashes(path, size)?;
    tlog_tiles::check_record(&path, size, head.root.into(), seq, leaf.into())
        .map_err(|_| ProofError::Mismatch { size })
}

/// Whether `path` shows that the tree of `old` is the beginning of that of `new`.
///
/// # Errors
/// When it does not, when `old` is larger, or when it is empty.
pub fn check_consistency(old: &TreeHead, new: &TreeHead, path: &[Root]) -> Result<(), ProofError> {
    let size = new.size;
    if old.size == 0 || old.size > size {
        return Err(ProofError::NotInTree { seq: old.size, size });
    }
    let path = hashes(path, size)?;
    tlog_tiles::check_tree(&path, size, new.root.into(), old.size, old.root.into())
        .map_err(|_| ProofError::Mismatch { size })
}

fn hashes(path: &[Root], size: u64) -> Result<Vec<Hash>, ProofError> {
    if path.len() > PATH_MAX {
        return Err(ProofError::Mismatch { size });
    }
    Ok(path.iter().map(|hash| Hash::from(*hash)).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tlog_tiles::HashReader;

    /// The library's own way to keep a tree: every hash, in the order of Crosby and Wallach.
    #[derive(Default)]
    pub(in crate::tree) struct Stored {
        size: u64,
        hashes: Vec<Hash>,
    }

    impl HashReader for Stored {
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
            let read = |index: &u64| self.hashes.get(usize::try_from(*index).unwrap()).copied();
            indexes.iter().map(|index| read(index).ok_or(tlog_tiles::Error::BadMath)).collect()
        }
    }

    impl Stored {
        pub(in crate::tree) fn append(&mut self, leaf: Root) {
            let new = tlog_tiles::stored_hashes_for_record_hash(self.size, leaf.into(), self);
            self.hashes.extend(new.unwrap());
            self.size += 1;
        }
    }

    #[test]
    fn a_proof_holds_for_its_record_and_root_only() {
        let mut stored = Stored::default();
        let leaves: Vec<Root> =
            (0..37_u8).map(|seq| Root(tlog_tiles::record_hash(&[seq]).0)).collect();
        leaves.iter().for_each(|leaf| stored.append(*leaf));
        let head =
            |size| TreeHead { size, root: tlog_tiles::tree_hash(size, &stored).unwrap().into() };
        for size in 1..=37 {
            for seq in 0..size {
                let path = tlog_tiles::prove_record(size, seq, &stored).unwrap();
                let path: Vec<Root> = path.into_iter().map(Root::from).collect();
                let leaf = leaves[usize::try_from(seq).unwrap()];
                assert_eq!(check_inclusion(&head(size), seq, leaf, &path), Ok(()));
                let other = leaves[usize::try_from((seq + 1) % 37).unwrap()];
                let mismatch = Err(ProofError::Mismatch { size });
                assert_eq!(check_inclusion(&head(size), seq, other, &path), mismatch);
                let longer = [&path[..], &[leaf]].concat();
                assert_eq!(check_inclusion(&head(size), seq, leaf, &longer), mismatch);
            }
            let beyond = Err(ProofError::NotInTree { seq: size, size });
            assert_eq!(check_inclusion(&head(size), size, leaves[0], &[]), beyond);
            for old in 1..=size {
                let path = tlog_tiles::prove_tree(size, old, &stored).unwrap();
                let path: Vec<Root> = path.into_iter().map(Root::from).collect();
                assert_eq!(check_consistency(&head(old), &head(size), &path), Ok(()));
                let forged = TreeHead { root: leaves[36], ..head(old) };
                let mismatch = Err(ProofError::Mismatch { size });
                assert_eq!(check_consistency(&forged, &head(size), &path), mismatch);
            }
        }
        let endless = vec![leaves[0]; 70];
        let mismatch = Err(ProofError::Mismatch { size: 37 });
        assert_eq!(check_inclusion(&head(37), 0, leaves[0], &endless), mismatch);
    }
}
