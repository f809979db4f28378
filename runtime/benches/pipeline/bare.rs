//! The floor for writing: no gate, no State, no answers.

use rustix::fs::FallocateFlags;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::Instant;

const CORE_BYTES: usize = 160;
const FRAME_BYTES: u64 = 320;
const BATCH: u64 = 4_096;

/// Records per second of two threads, one hashing and framing, one writing and syncing.
pub(crate) fn pipeline(folder: &Path, records: u64) -> f64 {
    let mut file = create(folder, "bare", records * FRAME_BYTES);
    let (full, batches) = sync_channel::<Vec<u8>>(1);
    let start = Instant::now();
    let writer = std::thread::spawn(move || {
        for batch in batches {
            file.write_all(&batch).expect("the bench's disk takes writes");
            file.sync_data().expect("the bench's disk syncs");
        }
    });
    let mut prev = [0u8; 32];
    let mut batch = Vec::new();
    for seq in 0..records {
        prev = frame(seq, prev, &mut batch);
        if seq % BATCH == BATCH - 1 {
            full.send(std::mem::take(&mut batch)).expect("the writer lives");
        }
    }
    full.send(batch).expect("the writer lives");
    drop(full);
    writer.join().expect("the writer does not panic");
    records as f64 / start.elapsed().as_secs_f64()
}

/// Two commitments' worth of hashing, as for a record without payload, and its frame.
fn frame(seq: u64, prev: [u8; 32], batch: &mut Vec<u8>) -> [u8; 32] {
    let (salt, core) = ([7u8; 16], [seq as u8; CORE_BYTES]);
    let mut header = [0u8; 128];
    header[8..16].copy_from_slice(&seq.to_be_bytes());
    header[64..96].copy_from_slice(&weft_ledger::core_commit(&salt, &core).0);
    header[96..128].copy_from_slice(&prev);
    let start = batch.len();
    batch.extend_from_slice(&[0; 16]);
    batch.extend_from_slice(&header);
    batch.extend_from_slice(&salt);
    batch.extend_from_slice(&core);
    let crc = crc32c::crc32c(&batch[start..]);
    batch[start + 4..start + 8].copy_from_slice(&crc.to_be_bytes());
    weft_ledger::link(&header).0
}

/// Seconds of one small write with its `fdatasync`: the median of 200.
pub(crate) fn sync_seconds(folder: &Path) -> f64 {
    let mut file = create(folder, "lone", 1 << 20);
    let mut taken: Vec<f64> = (0..200)
        .map(|_| {
            let start = Instant::now();
            file.write_all(&[7; 352]).expect("the bench's disk takes writes");
            file.sync_data().expect("the bench's disk syncs");
            start.elapsed().as_secs_f64()
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}

/// A file with its space reserved, as the log reserves its own.
fn create(folder: &Path, name: &str, bytes: u64) -> File {
    let file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(folder.join(name))
        .expect("a new file");
    rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, bytes)
        .expect("the bench's disk reserves");
    file.sync_all().expect("the bench's disk syncs");
    file
}
