//! A node as of one of its records.

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::record_ref::RecordRef;
use crate::render::Out;
use weft_ledger::{Entry, storage::Files};
use weft_projections::{Seq, State};
use weft_runtime::{Inspection, Native, Reader, RecordView};

/// What every verb that reads takes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct At {
    /// Answer as of this record: a number, @-3, link:9f3ac1 or a time.
    #[arg(long, value_name = "REC", allow_hyphen_values = true)]
    pub(crate) at: Option<RecordRef>,
}

/// A node opened for reading, as of one record: later ones are out of sight.
pub(crate) struct View {
    node: Node,
    inspection: Inspection<Native>,
    head: Seq,
    /// The record of `--at`, for messages.
    at: Option<Seq>,
}

impl View {
    /// Opens the node, and finds the record that `at` names.
    ///
    /// # Errors
    /// Those of [`Node::inspect`], and [`Error::NotFound`] or [`Error::Ambiguous`] for the record.
    pub(crate) fn open(global: &Global, out: &Out, at: &At) -> Result<View, Error> {
        let node = Node::existing(global)?;
        let inspection = node.inspect(out)?;
        let last = inspection.published.head.seq;
        let mut view = View { node, inspection, head: last, at: None };
        if let Some(reference) = &at.at {
            view.head = view.resolve(reference)?;
            view.at = Some(view.head);
        }
        Ok(view)
    }

    pub(crate) fn node(&self) -> &Node {
        &self.node
    }

    pub(crate) fn reader(&self) -> &Reader<Files> {
        self.inspection.reader()
    }

    /// The last record in sight.
    pub(crate) fn head(&self) -> Seq {
        self.head
    }

    /// State as of the last record in sight.
    ///
    /// # Errors
    /// [`Error::Node`] when the log cannot be read.
    pub(crate) fn state(&self) -> Result<State, Error> {
        self.inspection.state_at(self.head).map_err(Error::node(self.node.data_dir()))
    }

    /// The record that `reference` names.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], or [`Error::Ledger`] when the log cannot be read.
    pub(crate) fn resolve(&self, reference: &RecordRef) -> Result<Seq, Error> {
        let found = reference.resolve(self.reader(), self.head);
        found.map_err(|error| error.explain(reference, self.at, self.node.data_dir()))
    }

    /// The record at a position in sight.
    ///
    /// # Errors
    /// [`Error::NotFound`] beyond it, [`Error::Ledger`] when the log cannot be read.
    pub(crate) fn entry(&self, seq: Seq) -> Result<Entry<'static>, Error> {
        let read = self.reader().read(seq.0).map_err(|error| self.unread(error))?;
        read.filter(|_| seq <= self.head)
            .ok_or_else(|| self.not_found(format!("record {seq}"), "weft log"))
    }

    /// A record decoded.
    ///
    /// # Errors
    /// [`Error::Node`] for a record of a later version.
    pub(crate) fn decode(&self, entry: &Entry<'_>) -> Result<RecordView, Error> {
        weft_runtime::view(entry).map_err(Error::node(self.node.data_dir()))
    }

    /// That something is not there as of the last record in sight.
    pub(crate) fn not_found(&self, what: String, look: &'static str) -> Error {
        Error::NotFound { what, look, at: self.at }
    }

    /// That the log could not be read.
    pub(crate) fn unread(&self, source: weft_ledger::Error) -> Error {
        Error::ledger(self.node.data_dir(), source)
    }
}
