//! What the kernel asks of the operating system, in which order: watched with strace.

use std::fs;
use std::path::Path;
use std::process::Command;

const WEFT: &str = env!("CARGO_BIN_EXE_weft-under-test");

/// The lone command's receipt goes to stdout; its record must be synced before that.
#[test]
fn a_lone_command_is_synced_before_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("node");
    weft(&data_dir, &["init"]);
    let trace = folder.path().join("trace");
    let traced = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=write,pwrite64,pwritev,fsync,fdatasync", "-o"])
        .args([trace.as_os_str(), WEFT.as_ref(), "--data-dir".as_ref(), data_dir.as_os_str()])
        .args(["tree", "put", "/apps/watched"])
        .output()
        .expect("strace is needed for this test: apt-get install strace");
    assert!(traced.status.success(), "{}", String::from_utf8_lossy(&traced.stderr));

    let calls: Vec<Call> =
        fs::read_to_string(&trace).unwrap().lines().filter_map(Call::parse).collect();
    let record = calls
        .iter()
        .rposition(|call| call.name.starts_with("pwrite") && call.file.ends_with(".seg"));
    let record = record.expect("the record is written into a segment");
    let sync = calls[record..]
        .iter()
        .position(|call| call.name == "fdatasync" && call.file == calls[record].file);
    let sync = record + sync.expect("the segment is synced after the record is written");
    let answer = calls.iter().position(|call| call.name == "write" && call.descriptor == 1);
    let answer = answer.expect("the receipt is printed");
    assert!(calls[sync].result == "0", "the sync succeeded: {:?}", calls[sync]);
    assert!(
        record < sync && sync < answer,
        "write {record}, sync {sync}, answer {answer}: {calls:#?}"
    );
}

fn weft(data_dir: &Path, arguments: &[&str]) {
    let output =
        Command::new(WEFT).arg("--data-dir").arg(data_dir).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// One line of strace: `1234 fdatasync(5</path/file>) = 0`.
#[derive(Debug)]
struct Call {
    name: String,
    descriptor: u32,
    file: String,
    result: String,
}

impl Call {
    fn parse(line: &str) -> Option<Call> {
        let (_pid, call) = line.split_once(char::is_whitespace)?;
        let (name, arguments) = call.trim_start().split_once('(')?;
        let (descriptor, rest) = arguments.split_once('<')?;
        let (file, _) = rest.split_once('>')?;
        let (_, result) = call.rsplit_once(" = ")?;
        Some(Call {
            name: name.to_owned(),
            descriptor: descriptor.parse().ok()?,
            file: file.to_owned(),
            result: result.trim().to_owned(),
        })
    }
}
