//! The node before the agents come: born, and with every file in its resource tree.

use super::survey::{Found, Survey};
use super::{Error, ids, limits, names};
use std::path::Path;
use weft_commands::Command;
use weft_commands::requests::tree::Put;
use weft_projections::{Actor, DEFAULT_CONSTITUTION, OperatorId};
use weft_runtime::api::json::metadata;
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Layout, init};
use weft_runtime::{Kernel, Native, OpenOptions, Receipt, Request};

/// Makes a node in `data_dir` and puts the files of `survey` into its tree, in the operator's name.
///
/// # Errors
/// [`Error::Runtime`] when `data_dir` holds something already or the disk fails, [`Error::Refused`] when
/// a file is not let in.
pub(crate) fn set(data_dir: &Path, survey: &Survey) -> Result<Receipt, Error> {
    let birth = Birth {
        origin: DEFAULT_ORIGIN.to_owned(),
        constitution: DEFAULT_CONSTITUTION.to_owned(),
        command_id: None,
    };
    let receipt = init(&Layout::new(data_dir), birth)?;
    let (mut kernel, _) = Kernel::open(Native::new(data_dir), OpenOptions::writer())?;
    for files in survey.files.chunks(limits::PUTS_PER_BATCH) {
        put(&mut kernel, files)?;
    }
    kernel.close()?;
    Ok(receipt)
}

/// Puts some files under one sync; each has a record of its own.
fn put(kernel: &mut Kernel<Native, ()>, files: &[Found]) -> Result<(), Error> {
    for file in files {
        let values = names::metadata([
            ("digest", file.digest.to_string()),
            ("size", file.bytes.to_string()),
        ]);
        let meta_keys = values.keys().cloned().collect();
        let put =
            Put { path: names::file(&file.path)?, kind: names::kind(names::KIND_FILE), meta_keys };
        let id = ids::id("tree.put", &file.path);
        let mut request = Request::new(Actor::Operator(OperatorId::FIRST), id, Command::Put(put));
        if let Some(body) = metadata::encode(&values) {
            request = request.with_payload(kernel.payload(body)?);
        }
        kernel.submit(request, ());
    }
    let Some(batch) = kernel.take_batch() else { return Ok(()) };
    for ((), answer) in kernel.commit(batch)? {
        let receipt = answer.map_err(weft_runtime::Error::from)?;
        if let Some(refusal) = receipt.ruling.refusal {
            return Err(Error::Refused { command: "tree.put", why: refusal.detail });
        }
    }
    Ok(())
}
