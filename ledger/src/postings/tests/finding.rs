//! What is found is what a look at every record finds.

use proptest::prelude::*;

use super::support::{BLOCK, add_up_to, folder, header, link_of, open, page, posting};
use crate::mark::Mark;
use crate::postings::{Direction, Error, Filter, GROUP_BLOCKS, Posting, Reader};
use crate::record::Verdict;

/// A full group, and some blocks of the next.
const BLOCKS: u64 = GROUP_BLOCKS + 5;

fn expected(records: &[Posting], filter: &Filter, direction: Direction) -> Vec<u64> {
    let matching = records.iter().filter(|posting| filter.matches(&header(posting)));
    let mut seqs: Vec<u64> = matching.map(|posting| posting.seq).collect();
    if direction == Direction::Descending {
        seqs.reverse();
    }
    seqs
}

fn filters() -> Vec<Filter> {
    let all = Filter::default;
    let actor = posting(5_000).actor;
    vec![
        Filter { seqs: 262_100..262_200, ..all() },
        Filter { kinds: vec![64], seqs: 4_000..9_000, ..all() },
        Filter { kinds: vec![99], ..all() },
        Filter { kinds: vec![99, 1], ..all() },
        Filter { kinds: vec![7], ..all() },
        Filter { actors: vec![actor], ..all() },
        Filter { actors: vec![actor, actor + 1, 3], kinds: vec![65, 66], ..all() },
        Filter { verdicts: vec![Verdict::Deny, Verdict::Defer], ..all() },
        Filter { verdicts: vec![Verdict::Deny], actors: vec![actor], ..all() },
        Filter { verdicts: vec![Verdict::Deny, Verdict::Permit], kinds: vec![99], ..all() },
        Filter { times: 262_100_000..=262_900_000, ..all() },
        Filter { times: 0..=0, ..all() },
        Filter { times: 5_000_000_000..=u64::MAX, ..all() },
        Filter { times: 7_000_000..=20_000_000, kinds: vec![68], ..all() },
        Filter { seqs: 10..10, ..all() },
        Filter { seqs: 270_000..u64::MAX, times: 0..=271_000_000, kinds: vec![67], ..all() },
    ]
}

fn check_filters(reader: &Reader, records: &[Posting]) {
    for filter in filters() {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut expected = expected(records, &filter, direction);
            let found = page(reader, &filter, direction, 1_000_000).unwrap();
            assert_eq!(found, expected, "{filter:?} {direction:?}");
            expected.truncate(50);
            assert_eq!(page(reader, &filter, direction, 50).unwrap(), expected);
        }
    }
}

fn check_children(reader: &Reader, records: &[Posting]) {
    let mut most = 0;
    for seq in (0..records.len() as u64).step_by(1_000).chain([1, 262_143, 262_144, u64::MAX]) {
        let children = records.iter().filter(|posting| posting.cause == Some(seq));
        let children: Vec<u64> = children.map(|posting| posting.seq).collect();
        assert_eq!(reader.children(seq, usize::MAX).unwrap(), children, "children of {seq}");
        let first = children.iter().copied().take(2).collect::<Vec<u64>>();
        assert_eq!(reader.children(seq, 2).unwrap(), first);
        most = most.max(children.len());
    }
    assert!(most > 20, "some record has children in many blocks");
}

#[test]
fn filters_and_causes_find_what_a_look_at_every_record_finds() {
    let (_dir, path) = folder();
    let (mut writer, opened) = open(&path, 0);
    assert_eq!((opened.mark, opened.dropped), (None, None));
    add_up_to(&mut writer, BLOCKS).unwrap();
    let records: Vec<Posting> = (0..BLOCKS * BLOCK).map(posting).collect();
    check_filters(&writer.reader(), &records);
    check_children(&writer.reader(), &records);
    drop(writer);

    let (mut writer, opened) = open(&path, BLOCKS * BLOCK);
    let mark = Mark { size: BLOCKS * BLOCK, link: link_of(BLOCKS * BLOCK - 1) };
    assert_eq!((opened.mark, opened.dropped), (Some(mark), None));
    check_filters(&writer.reader(), &records);
    // The directories of a group whose blocks were added before and after opening.
    add_up_to(&mut writer, 2 * GROUP_BLOCKS).unwrap();
    let records: Vec<Posting> = (0..2 * GROUP_BLOCKS * BLOCK).map(posting).collect();
    check_filters(&writer.reader(), &records);
    check_children(&writer.reader(), &records);
}

#[test]
fn candidates_are_few_more_than_what_matches() {
    let (_dir, path) = folder();
    let (mut writer, _) = open(&path, 0);
    add_up_to(&mut writer, 3).unwrap();
    let count = |filter: &Filter| {
        writer.reader().candidates(filter, Direction::Ascending, 10_000).unwrap().count()
    };
    let second = Filter { times: 5_000_000..=5_000_900, ..Filter::default() };
    assert!(count(&second) <= 128, "{} candidates", count(&second));
    assert_eq!(count(&Filter::default()), 10_000, "the limit");
    let filter = Filter { kinds: vec![66], ..Filter::default() };
    let found: Vec<u64> = writer
        .reader()
        .candidates(&filter, Direction::Ascending, u64::MAX)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(found.iter().all(|seq| posting(*seq).kind == 66), "lists are exact");
}

#[test]
fn only_whole_blocks_that_follow_are_taken() {
    let (_dir, path) = folder();
    let (mut writer, _) = open(&path, 0);
    let block: Vec<Posting> = (0..BLOCK).map(posting).collect();
    let short = writer.add(&block[..10], link_of(9));
    assert!(matches!(short, Err(Error::NotNext { len: 10, .. })), "{short:?}");
    assert!(matches!(writer.add(&[], link_of(9)), Err(Error::NotNext { len: 0, .. })));
    add_up_to(&mut writer, 1).unwrap();
    let again = writer.add(&block, link_of(BLOCK - 1));
    assert!(matches!(again, Err(Error::NotNext { found: 0, expected: BLOCK, .. })), "{again:?}");
    assert_eq!(writer.next_seq(), BLOCK);
}

#[test]
fn a_block_in_which_everything_differs_is_taken_all_the_same() {
    let (_dir, path) = folder();
    let (mut writer, _) = open(&path, 0);
    let strange = |seq: u64| Posting {
        kind: u16::try_from(seq % 4_096).unwrap(),
        actor: u64::MAX - seq,
        cause: seq.checked_sub(1),
        time: u64::MAX - 10_000 + seq,
        ..posting(seq)
    };
    let block: Vec<Posting> = (0..BLOCK).map(strange).collect();
    writer.add(&block, link_of(BLOCK - 1)).unwrap();
    let reader = writer.reader();
    let filter = Filter { actors: vec![u64::MAX - 17], ..Filter::default() };
    let found: Vec<u64> =
        reader.candidates(&filter, Direction::Ascending, 10).unwrap().map(Result::unwrap).collect();
    assert_eq!(found, [17]);
    assert_eq!(reader.children(99, 10).unwrap(), [100]);
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let kinds = prop::collection::vec(63_u16..70, 0..3);
    let actors = prop::collection::vec((0_u64..3_000).prop_map(|id| (1 << 56) + id), 0..4);
    let verdicts = prop::collection::vec(
        prop_oneof![Just(Verdict::Permit), Just(Verdict::Warn), Just(Verdict::Deny)],
        0..3,
    );
    let times = (0_u64..14_000_000, 0_u64..14_000_000);
    let seqs = (0_u64..14_000, 0_u64..14_000);
    (kinds, actors, verdicts, times, seqs).prop_map(|(kinds, actors, verdicts, times, seqs)| {
        Filter { kinds, actors, verdicts, times: times.0..=times.1, seqs: seqs.0..seqs.1 }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_filters_find_what_a_look_at_every_record_finds(
        filters in prop::collection::vec(any_filter(), 1..30),
    ) {
        let (_dir, path) = folder();
        let (mut writer, _) = open(&path, 0);
        add_up_to(&mut writer, 3).unwrap();
        let records: Vec<Posting> = (0..3 * BLOCK).map(posting).collect();
        for filter in filters {
            for direction in [Direction::Ascending, Direction::Descending] {
                let found = page(&writer.reader(), &filter, direction, u64::MAX).unwrap();
                prop_assert_eq!(found, expected(&records, &filter, direction));
            }
        }
    }
}
