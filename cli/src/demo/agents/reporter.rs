//! Stores what the analysts counted.

use crate::demo::agent::Agent;
use crate::demo::leash::Step;
use crate::demo::message::{Measured, Message};
use crate::demo::names;
use crate::demo::protocol::Progress;
use crate::demo::{Error, state};
use weft_commands::Command;
use weft_commands::requests::{topic, tree};
use weft_projections::Seq;
use weft_runtime::api::json::metadata;

/// Subscribes to what is counted, and gives each file its place in the report.
///
/// # Errors
/// [`Error::ParentGone`], or what the kernel refuses.
pub(crate) fn reporter(agent: &Agent) -> Result<(), Error> {
    let subscribe = Command::Subscribe(topic::Subscribe { filter: names::filter() });
    agent.once(subscribe, names::filter().as_str(), None, None)?;
    while let Some(letter) = agent.next_letter()? {
        let message: Message = serde_json::from_slice(&letter.body).map_err(Error::Message)?;
        store(agent, &message, letter.seq)?;
        let reported = state::reported(&agent.client.published().state);
        agent.shared.say(Progress::Reported(reported as u64))?;
        // Where the crash comes: the report is stored, its message is not acknowledged.
        agent.shared.leash.take(Step::Report)?;
        agent.acknowledge(&letter)?;
    }
    Ok(())
}

fn store(agent: &Agent, message: &Message, cause: Seq) -> Result<(), Error> {
    let values = match &message.measured {
        Measured::Counted(counts) => names::metadata([
            ("bytes", counts.bytes.to_string()),
            ("lines", counts.lines.to_string()),
            ("links", counts.links.to_string()),
            ("words", counts.words.to_string()),
        ]),
        Measured::Unreadable { unreadable } => {
            names::metadata([("unreadable", unreadable.clone())])
        }
    };
    let meta_keys = values.keys().cloned().collect();
    let kind = names::kind(names::KIND_COUNT);
    let put = Command::Put(tree::Put { path: names::report(&message.path)?, kind, meta_keys });
    agent.once(put, &message.path, metadata::encode(&values), Some(cause))
}
