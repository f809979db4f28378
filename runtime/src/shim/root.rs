//! The root that a confined program sees: empty, save for what it may see.

use super::grants::{Granted, Grants};
use super::mounts::{
    Kind, attach_at, copy_at, copy_of, filesystem, look, make_read_only, memory, place,
};
use super::system::{DEVICE_LINKS, DEVICES, ETC, FOLDERS, SCRATCH};
use super::{Plan, TMP_BYTES_MAX};
use nix::sched::{CloneFlags, unshare};
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, symlinkat};
use rustix::mount::{
    MountPropagationFlags, MoveMountFlags, UnmountFlags, mount_change, move_mount, unmount,
};
use rustix::process::{chdir, fchdir, pivot_root};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Most bytes of the root itself, which holds mount points only.
const ROOT_BYTES_MAX: u64 = 16 << 20;

/// Since this version of Linux each PID namespace has its own `pid_max` (pid_namespaces(7)).
const PID_MAX_SINCE: (u32, u32) = (6, 14);

/// Numbers that Linux never gives again once it has begun anew; `pid_max` has to be above.
const PIDS_RESERVED: u64 = 300;

/// A folder that every system has and that is covered for a moment: nothing is opened by name then.
const FOOTHOLD: &str = "/tmp";

/// A copy of something outside that is to be seen inside.
struct View {
    path: PathBuf,
    mount: OwnedFd,
    kind: Kind,
}

/// Everything outside that is to be seen inside.
struct Views {
    system: Vec<View>,
    links: Vec<(PathBuf, PathBuf)>,
    granted: Vec<View>,
    /// The socket at its name, and where it really is.
    sockets: Vec<View>,
}

/// Moves this process into a mount namespace of its own, in which everything is still as it was.
/// What is to be mounted in it has to be opened in it.
pub(super) fn enter_namespace() -> io::Result<()> {
    unshare(CloneFlags::CLONE_NEWNS)?;
    Ok(mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
}

/// Gives this process a root with nothing in it but what `plan` says. It has to be the first process of
/// a PID namespace, and to [`seal`] the root when it is done with it.
///
/// # Errors
/// What the operating system refuses. Then the old root is still there.
pub(super) fn build(plan: &Plan, grants: &Grants) -> io::Result<()> {
    let views = Views::open(plan, grants)?;
    let proc = filesystem("proc", &[])?;
    let root = memory(ROOT_BYTES_MAX, "755")?;
    move_mount(&root, "", CWD, FOOTHOLD, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
    if let Err(error) = fill(&root, views, &proc, grants).and_then(|()| enter(&root)) {
        let _ = unmount(FOOTHOLD, UnmountFlags::DETACH);
        return Err(error);
    }
    Ok(())
}

/// Bounds the PID namespace, which bounds everybody, root too; and takes away the making of further
/// user namespaces, where rights that nobody needs would be had again. Tells whether the former holds.
pub(super) fn bound_processes(processes: u64) -> bool {
    drop(fs::write("/proc/sys/user/max_user_namespaces", "0"));
    // Before, the number was the whole system's, and root's to write even from in here.
    if !linux_is_at_least(PID_MAX_SINCE) {
        return false;
    }
    fs::write("/proc/sys/kernel/pid_max", (processes + PIDS_RESERVED).to_string()).is_ok()
}

fn linux_is_at_least(version: (u32, u32)) -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers =
        release.split(|c: char| !c.is_ascii_digit()).map_while(|word| word.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) => (major, minor) >= version,
        _ => false,
    }
}

/// Makes everything read-only that nobody was granted to write, `/proc` with all its switches included.
/// Answers with what could not be done.
pub(super) fn seal(grants: &Grants) -> io::Result<Vec<String>> {
    make_read_only(|path| stays_writable(path, grants))
}

/// Turns the root around: the new one comes up, the old one goes (pivot_root(2), "pivot_root(".", ".")").
fn enter(root: &OwnedFd) -> io::Result<()> {
    fchdir(root)?;
    pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    Ok(chdir("/")?)
}

fn stays_writable(path: &Path, grants: &Grants) -> bool {
    // The deepest grant counts: one to write may lie within one to read.
    let deepest = grants.files.iter().rfind(|file| path.starts_with(&file.path));
    let is_granted = deepest.is_some_and(|file| file.is_writable);
    let is_hidden = grants.hidden.iter().any(|hidden| path.starts_with(hidden));
    let is_scratch = SCRATCH.iter().any(|scratch| path == Path::new(scratch));
    let is_device = DEVICES.iter().any(|device| path == Path::new(device));
    is_scratch || is_device || (is_granted && !is_hidden)
}

impl Views {
    fn open(plan: &Plan, grants: &Grants) -> io::Result<Views> {
        let (mut system, mut links) = (Vec::new(), Vec::new());
        for path in FOLDERS.into_iter().chain(ETC).chain(DEVICES).map(Path::new) {
            let Ok(metadata) = fs::symlink_metadata(path) else { continue };
            if metadata.is_symlink() && path.parent() == Some(Path::new("/")) {
                links.push((path.to_owned(), fs::read_link(path)?));
            } else if let Some(view) = View::of_system(path) {
                system.push(view);
            }
        }
        let granted = grants.files.iter().map(View::of_grant).collect::<io::Result<_>>()?;
        let sockets = View::of_socket(&plan.socket);
        Ok(Views { system, links, granted, sockets })
    }
}

impl View {
    /// A part of the system; `None` where it is a link to nowhere.
    fn of_system(path: &Path) -> Option<View> {
        let kind = if fs::metadata(path).ok()?.is_dir() { Kind::Folder } else { Kind::File };
        Some(View { path: path.to_owned(), mount: copy_at(path).ok()?, kind })
    }

    /// Where it really is comes first: it has to be there.
    fn of_socket(named: &Path) -> Vec<View> {
        let Ok(real) = fs::canonicalize(named) else { return Vec::new() };
        let mut paths = vec![real];
        if paths.iter().all(|path| path != named) {
            paths.push(named.to_owned());
        }
        let view =
            |path: PathBuf| Some(View { mount: copy_at(&path).ok()?, path, kind: Kind::File });
        paths.into_iter().filter_map(view).collect()
    }

    fn of_grant(granted: &Granted) -> io::Result<View> {
        let kind = if granted.is_folder { Kind::Folder } else { Kind::File };
        let mount = copy_of(&granted.fd)
            .map_err(|error| io::Error::other(format!("{}: {error}", granted.path.display())))?;
        Ok(View { path: granted.path.clone(), mount, kind })
    }

    fn attach(self, root: &OwnedFd) -> io::Result<()> {
        attach_at(self.mount, root, &self.path, self.kind)
    }
}

/// Later mounts cover earlier ones: what is hidden comes after what is granted.
fn fill(root: &OwnedFd, views: Views, proc: &OwnedFd, grants: &Grants) -> io::Result<()> {
    for (path, to) in &views.links {
        let name = path.strip_prefix("/").map_err(io::Error::other)?;
        symlinkat(to, root, name)?;
    }
    views.system.into_iter().try_for_each(|view| view.attach(root))?;
    attach_at(proc, root, Path::new("/proc"), Kind::Folder)?;
    for path in SCRATCH {
        attach_at(memory(TMP_BYTES_MAX, "1777")?, root, Path::new(path), Kind::Folder)?;
    }
    let devices = place(root, Path::new("/dev"), Kind::Folder)?;
    for (name, to) in DEVICE_LINKS {
        symlinkat(to, &devices, name)?;
    }
    views.granted.into_iter().try_for_each(|view| view.attach(root))?;
    for hidden in &grants.hidden {
        let below = hidden.strip_prefix("/").map_err(io::Error::other)?;
        // Where nothing was granted around it there is nothing to cover.
        if look(root, below).is_ok() {
            attach_at(memory(ROOT_BYTES_MAX, "755")?, root, hidden, Kind::Folder)?;
        }
    }
    let mut sockets = views.sockets.into_iter();
    sockets.next().map_or(Ok(()), |view| view.attach(root))?;
    // Its name may lead over a link that is seen here too; then there is nothing to do.
    sockets.for_each(|view| drop(view.attach(root)));
    Ok(())
}
