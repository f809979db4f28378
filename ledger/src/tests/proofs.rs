//! Proofs: out of tiles, out of the log, and as files.

use super::checkpoints::{NEW, OLD, born, grow, sign, signer};
use super::support::record_with_payload;
use crate::storage::Storage as _;
use crate::*;

#[test]
fn proofs_come_out_of_tiles_or_out_of_the_log() {
    let (node, mut log, mut checkpointer) = born();
    let mut heads = Vec::new();
    for count in [1, 2, 250, 3, 511, 90] {
        grow(&mut log, count).unwrap();
        heads.push(sign(&mut checkpointer).head());
    }
    let tiles: Vec<String> =
        node.disk.paths().into_iter().filter(|path| path.starts_with(TILE_DIR)).collect();
    assert_eq!(tiles, ["tile/0/000", "tile/0/001", "tile/0/002"]);
    let leaves: Vec<Root> =
        log.reader().range(0..u64::MAX).map(|entry| leaf(entry.unwrap().header_bytes())).collect();
    let check_all = || {
        let mut tree = TreeReader::new(node.disk.clone(), log.reader());
        for (number, head) in heads.iter().enumerate() {
            for seq in (0..head.size).step_by(1 + number * 7) {
                let path = tree.inclusion(head, seq).unwrap();
                let leaf = leaves[usize::try_from(seq).unwrap()];
                assert_eq!(check_inclusion(head, seq, leaf, &path), Ok(()));
            }
            for old in &heads[..=number] {
                let path = tree.consistency(old, head).unwrap();
                assert_eq!(check_consistency(old, head, &path), Ok(()));
            }
        }
    };
    check_all();
    // A damaged tile is made again.
    node.disk.flip(&tiles[1], 77, 4);
    let damaged = node.disk.read(&tiles[1]).unwrap();
    check_all();
    assert_ne!(node.disk.read(&tiles[1]).unwrap(), damaged);
    for tile in &tiles {
        node.disk.remove(tile).unwrap();
    }
    check_all();
    assert!(node.disk.read(&tiles[0]).is_some());
    let mut tree = TreeReader::new(node.disk.clone(), log.reader());
    let forged = TreeHead { root: Root([7; 32]), ..heads[3] };
    assert!(matches!(tree.inclusion(&forged, 3), Err(Error::TreeMismatch { size: 257 })));
    assert!(matches!(tree.inclusion(&heads[0], 2), Err(Error::NotInTree { seq: 2, size: 2 })));
    let beyond = TreeHead { size: 900, ..heads[3] };
    assert!(matches!(tree.inclusion(&beyond, 3), Err(Error::NotInTree { .. })));
}

#[test]
fn a_proof_file_needs_nothing_but_the_key() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 5).unwrap();
    let payload = record_with_payload(6, b"a secret of record 6".to_vec());
    log.commit(&[payload], &mut Vec::new()).unwrap();
    grow(&mut log, 30).unwrap();
    let note = sign(&mut checkpointer);
    let key = signer(&log, &OLD).key().clone();
    let mut tree = TreeReader::new(node.disk.clone(), log.reader());
    for seq in [0, 3, 6, 36] {
        let entry = log.reader().read(seq).unwrap().unwrap();
        let header = Proof::make(&mut tree, &entry, &note, Reveal::Header).unwrap();
        let proved = Proof::parse(header.to_text().as_bytes()).unwrap().check(&key).unwrap();
        assert_eq!((proved.header, proved.link, proved.core), (entry.header, entry.link, None));
        assert!(!header.to_text().contains("secret"));
        let whole = Proof::make(&mut tree, &entry, &note, Reveal::Record).unwrap();
        let proved = Proof::parse(whole.to_text().as_bytes()).unwrap().check(&key).unwrap();
        assert_eq!(proved.core.as_deref(), Some(entry.core()));
        assert_eq!(proved.payload.is_some(), seq == 6);
        assert_eq!(proved.head, note.head());
    }
    let entry = log.reader().read(6).unwrap().unwrap();
    let text = Proof::make(&mut tree, &entry, &note, Reveal::Record).unwrap().to_text();
    for at in 0..text.len() {
        for mask in [1, 0x20] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= mask;
            let checked = Proof::parse(&bytes).and_then(|proof| proof.check(&key));
            assert!(checked.is_err(), "byte {at} mask {mask}");
        }
        let cut = Proof::parse(&text.as_bytes()[..at]).and_then(|proof| proof.check(&key));
        assert!(cut.is_err(), "cut at {at}");
    }
    let other = Signer::new(note.origin(), &NEW).unwrap();
    let proof = Proof::parse(text.as_bytes()).unwrap();
    assert!(matches!(proof.check(other.key()), Err(ProofProblem::Checkpoint(_))));
}
