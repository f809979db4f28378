//! Looking up with a mark, and without the writer.

use super::support::{LOG, actor_of, add, command_id_of, files, holds_exactly, link_of, open};
use crate::ids::{Lookup, Reader};
use crate::storage::Memory;

fn reader(memory: &Memory, size: u64) -> Reader<Memory> {
    Reader::open(memory, LOG, |seq| (seq < size).then(|| link_of(seq)))
}

#[test]
fn a_look_up_says_when_the_files_do_not_go_so_far() {
    let (mut writer, _) = open(&Memory::new(), 0);
    let reader = writer.reader();
    let look_up = |seq, end| reader.look_up(actor_of(seq), &command_id_of(seq), end).unwrap();
    assert_eq!((look_up(3, 0), look_up(3, 1)), (Lookup::Fresh, Lookup::Uncovered));
    add(&mut writer, 10).unwrap();
    assert_eq!((look_up(3, 10), look_up(3, 11)), (Lookup::Held(3), Lookup::Uncovered));
    assert_eq!((look_up(12, 10), look_up(9, 5)), (Lookup::Fresh, Lookup::Held(9)));
    writer.reset().unwrap();
    assert_eq!((look_up(3, 10), look_up(3, 0)), (Lookup::Uncovered, Lookup::Fresh));
}

#[test]
fn a_reader_without_the_writer_sees_what_can_be_used_and_changes_nothing() {
    let memory = Memory::new();
    assert_eq!(reader(&memory, 0).mark(), None);
    let (mut writer, _) = open(&memory, 0);
    for end in [100, 300, 350] {
        add(&mut writer, end).unwrap();
    }
    drop(writer);
    let changes = memory.changes();
    holds_exactly(&reader(&memory, 350), 350);
    // What is ahead of the log is left out.
    holds_exactly(&reader(&memory, 349), 300);
    let damaged = memory.fork();
    damaged.flip(&files(&damaged)[1], 3, 1);
    damaged.write("index/ids-strange", b"x");
    let before = (damaged.changes(), damaged.paths());
    holds_exactly(&reader(&damaged, 350), 100);
    assert_eq!((damaged.changes(), damaged.paths()), before);
    assert_eq!(memory.changes(), changes);
}
