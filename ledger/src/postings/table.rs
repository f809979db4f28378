//! A sorted table in one value: terms, each with some bytes.
//!
//! `count`, then for each term its difference from the one before and the length of its bytes, then
//! all the bytes; every number a varint. The bytes of a block's term are its records' offsets, each
//! as the difference from the one before less one; those of a directory's term are one varint, a
//! bit for each block of the group.

use crate::postings::varint;

/// Builds a table from terms in ascending order.
#[derive(Default)]
pub(super) struct Builder {
    count: u64,
    last: u64,
    heads: Vec<u8>,
    bytes: Vec<u8>,
}

impl Builder {
    pub(super) fn push(&mut self, term: u64, bytes: &[u8]) {
        varint::put(&mut self.heads, term - self.last);
        varint::put(&mut self.heads, bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
        self.last = term;
        self.count += 1;
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(10 + self.heads.len() + self.bytes.len());
        varint::put(&mut out, self.count);
        out.extend(self.heads);
        out.extend(self.bytes);
        out
    }
}

/// Hands over the terms that `wanted` says yes to, with their bytes; `None` if this is no table or
/// `found` says so.
pub(super) fn scan<'a>(
    table: &'a [u8],
    wanted: impl Fn(u64) -> bool,
    mut found: impl FnMut(u64, &'a [u8]) -> Option<()>,
) -> Option<()> {
    let mut heads = table;
    let count = varint::take(&mut heads)?;
    let mut bytes = after_heads(heads, count)?;
    let mut term = 0_u64;
    for _ in 0..count {
        term = term.checked_add(varint::take(&mut heads)?)?;
        let len = usize::try_from(varint::take(&mut heads)?).ok()?;
        let (here, after) = bytes.split_at_checked(len)?;
        bytes = after;
        if wanted(term) {
            found(term, here)?;
        }
    }
    bytes.is_empty().then_some(())
}

/// What follows the heads of so many terms: two numbers each.
fn after_heads(heads: &[u8], count: u64) -> Option<&[u8]> {
    let numbers = usize::try_from(count.checked_mul(2)?).ok()?;
    let Some(last) = numbers.checked_sub(1) else { return Some(heads) };
    let ends = heads.iter().enumerate().filter(|(_, byte)| **byte & 0x80 == 0);
    let (end, _) = ends.take(numbers).nth(last)?;
    heads.get(end + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_come_back_with_their_bytes() {
        let mut builder = Builder::default();
        let terms: [(u64, &[u8]); 4] =
            [(0, b"a"), (1, b""), (300, &[0x80; 200]), (u64::MAX, b"end")];
        terms.iter().for_each(|(term, bytes)| builder.push(*term, bytes));
        let table = builder.finish();
        let found = |wanted: fn(u64) -> bool| {
            let mut found = Vec::new();
            let scanned = scan(&table, wanted, |term, bytes| {
                found.push((term, bytes));
                Some(())
            });
            scanned.map(|()| found)
        };
        assert_eq!(found(|_| true).unwrap(), terms);
        assert_eq!(found(|term| term == 300).unwrap(), terms[2..3]);
        assert_eq!(scan(&Builder::default().finish(), |_| true, |_, _| None), Some(()));
        for len in 0..table.len() {
            assert_eq!(scan(&table[..len], |_| false, |_, _| Some(())), None, "cut to {len}");
        }
    }
}
