//! The answer of `weft log --follow`: a line for each record as it comes.

use super::summary::{ruled, summary};
use super::{Document, Out, clean};
use crate::error::Error;
use weft_runtime::api::json::Record;

/// Prints a record at once; its columns are as wide as they usually are.
///
/// # Errors
/// As [`Out::bytes`], and [`Error::Garbled`].
pub(crate) fn live(out: &Out, document: Document<Record>) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&document);
    }
    let record = document.open()?;
    let Record { seq, time, actor, kind, .. } = &record;
    let line = format!(
        "{seq:<7}  {time}  {actor:<12}  {kind:<18}  {:<8}  {}",
        ruled(&record.decision),
        summary(&record)
    );
    out.line(clean::line(&line).trim_end())
}
