//! How much of the disk's and the hash's own speed is left after gate, decide, evolve and answer?
//!
//! Each number stands beside its floor, measured in the same run on the same file system:
//!
//! - `submit, full batches`: gated durable commands of four in-process clients, against the *bare
//!   pipeline*: two threads that only hash, frame, write and sync 160-byte cores (batches of 4,096);
//!   once with what a kernel cannot do without, and once with everything that a node keeps: checkpoints,
//!   guard, tiles, index and snapshots (goal: 0.4 × the bare pipeline). Medians of seven rounds.
//! - `submit, one at a time`: a lone client's command, against a bare write and `fdatasync`.
//! - `verify`: full verification, against hashing the same bytes on both cores; of the node with
//!   everything, against its checkpoints and its guard as well (goal: 600,000 records/s).
//! - `fold`: decode and evolve, against decoding alone.
//! - `bytes per record`: what a command costs on disk (goal: 350 for a `process.spawn`).
//!
//! Run with `cargo bench -p weft-runtime`. `WEFT_BENCH_RECORDS` sets the size (default 200,000), and
//! the data goes below `target/` unless `WEFT_BENCH_DIR` names another file system.

#![allow(
    // A bench is not part of the product: it may stop at the first surprise.
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod bare;
mod fold;
mod submit;
mod verify;

use std::path::{Path, PathBuf};
use submit::Kept;

/// Rounds of floor and kernel.
const ROUNDS: usize = 7;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // `cargo test --benches` runs this too, with `--test`: one small round shows that it works.
    let records =
        if std::env::args().any(|argument| argument == "--test") { 2_000 } else { records() };
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(parent())
        .expect("a folder for the data");
    let Rounds { node, whole } = rounds(folder.path(), records);
    report("bytes per record, tree.put", node.bytes_per_record, "bytes", None);
    let sync = bare::sync_seconds(folder.path());
    let lone = submit::one_at_a_time(folder.path());
    report("bare write and fdatasync", sync * 1e6, "µs", None);
    report("submit, one at a time", lone.seconds * 1e6, "µs", Some(lone.seconds / sync));
    report("bytes per record, process.spawn", lone.bytes_per_record, "bytes", None);
    let hashing = verify::hashing(records);
    report("hashing on both cores", hashing, "records/s", None);
    let verified = verify::both_cores(&node.data_dir);
    report("verify", verified, "records/s", Some(verified / hashing));
    let verified = verify::guarded(&whole.data_dir);
    report("verify, everything on", verified, "records/s", Some(verified / hashing));
    let folded = fold::fold(&node.data_dir);
    report("decode", folded.decoded, "records/s", None);
    report("fold", folded.folded, "records/s", Some(folded.folded / folded.decoded));
}

/// The nodes of the last round.
struct Rounds {
    node: submit::Node,
    whole: submit::Node,
}

/// Measures floor and kernel in turns, since a shared machine is now fast and now slow: medians of rates, and of the
/// ratios within a round.
fn rounds(folder: &Path, records: u64) -> Rounds {
    let [mut floors, mut plain, mut everything] = [const { Vec::new() }; 3];
    let mut last = None;
    for round in 0..ROUNDS {
        let folder = folder.join(format!("round-{round}"));
        std::fs::create_dir(&folder).expect("a folder for the round");
        floors.push(bare::pipeline(&folder, records));
        let node = submit::full_batches(&folder, records, Kept::Ids);
        let whole = submit::full_batches(&folder, records, Kept::Everything);
        plain.push(node.per_second);
        everything.push(whole.per_second);
        last = Some(Rounds { node, whole });
    }
    let ratios = |rates: &[f64]| {
        let ratios = rates.iter().zip(&floors).map(|(rate, floor)| rate / floor);
        median(ratios.collect())
    };
    let (plainly, wholly) = (ratios(&plain), ratios(&everything));
    report("bare pipeline", median(floors), "records/s", None);
    report("submit, full batches", median(plain), "records/s", Some(plainly));
    report("submit, everything on", median(everything), "records/s", Some(wholly));
    last.expect("there is a round")
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn report(what: &str, number: f64, unit: &str, ratio: Option<f64>) {
    let ratio = ratio.map_or(String::new(), |ratio| format!("   {ratio:.2} × floor"));
    println!("{what:<32} {number:>12.1} {unit}{ratio}");
}

fn records() -> u64 {
    std::env::var("WEFT_BENCH_RECORDS")
        .ok()
        .and_then(|records| records.parse().ok())
        .unwrap_or(200_000)
}

fn parent() -> PathBuf {
    std::env::var_os("WEFT_BENCH_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from)
}
