//! Inputs of any lengths through a fixed number of sponges: as soon as one is done, the next input takes its place.

use crate::DIGEST_BYTES;
use crate::sponge::{LANES, Message, RATE_BYTES, States};
use crate::vector::Permutation;

/// A sponge at work.
struct Lane<'a> {
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
    let mut waiting = inputs.iter().zip(&mut digests).map(|(parts, digest)| Lane {
        message: Message::new(prefix, parts),
        digest,
        is_complete: false,
    });
    let mut states = States::default();
    let mut block = [0; RATE_BYTES];
    let mut lanes: [Option<Lane<'_>>; LANES] = std::array::from_fn(|_| waiting.next());
    while lanes.iter().any(Option::is_some) {
        for (number, lane) in lanes.iter_mut().enumerate() {
            if let Some(lane) = lane {
                lane.is_complete = lane.message.fill(&mut block);
                states.absorb(number, &block);
            }
        }
        permutation.apply(&mut states);
        for (number, slot) in lanes.iter_mut().enumerate() {
            if let Some(lane) = slot.take_if(|lane| lane.is_complete) {
                *lane.digest = states.squeeze(number);
                *slot = waiting.next();
            }
        }
    }
    digests
}
