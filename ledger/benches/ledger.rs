//! How much of what the machine can do is left to the log?
//!
//! The floor is the *bare pipeline*: two threads that only hash, frame, write and sync 160-byte
//! cores in batches of 4,096, without checking, indexing, reserving or rolling. Against it, in the
//! same run and on the same file system: committing full batches, opening, and verifying with both
//! hashers. A record takes three permutations of Keccak: two for the core's commitment, one for
//! the link.
//!
//! `cargo bench -p weft-ledger` (`TMPDIR` chooses the file system).
#![expect(clippy::print_stdout, reason = "printing the ratios is what a bench is for")]

#[path = "peers/records.rs"]
mod records;

use std::fs::File;
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use records::{CORE_BYTES, genesis, nonces, record};
use weft_ledger::{
    Files, Hasher as _, Hashing, Limits, Log, OpenOptions, Pending, Shake, VerifyOptions, verify,
};

const BATCH: u64 = 4_096;
const BATCHES: u64 = 60;

fn main() {
    let dir = tempfile::tempdir().expect("a directory for the log");
    let floor = rate(bare_pipeline(&dir.path().join("bare")));
    println!("bare pipeline                {floor:>10.0} records/s");
    let show = |name: &str, rate: f64| {
        println!("{name:<28} {rate:>10.0} records/s   {:.2} x bare pipeline", rate / floor);
    };
    let files = Files::new(dir.path());
    show("commit, batches of 4096", rate(commit(&files)));
    show("open", rate(open(&files)));
    show("verify", rate(check(&files, Hashing::Shake)));
    show("verify --independent", rate(check(&files, Hashing::TinyKeccak)));
}

fn rate(took: Duration) -> f64 {
    let records = u32::try_from(BATCH * BATCHES).expect("a few hundred thousand");
    f64::from(records) / took.as_secs_f64()
}

/// One thread hashes and frames, the other writes and syncs.
fn bare_pipeline(path: &Path) -> Duration {
    let file = File::create(path).expect("a file for the bare pipeline");
    let (full, written) = mpsc::sync_channel::<Vec<u8>>(1);
    let started = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut prev = [0; 32];
            for batch in 0..BATCHES {
                let mut bytes = Vec::with_capacity(2 << 20);
                for index in 0..BATCH {
                    bare_frame(&mut bytes, batch * BATCH + index, &mut prev);
                }
                full.send(bytes).expect("the other thread takes every batch");
            }
        });
        let mut offset = 0;
        for bytes in written {
            file.write_all_at(&bytes, offset).expect("room for the batch");
            file.sync_data().expect("a disk that syncs");
            offset += bytes.len() as u64;
        }
    });
    started.elapsed()
}

fn bare_frame(out: &mut Vec<u8>, seq: u64, prev: &mut [u8; 32]) {
    let mut core = [0x5a; CORE_BYTES];
    core[..8].copy_from_slice(&seq.to_be_bytes());
    let salt = [7; 16];
    let commit = Shake::hash(&[b"exochain/core/1", &salt, &core]);
    let mut header = [0; 128];
    header[8..16].copy_from_slice(&seq.to_be_bytes());
    header[64..96].copy_from_slice(commit.as_bytes());
    header[96..].copy_from_slice(prev);
    *prev = Shake::hash(&[&header]).0;
    let crc = crc32c::crc32c_append(crc32c::crc32c_append(crc32c::crc32c(&header), &salt), &core);
    out.extend_from_slice(&336_u32.to_be_bytes());
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&header);
    out.extend_from_slice(&salt);
    out.extend_from_slice(&core);
}

fn commit(files: &Files) -> Duration {
    let mut log = Log::create(files.clone(), Limits::default(), nonces(), &genesis())
        .expect("an empty directory");
    let mut took = Duration::ZERO;
    let mut sealed = Vec::new();
    for batch in 0..BATCHES {
        let first = 1 + batch * BATCH;
        let records: Vec<Pending> = (first..first + BATCH).map(record).collect();
        sealed.clear();
        let started = Instant::now();
        log.reserve().expect("room on the disk");
        log.commit(&records, &mut sealed).expect("a disk that writes");
        took += started.elapsed();
    }
    log.close().expect("a disk that syncs");
    took
}

fn open(files: &Files) -> Duration {
    let started = Instant::now();
    let mut records = 0;
    let opened = Log::open(files.clone(), OpenOptions::writer(), nonces(), &mut |_| {
        records += 1;
        ControlFlow::Continue(())
    });
    opened.expect("the log is good");
    assert_eq!(records, BATCH * BATCHES + 1);
    started.elapsed()
}

fn check(files: &Files, hashing: Hashing) -> Duration {
    let options = VerifyOptions { hashing, ..VerifyOptions::default() };
    let started = Instant::now();
    let report = verify(files, options, &mut |_, _| {}).expect("the log is good");
    assert_eq!(report.head.size, BATCH * BATCHES + 1);
    started.elapsed()
}
