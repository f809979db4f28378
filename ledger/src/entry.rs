//! One record as it was read.

use std::borrow::Cow;
use std::sync::Arc;

use crate::frame::{Checked, Parts, Payload};
use crate::hash::Digest;
use crate::limits::{HEADER_BYTES, SALT_BYTES};
use crate::record::Header;

/// A record that was read and found good, with its place.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The header.
    pub header: Header,
    /// The link: what the next record's `prev` holds.
    pub link: Digest,
    /// The segment's file, relative to the data directory.
    pub segment: Arc<str>,
    /// Where in the segment the frame begins, in bytes.
    pub offset: u64,
    frame: Cow<'a, [u8]>,
}

impl<'a> Entry<'a> {
    /// An entry over a frame that passed [`Parts::check`].
    pub(crate) fn new(
        checked: &Checked,
        segment: &Arc<str>,
        offset: u64,
        frame: Cow<'a, [u8]>,
    ) -> Entry<'a> {
        let segment = Arc::clone(segment);
        Entry { header: checked.header, link: checked.link, segment, offset, frame }
    }

    /// The core's bytes.
    #[must_use]
    pub fn core(&self) -> &[u8] {
        self.parts().core()
    }

    /// The salt of the core's commitment.
    #[must_use]
    pub fn core_salt(&self) -> &[u8; SALT_BYTES] {
        self.parts().salt()
    }

    /// The payload, if there is one and it was not erased.
    #[must_use]
    pub fn payload(&self) -> Payload<'_> {
        self.parts().payload()
    }

    /// The header's 128 bytes.
    #[must_use]
    pub fn header_bytes(&self) -> &[u8; HEADER_BYTES] {
        self.parts().header
    }

    /// Position within the batch that one sync covered.
    #[must_use]
    pub fn batch_index(&self) -> u16 {
        self.parts().batch_index()
    }

    /// Bytes that the frame takes in its segment.
    #[must_use]
    pub fn frame_bytes(&self) -> u64 {
        self.frame.len() as u64
    }

    /// The frame as it is stored.
    pub(crate) fn frame(&self) -> &[u8] {
        &self.frame
    }

    /// The same entry with its own copy of the bytes.
    #[must_use]
    pub fn into_owned(self) -> Entry<'static> {
        let frame = Cow::Owned(self.frame.into_owned());
        let Entry { header, link, segment, offset, .. } = self;
        Entry { header, link, segment, offset, frame }
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts::cut(&self.frame).expect("an entry is made from a checked frame")
    }
}
