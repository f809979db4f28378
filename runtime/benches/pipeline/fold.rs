//! State from records: decode and evolve, the disk and the checks left out.

use std::path::Path;
use std::time::Instant;
use weft_ledger::Entry;
use weft_projections::{State, evolve};
use weft_runtime::{Inspection, Native, decode_record};

/// Records per second, of decoding alone and of decoding with evolve.
pub(crate) struct Folded {
    pub(crate) decoded: f64,
    pub(crate) folded: f64,
}

pub(crate) fn fold(data_dir: &Path) -> Folded {
    let inspection = Inspection::open(&Native::new(data_dir)).expect("the node opens");
    let size = inspection.published.head.seq.0 + 1;
    let entries = inspection.reader().range(0..size).map(|entry| entry.expect("a record"));
    let entries: Vec<Entry<'static>> = entries.collect();

    let start = Instant::now();
    for entry in &entries {
        std::hint::black_box(decode_record(entry).expect("our own record"));
    }
    let decoded = size as f64 / start.elapsed().as_secs_f64();

    let start = Instant::now();
    let mut state = State::default();
    for entry in &entries {
        evolve(&mut state, &decode_record(entry).expect("our own record"));
    }
    let folded = size as f64 / start.elapsed().as_secs_f64();
    assert_eq!(state.root(), inspection.published.state.root());
    Folded { decoded, folded }
}
