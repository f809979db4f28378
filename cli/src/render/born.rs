//! The answer of `weft init`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use crate::node::Node;
use crate::when::rfc3339;
use serde::Serialize;
use weft_runtime::Receipt;

/// A new node.
#[derive(Debug, Serialize)]
pub(crate) struct Born {
    log_id: String,
    data_dir: String,
    keys: String,
    origin: String,
    seq: u64,
    link: String,
    time: String,
    verdict: &'static str,
}

impl Born {
    pub(crate) fn new(node: &Node, origin: &str, receipt: &Receipt) -> Born {
        Born {
            log_id: receipt.link.to_string(),
            data_dir: node.data_dir().display().to_string(),
            keys: node.layout().keys().display().to_string(),
            origin: origin.to_owned(),
            seq: receipt.seq.0,
            link: receipt.link.to_string(),
            time: rfc3339(receipt.time),
            verdict: receipt.ruling.decision.verdict.name(),
        }
    }
}

pub(crate) fn born(out: &Out, node: &Born) -> Result<(), Error> {
    if out.is_json() {
        return out.json(node);
    }
    pairs(
        out,
        &[
            ("log id", node.log_id.clone()),
            ("data directory", node.data_dir.clone()),
            ("keys", format!("{} (secret: whoever has them is the operator)", node.keys)),
            ("origin", node.origin.clone()),
            ("record", format!("{} {}", node.seq, node.verdict)),
        ],
    )?;
    out.remark("try `weft tree put /apps/hello --meta greeting=hi`, then `weft log` and `weft chain verify`");
    Ok(())
}
