//! The answer to a command.

use super::summary::ruled;
use super::table::pairs;
use super::{Document, Out};
use crate::error::Error;
use weft_runtime::api::json::Receipt;

/// Prints what `printed` says: machines get it as it is.
///
/// # Errors
/// As [`Out::bytes`].
pub(crate) fn receipt(
    out: &Out,
    printed: &Document<Receipt>,
    receipt: &Receipt,
) -> Result<(), Error> {
    if receipt.repetition {
        out.remark("this id was recorded before: this is its first receipt, and nothing ran again");
    }
    if receipt.payload_erased {
        out.remark("its payload was erased since: only the request was compared");
    }
    if receipt.dry_run {
        out.remark("dry run: nothing was recorded");
    }
    if out.is_json() {
        return out.json(printed);
    }
    let mut lines = Vec::new();
    lines.extend(receipt.seq.map(|seq| ("seq", seq.to_string())));
    lines.extend(receipt.link.clone().map(|link| ("link", link)));
    lines.push(("verdict", ruled(&receipt.decision).to_owned()));
    lines.extend(receipt.grant.clone().map(|grant| ("grant", grant)));
    lines.push(("id", receipt.command_id.clone()));
    lines.extend(receipt.events.iter().map(|event| ("would be", event.name.to_string())));
    pairs(out, &lines)
}
