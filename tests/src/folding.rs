//! Records that verify, since the ledger does not know what they mean, and that folding refuses.

use crate::support::sample_log;
use weft_ledger::limits::Limits;
use weft_ledger::{
    Entry, Log, Memory, Payload, PayloadPart, Pending, Verdict, VerifyOptions, verify,
};
use weft_runtime::{Inspection, Sim, SimClock};

/// Copies the records 0..=`seq` of the sample log into a log of their own, the last one changed.
fn with_last(seq: u64, change: impl Fn(&mut Pending)) -> Memory {
    let inspection = Inspection::open(&Sim::new(sample_log(), SimClock::default(), 0)).unwrap();
    let records = inspection.reader().range(0..seq + 1).map(|entry| pending(&entry.unwrap()));
    let mut records: Vec<Pending> = records.collect();
    change(records.last_mut().unwrap());
    let memory = Memory::new();
    let nonces = Box::new(|| *b"nonce-of-segment");
    let mut log = Log::create(memory.clone(), Limits::default(), nonces, &records[0]).unwrap();
    if seq > 0 {
        log.commit(&records[1..], &mut Vec::new()).unwrap();
    }
    log.close().unwrap();
    memory
}

fn pending(entry: &Entry<'_>) -> Pending {
    let payload = match entry.payload() {
        Payload::Whole { salt, bytes } => Some(PayloadPart::new(*salt, bytes.into())),
        Payload::None | Payload::Erased => None,
    };
    let header = &entry.header;
    Pending {
        core_version: 1,
        kind: header.kind,
        verdict: header.verdict,
        rejected: header.rejected,
        seq: header.seq,
        time: header.time,
        actor: header.actor,
        cause: header.cause,
        command_id: header.command_id,
        salt: *entry.core_salt(),
        core: entry.core().to_vec(),
        payload,
    }
}

/// Replaces hex digits of a core, which must hold them exactly once.
fn swap(record: &mut Pending, from: &str, to: &str) {
    let (from, to) = (&from.replace(' ', ""), &to.replace(' ', ""));
    let core = hex::encode(&record.core);
    assert_eq!(core.matches(from).count(), 1, "{from} in {core}");
    record.core = hex::decode(core.replace(from, to)).unwrap();
}

/// The log verifies and does not fold, for a reason that begins with `expected`.
fn check(seq: u64, change: impl Fn(&mut Pending), expected: &str) {
    let memory = with_last(seq, change);
    let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
    assert_eq!(verify(&memory, options, &mut |_, _| ()).unwrap().head.size, seq + 1);
    let refused = Inspection::open(&Sim::new(memory, SimClock::default(), 0)).err();
    let refused = refused.map(|error| error.to_string()).unwrap_or_default();
    let start = format!("record {seq} cannot be folded by this version: ");
    let reason = refused.strip_prefix(&start).unwrap_or_default();
    assert!(reason.starts_with(expected) && !expected.is_empty(), "{expected}: {refused}");
}

#[test]
fn a_record_that_is_not_changed_folds() {
    let memory = with_last(6, |_| ());
    assert!(Inspection::open(&Sim::new(memory, SimClock::default(), 0)).is_ok());
}

/// Record 6 is a `tree.remove` of `/docs`: request, arguments, decision and event are changed in turn.
#[test]
fn keys_that_no_writer_writes_are_not_folded() {
    let extra = |key: &'static str| {
        move |record: &mut Pending| {
            record.core[0] += 1;
            record.core.extend(hex::decode(key).unwrap());
        }
    };
    check(6, extra("0600"), "decode error: unknown key 6 of the core");
    check(6, extra("2000"), "decode error: unknown key -1 of the core");
    let changed = |changes: &[(&'static str, &'static str)], expected: &str| {
        check(6, |record| changes.iter().for_each(|(from, to)| swap(record, from, to)), expected);
    };
    let blobs = "048158200000000000000000000000000000000000000000000000000000000000000000";
    check(6, extra(blobs), "a blob that no request came with");
    let request = "not what a writer of this version writes: request";
    changed(&[("a301a1", "a301a2"), ("01f502a5", "01f5040002a5")], request);
    let small = "a blob of 0 bytes, which the record would hold itself";
    changed(&[("a301a1", "a301a2"), ("01f502a5", "01f5030002a5")], small);
    let arguments = "not what a writer of this version writes: arguments";
    changed(&[("4aa200", "4ca300"), ("01f502a5", "01f5090002a5")], arguments);
    changed(&[("01f502a5", "01f602a5")], "malformed arguments");
    changed(&[("4aa200652f646f637301f5", "48a100652f646f6373")], "malformed arguments");
    let decision = "not what a writer of this version writes: decision";
    changed(&[("02a5", "02a6"), ("19025803", "190258080003")], decision);
    changed(&[("02a50101020004851902bc00000000", "02a401010200")], "malformed decision");
    changed(&[("05851902bc", "05851903e9")], "malformed decision");
}

#[test]
fn events_that_no_writer_writes_are_not_folded() {
    let changed = |to: &'static str, expected: &str| {
        check(6, |record| swap(record, "8183186101 81652f646f6373", to), expected);
    };
    changed("80", "0 events, not one");
    changed("8283186101 81652f646f63738318610181652f646f6373", "2 events, not one");
    changed("81831850018105", "event of type 80 under kind 97");
    changed("8183186102 81652f646f6373", "unknown event: type 97 version 2");
    changed("8183186100 81652f646f6373", "unknown event: type 97 version 0");
    changed("81831904d201 80", "unknown event: type 1234 version 1");
    changed("8183186101 82652f646f637300", "malformed event");
    changed("8183186101 80", "malformed event");
}

#[test]
fn a_header_that_its_core_contradicts_is_not_folded() {
    let warned = "verdict is permit, and its findings say warn";
    check(6, |record| record.verdict = Verdict::Permit, warned);
    check(6, |record| record.kind = 9_999, "no command has kind 9999");
    check(4, |record| record.kind = 2, "malformed arguments: unexpected type string");
    check(3, |record| record.rejected = false, "there is a rejection, and its flag is not set");
    let flagged = |record: &mut Pending| {
        record.rejected = true;
        swap(record, "8183186101 81652f646f6373", "80");
    };
    check(6, flagged, "the flag of a rejection is set, and there is none");
    let denied = |record: &mut Pending| {
        swap(record, "02a5", "02a6");
        swap(record, "706c616e0380", "706c616e07820161780380");
    };
    check(4, denied, "there is a rejection, and its flag is not set");
    let law = "law 5, and the only one that this version knows is that of record 0";
    check(6, |record| swap(record, "01010200", "01010205"), law);
}

#[test]
fn a_genesis_that_was_not_asked_for_is_not_folded() {
    let other = "event differs from the log.genesis that was asked for";
    check(0, |record| swap(record, "01856e77", "01856e78"), other);
}
