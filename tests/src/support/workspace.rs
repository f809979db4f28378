//! The source tree, as the house rules read it.

use std::fs;
use std::path::{Path, PathBuf};

/// Files that their folder declares under `#[cfg(test)]`.
const TEST_MODULES: [&str; 3] = ["golden.rs", "testing.rs", "tests.rs"];

/// One source file: its path below the workspace root and its text.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    /// The text above the file's unit tests, which obey fewer rules.
    pub(crate) fn code(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or("")
    }

    /// Whether the whole file is test or bench code.
    pub(crate) fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        self.path.starts_with("tests/")
            || self.path.starts_with("fuzz/")
            || parts.contains(&"benches")
            || parts.contains(&"tests")
            || parts.last().is_some_and(|name| TEST_MODULES.contains(name))
    }
}

/// The workspace's root folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the root").to_owned()
}

/// Every Rust file of the workspace, in path order.
pub(crate) fn rust_files() -> Vec<SourceFile> {
    let root = root();
    let mut files = Vec::new();
    for folder in
        ["ledger", "projections", "commands", "runtime", "cli", "tests", "fuzz/fuzz_targets"]
    {
        collect(&root, &root.join(folder), &mut files);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).expect("a source folder can be listed") {
        let path = entry.expect("a source folder can be listed").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is readable UTF-8");
            let path = path.strip_prefix(root).expect("below the root").display().to_string();
            files.push(SourceFile { path, text });
        }
    }
}
