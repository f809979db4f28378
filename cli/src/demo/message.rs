//! What the analysts publish: JSON, so that `weft show` can show it to people.

use super::Counts;
use serde::{Deserialize, Serialize};

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
    Counted(Counts),
    /// It could not be read any more.
    Unreadable {
        /// Why.
        unreadable: String,
    },
}

impl From<Result<Vec<u8>, String>> for Measured {
    fn from(content: Result<Vec<u8>, String>) -> Measured {
        match content {
            Ok(bytes) => Measured::Counted(Counts::of(&bytes)),
            Err(unreadable) => Measured::Unreadable { unreadable },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_round_trip() {
        let check = |content: Result<Vec<u8>, String>, expected: &str| {
            let message = Message { path: "a \"b\"\n.md".to_owned(), measured: content.into() };
            let text = serde_json::to_string(&message).unwrap();
            assert_eq!(text, expected);
            assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), message);
        };
        check(
            Ok(b"[a](b)\n".to_vec()),
            r#"{"path":"a \"b\"\n.md","lines":1,"words":1,"links":1,"bytes":7}"#,
        );
        check(Err("gone".to_owned()), r#"{"path":"a \"b\"\n.md","unreadable":"gone"}"#);
    }
}
