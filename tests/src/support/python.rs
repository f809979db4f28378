//! The second implementation of the checker, which is in Python.

use crate::support::root;
use serde_json::Value;
use std::ffi::OsStr;
use std::process::Command;

/// What the checker said: the exit code, and a document for each thing it was to check.
pub(crate) struct Checked {
    pub(crate) code: i32,
    pub(crate) documents: Vec<Value>,
    pub(crate) stderr: String,
}

/// Runs `fixtures/clients/checker`. A machine without Python fails the test: nothing else shows that
/// docs/format.md is enough to check a log.
pub(crate) fn checker<I: IntoIterator<Item: AsRef<OsStr>>>(arguments: I) -> Checked {
    let output = Command::new("python3")
        .arg("-B") // writes nothing beside the sources
        .arg(root().join("fixtures/clients/checker"))
        .args(arguments)
        .output()
        .expect("python3 runs: the checker's second implementation is written in it");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("Traceback"), "the checker is broken: {stderr}");
    Checked {
        code: output.status.code().expect("the checker ends by itself"),
        documents: stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        stderr,
    }
}
