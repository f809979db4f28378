//! Mounts by file descriptor: nothing is looked up twice, and no link is followed.

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, mkdirat, openat2};
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, MoveMountFlags, OpenTreeFlags,
    fsconfig_create, fsconfig_set_string, fsmount, fsopen, mount_remount, move_mount, open_tree,
};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// What a mount point has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
}

/// A new file system of the kind `name`, without devices or rights in it.
pub(super) fn filesystem(name: &str, options: &[(&str, &str)]) -> io::Result<OwnedFd> {
    let context = fsopen(name, FsOpenFlags::FSOPEN_CLOEXEC)?;
    for (key, value) in options {
        fsconfig_set_string(&context, *key, *value)?;
    }
    fsconfig_create(&context)?;
    let flags = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV;
    Ok(fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, flags)?)
}

/// A file system in memory.
pub(super) fn memory(bytes_max: u64, mode: &str) -> io::Result<OwnedFd> {
    // A file needs a block: as many names as blocks.
    let (bytes, names) = (bytes_max.to_string(), (bytes_max / 4_096).to_string());
    filesystem("tmpfs", &[("size", &bytes), ("nr_inodes", &names), ("mode", mode)])
}

/// A copy of what is mounted at the open file `source`, and of all below it.
pub(super) fn copy_of(source: impl AsFd) -> io::Result<OwnedFd> {
    Ok(open_tree(source, "", copy_flags() | OpenTreeFlags::AT_EMPTY_PATH)?)
}

/// The same for a path that may lead over links.
pub(super) fn copy_at(path: &Path) -> io::Result<OwnedFd> {
    Ok(open_tree(CWD, path, copy_flags())?)
}

fn copy_flags() -> OpenTreeFlags {
    OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE
}

/// Puts a mount on the open file `target`.
pub(super) fn attach(mount: impl AsFd, target: impl AsFd) -> io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    Ok(move_mount(mount, "", target, "", flags)?)
}

/// Puts a mount at an absolute path below `root`, where nothing but folders lies on the way.
pub(super) fn attach_at(
    mount: impl AsFd,
    root: &OwnedFd,
    path: &Path,
    kind: Kind,
) -> io::Result<()> {
    let found = place(root, path, kind).and_then(|target| attach(mount, target));
    found.map_err(|error| io::Error::other(format!("mounting {}: {error}", path.display())))
}

/// Opens the mount point `path` below `root`; what is missing of it is made.
pub(super) fn place(root: &OwnedFd, path: &Path, kind: Kind) -> io::Result<OwnedFd> {
    let mut at = root.try_clone()?;
    let mut parts = path.components().filter_map(normal).peekable();
    while let Some(part) = parts.next() {
        let kind = if parts.peek().is_some() { Kind::Folder } else { kind };
        at = step(&at, part, kind)?;
    }
    Ok(at)
}

fn normal(part: Component<'_>) -> Option<&Path> {
    if let Component::Normal(name) = part { Some(Path::new(name)) } else { None }
}

fn step(at: &OwnedFd, name: &Path, kind: Kind) -> io::Result<OwnedFd> {
    match look(at, name) {
        Err(Errno::NOENT) => {}
        found => return Ok(found?),
    }
    match kind {
        Kind::Folder => mkdirat(at, name, Mode::from_raw_mode(0o755))?,
        Kind::File => {
            let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
            openat2(at, name, flags, Mode::from_raw_mode(0o644), ResolveFlags::BENEATH)?;
        }
    }
    Ok(look(at, name)?)
}

/// Opens `path` below `at`, without following a link.
pub(super) fn look(at: &OwnedFd, path: &Path) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    openat2(at, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), resolve)
}

/// Makes every mount of this namespace read-only that `is_writable` does not name.
/// Answers with what could not be done.
pub(super) fn make_read_only(is_writable: impl Fn(&Path) -> bool) -> io::Result<Vec<String>> {
    let table = fs::read_to_string("/proc/self/mountinfo")?;
    let mut failed = Vec::new();
    for (path, flags) in table.lines().filter_map(entry) {
        if is_writable(&path) {
            continue;
        }
        let flags = flags | MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID;
        if let Err(error) = mount_remount(&path, flags, "") {
            failed.push(format!("{} stays writable: {error}", path.display()));
        }
    }
    Ok(failed)
}

/// Where a mount is and how, of its line in `/proc/self/mountinfo` (proc(5)).
fn entry(line: &str) -> Option<(PathBuf, MountFlags)> {
    let mut words = line.split(' ').skip(4);
    let path = unescaped(words.next()?);
    let flags = words.next()?.split(',').map(|option| match option {
        "nosuid" => MountFlags::NOSUID,
        "nodev" => MountFlags::NODEV,
        "noexec" => MountFlags::NOEXEC,
        "noatime" => MountFlags::NOATIME,
        "nodiratime" => MountFlags::NODIRATIME,
        "relatime" => MountFlags::RELATIME,
        "nosymfollow" => MountFlags::NOSYMFOLLOW,
        _ => MountFlags::empty(),
    });
    Some((path, flags.collect()))
}

/// A path without its escapes: a backslash and three octal digits for blanks and backslashes.
fn unescaped(text: &str) -> PathBuf {
    let mut parts = text.split('\\');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escape = part.split_at_checked(3);
        match escape.and_then(|(digits, rest)| Some((u8::from_str_radix(digits, 8).ok()?, rest))) {
            Some((byte, rest)) => {
                path.push(char::from(byte));
                path.push_str(rest);
            }
            None => path.push_str(part),
        }
    }
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_mount_table_is_a_path_and_flags() {
        let line =
            r"36 35 98:0 /a /mnt\040one\134x rw,nosuid,relatime master:1 - ext3 /dev/root rw";
        let expected = MountFlags::NOSUID | MountFlags::RELATIME;
        assert_eq!(entry(line), Some((PathBuf::from(r"/mnt one\x"), expected)));
        assert_eq!(entry("36 35 98:0"), None);
    }
}
