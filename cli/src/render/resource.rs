//! The answer of `weft tree show`.

use super::table::pairs;
use super::{Out, clean};
use crate::error::Error;
use weft_runtime::api::json::ResourceDetails;

pub(crate) fn resource(out: &Out, found: &ResourceDetails) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    let none = || "none".to_owned();
    pairs(
        out,
        &[
            ("path", found.path.clone()),
            ("kind", found.kind.clone()),
            ("stored", format!("record {}", found.stored)),
            ("digest", found.digest.clone().unwrap_or_else(none)),
            ("metadata", format!("{} {}", found.metadata_state, found.meta_keys.join(" "))),
            ("commitment", found.metadata_commit.clone().unwrap_or_else(none)),
            ("children", found.children.len().to_string()),
        ],
    )?;
    for (key, value) in found.metadata.iter().flatten() {
        out.line(&format!("  {key} = {}", clean::line(value)))?;
    }
    for child in &found.children {
        out.line(&format!("  {}", clean::line(child)))?;
    }
    Ok(())
}
