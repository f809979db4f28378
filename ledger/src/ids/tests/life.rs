//! Adding, merging, opening again.

use proptest::prelude::*;

use super::support::{
    LOG, add, command_id_of, files, find, holds_exactly, ids, link_of, open, open_with, options,
};
use crate::Digest;
use crate::ids::{BLOCK_RECORDS_MAX, Dropped, Error, Id, Merge, Options, Seed, Why, Writer};
use crate::mark::Mark;
use crate::storage::Memory;

#[test]
fn an_empty_index_has_no_mark_and_knows_nothing() {
    let (mut writer, opened) = open(&Memory::new(), 0);
    assert_eq!((opened.mark, opened.dropped.len()), (None, 0));
    holds_exactly(&writer.reader(), 0);
    writer.add(&[], Digest::ZERO).unwrap();
    assert_eq!((writer.mark(), writer.merge(10).unwrap()), (None, Merge::Idle));
}

#[test]
fn ids_are_found_at_once_and_after_opening_again() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    let reader = writer.reader();
    for end in [1, 2, 171, 172, 1_000] {
        add(&mut writer, end).unwrap();
        holds_exactly(&reader, end);
    }
    drop(writer);
    memory.crash(&mut |_| 0);
    let (writer, opened) = open(&memory, 1_000);
    assert_eq!(opened.mark, Some(Mark { size: 1_000, link: link_of(999) }));
    assert_eq!(opened.dropped, []);
    holds_exactly(&writer.reader(), 1_000);
}

#[test]
fn filters_beyond_the_budget_are_read_from_the_disk() {
    let memory = Memory::new();
    for filter_bytes_max in [0, 64, 10_000, 1 << 20] {
        let options = Options { filter_bytes_max, ..options() };
        let (mut writer, _) = open_with(&memory, u64::MAX, options).unwrap();
        let next = writer.next_seq();
        for end in [next + 1, next + 700, next + 2_000] {
            add(&mut writer, end).unwrap();
        }
        holds_exactly(&writer.reader(), next + 2_000);
    }
}

#[test]
fn merging_keeps_files_few_and_answers_the_same_all_along() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    let reader = writer.reader();
    for round in 1..=70 {
        add(&mut writer, round * 10).unwrap();
        while writer.merge(13).unwrap() != Merge::Idle {
            assert_eq!(find(&reader, round * 10 - 1).unwrap(), Some(round * 10 - 1));
        }
        assert!(reader.runs() <= 14, "{} runs", reader.runs());
        assert_eq!(files(&memory).len(), reader.runs(), "old files are gone");
    }
    holds_exactly(&reader, 700);
}

#[test]
fn adding_waits_for_merging_where_nobody_merged() {
    let (mut writer, _) = open(&Memory::new(), 0);
    for end in 1..=150 {
        add(&mut writer, end).unwrap();
        assert!(writer.reader().runs() <= crate::ids::RUNS_MAX);
    }
    holds_exactly(&writer.reader(), 150);
}

#[test]
fn blocks_that_do_not_follow_or_are_too_large_are_refused() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    add(&mut writer, 5).unwrap();
    let skipping = writer.add(&ids(6..8), link_of(7));
    assert!(matches!(skipping, Err(Error::NotNext { found: 6, expected: 5 })), "{skipping:?}");
    let mut torn = ids(5..9);
    torn.remove(1);
    let torn = writer.add(&torn, link_of(8));
    assert!(matches!(torn, Err(Error::NotNext { found: 7, expected: 6 })), "{torn:?}");
    let large = vec![ids(5..6)[0]; BLOCK_RECORDS_MAX + 1];
    let large = writer.add(&large, link_of(8));
    assert!(matches!(large, Err(Error::BlockLarge { found: 65_537 })), "{large:?}");
    assert_eq!(files(&memory).len(), 1);
    holds_exactly(&writer.reader(), 5);
}

#[test]
fn of_an_id_that_came_twice_the_older_record_is_found() {
    let (mut writer, _) = open(&Memory::new(), 0);
    let id = |seq: u64| Id { actor: 5, command_id: command_id_of(seq % 3), seq };
    for block in 0..8 {
        let block: Vec<Id> = (block * 10..block * 10 + 10).map(id).collect();
        writer.add(&block, link_of(block[9].seq)).unwrap();
    }
    let check = |writer: &Writer<Memory>| {
        (0..3).for_each(|seq| {
            assert_eq!(writer.reader().find(5, &command_id_of(seq)).unwrap(), Some(seq));
        });
    };
    check(&writer);
    assert_eq!(writer.merge(u64::MAX).unwrap(), Merge::Done);
    assert_eq!(writer.reader().runs(), 1);
    check(&writer);
}

#[test]
fn a_log_that_ends_before_a_file_or_has_other_records_does_not_take_it() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    (1..=3).for_each(|block| add(&mut writer, block * 10).unwrap());
    drop(writer);
    let path = |first: u64, end: u64| format!("index/ids-{first:020}-{end:020}.idx");
    let (_, opened) = open(&memory.fork(), 25);
    assert_eq!(opened.mark.map(|mark| mark.size), Some(20));
    assert_eq!(opened.dropped, [Dropped { file: path(20, 30), why: Why::Ahead { end: 30 } }]);

    let other = |seq| Some(if seq < 15 { link_of(seq) } else { Digest([9; 32]) });
    let (mut writer, opened) = Writer::open(memory.clone(), LOG, options(), other).unwrap();
    assert_eq!(opened.mark.map(|mark| mark.size), Some(10));
    let dropped: Vec<&Why> = opened.dropped.iter().map(|dropped| &dropped.why).collect();
    let gap = Why::Gap { found: 10, first: 20 };
    assert_eq!(dropped, [&Why::OtherRecords { end: 20 }, &gap]);
    assert_eq!(files(&memory), [path(0, 10)]);
    add(&mut writer, 30).unwrap();
    holds_exactly(&writer.reader(), 30);
}

#[test]
fn files_of_another_log_or_seed_and_strange_names_are_dropped() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    add(&mut writer, 10).unwrap();
    let other = Writer::open(memory.fork(), Digest([8; 32]), options(), |seq| Some(link_of(seq)));
    let (writer, opened) = other.unwrap();
    assert_eq!((opened.mark, opened.dropped.len()), (None, 1));
    assert!(opened.dropped[0].why.to_string().ends_with("it belongs to another log"));
    holds_exactly(&writer.reader(), 0);

    let foreign = Memory::new();
    let options = Options { seed: Seed([4; 16]), ..options() };
    let (mut writer, _) = open_with(&foreign, 100, options).unwrap();
    (1..=2).for_each(|block| add(&mut writer, block * 10).unwrap());
    let second = "index/ids-00000000000000000010-00000000000000000020.idx";
    memory.write(second, &foreign.read(second).unwrap());
    memory.write("index/ids-1-2.idx", b"");
    memory.write("index/ids-00000000000000000010-00000000000000000030.tmp", b"torn");
    memory.write("index/others", b"not ours");
    let (_, opened) = open(&memory, 100);
    let dropped: Vec<&Why> = opened.dropped.iter().map(|dropped| &dropped.why).collect();
    assert_eq!(dropped, [&Why::Name, &Why::OtherSeed]);
    assert_eq!(files(&memory).len(), 2, "the first run, and what is not ours");
}

#[test]
fn the_seed_of_files_that_are_there_goes_on() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    add(&mut writer, 10).unwrap();
    let options = Options { seed: Seed([4; 16]), ..options() };
    let (mut writer, opened) = open_with(&memory, 10, options).unwrap();
    assert_eq!(opened.dropped, []);
    add(&mut writer, 30).unwrap();
    holds_exactly(&writer.reader(), 30);
    writer.reset().unwrap();
    holds_exactly(&writer.reader(), 0);
    assert_eq!(files(&memory), Vec::<String>::new());
    add(&mut writer, 30).unwrap();
    holds_exactly(&writer.reader(), 30);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Add(u64),
    Merge(u64),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u64..400).prop_map(Step::Add),
        3 => (1_u64..600).prop_map(Step::Merge),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_life_answers_as_a_plain_map_does(
        steps in prop::collection::vec(step(), 1..40),
        filter_bytes_max in prop_oneof![Just(0), Just(2_000), Just(1 << 20)],
    ) {
        let memory = Memory::new();
        let options = Options { filter_bytes_max, ..options() };
        let (mut writer, _) = open_with(&memory, 0, options).unwrap();
        let mut end = 0;
        for step in steps {
            match step {
                Step::Add(0) => writer.add(&[], Digest::ZERO).unwrap(),
                Step::Add(count) => {
                    end += count;
                    add(&mut writer, end).unwrap();
                }
                Step::Merge(entries) => drop(writer.merge(entries).unwrap()),
                Step::Reopen => {
                    let (again, opened) = open_with(&memory, end, options).unwrap();
                    prop_assert_eq!(opened.dropped, []);
                    writer = again;
                }
            }
        }
        holds_exactly(&writer.reader(), end);
    }
}
