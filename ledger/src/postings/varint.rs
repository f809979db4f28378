//! Numbers in as few bytes as they need (LEB128): seven bits a byte, the lowest first.

/// Appends a number: 1 to 10 bytes.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Takes a number off the front; `None` if there is none that fits.
#[inline]
pub(super) fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        let bits = u64::from(byte & 0x7f);
        number |= bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_of_number_comes_back() {
        let mut out = Vec::new();
        let numbers: Vec<u64> = (0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1]).collect();
        numbers.iter().chain([&u64::MAX]).for_each(|number| put(&mut out, *number));
        let mut rest = out.as_slice();
        for number in numbers.iter().chain([&u64::MAX]) {
            assert_eq!(take(&mut rest), Some(*number));
        }
        assert_eq!((rest.len(), take(&mut rest)), (0, None));
    }

    #[test]
    fn what_is_cut_or_too_large_is_no_number() {
        assert_eq!(take(&mut [0x80].as_slice()), None);
        assert_eq!(take(&mut [0xff; 11].as_slice()), None);
        let mut most = [0xff; 10];
        most[9] = 2;
        assert_eq!(take(&mut most.as_slice()), None);
        most[9] = 1;
        assert_eq!(take(&mut most.as_slice()), Some(u64::MAX));
    }
}
