//! Headers alone, as the indexes read them.

use super::support::{commit, create};
use crate::storage::Memory;

#[test]
fn headers_come_with_the_links_of_their_records() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    for round in 0..60 {
        commit(&mut log, 1 + round % 9).unwrap();
    }
    let reader = log.reader();
    let size = log.head().size;
    let records: Vec<_> = reader.range(0..size).map(Result::unwrap).collect();
    for (from, to) in [(0, size), (0, 1), (7, 7), (5, 40), (size - 1, u64::MAX), (size, u64::MAX)] {
        let found = reader.headers(from..to).map(Result::unwrap);
        let end = usize::try_from(to.min(size)).unwrap();
        let expected = &records[usize::try_from(from).unwrap().min(end)..end];
        assert!(found.eq(expected.iter().map(|entry| (entry.header, entry.link))));
    }
    let last = records.last().unwrap();
    memory.flip(&last.segment, last.offset + 40, 1);
    let found: Vec<_> = reader.headers(size - 3..size).collect();
    assert!(found[..found.len() - 1].iter().all(Result::is_ok) && found.last().unwrap().is_err());
}
