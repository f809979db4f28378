//! One record as it was read.

use std::borrow::Cow;
use std::sync::Arc;

use crate::blob::BlobName;
use crate::frame::{Checked, Parts, Payload};
use crate::hash::Digest;
use crate::limits::{HEADER_BYTES, SALT_BYTES};
use crate::record::{Header, blob_names};
use crate::scan::Standing;

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
    handed: Handed,
}

/// How the payload is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handed {
    /// As it is stored.
    AsStored,
    /// As erased: it is being erased, or is to be.
    AsErased,
}

impl<'a> Entry<'a> {
    /// An entry over a frame that passed [`Parts::check`]. A payload that is doubtful is not handed
    /// out.
    pub(crate) fn new(
        checked: &Checked,
        segment: &Arc<str>,
        offset: u64,
        frame: Cow<'a, [u8]>,
    ) -> Entry<'a> {
        let segment = Arc::clone(segment);
        let handed = match checked.payload {
            Standing::Good | Standing::Erased => Handed::AsStored,
            Standing::Doubtful(_) => Handed::AsErased,
        };
        Entry { header: checked.header, link: checked.link, segment, offset, frame, handed }
    }

    /// The same entry, whose payload, if it has one, is handed out as erased.
    pub(crate) fn withheld(self) -> Entry<'a> {
        Entry { handed: Handed::AsErased, ..self }
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

    /// The payload, if there is one and it was not erased. One that a durable redaction names counts
    /// as erased, also while its bytes are still there.
    #[must_use]
    pub fn payload(&self) -> Payload<'_> {
        match (self.parts().payload(), self.handed) {
            (Payload::Whole { .. }, Handed::AsErased) => Payload::Erased,
            (payload, Handed::AsStored | Handed::AsErased) => payload,
        }
    }

    /// The names of the blobs that go with it.
    #[must_use]
    pub fn blobs(&self) -> Vec<BlobName> {
        blob_names(self.core())
    }

    /// Whether a durable redaction names it: its blobs are not to be handed out either.
    #[must_use]
    pub fn is_redacted(&self) -> bool {
        match self.handed {
            Handed::AsErased => true,
            Handed::AsStored => matches!(self.parts().payload(), Payload::Erased),
        }
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
        let Entry { header, link, segment, offset, handed, .. } = self;
        Entry { header, link, segment, offset, frame, handed }
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts::cut(&self.frame).expect("an entry is made from a checked frame")
    }
}
