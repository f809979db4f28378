//! A node as of one of its records, read from its files.

use crate::error::Error;
use crate::node::Node;
use crate::record_ref::{RecordRef, Records};
use crate::render::Out;
use std::path::Path;
use weft_ledger::storage::Files;
use weft_ledger::{Checkpoint, Entry};
use weft_projections::{Seq, State, Time};
use weft_runtime::api::queries::{self, Sight};
use weft_runtime::{Inspection, Native, Reader};

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
    reader: Reader<Files>,
    state: State,
    head: Seq,
    /// The last checkpoint, whose signature and root opening has checked.
    checkpoint: Option<Checkpoint>,
    /// The record of `--at`, for messages.
    at: Option<Seq>,
}

impl View {
    /// Opens the node, and finds the record that `at` names.
    ///
    /// # Errors
    /// Those of [`Node::inspect`], and [`Error::NotFound`] or [`Error::Ambiguous`] for the record.
    pub(crate) fn open(node: Node, out: &Out, at: &At) -> Result<View, Error> {
        let inspection: Inspection<Native> = node.inspect(out)?;
        let last = inspection.published.head.seq;
        let mut records = Stored { reader: inspection.reader(), data_dir: node.data_dir() };
        let at = at.at.as_ref().map(|at| at.resolve(&mut records, last, None)).transpose()?;
        let head = at.unwrap_or(last);
        let state = inspection.state_at(head).map_err(Error::node(node.data_dir()))?;
        let checkpoint = inspection.opening.log.watched.last.clone();
        Ok(View { reader: inspection.reader().clone(), node, state, head, checkpoint, at })
    }

    pub(crate) fn node(&self) -> &Node {
        &self.node
    }

    pub(crate) fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    pub(crate) fn sight(&self) -> Sight<'_, Files> {
        Sight { state: &self.state, reader: &self.reader, head: self.head, postings: None }
    }

    /// The record that `reference` names.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], or [`Error::Ledger`] when the log cannot be read.
    pub(crate) fn resolve(&self, reference: &RecordRef) -> Result<Seq, Error> {
        let mut records = Stored { reader: &self.reader, data_dir: self.node.data_dir() };
        reference.resolve(&mut records, self.head, self.at)
    }

    /// Why a query has no answer; `look` is the verb that shows what there is.
    pub(crate) fn explain(&self, look: &'static str) -> impl FnOnce(queries::Error) -> Error {
        let (at, data_dir) = (self.at, self.node.data_dir().to_owned());
        move |error| match error {
            queries::Error::NotFound { what } => Error::NotFound { what, look, at },
            queries::Error::Unread(source) => Error::node(&data_dir)(source),
        }
    }
}

/// The records of a log's files.
pub(crate) struct Stored<'a> {
    pub(crate) reader: &'a Reader<Files>,
    pub(crate) data_dir: &'a Path,
}

impl Records for Stored<'_> {
    fn links(&mut self, head: Seq) -> impl Iterator<Item = Result<String, Error>> {
        let unread = |error| Error::ledger(self.data_dir, error);
        let entries = self.reader.range(0..head.0.saturating_add(1));
        entries.map(move |entry| entry.map(|entry| entry.link.to_string()).map_err(unread))
    }

    fn unix_ms(&mut self, seq: Seq) -> Result<Option<u64>, Error> {
        let time = |entry: Entry<'_>| Time(entry.header.time).unix_ms();
        let read = self.reader.read(seq.0);
        Ok(read.map_err(|error| Error::ledger(self.data_dir, error))?.map(time))
    }
}
