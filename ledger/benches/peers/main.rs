//! What do appending, verifying and proving cost beside other stores and beside the floor?
//!
//! In one run, on one file system:
//! - durable append of 160-byte cores, in batches of 1,024 and one by one, against redb, fjall and sled
//!   with the same values under the same keys, and against a bare file with `fdatasync`, the floor. A
//!   batch counts once it is durable, so sled's file is synced after its `flush`, which does not do that;
//! - verification, with every checkpoint and the guard, against hashing the same bytes and nothing else;
//! - making and checking a proof, against verifying its one signature;
//! - bytes on disk per record of the ledger and of each peer.
//!
//! `cargo bench -p weft-ledger --bench peers`. `WEFT_BENCH_RECORDS` is how many records there are in the
//! log that is verified and proved from (65,536 unless said), and at most how many are appended;
//! `WEFT_BENCH_DIR` names another file system than that of `target/`. Everything is removed at the end.
#![expect(clippy::print_stdout, reason = "printing the ratios is what a bench is for")]

mod append;
mod proofs;
mod records;
mod stores;
mod verify;

use std::path::PathBuf;

fn main() {
    let records = std::env::var("WEFT_BENCH_RECORDS").ok().and_then(|text| text.parse().ok());
    let records: u64 = records.unwrap_or(65_536);
    let parent = std::env::var_os("WEFT_BENCH_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(parent);
    let folder = folder.expect("a folder for the data");
    append::compare(folder.path(), records);
    let signed = folder.path().join("signed");
    verify::compare(&signed, records);
    proofs::compare(&signed);
}

fn report(what: &str, number: f64, unit: &str, beside: &str) {
    println!("{what:<34} {number:>12.1} {unit:<10} {beside}");
}
