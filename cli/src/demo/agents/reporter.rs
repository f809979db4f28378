//! Stores what the analysts found.

use super::kernel::{Kernel, body};
use crate::demo::Error;
use crate::demo::message::{Measured, Message};
use crate::demo::names;
use serde_json::{Value, json};

/// Subscribes to what is found, and gives each file its place in the report.
///
/// # Errors
/// What the kernel refuses, or that it is gone.
pub(super) fn reporter(mut kernel: Kernel) -> Result<(), Error> {
    kernel.once("topic.subscribe", json!({"filter": names::FILTER}), names::FILTER)?;
    loop {
        let message = kernel.next_message()?;
        let found: Message = serde_json::from_str(body(&message)?).map_err(Error::Message)?;
        let params = json!({
            "path": format!("{}/{}", names::REPORT, found.path),
            "kind": names::KIND_COUNT,
            "meta": metadata(&found.measured)?,
            "cause": message.message,
        });
        kernel.once("tree.put", params, &found.path)?;
        kernel.acknowledge(&message)?;
        kernel.say(&format!("stored {}", found.path))?;
    }
}

/// What was found, as texts.
fn metadata(measured: &Measured) -> Result<Value, Error> {
    Ok(match measured {
        Measured::Counted { counts, pages, broken } => json!({
            "broken": serde_json::to_string(broken).map_err(Error::Message)?,
            "bytes": counts.bytes.to_string(),
            "lines": counts.lines.to_string(),
            "links": counts.links.to_string(),
            "pages": serde_json::to_string(pages).map_err(Error::Message)?,
            "words": counts.words.to_string(),
        }),
        Measured::Unreadable { unreadable } => json!({ "unreadable": unreadable }),
    })
}
