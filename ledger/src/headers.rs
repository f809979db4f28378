//! Headers with the links of their records, for what is made from them and can be made again.

use crate::error::Result;
use crate::hash::Digest;
use crate::reader::{Headers, ReadHeader};
use crate::record::{Header, link};
use crate::storage::Storage;

/// Headers in order; see [`crate::Reader::headers`]. Ends after the first error.
pub struct HeaderEntries<S: Storage> {
    headers: Headers<S>,
    left: u64,
    /// The header that comes next: its record's link stands in the one after, and is not hashed.
    read: Option<ReadHeader>,
}

impl<S: Storage> std::fmt::Debug for HeaderEntries<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let HeaderEntries { headers, left, .. } = self;
        let next = headers.next();
        formatter.debug_struct("HeaderEntries").field("next", &next).field("left", left).finish()
    }
}

impl<S: Storage> HeaderEntries<S> {
    /// At most `left` of them.
    pub(crate) fn new(headers: Headers<S>, left: u64) -> HeaderEntries<S> {
        HeaderEntries { headers, left, read: None }
    }

    fn read(&mut self) -> Result<Option<ReadHeader>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        self.headers.read_next()
    }
}

impl<S: Storage> Iterator for HeaderEntries<S> {
    type Item = Result<(Header, Digest)>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = match self.read.take() {
            Some(read) => Ok(Some(read)),
            None => self.read(),
        };
        let following = self.read();
        match (read, following) {
            (Ok(None), _) => None,
            (Err(error), _) | (_, Err(error)) => {
                self.left = 0;
                Some(Err(error))
            }
            (Ok(Some(read)), Ok(following)) => {
                let bytes = &read.bytes;
                let link = following.as_ref().map_or_else(|| link(bytes), |next| next.header.prev);
                self.read = following;
                Some(Ok((read.header, link)))
            }
        }
    }
}
