//! `weft demo` as a newcomer runs it: over real files, with a real kill.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;
use weft_commands::Command as Asked;
use weft_projections::{Actor, Seq, State, Verdict};
use weft_runtime::{Inspection, Native, RecordView, view};

/// A folder of files and a place for a node.
struct Place {
    root: TempDir,
}

impl Place {
    fn with(files: &[(&str, &[u8])]) -> Place {
        let root = TempDir::new().unwrap();
        fs::create_dir(root.path().join("files")).unwrap();
        let place = Place { root };
        for (name, content) in files {
            place.write(OsStr::new(name), content);
        }
        place
    }

    fn write(&self, name: &OsStr, content: &[u8]) {
        let path = self.files().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn files(&self) -> PathBuf {
        self.root.path().join("files")
    }

    fn node(&self) -> PathBuf {
        self.root.path().join("node")
    }

    /// Runs the demo with the node kept, and checks that no process of it is left.
    fn demo(&self, arguments: &[&str]) -> Output {
        let output = self.weft().arg("demo").args(arguments).arg(self.files()).output().unwrap();
        self.assert_nobody_is_left();
        output
    }

    fn weft(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weft-under-test"));
        command.env_remove("WEFT_HOME").arg("--data-dir").arg(self.node());
        command
    }

    fn assert_nobody_is_left(&self) {
        let place = self.root.path().as_os_str().as_bytes();
        let processes =
            fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path().join("cmdline"));
        let left: Vec<PathBuf> = processes
            .filter(|path| {
                fs::read(path).is_ok_and(|line| line.windows(place.len()).any(|part| part == place))
            })
            .collect();
        assert!(left.is_empty(), "still running: {left:?}");
    }
}

fn story(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("no number {key} in {value}"))
}

/// What `wc` says of a file: lines, words, bytes.
fn wc(path: &Path) -> [u64; 3] {
    let output = Command::new("wc")
        .env("LC_ALL", "C.UTF-8")
        .arg("-lwc")
        .stdin(fs::File::open(path).unwrap())
        .output();
    let text = String::from_utf8(output.expect("wc has to be installed").stdout).unwrap();
    let numbers: Vec<u64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

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
fn counts_are_those_of_wc() {
    let place = Place::with(&[
        ("empty", b""),
        ("plain.md", b"one two\n\n[a](b.md) three\n"),
        ("no newline at the end.txt", b"[x](y)![z](w) four"),
        ("deep/er/nï.txt", "naïve\u{a0}café\u{2003}日本語\u{3000}x y\r\n\x0c\x0b".as_bytes()),
        ("binary", b"\x7fELF \xff\xfea\x00b \xc3\x28\nc\xe2\x82 d"),
        ("-rf", b" -rf "),
    ]);
    let story = story(&place.demo(&["-o", "json"]));
    let links = [
        ("empty", 0),
        ("plain.md", 1),
        ("no newline at the end.txt", 2),
        ("deep/er/nï.txt", 0),
        ("binary", 0),
        ("-rf", 0),
    ];
    check_counts(&place, &story, &links);
}

#[test]
fn a_kill_in_the_middle_loses_nothing_and_repeats_nothing() {
    let files: Vec<(String, String)> =
        (0..23).map(|n| (format!("{n}.txt"), "word ".repeat(n))).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let place = Place::with(&files);
    let story = story(&place.demo(&["-o", "json"]));
    let (records, state) = records(&place);

    let crash = &story["crash"];
    assert_eq!((number(crash, "signal"), number(crash, "restarted")), (9, 4));
    assert_eq!(number(crash, "reported"), 12, "half of the files, rounded up");
    assert!(number(crash, "waiting") >= 1 && number(crash, "repeated") >= 1, "{crash}");
    assert!(number(crash, "handed_out") < 23, "{crash}");

    let mut published: BTreeMap<String, u64> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.record.is_refusal()) {
        if let (Asked::Publish(_), weft_runtime::PayloadView::Whole(body)) =
            (&record.command, &record.payload)
        {
            let body: Value = serde_json::from_slice(body).unwrap();
            *published.entry(body["path"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(published, files.iter().map(|(name, _)| ((*name).to_owned(), 1)).collect());

    let boots = records.iter().filter(|record| matches!(record.command, Asked::Boot(_))).count();
    let generations: Vec<u32> =
        state.process_table.rows().map(|row| row.generation.get()).collect();
    assert_eq!((boots, generations), (2, vec![2; 4]));

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
    assert_eq!(hashers, ["shake", "sha3"]);
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
        "4. The kernel is killed",
        "11. Forgery is found",
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
fn what_cannot_work_is_said_with_its_exit_code() {
    let check = |place: &Place, folder: &Path, code: i32, said: &str| {
        let output = place.weft().arg("demo").arg(folder).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{errors}");
        assert!(errors.contains(said) && errors.contains("hint: "), "{errors}");
        assert!(output.stdout.is_empty());
    };
    let empty = Place::with(&[]);
    check(&empty, &empty.files(), 3, "no file to count");
    check(&empty, &empty.files().join("missing"), 3, "no folder");
    let filled = Place::with(&[("a", b"a")]);
    check(&filled, &filled.files().join("a"), 2, "is not a folder");
    assert!(!empty.node().exists() && !filled.node().exists(), "nothing was made");

    let occupied = filled.node().join("precious");
    fs::create_dir(filled.node()).unwrap();
    fs::write(&occupied, b"precious").unwrap();
    check(&filled, &filled.files(), 1, "is not empty");
    assert_eq!(fs::read(&occupied).unwrap(), b"precious");

    let names: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let many = Place::with(&many);
    check(&many, &many.files(), 9, "more than 1000 files");
}

#[test]
fn the_node_that_one_works_with_is_left_alone() {
    let place = Place::with(&[("a", b"a")]);
    let (home, temporary) = (place.root.path().join("home"), place.root.path().join("tmp"));
    fs::create_dir(&temporary).unwrap();
    let demo = |arguments: &[&OsStr]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weft-under-test"));
        command.env("WEFT_HOME", &home).env("TMPDIR", &temporary);
        command.args(["demo", "-o", "json"]).args(arguments).arg(place.files());
        story(&command.output().unwrap())
    };
    assert_eq!(demo(&[])["data_dir"], Value::Null);
    assert!(!home.exists(), "no node was made where WEFT_HOME says");
    fs::create_dir(&home).unwrap();
    fs::write(home.join("precious"), b"precious").unwrap();
    assert_eq!(demo(&[])["data_dir"], Value::Null, "a folder in use does not matter either");
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "the temporary node is gone");

    let kept = demo(&[OsStr::new("--data-dir"), place.node().as_os_str()]);
    assert_eq!(kept["data_dir"], json!(place.node()));
    assert!(place.node().join("log").exists() && fs::read_dir(&home).unwrap().count() == 1);
}

/// A node whose tree names the given files, and the process that runs its kernel and agents.
fn kernel_process(place: &Place, files: &[&str]) -> Child {
    let puts = files.iter().map(|file| format!("/apps/demo/files/{file}"));
    let puts =
        puts.map(|path| ["tree", "put", &path, "--kind", "file"].map(str::to_owned).to_vec());
    for arguments in [vec!["init".to_owned()]].into_iter().chain(puts) {
        let output = place.weft().args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let mut command = place.weft();
    command.args(["demo", "--as-kernel", "--"]).arg(place.files());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn the_kernel_process_ends_when_its_parent_is_gone() {
    let place = Place::with(&[("a", b"a")]);
    let mut kernel = kernel_process(&place, &["a"]);
    drop(kernel.stdin.take());
    assert_eq!(kernel.wait().unwrap().code(), Some(1));
    place.assert_nobody_is_left();
    let output = place.weft().args(["chain", "verify"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_file_that_vanished_is_reported_as_vanished() {
    let place = Place::with(&[("there", b"x")]);
    let mut kernel = kernel_process(&place, &["gone", "there"]);
    let mut stdin = kernel.stdin.take().unwrap();
    stdin.write_all(b"all\n").unwrap();
    let output = kernel.wait_with_output().unwrap();
    drop(stdin);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), said.as_str()),
        (Some(0), "reported 1\nreported 2\nhalted 0\n")
    );
    let (_, state) = records(&place);
    let keys = |file: &str| {
        let path = format!("/apps/demo/report/{file}").parse().unwrap();
        let node = state.resource_tree.get(&path).unwrap();
        node.meta_keys().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(keys("gone"), ["unreadable"]);
    assert_eq!(keys("there"), ["bytes", "lines", "links", "words"]);
}
