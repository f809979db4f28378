//! Making folders durably, and asking whether they are empty.

use crate::Error;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The folder that holds the name of another one.
pub(super) fn folder_above(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// Makes a folder and those above it that are missing; the folders that hold their names, each of which is to
/// be synced before what is in them is durable.
pub(super) fn make_folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    if folder.is_dir() {
        return Ok(Vec::new());
    }
    let above = folder_above(folder);
    let mut changed = make_folders(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => (),
        made => made.map_err(|source| Error::files(folder, source))?,
    }
    changed.push(above.to_owned());
    Ok(changed)
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| Error::files(folder, source))
}

/// Only nothing, or an empty folder that a rename can replace, makes place for a node.
pub(super) fn refuse_occupied(target: &Path) -> Result<(), Error> {
    refuse_others(target, &[])?;
    match target.exists() {
        true => refuse_mount_point(target).map_err(|source| Error::files(target, source)),
        false => Ok(()),
    }
}

/// Nothing but these names may be in a folder, which need not exist.
pub(super) fn refuse_others(target: &Path, names: &[&str]) -> Result<(), Error> {
    let failed = |error| Error::files(target, error);
    let entries = match fs::read_dir(target) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        Err(_) if target.is_symlink() => {
            return Err(failed(io::Error::new(
                ErrorKind::NotFound,
                "the symbolic link leads nowhere",
            )));
        }
        Err(_) => return Ok(()),
        Ok(entries) => entries,
    };
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        if !names.iter().any(|known| name == *known) {
            return Err(Error::NotEmpty(target.to_owned()));
        }
    }
    Ok(())
}

fn refuse_mount_point(target: &Path) -> io::Result<()> {
    let above = target.canonicalize()?;
    let Some(above) = above.parent() else { return Ok(()) };
    if fs::metadata(target)?.dev() == fs::metadata(above)?.dev() {
        return Ok(());
    }
    let reason = "a mount point cannot be replaced by a node: name a folder in it";
    Err(io::Error::new(ErrorKind::ResourceBusy, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_that_is_made_has_its_name_synced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        assert_eq!(make_folders(&at("a/b/c")).unwrap(), [at(""), at("a"), at("a/b")]);
        assert!(make_folders(&at("a/b/c")).unwrap().is_empty());
        assert_eq!(make_folders(&at("a/d")).unwrap(), [at("a")]);
        fs::write(at("file"), "").unwrap();
        assert!(matches!(make_folders(&at("file/e")), Err(Error::Files { .. })));
    }

    #[test]
    fn a_mount_point_is_refused_and_a_folder_is_not() {
        let refused = refuse_mount_point(Path::new("/proc")).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
        let folder = tempfile::tempdir().unwrap();
        refuse_mount_point(folder.path()).unwrap();
        refuse_mount_point(Path::new("/")).unwrap();
    }

    #[test]
    fn only_known_names_make_no_folder_occupied() {
        let folder = tempfile::tempdir().unwrap();
        refuse_others(&folder.path().join("nothing"), &[]).unwrap();
        refuse_others(folder.path(), &[]).unwrap();
        fs::write(folder.path().join("lock"), "").unwrap();
        refuse_others(folder.path(), &["log", "lock"]).unwrap();
        assert!(matches!(refuse_others(folder.path(), &["log"]), Err(Error::NotEmpty(_))));
    }
}
