//! Counts what is in a file.

use crate::demo::agent::{Agent, Letter};
use crate::demo::client::Ask;
use crate::demo::message::{Measured, Message};
use crate::demo::names::{self, Role};
use crate::demo::{Error, survey};
use std::path::Path;
use weft_commands::Command;
use weft_commands::requests::{topic, tree};
use weft_projections::{Actor, Verdict};

/// Reads each file whose path arrives, and publishes what it counted.
///
/// # Errors
/// [`Error::ParentGone`], or what the kernel refuses.
pub(crate) fn analyst(agent: &Agent) -> Result<(), Error> {
    if agent.role == Role::FirstAnalyst {
        overstep(agent)?;
    }
    while let Some(letter) = agent.next_letter()? {
        count(agent, &letter)?;
        agent.acknowledge(&letter)?;
    }
    Ok(())
}

fn count(agent: &Agent, letter: &Letter) -> Result<(), Error> {
    let path = String::from_utf8_lossy(&letter.body).into_owned();
    let measured = Measured::from(survey::content(&agent.shared.folder, Path::new(&path)));
    let body =
        serde_json::to_vec(&Message { path: path.clone(), measured }).map_err(Error::Message)?;
    let publish = Command::Publish(topic::Publish { topic: names::topic() });
    agent.once(publish, &path, Some(body), Some(letter.seq))
}

/// Tries what the agent was not granted: to remove all the files from the tree.
fn overstep(agent: &Agent) -> Result<(), Error> {
    let remove = Command::Remove(tree::Remove { path: names::files(), recursive: true });
    let (actor, whom) = (Actor::Process(agent.pid), names::FILES);
    let answer =
        agent.client.attempt(Ask { actor, command: remove, whom, body: None, cause: None })?;
    match answer {
        Ok(receipt) if receipt.ruling.decision.verdict == Verdict::Deny => Ok(()),
        Ok(_) => Err(Error::LetThrough),
        Err(refused) => Err(Error::Refused { command: "tree.remove", why: refused.to_string() }),
    }
}
