//! Durable appends: the ledger, its peers and the bare file.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::report;
use crate::stores::{Bare, Fjall, Ledger, Redb, Sled, Store};

const BATCH: u64 = 1_024;

/// The most batches and lone records of one store: what is slow need not be slow for long.
const BATCHES_MAX: u64 = 512;
const LONE: u64 = 200;

struct Measured {
    name: &'static str,
    per_second: f64,
    lone_seconds: f64,
    bytes_per_record: f64,
}

pub(crate) fn compare(folder: &Path, records: u64) {
    let batches = (records / BATCH).clamp(1, BATCHES_MAX);
    let floor = measure::<Bare>(folder, batches);
    let measured = [
        measure::<Ledger>(folder, batches),
        measure::<Redb>(folder, batches),
        measure::<Fjall>(folder, batches),
        measure::<Sled>(folder, batches),
    ];
    println!("durable append of 160 bytes, {batches} batches of {BATCH}");
    for one in [&floor].into_iter().chain(&measured) {
        let beside = format!("{:.3} x bare file", one.per_second / floor.per_second);
        report(one.name, one.per_second, "records/s", &beside);
    }
    println!("durable append of 160 bytes, one by one, median of {LONE}");
    for one in [&floor].into_iter().chain(&measured) {
        let beside = format!("{:.2} x bare file", one.lone_seconds / floor.lone_seconds);
        report(one.name, one.lone_seconds * 1e6, "us", &beside);
    }
    println!("bytes on disk per record of 160 bytes, after closing");
    for one in [&floor].into_iter().chain(&measured) {
        report(one.name, one.bytes_per_record, "bytes", "");
    }
}

fn measure<S: Store>(folder: &Path, batches: u64) -> Measured {
    let folder = folder.join(S::NAME.replace(' ', "-"));
    fs::create_dir(&folder).expect("a folder of its own");
    let mut store = S::create(&folder, batches * BATCH);
    // Whatever is set up by the first write is not what a write costs.
    store.append(0..1);
    let started = Instant::now();
    for batch in 0..batches {
        let first = 1 + batch * BATCH;
        store.append(first..first + BATCH);
    }
    let per_second = (batches * BATCH) as f64 / started.elapsed().as_secs_f64();
    let first = 1 + batches * BATCH;
    let mut lone: Vec<f64> = (first..first + LONE)
        .map(|key| {
            let started = Instant::now();
            store.append(key..key + 1);
            started.elapsed().as_secs_f64()
        })
        .collect();
    lone.sort_by(f64::total_cmp);
    store.close();
    let bytes_per_record = size_of(&folder) as f64 / (first + LONE) as f64;
    fs::remove_dir_all(&folder).expect("the folder goes");
    let lone_seconds = lone.get(lone.len() / 2).copied().unwrap_or_default();
    Measured { name: S::NAME, per_second, lone_seconds, bytes_per_record }
}

/// Bytes that the files of a folder take on the disk.
fn size_of(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let metadata = entry.metadata().expect("its size");
            if metadata.is_dir() { size_of(&entry.path()) } else { metadata.blocks() * 512 }
        })
        .sum()
}
