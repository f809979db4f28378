//! Hands the files out to the analysts.

use super::kernel::{Kernel, body};
use crate::demo::Error;
use crate::demo::go_ahead::GoAhead;
use crate::demo::names::{self, Role};
use serde_json::json;
use weft_runtime::api::json::Resource;

#[derive(serde::Deserialize)]
struct Page {
    resources: Vec<Resource>,
    next: Option<String>,
}

/// Whenever the operator says so, sends the path of each file up to there to one of the analysts. What was handed
/// out before is handed out again: the same commands have the same ids, and run once.
///
/// # Errors
/// What the kernel refuses, or that it is gone.
pub(super) fn reader(mut kernel: Kernel) -> Result<(), Error> {
    loop {
        let message = kernel.next_message()?;
        let go_ahead: GoAhead = serde_json::from_str(body(&message)?).map_err(Error::Message)?;
        let files = files(&mut kernel)?;
        for (index, path) in files.iter().take(go_ahead.files).enumerate() {
            let to = Role::analyst_for(index).text();
            kernel.once("ipc.send", json!({"to": to, "body": path}), path)?;
        }
        kernel.acknowledge(&message)?;
        kernel.say(&format!("handed out {} of {} files", go_ahead.files, files.len()))?;
    }
}

/// The paths of the files, below the folder, in the order of the tree.
fn files(kernel: &mut Kernel) -> Result<Vec<String>, Error> {
    let (mut files, mut after) = (Vec::new(), None);
    loop {
        let params = json!({"path": names::FILES, "recursive": true, "after": after});
        let page: Page = kernel.ask("tree.list", &params)?;
        let found = page.resources.iter().filter(|found| found.kind == names::KIND_FILE);
        files.extend(found.filter_map(|found| {
            let below = found.path.strip_prefix(names::FILES)?.strip_prefix('/')?;
            Some(below.to_owned())
        }));
        after = page.next;
        if after.is_none() {
            return Ok(files);
        }
    }
}
