//! The inputs that are made: out of the golden log and the fixtures beside it, and by hand where
//! somebody would try something.

use crate::docs::signed_texts;
use crate::support::{CONSTITUTION, root};
use std::fmt::Write as _;
use std::fs;
use weft_harness::Golden;
use weft_ledger::Checkpoint;
use weft_ledger::transfer::{ExportOptions, export};
use weft_projections::{DEFAULT_CONSTITUTION, State};
use weft_runtime::api::{COMMANDS, QUERIES};
use weft_runtime::{Inspection, Sim, SimClock};

/// Target, name and bytes.
type Input = (&'static str, String, Vec<u8>);

pub(super) fn all() -> Vec<Input> {
    let inspection = Inspection::open(&Sim::new(Golden::memory(), SimClock::default(), 0)).unwrap();
    let mut inputs = Vec::new();
    of_records(&inspection, &mut inputs);
    frames(&mut inputs);
    signed(&mut inputs);
    exports(&inspection, &mut inputs);
    lines(&mut inputs);
    of_state(&inspection, &mut inputs);
    stored(&mut inputs);
    inputs
}

fn of_records(inspection: &Inspection<Sim>, inputs: &mut Vec<Input>) {
    for entry in inspection.reader().range(0..u64::MAX) {
        let entry = entry.unwrap();
        let header = entry.header_bytes().to_vec();
        let choice = [&header[4..8], entry.core()].concat();
        inputs.push(("header", format!("record-{}", entry.header.seq), header));
        inputs.push(("body", format!("record-{}", entry.header.seq), choice));
    }
    let choice = [0, 96, 0, 0];
    let nested = |depth: usize| [&choice[..], &vec![0x81; depth], &[0]].concat();
    for (name, core) in [
        ("empty", choice.to_vec()),
        ("nested-17", nested(17)),
        ("nested-4000", nested(4_000)),
        ("array-of-2-to-64", [&choice[..], &[0x9b], &[0xff; 8]].concat()),
        ("map-of-2-to-64", [&choice[..], &[0xbb], &[0xff; 8]].concat()),
        ("bytes-of-2-to-64", [&choice[..], &[0x5b], &[0xff; 8]].concat()),
        ("indefinite", [&choice[..], &[0xbf, 1, 0xff]].concat()),
    ] {
        inputs.push(("body", name.to_owned(), core));
    }
    inputs.push(("header", "zeros".to_owned(), vec![0; 128]));
    inputs.push(("header", "ones".to_owned(), vec![0xff; 128]));
}

/// Frames behind record 0: the golden ones, and what a disk may have instead.
fn frames(inputs: &mut Vec<Input>) {
    let [(_, first), (_, second)] = Golden::segments() else { panic!("two segments") };
    let len = |bytes: &[u8]| u32::from_be_bytes(*bytes.first_chunk().unwrap()) as usize;
    let behind = &first[64 + len(&first[64..])..];
    let one = &behind[..len(behind)];
    let mut erased = behind.to_vec();
    erased[len(behind) + 14] = 1;
    for (name, bytes) in [
        ("nothing", Vec::new()),
        ("golden", behind.to_vec()),
        ("golden-then-other-segment", [behind, &second[64..]].concat()),
        ("one", one.to_vec()),
        ("one-twice", [one, one].concat()),
        ("torn", behind[..behind.len() - 40].to_vec()),
        ("torn-then-zeros", [&behind[..behind.len() - 40], &[0; 512]].concat()),
        ("zeros", vec![0; 512]),
        ("zeros-then-a-frame", [&[0; 64], one].concat()),
        ("erased-without-redaction", erased),
        ("length-of-2-to-32", vec![0xff; 16]),
        ("length-of-a-longest-frame", 1_114_288_u32.to_be_bytes().to_vec()),
    ] {
        inputs.push(("frame", name.to_owned(), bytes));
    }
}

fn signed(inputs: &mut Vec<Input>) {
    let (proofs, note) = signed_texts();
    for (name, bytes) in [
        ("one", note.clone()),
        ("two", [&note[..], &note].concat()),
        ("unterminated", [&note[..], &note[..note.len() - 1]].concat()),
        ("no-signature", note[..note.len() / 2].to_vec()),
        ("only-dashes", "— \n— a\n\n— \n".repeat(9).into_bytes()),
        ("long", [&note[..], &vec![b'a'; 20_000]].concat()),
    ] {
        inputs.push(("checkpoint", name.to_owned(), bytes));
    }
    for (at, proof) in proofs.iter().enumerate() {
        inputs.push(("proof", format!("golden-{at}"), proof.clone()));
    }
    let text = String::from_utf8(proofs[0].clone()).unwrap();
    let many = text.replace("index 2\n", &format!("index 2\n{}", "AAAA\n".repeat(100)));
    let far = text.replace("index 2\n", "index 18446744073709551615\n");
    inputs.push(("proof", "many-hashes".to_owned(), many.into_bytes()));
    inputs.push(("proof", "last-index".to_owned(), far.into_bytes()));
}

fn exports(inspection: &Inspection<Sim>, inputs: &mut Vec<Input>) {
    let mut lines = |name: &str, range, checkpoint: Option<&Checkpoint>| {
        let options = ExportOptions { range, checkpoint, is_withheld: &|_| false };
        let mut out = Vec::new();
        export(inspection.reader(), &options, &mut out, &mut |_, _| ()).unwrap();
        inputs.push(("import", name.to_owned(), out));
    };
    let (_, note) = signed_texts();
    lines("all", 0..8, None);
    lines("all-signed", 0..8, Some(&Checkpoint::parse(&note).unwrap()));
    lines("range", 3..6, None);
    lines("first", 0..1, None);
    let endless = format!("{{\"format\":\"weft-export/1\",\"log_id\":\"{}", "0".repeat(20_000));
    inputs.push(("import", "endless-line".to_owned(), endless.into_bytes()));
}

/// A line for each method, with every parameter as a text, and what is no request.
fn lines(inputs: &mut Vec<Input>) {
    let mut push =
        |name: String, line: String| inputs.push(("socket_frame", name, line.into_bytes()));
    for method in COMMANDS.iter().chain(QUERIES) {
        let mut params = String::new();
        for param in method.params {
            write!(params, "\"{}\":\"1\",", param.name).unwrap();
        }
        let params = params.trim_end_matches(',');
        let name = method.name;
        push(
            name.to_owned(),
            format!(
                "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{name}\",\"params\":{{{params}}}}}"
            ),
        );
    }
    let ask = |method: &str, params: &str| {
        format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{params}}}")
    };
    push(
        "good-put".to_owned(),
        ask("tree.put", r#"{"path":"/a/b","kind":"file","metadata":{"k":"v"}}"#),
    );
    push("good-send".to_owned(), ask("ipc.send", r#"{"to":1,"body":"hello","cause":1}"#));
    push(
        "good-spawn".to_owned(),
        ask("process.spawn", r#"{"name":"a","restart":"never","backend":"embedded"}"#),
    );
    push("nested".to_owned(), "[".repeat(10_000));
    push("nested-params".to_owned(), ask("tree.put", &"[".repeat(10_000)));
    push("no-json".to_owned(), "\u{0}\u{feff}nonsense".to_owned());
    push(
        "long-id".to_owned(),
        format!("{{\"jsonrpc\":\"2.0\",\"id\":\"{}\",\"method\":\"m\"}}", "x".repeat(200)),
    );
    push("unknown".to_owned(), ask("no.such_method", "{}"));
}

fn of_state(inspection: &Inspection<Sim>, inputs: &mut Vec<Input>) {
    let whole = inspection.published.state.to_snapshot().unwrap();
    let empty = State::default().to_snapshot().unwrap();
    inputs.push(("snapshot", "cut".to_owned(), whole[..whole.len() / 2].to_vec()));
    inputs.push(("snapshot", "golden".to_owned(), whole));
    inputs.push(("snapshot", "empty".to_owned(), empty));
    inputs.push(("snapshot", "ones".to_owned(), vec![0xff; 256]));
    for (name, text) in [
        ("default", DEFAULT_CONSTITUTION.to_owned()),
        ("golden", CONSTITUTION.to_owned()),
        ("nothing", String::new()),
        ("twice", "constitution 1\n".repeat(2)),
        ("long-line", "effect ".repeat(2_000)),
    ] {
        inputs.push(("constitution", name.to_owned(), text.into_bytes()));
    }
}

/// The requests and events of every kind, out of the golden files.
fn stored(inputs: &mut Vec<Input>) {
    for folder in ["commands", "events"] {
        for entry in fs::read_dir(root().join("fixtures/golden").join(folder)).unwrap() {
            let entry = entry.unwrap();
            let file = entry.file_name().into_string().unwrap();
            let kind: u16 = file.split('-').next().unwrap().parse().unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            let stored = if folder == "commands" {
                request(&hex::decode(lines.concat()).unwrap())
            } else {
                hex::decode(lines[lines.len() - 1]).unwrap()
            };
            let name = format!("{folder}-{}", file.trim_end_matches(".hex"));
            inputs.push(("request", name, [&kind.to_be_bytes()[..], &stored].concat()));
        }
    }
}

/// A request with those arguments: `{1: bstr}`.
fn request(arguments: &[u8]) -> Vec<u8> {
    let len = u16::try_from(arguments.len()).unwrap();
    let head = match len {
        0..24 => vec![0x40 | len.to_be_bytes()[1]],
        24..256 => vec![0x58, len.to_be_bytes()[1]],
        _ => [&[0x59][..], &len.to_be_bytes()].concat(),
    };
    [&[0xa1, 1][..], &head, arguments].concat()
}
