//! Counts what is in a file, as `analyst.py` does.

use super::kernel::{Kernel, body};
use crate::demo::Error;
use crate::demo::message::{Measured, Message};
use crate::demo::names::{self, Role};
use serde_json::json;
use std::path::Path;

/// Reads each file whose path arrives, and publishes what was found in it.
///
/// # Errors
/// What the kernel refuses, or that it is gone; [`Error::LetThrough`].
pub(super) fn analyst(mut kernel: Kernel, role: Role, folder: &Path) -> Result<(), Error> {
    if role == Role::FirstAnalyst {
        overstep(&mut kernel)?;
    }
    loop {
        let message = kernel.next_message()?;
        let path = body(&message)?;
        let found = Message::about(folder, path);
        let text = serde_json::to_string(&found).map_err(Error::Message)?;
        let params = json!({"topic": names::TOPIC, "body": text, "cause": message.message});
        kernel.once("topic.publish", params, path)?;
        kernel.acknowledge(&message)?;
        kernel.say(&match found.measured {
            Measured::Counted { counts, .. } => format!("counted {path}: {} words", counts.words),
            Measured::Unreadable { unreadable } => format!("could not read {path}: {unreadable}"),
        })?;
    }
}

/// Tries what the agent was not granted: to remove all the files from the tree.
fn overstep(kernel: &mut Kernel) -> Result<(), Error> {
    let params = json!({"path": names::FILES, "recursive": true});
    match kernel.attempt("tree.remove", params, names::FILES) {
        Err(error) if error.code() == "denied" => kernel.say(&format!("denied: {error}")),
        Err(error) => Err(Error::call("tree.remove")(error)),
        Ok(_) => Err(Error::LetThrough),
    }
}
