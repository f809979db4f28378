//! How long does a page of a filtered log take, however rare what is looked for?
//!
//! The peer, in the same run, is a look at every record's fields in memory, oldest first, until the
//! page is full. Goal: at most 100 ms for a page of 50 over 10 million records. Each page is looked
//! up twice; the first time sled's pages may not be in its cache.
//!
//! `cargo bench -p weft-ledger --bench postings` (`TMPDIR` chooses the file system;
//! `WEFT_BENCH_RECORDS` how many records there are, 10,000,000 unless said).
#![expect(clippy::print_stdout, reason = "printing the numbers is what a bench is for")]

use std::time::{Duration, Instant};

use weft_ledger::postings::{BLOCK_RECORDS, Direction, Filter, Posting, Reader, Writer};
use weft_ledger::{Digest, Verdict};

const PAGE: u64 = 50;
const COMMON: u16 = 64;
const RARE: u16 = 99;
const EARLY: u16 = 100;
const LATE: u64 = 101;
const LATE_ACTOR: u64 = (1 << 56) + 9;

fn main() {
    let wanted = std::env::var("WEFT_BENCH_RECORDS").ok().and_then(|text| text.parse().ok());
    let blocks = wanted.unwrap_or(10_000_000_u64).div_ceil(BLOCK_RECORDS as u64);
    let records: Vec<Posting> = (0..blocks * BLOCK_RECORDS as u64).map(posting).collect();
    let dir = tempfile::tempdir().expect("a directory for the postings");
    let path = dir.path().join("postings");
    write(&path, &records);

    let started = Instant::now();
    let (writer, opened) =
        Writer::open(&path, Digest::ZERO, |_| Some(Digest::ZERO)).expect("the folder is good");
    assert_eq!(opened.dropped, None);
    println!("open                       {:>9.2} ms", milliseconds(started.elapsed()));
    let reader = writer.reader();
    let size = records.len() as u64;
    for (name, filter) in filters(size) {
        pages(&reader, &records, name, &filter);
    }
    let started = Instant::now();
    let children = reader.children(size / 2, 50).expect("the folder is good").len();
    println!("children of one ({children})        {:>9.2} ms", milliseconds(started.elapsed()));
}

fn write(path: &std::path::Path, records: &[Posting]) {
    let (mut writer, _) = Writer::open(path, Digest::ZERO, |_| None).expect("an empty directory");
    let started = Instant::now();
    for block in records.chunks(BLOCK_RECORDS) {
        writer.add(block, Digest::ZERO).expect("a disk that writes");
    }
    drop(writer);
    let each = started.elapsed().as_secs_f64() * 1e9 / records.len() as f64;
    let bytes: u64 = std::fs::read_dir(path)
        .expect("the folder is there")
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .map(|metadata| metadata.len())
        .sum();
    let bytes = bytes as f64 / records.len() as f64;
    println!("{} records", records.len());
    println!("write                      {each:>9.0} ns/record, {bytes:.1} bytes/record");
}

fn filters(size: u64) -> Vec<(&'static str, Filter)> {
    let all = Filter::default;
    let actor = posting(size / 2).actor;
    let denied = Filter { verdicts: vec![Verdict::Deny], ..all() };
    vec![
        ("common kind", Filter { kinds: vec![COMMON], ..all() }),
        ("rare kind, 3 of all", Filter { kinds: vec![RARE], ..all() }),
        ("actor and verdict", Filter { actors: vec![actor], ..denied }),
        ("time window of 1,000", Filter { times: size / 2 * 8..=(size / 2 + 1_000) * 8, ..all() }),
        (
            "common in every block, never together",
            Filter { kinds: vec![EARLY], actors: vec![LATE_ACTOR], ..all() },
        ),
    ]
}

fn pages(reader: &Reader, records: &[Posting], name: &str, filter: &Filter) {
    for direction in [Direction::Ascending, Direction::Descending] {
        let [first, again] = [(); 2].map(|()| {
            let started = Instant::now();
            let page = reader.candidates(filter, direction, PAGE).expect("the folder is good");
            let page: Result<Vec<u64>, _> = page.collect();
            let found = page.expect("the folder is good").len();
            (milliseconds(started.elapsed()), found)
        });
        let started = Instant::now();
        let matching = records.iter().filter(|posting| holds(filter, posting));
        let looked = matching.take(usize::try_from(PAGE).unwrap_or(0)).count();
        assert!(looked <= first.1, "all that match are found");
        let peer = milliseconds(started.elapsed());
        println!(
            "{name:<38} {direction:<10?} {:>3} found  {:>8.3} ms, again {:>8.3} ms   peer {peer:.3} ms",
            first.1, first.0, again.0
        );
    }
}

fn holds(filter: &Filter, posting: &Posting) -> bool {
    (filter.kinds.is_empty() || filter.kinds.contains(&posting.kind))
        && (filter.actors.is_empty() || filter.actors.contains(&posting.actor))
        && (filter.verdicts.is_empty() || filter.verdicts.contains(&posting.verdict))
        && filter.times.contains(&posting.time)
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

/// 2,000 actors; one record in 50 is denied; four of five have a cause nearby; three kinds are rare,
/// and two actors and kinds meet in every block but never in a record.
fn posting(seq: u64) -> Posting {
    let mixed = (seq.wrapping_add(1) ^ (seq >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 20;
    let kind = match seq {
        1_000_000 | 5_000_000 | 9_999_000 => RARE,
        _ if seq % 200 == u64::from(EARLY) => EARLY,
        _ => COMMON + u16::try_from((number % 40).saturating_sub(19)).unwrap_or(0),
    };
    let actor = if seq % 200 == LATE { LATE_ACTOR } else { (1 << 56) + 100 + number % 2_000 };
    Posting {
        seq,
        time: seq * 8,
        kind,
        actor,
        verdict: if (number >> 16) % 50 == 7 { Verdict::Deny } else { Verdict::Permit },
        cause: if number.is_multiple_of(5) { None } else { seq.checked_sub(1 + number % 300) },
    }
}
