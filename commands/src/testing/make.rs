//! Short ways to write actors and commands.

use weft_projections::{
    Actor, Digest, Generation, GrantId, NodeId, OperatorId, Pid, Seq, Time,
    events::{Backend, NodeRef, Outcome, Relation, Restart},
    token_digest,
};

use crate::{
    Command, Target,
    requests::{
        capability, causal, governance, ipc, kernel, log, process, topic, tree, unrecognised,
    },
};

pub(crate) use super::world::{genesis, submission as submit};

pub(crate) const KERNEL: Actor = Actor::Kernel;
pub(crate) const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);
pub(crate) const STRANGER: Actor = Actor::Unauthenticated;

pub(crate) fn pid(number: u64) -> Pid {
    Pid::new(number).unwrap()
}

pub(crate) fn process(number: u64) -> Actor {
    Actor::Process(pid(number))
}

pub(crate) fn operator(number: u64) -> Actor {
    Actor::Operator(OperatorId::new(number).unwrap())
}

pub(crate) fn node(number: u64) -> Actor {
    Actor::Node(NodeId::new(number).unwrap())
}

pub(crate) fn grant_id(seq: u64, index: u16) -> GrantId {
    GrantId { seq: Seq(seq), index }
}

pub(crate) fn target(text: &str) -> Target {
    text.parse().unwrap()
}

/// A right as text, with what follows it: "send:a", "send:a delegable", "send:a until 7".
pub(crate) fn right(text: &str) -> process::GrantRequest {
    let mut words = text.split(' ');
    let scope = words.next().unwrap().parse().unwrap();
    let rest: Vec<&str> = words.collect();
    let until =
        rest.iter().position(|word| *word == "until").map(|at| rest[at + 1].parse().unwrap());
    process::GrantRequest {
        scope,
        delegable: rest.contains(&"delegable"),
        expires: until.map(Time),
    }
}

pub(crate) fn spawn(name: &str, can: &[&str]) -> Command {
    spawn_with(name, Restart::Never, can)
}

pub(crate) fn spawn_with(name: &str, restart: Restart, can: &[&str]) -> Command {
    let can = can.iter().map(|text| right(text)).collect();
    let backend = Backend::Embedded;
    Command::Spawn(process::Spawn { name: name.parse().unwrap(), restart, can, backend })
}

/// The same as [`spawn_with`], but for the kernel to run.
pub(crate) fn spawn_native(name: &str, restart: Restart, can: &[&str]) -> Command {
    let can = can.iter().map(|text| right(text)).collect();
    let backend = Backend::Native;
    Command::Spawn(process::Spawn { name: name.parse().unwrap(), restart, can, backend })
}

pub(crate) fn started(number: u64, generation: u32) -> Command {
    let generation = Generation::new(generation).unwrap();
    Command::Started(process::Started { pid: pid(number), generation, token: None })
}

pub(crate) fn started_with_token(number: u64, generation: u32, secret: u8) -> Command {
    let generation = Generation::new(generation).unwrap();
    let token = Some(token_digest(&[secret; 32]));
    Command::Started(process::Started { pid: pid(number), generation, token })
}

pub(crate) fn exited(number: u64, generation: u32, outcome: Outcome) -> Command {
    let generation = Generation::new(generation).unwrap();
    Command::Exited(process::Exited { pid: pid(number), generation, outcome })
}

pub(crate) fn stop(text: &str) -> Command {
    Command::Stop(process::Stop { target: target(text) })
}

pub(crate) fn send(text: &str) -> Command {
    Command::Send(ipc::Send { to: target(text) })
}

pub(crate) fn ack(message: u64) -> Command {
    Command::Ack(ipc::Ack { message: Seq(message) })
}

pub(crate) fn subscribe(filter: &str) -> Command {
    Command::Subscribe(topic::Subscribe { filter: filter.parse().unwrap() })
}

pub(crate) fn unsubscribe(filter: &str) -> Command {
    Command::Unsubscribe(topic::Unsubscribe { filter: filter.parse().unwrap() })
}

pub(crate) fn publish(topic: &str) -> Command {
    Command::Publish(topic::Publish { topic: topic.parse().unwrap() })
}

pub(crate) fn put(path: &str, meta_keys: &[&str]) -> Command {
    let meta_keys = meta_keys.iter().map(|key| key.parse().unwrap()).collect();
    Command::Put(tree::Put {
        path: path.parse().unwrap(),
        kind: "file".parse().unwrap(),
        meta_keys,
    })
}

pub(crate) fn remove(path: &str) -> Command {
    Command::Remove(tree::Remove { path: path.parse().unwrap(), recursive: false })
}

pub(crate) fn remove_all(path: &str) -> Command {
    Command::Remove(tree::Remove { path: path.parse().unwrap(), recursive: true })
}

pub(crate) fn link(from: &str, relation: Relation, to: &str, weight: u16) -> Command {
    let (from, to): (NodeRef, NodeRef) = (from.parse().unwrap(), to.parse().unwrap());
    Command::Link(causal::Link { from, to, relation, weight })
}

pub(crate) fn grant(holder: Actor, text: &str) -> Command {
    let process::GrantRequest { scope, delegable, expires } = right(text);
    Command::Grant(capability::Grant { holder, scope, delegable, expires })
}

pub(crate) fn revoke(seq: u64, index: u16) -> Command {
    Command::Revoke(capability::Revoke { grant: grant_id(seq, index) })
}

pub(crate) fn redact(seq: u64) -> Command {
    let reason = "asked for by who wrote it".parse().unwrap();
    Command::Redact(log::Redact { seq: Seq(seq), reason })
}

pub(crate) fn rotate_key(key: u8) -> Command {
    Command::RotateKey(log::RotateKey { new_key: Digest([key; 32]) })
}

pub(crate) fn snapshot(seq: u64) -> Command {
    let (state_version, root) = (2, Digest([4; 32]));
    Command::Snapshot(kernel::Snapshot { seq: Seq(seq), state_version, root })
}

pub(crate) fn boot() -> Command {
    Command::Boot(kernel::Boot { gate_version: 1, state_version: 1 })
}

pub(crate) fn shutdown() -> Command {
    Command::Shutdown(kernel::Shutdown {})
}

pub(crate) fn suppressed(count: u64) -> Command {
    Command::Suppressed(governance::Suppressed { tree: STRANGER, count, minute: 1 })
}

pub(crate) fn unrecognised(method: &str) -> Command {
    let method = unrecognised::Method::cut(method);
    Command::Unrecognised(unrecognised::Unrecognised { method })
}
