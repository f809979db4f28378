//! The answer of `weft trace`.

use super::records::mark;
use super::summary::{ruled, summary};
use super::table::{Columns, Mark};
use super::{Document, Out};
use crate::error::Error;
use std::collections::BTreeMap;
use weft_runtime::api::json::{Descendant, Record, Trace};

const TITLES: [&str; 6] = ["RECORD", "TIME", "ACTOR", "ACTION", "VERDICT", "WHAT"];

pub(crate) fn trace(out: &Out, document: Document<Trace>) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&document);
    }
    let Trace { record, causes, children, cut } = document.open()?;
    let mut columns = Columns::new(out, &TITLES);
    for cause in &causes {
        row(&mut columns, cause.seq.to_string(), cause);
    }
    row(&mut columns, format!("> {}", record.seq), &record);
    for Descendant { depth, record } in in_tree_order(record.seq, &children) {
        let indent = "  ".repeat(usize::try_from(*depth).unwrap_or_default());
        row(&mut columns, format!("{indent}└ {}", record.seq), record);
    }
    columns.print(out)?;
    for cut in cut {
        out.remark(&format!("cut off: {}", cut.meaning()));
    }
    Ok(())
}

fn row(columns: &mut Columns, place: String, record: &Record) {
    columns.marked_row([
        (place, Mark::Plain),
        (record.time.clone(), Mark::Plain),
        (record.actor.clone(), Mark::Plain),
        (record.kind.clone(), Mark::Plain),
        (ruled(&record.decision).to_owned(), mark(record)),
        (summary(record), Mark::Plain),
    ]);
}

/// Each below its cause, whatever lies between them in the log.
fn in_tree_order(root: u64, children: &[Descendant]) -> Vec<&Descendant> {
    let mut below: BTreeMap<u64, Vec<&Descendant>> = BTreeMap::new();
    // The last one first, since it is taken from the end.
    for child in children.iter().rev() {
        below.entry(child.record.cause.unwrap_or(root)).or_default().push(child);
    }
    let mut open = below.remove(&root).unwrap_or_default();
    let mut ordered = Vec::with_capacity(children.len());
    while let Some(child) = open.pop() {
        ordered.push(child);
        open.extend(below.remove(&child.record.seq).unwrap_or_default());
    }
    ordered
}
