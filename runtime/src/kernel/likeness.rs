//! Whether a repetition came with the content that was recorded.

use crate::Error;
use crate::kernel::{PayloadView, Receipt, RecordView, Refused, Request};
use weft_commands::Submission;
use weft_ledger::storage::Storage;
use weft_ledger::{BlobName, Blobs};

/// The content that a request came with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Content<'a> {
    pub(crate) payload: Option<&'a [u8]>,
    pub(crate) blob: Option<&'a [u8]>,
}

/// What the content of a repetition is to the recorded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    Other,
    /// What was recorded is no longer there: the requests alone are compared.
    Gone,
}

impl Request {
    /// What it came with.
    pub(crate) fn content(&self) -> Content<'_> {
        let payload = self.payload.as_ref().map(|payload| &**payload.part.bytes());
        Content { payload, blob: self.blob.as_ref().map(|blob| &*blob.bytes) }
    }
}

impl Content<'_> {
    /// How many bytes it has.
    pub(crate) fn bytes(self) -> u64 {
        self.payload.iter().chain(&self.blob).map(|content| content.len() as u64).sum()
    }

    /// Compares it with what a record has. Of a command that was refused no blob was kept: then the
    /// lengths in the requests say all there is to say.
    ///
    /// # Errors
    /// [`weft_ledger::Error::BlobDamaged`], or what the storage says.
    pub(crate) fn likeness<S: Storage>(
        self,
        payload: &PayloadView,
        blob: Option<&BlobName>,
        blobs: &Blobs<S>,
    ) -> Result<Likeness, weft_ledger::Error> {
        let same = match payload {
            PayloadView::None => self.payload.is_none(),
            PayloadView::Whole(bytes) => self.payload == Some(&**bytes),
            PayloadView::Erased => return Ok(Likeness::Gone),
        };
        let (true, Some(name)) = (same, blob) else {
            return Ok(if same { Likeness::Same } else { Likeness::Other });
        };
        match blobs.holds(name, self.blob.unwrap_or_default()) {
            Ok(true) => Ok(Likeness::Same),
            Ok(false) => Ok(Likeness::Other),
            Err(weft_ledger::Error::BlobMissing { .. }) => Ok(Likeness::Gone),
            Err(error) => Err(error),
        }
    }
}

/// The receipt of the record `earlier`, if it holds the same request.
///
/// # Errors
/// [`Refused::Conflict`] if it does not, [`Error::Ledger`] when its blob is damaged or cannot be read.
pub(crate) fn repeat<S: Storage>(
    earlier: RecordView,
    request: &Request,
    blobs: &Blobs<S>,
) -> Result<Receipt, Error> {
    let Submission { command, effect_raise, blob_len, .. } = request.submission();
    let same = *command == earlier.command
        && *effect_raise == earlier.effect_raise
        && *blob_len == earlier.blob_len;
    let conflict = || Error::from(Refused::Conflict(earlier.record.seq));
    if !same {
        return Err(conflict());
    }
    let likeness = request.content().likeness(&earlier.payload, earlier.blob.as_ref(), blobs)?;
    let payload_erased = match likeness {
        Likeness::Other => return Err(conflict()),
        Likeness::Same => false,
        Likeness::Gone => true,
    };
    let RecordView { record, link, ruling, .. } = earlier;
    Ok(Receipt {
        seq: record.seq,
        link,
        time: record.time,
        ruling,
        duplicate: true,
        payload_erased,
    })
}
