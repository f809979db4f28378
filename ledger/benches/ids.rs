//! What does it cost a fresh command that its id must be fresh, however long the log is?
//!
//! The peer, in the same run, is a hash map in memory of all ids, which no node has the memory for
//! in the long run. Goals: a fresh id in at most 1 µs, an old one in at most 1 ms. Ids are random
//! ones and such that begin with the time (UUIDv7).
//!
//! `cargo bench -p weft-ledger --bench ids` (`TMPDIR` chooses the file system;
//! `WEFT_BENCH_RECORDS` how many records there are, 10,000,000 unless said).
#![expect(clippy::print_stdout, reason = "printing the numbers is what a bench is for")]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use weft_ledger::ids::{BLOCK_RECORDS_MAX, Id, Merge, Options, Reader, Writer};
use weft_ledger::{Digest, Files};

const LOOK_UPS: u64 = 1_000_000;
const ACTORS: u64 = 50;

fn main() {
    let records = std::env::var("WEFT_BENCH_RECORDS").ok().and_then(|text| text.parse().ok());
    let records = records.unwrap_or(10_000_000);
    for (name, id_of) in [("random", random as fn(u64) -> [u8; 16]), ("uuidv7", uuidv7)] {
        println!("{records} records, {name} ids");
        measure(records, id_of);
    }
}

fn measure(records: u64, id_of: fn(u64) -> [u8; 16]) {
    let dir = tempfile::tempdir().expect("a directory for the files");
    let files = Files::new(dir.path());
    let options = Options::new([7; 16]);
    let opened = Writer::open(files.clone(), Digest::ZERO, options, |_| None);
    let (mut writer, _) = opened.expect("an empty directory");
    let started = Instant::now();
    let mut adding = Duration::ZERO;
    while writer.next_seq() < records {
        adding += add(&mut writer, records, id_of);
        while writer.merge(1 << 20).expect("a disk that writes") != Merge::Idle {}
    }
    let each = |took: Duration, count: u64| took.as_secs_f64() * 1e9 / count as f64;
    println!("  add                {:>9.0} ns/record", each(adding, records));
    println!("  add and merge      {:>9.0} ns/record", each(started.elapsed(), records));
    drop(writer);

    let started = Instant::now();
    let opened = Writer::open(files, Digest::ZERO, options, |_| Some(Digest::ZERO));
    let (writer, _) = opened.expect("the files are good");
    let reader = writer.reader();
    println!("  open               {:>9.1} ms", started.elapsed().as_secs_f64() * 1e3);
    println!("  files              {:>9}", reader.runs());

    let map: HashMap<(u64, [u8; 16]), u64> =
        (0..records).map(|seq| (key(seq, id_of), seq)).collect();
    let fresh: Vec<_> = (records..records + LOOK_UPS).map(|seq| key(seq, id_of)).collect();
    let old: Vec<_> = (0..LOOK_UPS / 10).map(|at| key(at * 7_919 % records, id_of)).collect();
    for (name, keys) in [("fresh id", &fresh), ("old id", &old)] {
        let peer = each(
            timed(|| {
                keys.iter().for_each(|key| assert!(black_box(map.get(key)) != Some(&u64::MAX)));
            }),
            keys.len() as u64,
        );
        let took =
            each(timed(|| keys.iter().for_each(|key| look_up(&reader, key))), keys.len() as u64);
        let ratio = took / peer;
        println!("  {name:<18} {took:>9.0} ns   {ratio:.2} x hash map ({peer:.0} ns)");
    }
    let slowest = old.iter().map(|key| timed(|| look_up(&reader, key))).max().unwrap_or_default();
    println!("  slowest old id     {:>9.1} us", slowest.as_secs_f64() * 1e6);
}

fn add(writer: &mut Writer<Files>, records: u64, id_of: fn(u64) -> [u8; 16]) -> Duration {
    let first = writer.next_seq();
    let end = records.min(first + BLOCK_RECORDS_MAX as u64);
    let block: Vec<Id> = (first..end)
        .map(|seq| {
            let (actor, command_id) = key(seq, id_of);
            Id { actor, command_id, seq }
        })
        .collect();
    timed(|| writer.add(&block, Digest::ZERO).expect("a disk that writes"))
}

fn look_up(reader: &Reader<Files>, (actor, command_id): &(u64, [u8; 16])) {
    black_box(reader.find(*actor, command_id).expect("the files are good"));
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn key(seq: u64, id_of: fn(u64) -> [u8; 16]) -> (u64, [u8; 16]) {
    ((1 << 56) + seq % ACTORS, id_of(seq))
}

fn stir(number: u64) -> u64 {
    let mixed = (number.wrapping_add(1) ^ (number >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

fn random(seq: u64) -> [u8; 16] {
    let wide = u128::from(stir(seq)) << 64 | u128::from(stir(!seq));
    wide.to_be_bytes()
}

/// 48 bits of milliseconds, at 100 records each, then chance.
fn uuidv7(seq: u64) -> [u8; 16] {
    let time = u128::from(1_750_000_000_000 + seq / 100) << 80;
    let rest = u128::from(stir(seq)) << 16 & ((1 << 80) - 1);
    (time | 7 << 76 | rest).to_be_bytes()
}
