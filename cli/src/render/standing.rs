//! The answer of `weft chain status`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use weft_runtime::api::json::Standing;

pub(crate) fn standing(out: &Out, found: &Standing) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    let Standing { log_id, size, head, public_key, checkpoint, segments, bytes } = found;
    pairs(
        out,
        &[
            ("log id", log_id.clone()),
            ("size", format!("{size} records")),
            ("head", format!("{} {}", head.seq, head.link)),
            ("public key", public_key.clone()),
            (
                "checkpoint",
                checkpoint.as_ref().map_or_else(
                    || "none yet".to_owned(),
                    |signed| format!("{} records, root {}", signed.size, signed.root),
                ),
            ),
            ("segments", format!("{segments}, {bytes} bytes")),
        ],
    )
}
