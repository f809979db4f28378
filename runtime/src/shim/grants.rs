//! The granted paths as they really are: opened, without symbolic links, and away from what is hidden.

use super::Plan;
use super::system::FOLDERS;
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat2};
use rustix::io::Errno;
use std::fs;
use std::path::{Path, PathBuf};

/// The system's own view of itself, and of everybody's processes: a program gets one of its own.
const KEPT: [&str; 3] = ["/proc", "/sys", "/dev"];

/// What is granted, and what is not in spite of the plan.
#[derive(Debug)]
pub(super) struct Grants {
    /// Parents before their children.
    pub(super) files: Vec<Granted>,
    /// Where the hidden folders really are; only those that exist.
    pub(super) hidden: Vec<PathBuf>,
    left_out: Vec<String>,
}

/// A granted file or folder.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) path: PathBuf,
    pub(super) is_writable: bool,
    pub(super) is_folder: bool,
    /// It contains something hidden.
    pub(super) hides: bool,
    pub(super) fd: OwnedFd,
}

/// Opens what the plan grants. A path over a symbolic link is left out: whoever may write at the link
/// could turn it to what the grant does not mean.
pub(super) fn open(plan: &Plan) -> Grants {
    let hidden = plan.hidden.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let mut grants = Grants { files: Vec::new(), hidden, left_out: Vec::new() };
    for path in &plan.write {
        grants.add(path, true);
    }
    for path in &plan.read {
        grants.add(path, false);
    }
    // Of two grants for one path the wider one was added first and stays.
    grants.files.sort_by(|a, b| a.path.cmp(&b.path));
    grants.files.dedup_by(|a, b| a.path == b.path);
    grants
}

impl Grants {
    /// What the plan grants in vain, and why, for people.
    pub(super) fn left_out(&self, has_own_root: bool) -> Vec<String> {
        let mut all = self.left_out.clone();
        // Landlock cannot take a part back: only a root of one's own hides what lies within.
        for file in self.files.iter().filter(|file| file.hides && !has_own_root) {
            all.push(format!("not granted: {}: the node could not be hidden", file.path.display()));
        }
        all
    }

    fn add(&mut self, path: &Path, is_writable: bool) {
        let is_seen = FOLDERS.iter().any(|folder| path.starts_with(folder))
            || self.files.iter().any(|file| !is_writable && path.starts_with(&file.path));
        if is_seen && !is_writable {
            return;
        }
        match self.open(path, is_writable) {
            Ok(granted) => self.files.push(granted),
            Err(reason) => self.left_out.push(format!("not granted: {}: {reason}", path.display())),
        }
    }

    fn open(&mut self, path: &Path, is_writable: bool) -> Result<Granted, String> {
        if path == Path::new("/") || KEPT.iter().any(|kept| path.starts_with(kept)) {
            return Err("that much cannot be granted".to_owned());
        }
        if self.hidden.iter().any(|hidden| path.starts_with(hidden)) {
            return Err("it belongs to the node".to_owned());
        }
        let hides = self.hidden.iter().any(|hidden| hidden.starts_with(path));
        if hides && is_writable {
            self.left_out.push(format!("only to read: {}: it holds the node", path.display()));
        }
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let fd = openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS);
        let fd = fd.map_err(|error| match error {
            Errno::LOOP => "it leads over a symbolic link".to_owned(),
            error => error.to_string(),
        })?;
        let stat = fstat(&fd).map_err(|error| error.to_string())?;
        let kind = FileType::from_raw_mode(stat.st_mode);
        let is_folder = kind == FileType::Directory;
        if !is_folder && kind != FileType::RegularFile {
            return Err("it is neither a file nor a folder".to_owned());
        }
        let path = path.to_owned();
        Ok(Granted { path, is_writable: is_writable && !hides, is_folder, hides, fd })
    }
}
