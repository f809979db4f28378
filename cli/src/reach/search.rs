//! What records are looked for.

use crate::error::Error;
use crate::reach::Link;
use crate::render::Document;
use crate::view::View;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use weft_commands::Target;
use weft_projections::{Actor, Kind, Seq, Time};
use weft_runtime::api::json::Record;
use weft_runtime::api::json::time::rfc3339;
use weft_runtime::api::queries::{self, Filter, Order, Page, Processes, Ruled};

/// What a record must be like; `None` lets everything through.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    /// It concerns this process.
    pub(crate) process: Option<Target>,
    pub(crate) kind: Option<Kind>,
    pub(crate) actor: Option<Actor>,
    pub(crate) ruled: Option<Ruled>,
    pub(crate) since: Option<Time>,
}

/// The same as a kernel is asked.
#[derive(Debug, Serialize)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reverse: bool,
}

/// A page of records.
pub(crate) struct Found {
    pub(crate) records: Vec<Sited>,
    pub(crate) next: Option<Seq>,
}

/// A record and its position.
pub(crate) struct Sited {
    pub(crate) seq: Seq,
    pub(crate) record: Document<Record>,
}

#[derive(Deserialize)]
struct Sent {
    records: Vec<Box<RawValue>>,
    next: Option<u64>,
}

/// A record, of which only its position is read.
#[derive(Deserialize)]
struct Position {
    seq: u64,
}

impl Search {
    /// What a kernel is asked for a stream: no time, since it goes on from a record.
    pub(crate) fn following(&self, Seq(from): Seq) -> Asked {
        Asked { from: Some(from), limit: None, reverse: false, since: None, ..self.asked(None) }
    }

    fn asked(&self, page: Option<Page>) -> Asked {
        Asked {
            process: self.process.as_ref().map(ToString::to_string),
            kind: self.kind.and_then(Kind::name),
            actor: self.actor.map(|actor| actor.to_string()),
            verdict: self.ruled.map(Ruled::name),
            since: self.since.map(rfc3339),
            from: page.and_then(|page| page.from).map(|seq| seq.0),
            limit: page.map(|page| page.limit),
            reverse: page.is_some_and(|page| page.order == Order::Newest),
        }
    }

    /// The same for the files.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no process ever had the name or number.
    pub(super) fn filter(&self, view: &View) -> Result<Filter, Error> {
        let find = |target| Processes::find(&view.sight(), target);
        let processes = self.process.as_ref().map(find).transpose();
        Ok(Filter {
            processes: processes.map_err(view.explain("weft log --kind process.spawn"))?,
            kind: self.kind,
            actor: self.actor,
            ruled: self.ruled,
            since: self.since,
            ..Filter::default()
        })
    }

    /// A page from a kernel.
    pub(super) fn ask(&self, link: &mut Link, page: Page) -> Result<Found, Error> {
        let sent: Sent = link.call("log.read", &self.asked(Some(page)))?;
        let records = sent.records.into_iter().map(Sited::sent).collect::<Result<_, _>>()?;
        Ok(Found { records, next: sent.next.map(Seq) })
    }
}

impl Found {
    /// A page from the files.
    pub(super) fn read(view: &View, filter: &Filter, page: Page) -> Result<Found, Error> {
        let found = queries::records(&view.sight(), filter, page);
        let queries::Records { records, next } = found.map_err(view.explain("weft log"))?;
        let records = records.into_iter();
        let sited = records.map(|record| Sited { seq: Seq(record.seq), record: record.into() });
        Ok(Found { records: sited.collect(), next: next.map(Seq) })
    }
}

impl Sited {
    /// A record that a kernel sent.
    ///
    /// # Errors
    /// [`Error::Garbled`].
    pub(crate) fn sent(sent: Box<RawValue>) -> Result<Sited, Error> {
        let Position { seq } = serde_json::from_str(sent.get()).map_err(Error::garbled)?;
        Ok(Sited { seq: Seq(seq), record: Document::Sent(sent) })
    }
}
