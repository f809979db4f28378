//! The records and values that the benches write.

use weft_ledger::{Hasher as _, Pending, Shake, Verdict, kind};

/// Bytes of every core, and of every value of a peer.
pub(crate) const CORE_BYTES: usize = 160;

/// The seed of the key that signs checkpoints.
pub(crate) const SEED: [u8; 32] = [5; 32];

/// A record of kind 64 with a core of [`CORE_BYTES`] and no events.
pub(crate) fn record(seq: u64) -> Pending {
    let mut command_id = [0xc0; 16];
    let (front, _) = command_id.split_at_mut(8);
    front.copy_from_slice(&seq.to_be_bytes());
    Pending {
        core_version: 1,
        kind: kind::KERNEL_FIRST,
        verdict: Verdict::Permit,
        rejected: false,
        seq,
        time: seq + 1,
        actor: 0,
        cause: None,
        command_id,
        salt: [7; 16],
        core: core(seq),
        payload: None,
    }
}

/// `{1: {1: {0: bytes}}, 2: {1: 1, 2: 0}, 3: []}` with 142 bytes that no store can compress.
pub(crate) fn core(seq: u64) -> Vec<u8> {
    const FILLER: u8 = 142;
    let mut core = Vec::with_capacity(CORE_BYTES);
    core.extend([0xa3, 0x01, 0xa1, 0x01, 0x58, FILLER + 4, 0xa1, 0x00, 0x58, FILLER]);
    let words = (0..u64::from(FILLER).div_ceil(8)).map(|word| stir(seq << 5 | word).to_be_bytes());
    core.extend(words.flatten().take(usize::from(FILLER)));
    core.extend([0x02, 0xa2, 0x01, 0x01, 0x02, 0x00, 0x03, 0x80]);
    assert_eq!(core.len(), CORE_BYTES);
    core
}

fn stir(number: u64) -> u64 {
    let mixed = (number.wrapping_add(1) ^ (number >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

/// Record 0, which names [`SEED`]'s key as the log's.
pub(crate) fn genesis() -> Pending {
    let mut event = vec![0x81, 0x83, 0x01, 0x01, 0x85, 0x61, b'o'];
    let constitution = Shake::hash(&[b"weft/constitution/1", b"law"]).0;
    let key = ed25519_dalek::SigningKey::from_bytes(&SEED).verifying_key().to_bytes();
    for field in [key, constitution, [3; 32], [4; 32]] {
        event.extend([0x58, 0x20]);
        event.extend(field);
    }
    let mut core = vec![0xa3, 0x01, 0xa1, 0x01, 0x46, 0xa1, 0x02, 0x63, b'l', b'a', b'w'];
    core.extend([0x02, 0xa2, 0x01, 0x01, 0x02, 0x00, 0x03]);
    core.extend(event);
    Pending { kind: kind::GENESIS, core, ..record(0) }
}

pub(crate) fn nonces() -> weft_ledger::Nonces {
    Box::new(|| [3; 16])
}
