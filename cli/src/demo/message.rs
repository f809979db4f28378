//! What the analysts publish: JSON, so that `weft show` can show it to people.

use super::links::links;
use super::{Counts, survey};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    /// Its path below the folder.
    pub(crate) path: String,
    /// What was found in it.
    #[serde(flatten)]
    pub(crate) measured: Measured,
}

/// What an analyst found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Measured {
    /// Text or not, it was counted.
    Counted {
        /// What was counted.
        #[serde(flatten)]
        counts: Counts,
        /// Files of the folder that it links to.
        pages: Vec<String>,
        /// Relative links that lead nowhere.
        broken: Vec<String>,
    },
    /// It could not be read any more.
    Unreadable {
        /// Why.
        unreadable: String,
    },
}

impl Message {
    /// Looks at the file at `path` below `folder`.
    pub(crate) fn about(folder: &Path, path: &str) -> Message {
        let measured = match survey::content(folder, Path::new(path)) {
            Ok(bytes) => {
                let found = links(folder, path, &bytes);
                let (pages, broken) = (found.pages, found.broken);
                Measured::Counted { counts: Counts::of(&bytes), pages, broken }
            }
            Err(unreadable) => Measured::Unreadable { unreadable },
        };
        Message { path: path.to_owned(), measured }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_round_trip() {
        let folder = tempfile::tempdir().unwrap();
        let path = "a \"b\".md";
        std::fs::write(folder.path().join(path), "[a](b)\n").unwrap();
        let check = |path: &str, expected: &str| {
            let message = Message::about(folder.path(), path);
            let text = serde_json::to_string(&message).unwrap();
            assert_eq!(text, expected);
            assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), message);
        };
        check(
            path,
            r#"{"path":"a \"b\".md","lines":1,"words":1,"links":1,"bytes":7,"pages":[],"broken":["b"]}"#,
        );
        check("gone", r#"{"path":"gone","unreadable":"No such file or directory (os error 2)"}"#);
    }
}
