//! The answer of `weft init`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use crate::node::Node;
use serde::Serialize;
use weft_runtime::api::json::time::rfc3339;
use weft_runtime::{Receipt, Ruling};

/// A new node, or what would be one.
#[derive(Debug, Serialize)]
pub(crate) struct Born {
    /// This and its place in the log are missing where nothing was born.
    log_id: Option<String>,
    data_dir: String,
    keys: String,
    origin: String,
    seq: Option<u64>,
    link: Option<String>,
    time: Option<String>,
    verdict: &'static str,
    dry_run: bool,
    repetition: bool,
}

impl Born {
    pub(crate) fn new(node: &Node, origin: &str, receipt: &Receipt) -> Born {
        Born {
            log_id: Some(receipt.link.to_string()),
            seq: Some(receipt.seq.0),
            link: Some(receipt.link.to_string()),
            time: Some(rfc3339(receipt.time)),
            dry_run: false,
            repetition: receipt.duplicate,
            ..Born::unborn(node, origin, &receipt.ruling)
        }
    }

    /// What would be born.
    pub(crate) fn unborn(node: &Node, origin: &str, ruling: &Ruling) -> Born {
        Born {
            log_id: None,
            data_dir: node.data_dir().display().to_string(),
            keys: node.layout().keys().display().to_string(),
            origin: origin.to_owned(),
            seq: None,
            link: None,
            time: None,
            verdict: ruling.decision.verdict.name(),
            dry_run: true,
            repetition: false,
        }
    }

    /// The same of a dry run.
    pub(crate) fn rehearsed(self) -> Born {
        Born { dry_run: true, ..self }
    }
}

pub(crate) fn born(out: &Out, node: &Born) -> Result<(), Error> {
    if node.repetition {
        out.remark(
            "this node was made under this id: this is its first receipt, and nothing ran again",
        );
    }
    if node.dry_run {
        out.remark("dry run: nothing was made");
    }
    if out.is_json() {
        return out.json(node);
    }
    let keys = format!("{} (secret: whoever has them is the operator)", node.keys);
    let mut lines = Vec::new();
    lines.extend(node.log_id.clone().map(|log_id| ("log id", log_id)));
    lines.extend([
        ("data directory", node.data_dir.clone()),
        ("keys", keys),
        ("origin", node.origin.clone()),
    ]);
    match node.seq {
        Some(seq) => lines.push(("record", format!("{seq} {}", node.verdict))),
        None => lines.push(("verdict", node.verdict.to_owned())),
    }
    pairs(out, &lines)?;
    if !node.dry_run && !node.repetition {
        out.remark("try `weft tree put /apps/hello --meta greeting=hi`, then `weft log` and `weft chain verify`");
    }
    Ok(())
}
