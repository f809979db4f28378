//! From a method and its parameters to a command.

use super::forms::{self, Common, Right, WholeRight};
use super::text::Text;
use super::words::{Holder, Moment, OutcomeWord, RestartWord};
use crate::api::fault::{Fault, Trouble};
use crate::api::json::metadata;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::Arc;
use weft_commands::requests::{
    capability, causal, governance, ipc, kernel, log, process, topic, tree, unrecognised,
};
use weft_commands::{Command, CommandId, Program};
use weft_projections::events::{Backend, Restart};
use weft_projections::{Actor, Effect, Kind, MetaKey, ResourceKind, Seq, State, limits};

/// A command as somebody asked for it.
#[derive(Debug)]
pub(in crate::api) struct Asked {
    pub(in crate::api) command: Command,
    pub(in crate::api) payload: Option<Arc<[u8]>>,
    pub(in crate::api) id: Option<CommandId>,
    pub(in crate::api) cause: Option<Seq>,
    pub(in crate::api) raise: Option<Effect>,
    pub(in crate::api) dry_run: bool,
}

impl Asked {
    /// Something that nobody knows.
    pub(in crate::api) fn unrecognised(method: &str) -> Asked {
        let method = unrecognised::Method::cut(method);
        Asked {
            command: Command::Unrecognised(unrecognised::Unrecognised { method }),
            payload: None,
            id: None,
            cause: None,
            raise: None,
            dry_run: false,
        }
    }

    /// The command of that kind. Names of processes that a command holds for good are looked up in
    /// `state`.
    pub(in crate::api) fn parse(kind: Kind, params: &str, state: &State) -> Result<Asked, Fault> {
        match kind {
            Kind::LOG_REDACT | Kind::LOG_ROTATE_KEY | Kind::KERNEL_SNAPSHOT => of_log(kind, params),
            Kind::KERNEL_BOOT => whole(params, forms::Boot::common, |form| {
                let forms::Boot { gate_version, state_version, .. } = form;
                Ok(Command::Boot(kernel::Boot { gate_version, state_version }).alone())
            }),
            Kind::KERNEL_SHUTDOWN => whole(params, forms::Nothing::common, |_| {
                Ok(Command::Shutdown(kernel::Shutdown {}).alone())
            }),
            Kind::GOVERNANCE_SUPPRESSED => whole(params, forms::Suppressed::common, |form| {
                let forms::Suppressed { tree: Text(tree), count, minute, .. } = form;
                Ok(Command::Suppressed(governance::Suppressed { tree, count, minute }).alone())
            }),
            Kind::PROCESS_SPAWN => whole(params, forms::Spawn::common, spawn),
            Kind::PROCESS_STARTED => whole(params, forms::Started::common, |form| {
                let forms::Started { pid: Text(pid), generation: Text(generation), .. } = form;
                let token = form.token.map(|Text(token)| token);
                Ok(Command::Started(process::Started { pid, generation, token }).alone())
            }),
            Kind::PROCESS_EXITED => whole(params, forms::Exited::common, |form| {
                let forms::Exited { pid: Text(pid), generation: Text(generation), .. } = form;
                let Text(OutcomeWord(outcome)) = form.outcome;
                Ok(Command::Exited(process::Exited { pid, generation, outcome }).alone())
            }),
            Kind::PROCESS_STOP => whole(params, forms::Stop::common, |form| {
                let Text(target) = form.target;
                Ok(Command::Stop(process::Stop { target }).alone())
            }),
            Kind::CAPABILITY_GRANT => {
                whole(params, forms::Grant::common, |form| grant(form, state))
            }
            Kind::CAPABILITY_REVOKE => whole(params, forms::Revoke::common, |form| {
                let Text(grant) = form.grant;
                Ok(Command::Revoke(capability::Revoke { grant }).alone())
            }),
            _ => message_or_tree(kind, params),
        }
    }
}

fn of_log(kind: Kind, params: &str) -> Result<Asked, Fault> {
    match kind {
        Kind::LOG_REDACT => whole(params, forms::Redact::common, |form| {
            let forms::Redact { seq, reason: Text(reason), .. } = form;
            Ok(Command::Redact(log::Redact { seq: Seq(seq), reason }).alone())
        }),
        Kind::LOG_ROTATE_KEY => whole(params, forms::RotateKey::common, |form| {
            let Text(new_key) = form.new_key;
            Ok(Command::RotateKey(log::RotateKey { new_key }).alone())
        }),
        _ => whole(params, forms::Snapshot::common, |form| {
            let forms::Snapshot { seq, state_version, root: Text(root), .. } = form;
            let seq = Seq(seq);
            Ok(Command::Snapshot(kernel::Snapshot { seq, state_version, root }).alone())
        }),
    }
}

fn message_or_tree(kind: Kind, params: &str) -> Result<Asked, Fault> {
    match kind {
        Kind::IPC_SEND => whole(params, forms::Send::common, |form| {
            let body = body(form.body, form.body_base64)?;
            let Text(to) = form.to;
            Ok((Command::Send(ipc::Send { to }), body))
        }),
        Kind::IPC_ACK => whole(params, forms::Ack::common, |form| {
            Ok(Command::Ack(ipc::Ack { message: Seq(form.message) }).alone())
        }),
        Kind::TOPIC_SUBSCRIBE => whole(params, forms::Filter::common, |form| {
            let Text(filter) = form.filter;
            Ok(Command::Subscribe(topic::Subscribe { filter }).alone())
        }),
        Kind::TOPIC_UNSUBSCRIBE => whole(params, forms::Filter::common, |form| {
            let Text(filter) = form.filter;
            Ok(Command::Unsubscribe(topic::Unsubscribe { filter }).alone())
        }),
        Kind::TOPIC_PUBLISH => whole(params, forms::Publish::common, |form| {
            let body = body(form.body, form.body_base64)?;
            let Text(topic) = form.topic;
            Ok((Command::Publish(topic::Publish { topic }), body))
        }),
        Kind::TREE_PUT => whole(params, forms::Put::common, put),
        Kind::TREE_REMOVE => whole(params, forms::Remove::common, |form| {
            let forms::Remove { path: Text(path), recursive, .. } = form;
            Ok(Command::Remove(tree::Remove { path, recursive }).alone())
        }),
        Kind::CAUSAL_LINK => whole(params, forms::Link::common, |form| {
            let forms::Link { from: Text(from), to: Text(to), weight, .. } = form;
            let Text(relation) = form.relation;
            Ok(Command::Link(causal::Link { from, to, relation, weight }).alone())
        }),
        _ => Err(usage("a log has one genesis record, which `weft init` makes")),
    }
}

/// A command with its payload.
type WithPayload = (Command, Option<Vec<u8>>);

trait Alone {
    fn alone(self) -> WithPayload;
}

impl Alone for Command {
    fn alone(self) -> WithPayload {
        (self, None)
    }
}

fn whole<'a, F: Deserialize<'a>>(
    params: &'a str,
    common: impl FnOnce(&F) -> Common,
    make: impl FnOnce(F) -> Result<WithPayload, Fault>,
) -> Result<Asked, Fault> {
    let form: F = read(params)?;
    let Common { id, cause, dry_run, raise } = common(&form);
    let raise = raise.map(effect).transpose()?;
    let (command, payload) = make(form)?;
    let (cause, payload) = (cause.map(Seq), payload.map(Arc::from));
    Ok(Asked { command, payload, id, cause, raise, dry_run })
}

/// Reads parameters; none at all are the same as none that are named.
pub(super) fn read<'a, F: Deserialize<'a>>(params: &'a str) -> Result<F, Fault> {
    let params = if params.is_empty() { "{}" } else { params };
    if !params.starts_with('{') {
        return Err(usage("the parameters have to be an object"));
    }
    serde_json::from_str(params).map_err(|error| usage(error.to_string()))
}

fn usage(message: impl Into<String>) -> Fault {
    Fault::new(Trouble::Usage, message)
}

fn effect(raise: crate::api::json::Effect) -> Result<Effect, Fault> {
    let crate::api::json::Effect { risk, fairness, privacy, novelty, security } = raise;
    Effect::try_from([risk, fairness, privacy, novelty, security])
        .map_err(|error| usage(error.to_string()))
}

fn spawn(form: forms::Spawn<'_>) -> Result<WithPayload, Fault> {
    if form.can.len() > limits::SPAWN_GRANTS_MAX {
        let most = limits::SPAWN_GRANTS_MAX;
        return Err(usage(format!("{} rights are given, at most {most}", form.can.len())));
    }
    let program = match form.argv {
        Some(argv) => {
            let program = Program { argv, env: form.env.unwrap_or_default(), cwd: form.cwd };
            Some(program.encode().map_err(|error| usage(error.to_string()))?)
        }
        None if form.env.is_some() || form.cwd.is_some() => {
            return Err(usage("env and cwd belong to a program, which argv names"));
        }
        None => None,
    };
    let Text(name) = form.name;
    let restart = form.restart.map_or(Restart::Never, |Text(RestartWord(restart))| restart);
    let backend = if program.is_some() { Backend::Native } else { Backend::Embedded };
    let can = form.can.into_iter().map(right).collect();
    Ok((Command::Spawn(process::Spawn { name, restart, can, backend }), program))
}

fn right(right: Right) -> process::GrantRequest {
    match right {
        Right::Plain(Text(scope)) => {
            process::GrantRequest { scope, delegable: false, expires: None }
        }
        Right::Whole(WholeRight { scope: Text(scope), delegable, expires }) => {
            let expires = expires.map(|Text(Moment(expires))| expires);
            process::GrantRequest { scope, delegable, expires }
        }
    }
}

fn body(
    text: Option<Cow<'_, str>>,
    base64: Option<Cow<'_, str>>,
) -> Result<Option<Vec<u8>>, Fault> {
    match (text, base64) {
        (Some(_), Some(_)) => Err(usage("body and body_base64 exclude each other")),
        (Some(text), None) => Ok(filled(text.into_owned().into_bytes())),
        (None, Some(base64)) => {
            let bytes = BASE64_STANDARD.decode(base64.as_bytes());
            bytes.map(filled).map_err(|error| usage(format!("body_base64: {error}")))
        }
        (None, None) => Ok(None),
    }
}

/// An empty payload is none, which the decider refuses where there has to be one.
fn filled(bytes: Vec<u8>) -> Option<Vec<u8>> {
    (!bytes.is_empty()).then_some(bytes)
}

fn put(form: forms::Put<'_>) -> Result<WithPayload, Fault> {
    let values = form.meta.into_iter().map(|(forms::Key(key), value)| (key, value)).collect();
    let payload = metadata::encode(&values);
    let meta_keys: Vec<MetaKey> = values.into_keys().collect();
    let Text(path) = form.path;
    let kind = match form.kind {
        Some(Text(kind)) => kind,
        None => ResourceKind::new("resource").map_err(|error| usage(error.to_string()))?,
    };
    Ok((Command::Put(tree::Put { path, kind, meta_keys }), payload))
}

fn grant(form: forms::Grant<'_>, state: &State) -> Result<WithPayload, Fault> {
    let Text(scope) = form.scope;
    let holder = match form.holder {
        Text(Holder::Actor(actor)) => actor,
        Text(Holder::Name(name)) => {
            let row = state.process_table.live_by_name(&name);
            let missing =
                || Fault::new(Trouble::NotFound, format!("live process {name} not found"));
            Actor::Process(row.ok_or_else(missing)?.pid)
        }
    };
    let expires = form.expires.map(|Text(Moment(expires))| expires);
    let grant = capability::Grant { holder, scope, delegable: form.delegable, expires };
    Ok((Command::Grant(grant), None))
}
