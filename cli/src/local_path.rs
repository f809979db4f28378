//! Files as they are named here, made into what they are called everywhere.

use crate::error::Error;
use std::path::{Path, PathBuf};

/// The file of a right: a relative one is looked up, an absolute one is left as it is.
///
/// # Errors
/// [`Error::File`] when a relative one is not there, [`Error::Usage`] when its path is no text.
pub(crate) fn granted(text: &str) -> Result<String, Error> {
    if !text.starts_with('/') {
        return real(Path::new(text));
    }
    let trimmed = text.trim_end_matches('/');
    Ok(if trimmed.is_empty() { "/" } else { trimmed }.to_owned())
}

/// A program: a name without a slash is looked for where it runs; any other is made absolute.
///
/// # Errors
/// [`Error::File`] when its folder is not there, [`Error::Usage`] when its path is no text.
pub(crate) fn program(text: &str) -> Result<String, Error> {
    let path = Path::new(text);
    let Some(name) = path.file_name().filter(|_| text.contains('/') && !text.starts_with('/'))
    else {
        return Ok(text.to_owned());
    };
    // The file itself may be a link that means something by its name.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = look(folder.unwrap_or(Path::new(".")))?;
    to_text(folder.join(name))
}

/// A file or folder that is there, without links and dots.
///
/// # Errors
/// [`Error::File`] when it is not there, [`Error::Usage`] when its path is no text.
pub(crate) fn real(path: &Path) -> Result<String, Error> {
    to_text(look(path)?)
}

fn look(path: &Path) -> Result<PathBuf, Error> {
    path.canonicalize().map_err(|source| Error::File { path: path.to_owned(), source })
}

fn to_text(path: PathBuf) -> Result<String, Error> {
    path.into_os_string()
        .into_string()
        .map_err(|path| Error::Usage(format!("{} is no UTF-8 text", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    fn here() -> String {
        env::current_dir().unwrap().canonicalize().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn relative_files_become_absolute() {
        assert_eq!(granted("src").unwrap(), format!("{}/src", here()));
        assert_eq!(granted("./src/..").unwrap(), here());
        assert_eq!(granted("/srv/data/").unwrap(), "/srv/data");
        assert_eq!((granted("/").unwrap(), granted("//").unwrap()), ("/".into(), "/".into()));
        assert_eq!(
            granted("/srv/../etc").unwrap(),
            "/srv/../etc",
            "left for the grammar to refuse"
        );
        assert!(granted("./no such file").unwrap_err().to_string().contains("no such file"));
    }

    #[test]
    fn programs_with_a_slash_become_absolute() {
        assert_eq!(program("sh").unwrap(), "sh");
        assert_eq!(program("/bin/sh").unwrap(), "/bin/sh");
        assert_eq!(program("./x").unwrap(), format!("{}/x", here()));
        assert_eq!(program("src/x").unwrap(), format!("{}/src/x", here()));
        assert!(program("none/x").is_err());
    }
}
