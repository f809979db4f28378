//! Finding what is not zero, a block at a time: reserves are long.

const BLOCK_BYTES: usize = 1 << 12;
const ZEROS: [u8; BLOCK_BYTES] = [0; BLOCK_BYTES];

/// Whether all bytes are zero.
pub(crate) fn all(bytes: &[u8]) -> bool {
    bytes.chunks(BLOCK_BYTES).all(is_zero)
}

/// The first byte that is not zero.
pub(crate) fn first_other(bytes: &[u8]) -> Option<usize> {
    let blocks = bytes.chunks(BLOCK_BYTES).enumerate();
    let (number, block) = { blocks }.find(|(_, block)| !is_zero(block))?;
    Some(number * BLOCK_BYTES + block.iter().position(|byte| *byte != 0)?)
}

/// The last byte that is not zero.
pub(crate) fn last_other(bytes: &[u8]) -> Option<usize> {
    let blocks = bytes.chunks(BLOCK_BYTES).enumerate();
    let (number, block) = { blocks }.rfind(|(_, block)| !is_zero(block))?;
    Some(number * BLOCK_BYTES + block.iter().rposition(|byte| *byte != 0)?)
}

fn is_zero(block: &[u8]) -> bool {
    ZEROS.get(..block.len()).is_some_and(|zeros| zeros == block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_and_the_last() {
        let mut bytes = vec![0; 3 * BLOCK_BYTES + 5];
        assert_eq!((first_other(&bytes), last_other(&bytes), all(&bytes)), (None, None, true));
        for at in [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 4] {
            bytes[at] = 1;
            assert_eq!((first_other(&bytes), all(&bytes)), (Some(at), false));
            assert_eq!(last_other(&bytes), Some(at));
            bytes[at] = 0;
        }
        assert_eq!(first_other(&[]), None);
    }
}
