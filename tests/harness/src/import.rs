//! Exports: what somebody hands over as JSON Lines.

use weft_ledger::transfer::{
    ExportOptions, ImportOptions, check_export, export, import as import_log,
};
use weft_ledger::{LOG_DIR, Memory, Storage as _, VerifyOptions, kind, verify};
use weft_runtime::{Inspection, Sim, SimClock};

/// Checking and importing agree; what was imported verifies, and leaves as the same bytes.
pub fn import(data: &[u8]) {
    let checked = check_export(&mut &data[..], &mut |_, _| ());
    let target = Memory::new();
    let nonces = Box::new(|| [7; 16]);
    let imported =
        import_log(&target, ImportOptions::default(), nonces, &mut &data[..], &mut |_, _| ());
    let Ok(imported) = imported else {
        assert!(checked.is_err() || checked.is_ok_and(|checked| checked.first > 0));
        let left = target.list(LOG_DIR).unwrap_or_default();
        assert!(left.iter().all(|name| !name.ends_with(".seg")), "no log was begun: {left:?}");
        return;
    };
    let checked = checked.expect("what is imported is good");
    assert_eq!((checked.first, checked.end), (0, imported.head.size));
    assert_eq!((checked.link, checked.log_id), (imported.head.link, imported.log_id));
    let report = verify(&target, VerifyOptions::default(), &mut |_, _| ()).unwrap();
    assert_eq!((report.head, report.log_id), (imported.head, imported.log_id));
    let Ok(read) = Inspection::open(&Sim::new(target, SimClock::default(), 0)) else { return };
    let mut entries = read.reader().range(0..u64::MAX).map(Result::unwrap);
    if entries.any(|entry| entry.header.kind == kind::REDACT) {
        return;
    }
    let checkpoint = imported.checkpoint.as_ref();
    let options = ExportOptions { range: 0..u64::MAX, checkpoint, is_withheld: &|_| false };
    let mut lines = Vec::new();
    export(read.reader(), &options, &mut lines, &mut |_, _| ()).unwrap();
    assert!(lines == data, "an export comes out as it went in");
}
