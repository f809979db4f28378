//! How long does a node take to open, and what of that do its snapshots and its index save?
//!
//! Each line stands beside the floor, measured in the same run: reading the bytes of the log once, files in
//! the page cache. Goal: 10 million records in 1 s from a snapshot.
//!
//! `cargo bench -p weft-runtime --bench opening`. `WEFT_BENCH_OPEN` is how many records the log has, one
//! number or several with commas (100,000 unless said; 1000000,10000000 for the goal), and the data goes
//! below `target/` unless `WEFT_BENCH_DIR` names another file system.

#![allow(
    // A bench is not part of the product: it may stop at the first surprise.
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

// The clients and the node are those of the pipeline.
#[expect(dead_code, reason = "lone clients are measured there")]
#[path = "../pipeline/submit.rs"]
mod submit;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;
use submit::{Kept, layout};
use weft_runtime::node;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let parent = std::env::var_os("WEFT_BENCH_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    let sizes = std::env::var("WEFT_BENCH_OPEN").unwrap_or_else(|_| "100000".to_owned());
    for size in sizes.split(',') {
        let records = size.trim().parse().expect("WEFT_BENCH_OPEN holds numbers");
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&parent);
        measure(folder.expect("a folder for the data").path(), records);
    }
}

fn measure(folder: &Path, records: u64) {
    let node = submit::full_batches(folder, records, Kept::Everything);
    println!("opening a log of {records} records, written at {:.0} records/s", node.per_second);
    let floor = read_all(&node.data_dir.join("log"));
    report("reading the log's bytes", floor, floor);
    report("with its snapshot", open(&node.data_dir, Begins::AtSnapshot), floor);
    remove(&node.data_dir, "snapshots");
    report("without snapshots", open(&node.data_dir, Begins::AtRecord0), floor);
    remove(&node.data_dir, "snapshots");
    remove(&node.data_dir, "index");
    report("without snapshots and index", open(&node.data_dir, Begins::AtRecord0), floor);
}

/// Where opening is expected to begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    AtSnapshot,
    AtRecord0,
}

/// Seconds until the node takes commands.
fn open(data_dir: &Path, begins: Begins) -> f64 {
    let start = Instant::now();
    let (kernel, opening) = node::open(&layout(data_dir), &mut |_| ()).expect("the node opens");
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(opening.snapshot.is_some(), begins == Begins::AtSnapshot, "{opening:?}");
    // Dropped and not closed: closing would write the snapshot that the next line is without.
    drop(kernel);
    seconds
}

fn remove(data_dir: &Path, name: &str) {
    let folder = data_dir.join(name);
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the folder goes");
    }
}

/// Seconds to read every segment once.
fn read_all(log: &Path) -> f64 {
    let start = Instant::now();
    let mut buffer = vec![0; 1 << 20];
    for segment in fs::read_dir(log).expect("the log's folder") {
        let mut file = File::open(segment.expect("a segment").path()).expect("a segment");
        while file.read(&mut buffer).expect("the disk reads") > 0 {}
    }
    start.elapsed().as_secs_f64()
}

fn report(what: &str, seconds: f64, floor: f64) {
    println!("{what:<32} {:>10.1} ms   {:.1} × floor", seconds * 1e3, seconds / floor);
}
