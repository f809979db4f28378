//! What is told, and that it is true.

use super::place::{Place, number, story, wc, weft};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use weft_commands::Command as Asked;
use weft_projections::{Actor, Seq, State, Verdict};
use weft_runtime::{Inspection, Native, PayloadView, RecordView, view};

fn check_counts(place: &Place, story: &Value, links: &[(&str, u64)]) {
    let links: BTreeMap<&str, u64> = links.iter().copied().collect();
    let mut totals = [0; 4];
    let report = story["report"].as_array().unwrap();
    for line in report {
        let path = line["path"].as_str().unwrap();
        let [lines, words, bytes] = wc(&place.files().join(path));
        let expected = [lines, words, links[path], bytes];
        let found = ["lines", "words", "links", "bytes"].map(|key| number(line, key));
        assert_eq!(found, expected, "{path:?}");
        totals = [0, 1, 2, 3].map(|index| totals[index] + found[index]);
    }
    assert_eq!(report.len(), links.len());
    assert_eq!(
        ["lines", "words", "links", "bytes"].map(|key| number(&story["totals"], key)),
        totals
    );
}

/// Every record of the kept node, decoded, and State at its end.
fn records(place: &Place) -> (Vec<RecordView>, State) {
    let inspection = Inspection::open(&Native::new(place.node())).unwrap();
    let size = inspection.published.head.seq.0 + 1;
    let views =
        inspection.reader().range(0..size).map(|entry| view(&entry.unwrap()).unwrap()).collect();
    (views, inspection.published.state.clone())
}

#[test]
fn counts_are_those_of_wc_with_python_and_without() {
    let files: [(&str, &[u8]); 8] = [
        ("empty", b""),
        ("plain.md", b"one two\n\n[a](b.md) three [b](deep/er/page.md#x) [c](../out.md)\n"),
        ("no newline at the end.txt", b"[x](y)![z](w) four"),
        ("deep/er/nï.txt", "naïve\u{a0}café\u{2003}日本語\u{3000}x y\r\n\x0c\x0b".as_bytes()),
        ("deep/er/page.md", b"[p](../../plain.md) [n](n%C3%AF.txt)\n```\n[q](r)\n```\n`[s](t)`"),
        ("binary", b"\x7fELF \xff\xfea\x00b \xc3\x28\nc\xe2\x82 d \x1c \x1d\xc2\x85e\xe2\x80\xa8f"),
        ("-rf", b" -rf "),
        ("more.md", b"[p](plain.md) [p](./plain.md) <[u](</a>) [v](gone/) [w](http://x/y.md)"),
    ];
    let links = [
        ("empty", 0),
        ("plain.md", 3),
        ("no newline at the end.txt", 2),
        ("deep/er/nï.txt", 0),
        ("deep/er/page.md", 4),
        ("binary", 0),
        ("-rf", 0),
        ("more.md", 5),
    ];
    let told = |place: &Place, path: &OsStr| {
        let mut command = place.weft();
        let output =
            command.env("PATH", path).args(["demo", "-o", "json"]).arg(place.files()).output();
        story(&output.unwrap())
    };
    let (with, without) = (Place::with(&files), Place::with(&files));
    let path = std::env::var_os("PATH").unwrap();
    let stories = [told(&with, &path), told(&without, OsStr::new("/nowhere"))];
    for (place, story) in [&with, &without].into_iter().zip(&stories) {
        check_counts(place, story, &links);
        place.assert_nobody_is_left();
    }
    let [with, without] = stories;
    let programs = |story: &Value| -> Vec<String> {
        let agents = story["agents"].as_array().unwrap();
        agents.iter().map(|agent| agent["program"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(programs(&with), ["weft", "python3", "python3", "weft"], "python3 is installed");
    assert_eq!(programs(&without), ["weft"; 4]);
    assert_eq!(with["report"], without["report"]);
    assert_eq!(with["links"], without["links"]);
    let expected = json!({
        "broken": [
            {"path": "more.md", "target": "gone/"},
            {"path": "plain.md", "target": "b.md"},
        ],
        "most_linked": [
            {"path": "plain.md", "linked_from": 2},
            {"path": "deep/er/nï.txt", "linked_from": 1},
            {"path": "deep/er/page.md", "linked_from": 1},
        ],
    });
    assert_eq!(with["links"], expected);
}

#[test]
fn kills_in_the_middle_lose_nothing_and_repeat_nothing() {
    let files: Vec<(String, String)> =
        (0..23).map(|n| (format!("{n}.txt"), "word ".repeat(n))).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let place = Place::with(&files);
    let story = story(&place.demo(&["-o", "json"]));
    let (records, state) = records(&place);

    let crash = &story["crash"];
    assert_eq!((number(crash, "signal"), number(crash, "restarted")), (9, 4));
    assert!((9..=12).contains(&number(crash, "reported")), "of 12 that were handed out: {crash}");
    assert_eq!(number(crash, "handed_out"), 12, "{crash}");
    assert!(number(crash, "repeated") >= 12, "the reader hands out again: {crash}");
    assert!(number(crash, "processes") >= 4, "{crash}");
    let fall = &story["fall"];
    assert_eq!((&fall["agent"], number(fall, "signal")), (&json!("analyst-1"), 9));
    assert_eq!(number(fall, "generation"), 2);

    let mut published: BTreeMap<String, u64> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.record.is_refusal()) {
        if let (Asked::Publish(_), PayloadView::Whole(body)) = (&record.command, &record.payload) {
            let body: Value = serde_json::from_slice(body).unwrap();
            *published.entry(body["path"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(published, files.iter().map(|(name, _)| ((*name).to_owned(), 1)).collect());

    let boots = records.iter().filter(|record| matches!(record.command, Asked::Boot(_))).count();
    let generations: Vec<u32> =
        state.process_table.rows().map(|row| row.generation.get()).collect();
    assert_eq!((boots, generations), (2, vec![2, 3, 2, 2]));
    let last = records.last().unwrap();
    assert_eq!(last.command.name(), "kernel.shutdown", "the daemon was stopped in order");

    let denied: Vec<&RecordView> =
        records.iter().filter(|record| record.record.verdict == Verdict::Deny).collect();
    let [denied] = denied[..] else { panic!("{} denials", denied.len()) };
    let analyst = state.process_table.rows().find(|row| row.name.as_str() == "analyst-1").unwrap();
    assert_eq!(
        (denied.command.name(), denied.record.actor),
        ("tree.remove", Actor::Process(analyst.pid))
    );
    assert_eq!(denied.record.seq, Seq(number(&story["denial"], "seq")));
}

#[test]
fn a_kept_node_verifies_and_a_flipped_bit_is_found_where_it_is() {
    let place = Place::with(&[("a", b"a"), ("b", b"b"), ("c", b"c")]);
    let story = story(&place.demo(&["-o", "json"]));
    for arguments in [&["chain", "verify"][..], &["chain", "verify", "--independent"]] {
        let output = place.weft().args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let found = &story["tampering"];
    let (segment, frame) = (found["segment"].as_str().unwrap(), number(found, "frame_offset"));
    let said = found["found"].as_str().unwrap();
    let expected = format!("record {}, {segment} byte {frame}", number(found, "seq"));
    assert!(said.contains(&expected), "{said:?} does not name {expected:?}");
    let checks = story["chain"]["checks"].as_array().unwrap();
    let hashers: Vec<&str> = checks.iter().map(|check| check["hasher"].as_str().unwrap()).collect();
    assert_eq!(hashers, ["shake", "tiny-keccak"]);
    let (records, _) = records(&place);
    assert!(checks.iter().all(|check| number(check, "records") == records.len() as u64));
}

#[test]
fn one_file_and_two_files_are_enough() {
    for count in [1, 2] {
        let files: Vec<(&str, &[u8])> =
            vec![("one", &b"x"[..]), ("two", b"y z")].into_iter().take(count).collect();
        let place = Place::with(&files);
        let story = story(&place.demo(&["-o", "json"]));
        let links: Vec<(&str, u64)> = files.iter().map(|(name, _)| (*name, 0)).collect();
        check_counts(&place, &story, &links);
        assert_eq!(number(&story["crash"], "restarted"), 4);
    }
}

#[test]
fn what_the_tree_cannot_hold_and_what_is_no_file_is_left_out_and_named() {
    let place = Place::with(&[("kept.txt", b"kept"), ("日本/ünïcode name.txt", b"also kept")]);
    place.write(OsStr::new("line\nbreak"), b"left out");
    place.write(OsStr::from_bytes(b"not\xffutf8"), b"left out");
    symlink("/etc", place.files().join("folder-link")).unwrap();
    symlink("kept.txt", place.files().join("file-link")).unwrap();
    let story = story(&place.demo(&["-o", "json"]));
    check_counts(&place, &story, &[("kept.txt", 0), ("日本/ünïcode name.txt", 0)]);
    let skipped = story["skipped"].as_array().unwrap();
    let mut paths: Vec<&str> =
        skipped.iter().map(|skipped| skipped["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["file-link", "folder-link", "line\\nbreak", "not\u{fffd}utf8"]);
    assert!(skipped.iter().all(|skipped| !skipped["reason"].as_str().unwrap().is_empty()));
}

#[test]
fn people_get_sections_and_quiet_people_the_results() {
    let place = Place::with(&[("a.txt", b"a b c\n")]);
    let output = place.demo(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for heading in [
        "1. A node is born",
        "3. One of them oversteps",
        "4. An agent is killed",
        "5. The kernel is killed",
        "12. Forgery is found",
    ] {
        assert!(text.lines().any(|line| line.starts_with(heading)), "{heading} is missing: {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
    assert!(text.lines().all(|line| !line.ends_with(' ')), "{text}");

    let quiet = Place::with(&[("a.txt", b"a b c\n")]);
    let output = quiet.demo(&["--quiet"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("a.txt") && !text.contains("1. A node is born"), "{text}");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_node_that_one_works_with_is_left_alone() {
    let place = Place::with(&[("a", b"a")]);
    let home = place.root.path().join("home");
    // One where a socket has room, and one where it has not.
    let temporary = ["tmp".to_owned(), "long".repeat(30)].map(|name| place.root.path().join(name));
    temporary.iter().for_each(|folder| fs::create_dir(folder).unwrap());
    let demo = |temporary: &std::path::Path, arguments: &[&OsStr]| {
        let mut command = weft();
        command.env("WEFT_HOME", &home).env("TMPDIR", temporary);
        command.args(["demo", "-o", "json"]).args(arguments).arg(place.files());
        let told = story(&command.output().unwrap());
        assert_eq!(fs::read_dir(temporary).unwrap().count(), 0, "what was temporary is gone");
        told
    };
    let [short, long] = &temporary;
    assert_eq!(demo(short, &[])["data_dir"], Value::Null);
    assert_eq!(demo(long, &[])["data_dir"], Value::Null);
    assert!(!home.exists(), "no node was made where WEFT_HOME says");
    fs::create_dir(&home).unwrap();
    fs::write(home.join("precious"), b"precious").unwrap();
    assert_eq!(demo(short, &[])["data_dir"], Value::Null, "a folder in use does not matter either");

    let kept = demo(short, &[OsStr::new("--data-dir"), place.node().as_os_str()]);
    assert_eq!(kept["data_dir"], json!(place.node()));
    assert!(place.node().join("log").exists() && fs::read_dir(&home).unwrap().count() == 1);
}
