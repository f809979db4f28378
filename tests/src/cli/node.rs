//! A node in a temporary place, and the binary that works on it.

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use weft_commands::requests::process::Spawn;
use weft_commands::requests::tree::{Put, Remove};
use weft_commands::{Command as Asked, CommandId};
use weft_projections::events::{Backend, Restart};
use weft_projections::{Actor, OperatorId};
use weft_runtime::{Kernel, Native, OpenOptions, Receipt, Request};

/// A data directory that goes with the test.
pub(super) struct Node {
    root: TempDir,
}

/// What a run of the binary said.
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Node {
    /// A place without a node.
    pub(super) fn nowhere() -> Node {
        Node { root: TempDir::new().unwrap() }
    }

    /// A fresh node.
    pub(super) fn fresh() -> Node {
        let node = Node::nowhere();
        node.done(["init"]);
        node
    }

    /// A fresh node under a law of its own: the default one with `from` replaced by `to`.
    pub(super) fn under_law(from: &str, to: &str) -> Node {
        let node = Node::nowhere();
        let law = weft_projections::DEFAULT_CONSTITUTION;
        assert!(law.contains(from), "the default law has no {from:?}");
        let path = node.outside("law.txt");
        fs::write(&path, law.replace(from, to)).unwrap();
        node.done([OsStr::new("init"), OsStr::new("--constitution"), path.as_os_str()]);
        node
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        self.root.path().join("node")
    }

    /// A path beside the data directory.
    pub(super) fn outside(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(super) fn segment(&self) -> PathBuf {
        self.data_dir().join("log/00000000000000000000.seg")
    }

    /// The binary with a clean environment that names this node.
    pub(super) fn command<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weft-under-test"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("WEFT_HOME", self.data_dir()).env("HOME", self.root.path());
        command
    }

    /// Runs the binary to its end.
    pub(super) fn weft<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Runs the binary, which must succeed, and returns what it printed.
    pub(super) fn done<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> String {
        let ran = self.weft(arguments);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// The same with `-o json`, as the one document it printed.
    pub(super) fn json<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Value {
        let printed = Ran::from(self.command(arguments).args(["-o", "json"]).output().unwrap());
        assert_eq!(printed.code, 0, "{}{}", printed.stdout, printed.stderr);
        printed.document()
    }

    /// The same for arguments that end in those of another program.
    pub(super) fn json_of(&self, arguments: &[&str]) -> Value {
        let ran = self.weft(["-o", "json"].iter().chain(arguments));
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran.document()
    }

    /// How many records the log has.
    pub(super) fn size(&self) -> u64 {
        self.json(["chain", "status"])["size"].as_u64().unwrap()
    }

    /// Every byte of the data directory, by path.
    pub(super) fn bytes(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        collect(self.root.path(), &mut found);
        found.sort();
        found
    }

    /// The node opened by this process, which then holds its lock.
    pub(super) fn kernel(&self) -> Kernel<Native, ()> {
        Kernel::open(Native::new(self.data_dir()), OpenOptions::writer()).unwrap().0
    }

    /// Lets the operator put and remove one resource in turn, so many times in all, as one batch.
    pub(super) fn fill(&self, records: u64) {
        let mut kernel =
            Kernel::open(Native::new(self.data_dir()), OpenOptions::writer()).unwrap().0;
        for record in 0..records {
            let path = "/docs".parse().unwrap();
            let command = if record % 2 == 0 {
                Asked::Put(Put { path, kind: "file".parse().unwrap(), meta_keys: Vec::new() })
            } else {
                Asked::Remove(Remove { path, recursive: false })
            };
            let id = CommandId::new(u128::from(record + 1).to_be_bytes()).unwrap();
            kernel.submit(Request::new(Actor::Operator(OperatorId::FIRST), id, command), record);
        }
        let batch = kernel.take_batch().unwrap();
        assert!(kernel.commit(batch).unwrap().iter().all(|(_, answer)| answer.is_ok()));
        kernel.close().unwrap();
    }

    /// Lets the operator spawn a process that nobody runs.
    pub(super) fn spawn(&self, name: &str) -> Receipt {
        let mut kernel = self.kernel();
        let spawn = Spawn {
            name: name.parse().unwrap(),
            restart: Restart::Never,
            can: Vec::new(),
            backend: Backend::Embedded,
        };
        let id = kernel.fresh_id().unwrap();
        let request = Request::new(Actor::Operator(OperatorId::FIRST), id, Asked::Spawn(spawn));
        let receipt = kernel.execute(request).unwrap().unwrap();
        kernel.close().unwrap();
        receipt
    }
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code().expect("the binary ends by itself"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Stdout as one JSON document on one line.
    pub(super) fn document(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Asserts the exit code, and that stderr speaks of all of `words` and gives a hint.
    pub(super) fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in: {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}
