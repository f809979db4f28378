//! A log's ids and links as tests make them up.

use crate::hash::{Digest, Hasher as _, Shake};
use crate::ids::{Id, Opened, Options, Reader, Result, Seed, Writer};
use crate::storage::Memory;

pub(super) const LOG: Digest = Digest([7; 32]);

/// A generator of numbers from a seed (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

pub(super) fn link_of(seq: u64) -> Digest {
    Shake::hash(&[b"link", &seq.to_be_bytes()])
}

pub(super) fn actor_of(seq: u64) -> u64 {
    (1 << 56) + seq % 5
}

pub(super) fn command_id_of(seq: u64) -> [u8; 16] {
    *Shake::hash(&[b"id", &seq.to_be_bytes()]).0.first_chunk().unwrap()
}

pub(super) fn ids(seqs: std::ops::Range<u64>) -> Vec<Id> {
    let id = |seq| Id { actor: actor_of(seq), command_id: command_id_of(seq), seq };
    seqs.map(id).collect()
}

pub(super) fn options() -> Options {
    Options { seed: Seed([3; 16]), filter_bytes_max: 1 << 20 }
}

/// Opens beside a log of `size` records.
pub(super) fn open(memory: &Memory, size: u64) -> (Writer<Memory>, Opened) {
    open_with(memory, size, options()).unwrap()
}

pub(super) fn open_with(
    memory: &Memory,
    size: u64,
    options: Options,
) -> Result<(Writer<Memory>, Opened)> {
    Writer::open(memory.clone(), LOG, options, |seq| (seq < size).then(|| link_of(seq)))
}

/// Adds ids up to `end` in one block.
pub(super) fn add(writer: &mut Writer<Memory>, end: u64) -> Result<()> {
    writer.add(&ids(writer.next_seq()..end), link_of(end - 1))
}

pub(super) fn find(reader: &Reader<Memory>, seq: u64) -> Result<Option<u64>> {
    reader.find(actor_of(seq), &command_id_of(seq))
}

/// Everything below `end` is found, and nothing from there on.
pub(super) fn holds_exactly(reader: &Reader<Memory>, end: u64) {
    assert_eq!(reader.mark().map_or(0, |mark| mark.size), end);
    for seq in 0..end + 50 {
        assert_eq!(find(reader, seq).unwrap(), (seq < end).then_some(seq), "id of {seq}");
        assert_eq!(reader.find(1, &command_id_of(seq)).unwrap(), None, "another actor's {seq}");
    }
}

/// The files of ids that are there.
pub(super) fn files(memory: &Memory) -> Vec<String> {
    memory.paths().into_iter().filter(|path| path.starts_with("index/")).collect()
}
