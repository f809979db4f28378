//! Full verification against the hashing it cannot avoid.

use crate::submit::layout;
use std::path::Path;
use std::time::Instant;
use weft_ledger::storage::Files;
use weft_ledger::{GuardState, VerifyOptions, verify, verify_guarded};

/// Records per second of two threads that hash a core commitment and a link per record.
pub(crate) fn hashing(records: u64) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut header = [0u8; 128];
                for _ in 0..records / 2 {
                    header[64..96]
                        .copy_from_slice(&weft_ledger::core_commit(&[7; 16], &[9; 160]).0);
                    let link = weft_ledger::link(&header);
                    header[96..128].copy_from_slice(&link.0);
                }
                std::hint::black_box(header);
            });
        }
    });
    records as f64 / start.elapsed().as_secs_f64()
}

/// Records per second of `chain verify`, files in the page cache.
pub(crate) fn both_cores(data_dir: &Path) -> f64 {
    let start = Instant::now();
    let report = verify(&Files::new(data_dir), VerifyOptions::default(), &mut |_, _| ())
        .expect("the log is whole");
    report.head.size as f64 / start.elapsed().as_secs_f64()
}

/// The same, with every checkpoint and the guard.
pub(crate) fn guarded(data_dir: &Path) -> f64 {
    let layout = layout(data_dir);
    let (files, guards) = (Files::new(data_dir), layout.guards().map(Files::new));
    let start = Instant::now();
    let options = VerifyOptions::default();
    let report = verify_guarded(&files, guards.as_ref(), &[], options, &mut |_, _| ())
        .expect("the log is whole");
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(report.watched.guard, GuardState::Holds { size: report.head.size });
    report.head.size as f64 / seconds
}
