//! Inputs of any lengths through a fixed number of sponges: as soon as one is done, the next input takes its place.

use crate::DIGEST_BYTES;
use crate::sponge::{Message, RATE_BYTES, SPONGES, States};
use crate::vector::Permutation;

/// A sponge at work.
struct Slot<'a> {
    message: Message<'a>,
    digest: &'a mut [u8; DIGEST_BYTES],
    is_complete: bool,
}

/// As [`shake_each`](crate::shake_each).
pub(crate) fn shake_each<const PARTS: usize>(
    permutation: Permutation,
    prefix: &[u8],
    inputs: &[[&[u8]; PARTS]],
) -> Vec<[u8; DIGEST_BYTES]> {
    let mut digests = vec![[0; DIGEST_BYTES]; inputs.len()];
    let mut waiting = inputs.iter().zip(&mut digests).map(|(parts, digest)| Slot {
        message: Message::new(prefix, parts),
        digest,
        is_complete: false,
    });
    let mut states = States::default();
    let mut block = [0; RATE_BYTES];
    let mut slots: [Option<Slot<'_>>; SPONGES] = std::array::from_fn(|_| waiting.next());
    while slots.iter().any(Option::is_some) {
        for (number, slot) in slots.iter_mut().enumerate() {
            if let Some(work) = slot {
                work.is_complete = work.message.fill(&mut block);
                states.absorb(number, &block);
            }
        }
        permutation.apply(&mut states);
        for (number, slot) in slots.iter_mut().enumerate() {
            if let Some(work) = slot.take_if(|work| work.is_complete) {
                *work.digest = states.squeeze(number);
                *slot = waiting.next();
            }
        }
    }
    digests
}
