//! fixtures/golden/log: the bytes of a small log, which a kernel writes again and everybody reads.

use crate::support::{RECORDS, SEGMENTS, root, sample_log};
use std::fs;
use std::path::PathBuf;
use weft_ledger::{Hashing, Memory, VerifyOptions, verify};
use weft_runtime::{Inspection, Sim, SimClock, view};

/// The bytes of a segment, from its fixture.
pub(super) fn segment(path: &str) -> Vec<u8> {
    let text = fs::read_to_string(fixture(path)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    hex::decode(lines.collect::<String>()).unwrap()
}

fn fixture(path: &str) -> PathBuf {
    let name = path.strip_prefix("log/").unwrap();
    root().join("fixtures/golden/log").join(format!("{name}.hex"))
}

/// With `WEFT_BLESS=1`, writes the fixtures first.
#[test]
fn a_kernel_writes_the_golden_log() {
    let memory = sample_log();
    let paths: Vec<String> = memory.paths().into_iter().filter(|path| path != "lock").collect();
    assert_eq!(paths, SEGMENTS);
    for path in SEGMENTS {
        let bytes = memory.read(path).unwrap();
        if std::env::var_os("WEFT_BLESS").is_some() {
            fs::create_dir_all(fixture(path).parent().unwrap()).unwrap();
            fs::write(fixture(path), text(path, &bytes)).unwrap();
        }
        assert!(segment(path) == bytes, "{path} differs: see tests/src/docs/golden_log.rs");
    }
}

fn text(path: &str, bytes: &[u8]) -> String {
    let digits = hex::encode(bytes);
    let lines: Vec<&str> =
        digits.as_bytes().chunks(96).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!(
        "# {path} of the log whose records stand on docs/format.md. Made by a kernel under a fixed\n\
         # clock and seed (tests/src/support/sample.rs) with WEFT_BLESS=1; `grep -v '#' | xxd -r -p`.\n{}\n",
        lines.join("\n")
    )
}

#[test]
fn the_golden_log_verifies_and_folds_and_shows() {
    let memory = Memory::new();
    for path in SEGMENTS {
        memory.write(path, &segment(path));
    }
    for hashing in [Hashing::Shake, Hashing::TinyKeccak] {
        let options = VerifyOptions { hashing, threads: 1 };
        let report = verify(&memory, options, &mut |_, _| ()).unwrap();
        assert_eq!(report.head.size, RECORDS.len() as u64);
        assert_eq!(report.segments, SEGMENTS.len() as u64);
    }
    let inspection = Inspection::open(&Sim::new(memory, SimClock::default(), 0)).unwrap();
    for (entry, (fate, batch_index)) in inspection.reader().range(0..u64::MAX).zip(RECORDS) {
        let entry = entry.unwrap();
        let (asked, ruled) =
            fate.split_once(if fate.contains(" with") { " with" } else { "," }).unwrap();
        let shown = view(&entry).unwrap();
        assert_eq!(shown.command.name(), asked);
        assert_eq!(entry.batch_index(), batch_index, "{fate}");
        assert_eq!(ruled.contains("rejected"), shown.record.rejected, "{fate}");
        assert!(ruled.contains(&shown.record.verdict.name()[..3]), "{fate}");
    }
}
