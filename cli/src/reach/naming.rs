//! Finding the record that a link or a time names, by asking a kernel.

use super::search::{Search, Sited};
use crate::error::Error;
use crate::reach::Link;
use crate::record_ref::Records;
use serde::Deserialize;
use serde_json::json;
use weft_projections::Seq;
use weft_runtime::api::json::time::parse_moment;
use weft_runtime::api::queries::{Order, PAGE_RECORDS_MAX, Page};

/// Of a record, when it was made.
#[derive(Deserialize)]
struct Made {
    time: String,
}

impl Records for Link {
    fn links(&mut self, head: Seq) -> impl Iterator<Item = Result<String, Error>> {
        Links { link: self, page: Vec::new().into_iter(), next: Some(Seq(0)), head }
    }

    fn unix_ms(&mut self, seq: Seq) -> Result<Option<u64>, Error> {
        let made: Made = self.call("log.show", &json!({ "record": seq.0 }))?;
        parse_moment(&made.time).map(Some).map_err(Error::garbled)
    }
}

/// The links of records, page by page.
struct Links<'a> {
    link: &'a mut Link,
    page: std::vec::IntoIter<Sited>,
    next: Option<Seq>,
    head: Seq,
}

impl Links<'_> {
    fn turn(&mut self, from: Seq) -> Result<(), Error> {
        let page = Page { from: Some(from), limit: PAGE_RECORDS_MAX, order: Order::Oldest };
        let found = Search::default().ask(self.link, page)?;
        (self.page, self.next) = (found.records.into_iter(), found.next);
        Ok(())
    }
}

impl Iterator for Links<'_> {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Result<String, Error>> {
        loop {
            if let Some(Sited { seq, record }) = self.page.next() {
                return (seq <= self.head).then(|| record.open().map(|record| record.link));
            }
            let from = self.next.take()?;
            if let Err(error) = self.turn(from) {
                return Some(Err(error));
            }
        }
    }
}
