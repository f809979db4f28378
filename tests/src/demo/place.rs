//! Where the demo runs in a test, and what it says.

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder of files and a place for a node.
pub(super) struct Place {
    pub(super) root: TempDir,
}

impl Place {
    pub(super) fn with(files: &[(&str, &[u8])]) -> Place {
        let root = TempDir::new().unwrap();
        fs::create_dir(root.path().join("files")).unwrap();
        let place = Place { root };
        for (name, content) in files {
            place.write(OsStr::new(name), content);
        }
        place
    }

    pub(super) fn write(&self, name: &OsStr, content: &[u8]) {
        let path = self.files().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(super) fn files(&self) -> PathBuf {
        self.root.path().join("files")
    }

    pub(super) fn node(&self) -> PathBuf {
        self.root.path().join("node")
    }

    /// Runs the demo with the node kept, and checks that no process of it is left.
    pub(super) fn demo(&self, arguments: &[&str]) -> Output {
        let output = self.weft().arg("demo").args(arguments).arg(self.files()).output().unwrap();
        self.assert_nobody_is_left();
        output
    }

    pub(super) fn weft(&self) -> Command {
        let mut command = weft();
        command.arg("--data-dir").arg(self.node());
        command
    }

    /// Every process of the demo names the node or the files among its arguments.
    pub(super) fn assert_nobody_is_left(&self) {
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

pub(super) fn weft() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weft-under-test"));
    command.env_remove("WEFT_HOME");
    command
}

pub(super) fn story(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(super) fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("no number {key} in {value}"))
}

/// What `wc` says of a file: lines, words, bytes.
pub(super) fn wc(path: &Path) -> [u64; 3] {
    let output = Command::new("wc")
        .env("LC_ALL", "C.UTF-8")
        .arg("-lwc")
        .stdin(fs::File::open(path).unwrap())
        .output();
    let text = String::from_utf8(output.expect("wc has to be installed").stdout).unwrap();
    let numbers: Vec<u64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}
