//! A document as this program made it, or as a kernel sent it.

use crate::error::Error;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A document that machines get byte for byte as it was made, wherever that was.
#[derive(Debug, Clone)]
pub(crate) enum Document<T> {
    /// Made here.
    Made(Box<T>),
    /// Sent by a kernel.
    Sent(Box<RawValue>),
}

impl<T: DeserializeOwned> Document<T> {
    /// What it says.
    ///
    /// # Errors
    /// [`Error::Garbled`] when a kernel sent something else.
    pub(crate) fn open(self) -> Result<T, Error> {
        match self {
            Document::Made(made) => Ok(*made),
            Document::Sent(sent) => serde_json::from_str(sent.get()).map_err(Error::garbled),
        }
    }
}

impl<T: Serialize> Serialize for Document<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Document::Made(made) => made.serialize(serializer),
            Document::Sent(sent) => sent.serialize(serializer),
        }
    }
}

impl<T> From<T> for Document<T> {
    fn from(made: T) -> Document<T> {
        Document::Made(Box::new(made))
    }
}
