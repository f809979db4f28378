//! The answer of `weft agent inspect`.

use super::processes::state;
use super::table::pairs;
use super::{Out, clean};
use crate::error::Error;
use weft_runtime::api::json::{HeldGrant, ProcessDetails};

pub(crate) fn process(out: &Out, found: &ProcessDetails) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    let ProcessDetails { process, root, restart, spawned_at, changed, failures, .. } = found;
    pairs(
        out,
        &[
            ("pid", process.pid.to_string()),
            ("name", process.name.clone()),
            ("state", format!("{} since {} (record {changed})", state(process), process.since)),
            ("backend", process.backend.to_string()),
            ("restart", format!("{restart}, {} so far, {failures} failures", process.restarts)),
            ("generation", process.generation.to_string()),
            ("spawned", format!("{spawned_at} (record {})", process.spawned)),
            ("parent", process.parent.clone()),
            ("root", root.clone()),
            ("inbox", format!("{} messages", process.inbox)),
            ("sent", format!("{} messages", process.messages_sent)),
            ("listens to", none_or(found.subscriptions.join(" "))),
            ("rights", none_or_count(&found.grants)),
        ],
    )?;
    found.grants.iter().try_for_each(|grant| out.line(&format!("  {}", clean::line(&right(grant)))))
}

fn none_or(text: String) -> String {
    if text.is_empty() { "nothing".to_owned() } else { text }
}

fn none_or_count(grants: &[HeldGrant]) -> String {
    if grants.is_empty() { "none".to_owned() } else { grants.len().to_string() }
}

fn right(grant: &HeldGrant) -> String {
    let HeldGrant { id, scope, expires, delegable, .. } = grant;
    let expires = expires.as_ref().map(|expires| format!(", until {expires}")).unwrap_or_default();
    let delegable = if *delegable { ", may be handed on" } else { "" };
    format!("{scope} (grant {id}{expires}{delegable})")
}
