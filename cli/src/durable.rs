//! A node opened for reading, and how many of its records are durable: only those leave it.

use crate::error::Error;
use crate::node::Node;
use crate::reach::{Found, Link, seek};
use crate::record_ref::RecordRef;
use crate::render::Out;
use crate::view::Stored;
use serde_json::json;
use weft_projections::Seq;
use weft_runtime::api::json::Status;
use weft_runtime::{Inspection, Native};

/// A node's log up to where it is durable.
pub(crate) struct Durable {
    /// The whole of what there is to read.
    pub(crate) inspection: Inspection<Native>,
    /// How many records are durable; at least one.
    pub(crate) size: u64,
}

impl Durable {
    /// Opens a node beside whoever writes to it. A running kernel says how much is durable; of a process
    /// that says nothing only the batches before the last are taken for it.
    ///
    /// # Errors
    /// Those of [`Node::inspect`], and of a kernel that answers wrongly.
    pub(crate) fn open(node: &Node, out: &Out) -> Result<Durable, Error> {
        let before = said(seek(node)?)?;
        let inspection = node.inspect(out)?;
        let head = inspection.opening.log.head.size;
        let size = match before {
            Said::Nobody => head,
            Said::Size(size) => size.min(head),
            Said::Nothing => inspection.opening.log.settled.max(1),
        };
        if size < head {
            out.remark(&format!(
                "the records from {size} on may not be synced yet: they are left out"
            ));
        }
        Ok(Durable { inspection, size })
    }

    /// The record that `reference` names among those that are durable.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], or [`Error::Ledger`] when the log cannot be read.
    pub(crate) fn resolve(&self, node: &Node, reference: &RecordRef) -> Result<Seq, Error> {
        let mut records = Stored { reader: self.inspection.reader(), data_dir: node.data_dir() };
        reference.resolve(&mut records, Seq(self.size.saturating_sub(1)), None)
    }
}

/// What is said of how much is durable.
enum Said {
    /// Nobody writes.
    Nobody,
    /// That so many records are.
    Size(u64),
    /// Somebody writes who does not answer.
    Nothing,
}

fn said(found: Found) -> Result<Said, Error> {
    match found {
        Found::Nobody => Ok(Said::Nobody),
        Found::Kernel(mut link) => size(&mut link).map(Said::Size),
        Found::Silent(_) | Found::NoKeys(_) => Ok(Said::Nothing),
    }
}

fn size(link: &mut Link) -> Result<u64, Error> {
    let status: Status = link.call("kernel.status", &json!({}))?;
    Ok(status.head.seq.saturating_add(1))
}
