//! Random commands of several actors, most of them sensible, some absurd.

use super::dice::Dice;
use weft_commands::limits::INLINE_MESSAGE_BYTES_MAX;
use weft_commands::requests::{
    capability, causal, ipc, kernel, log, process, topic, tree, unrecognised,
};
use weft_commands::{Command, Target};
use weft_projections::events::{Backend, NodeRef, Outcome, Relation, Restart};
use weft_projections::state::RunState;
use weft_projections::{
    Actor, Digest, Generation, GrantId, MetaKey, Name, OperatorId, Pid, Reason, ResourceKind,
    STATE_VERSION, Scope, Seq, State, TOKEN_BYTES, Topic, TopicFilter, TreePath, token_digest,
};

const NAMES: [&str; 5] = ["reader", "analyst", "reporter", "clerk", "critic"];
const TOPICS: [&str; 4] = ["survey/done", "survey/late/page", "news", "a/b/c/d"];
const FILTERS: [&str; 4] = ["survey/#", "+/done", "news", "#"];
const PATHS: [&str; 7] =
    ["/apps/a", "/apps/a/b", "/apps/a/b/c", "/apps/x", "/data/1", "/kernel/forged", "/data/1/2/3"];
const SCOPES: [&str; 13] = [
    "send:analyst",
    "send:*",
    "publish:survey/#",
    "subscribe:#",
    "put:/apps/a",
    "remove:/apps",
    "spawn:*",
    "link:*",
    "read:/srv",
    "write:/srv/data",
    "*:*",
    "*:*",
    "*:*",
];

/// A command, who asks for it, and the payload that fits it.
pub(crate) struct Wish {
    pub(crate) actor: Actor,
    pub(crate) command: Command,
    pub(crate) payload: Option<Vec<u8>>,
}

/// Something to ask of a kernel in `state`; payloads sometimes imitate `frames`, bytes of the log.
pub(crate) fn wish(dice: &mut Dice, state: &State, frames: &[u8]) -> Wish {
    let (command, payload) = command(dice, state, frames);
    Wish { actor: actor(dice, state, &command), command, payload }
}

fn actor(dice: &mut Dice, state: &State, command: &Command) -> Actor {
    let kernel_only = matches!(
        command,
        Command::Snapshot(_) | Command::Boot(_) | Command::Started(_) | Command::Exited(_)
    );
    if kernel_only && !dice.one_in(10) {
        return Actor::Kernel;
    }
    let own = matches!(command, Command::Ack(_) | Command::Subscribe(_) | Command::Unsubscribe(_));
    match dice.below(60) {
        0 => Actor::Unauthenticated,
        1 => Actor::Kernel,
        2 => Actor::Operator(OperatorId::new(2).unwrap()),
        3..40 if !own => Actor::Operator(OperatorId::FIRST),
        _ => Actor::Process(pid(dice, state)),
    }
}

fn pid(dice: &mut Dice, state: &State) -> Pid {
    let rows = state.process_table.rows().filter(|row| row.state.is_live());
    let known: Vec<Pid> = rows.map(|row| row.pid).collect();
    if known.is_empty() || dice.one_in(20) {
        return Pid::new(1 + dice.number() % 9).unwrap();
    }
    *dice.pick(&known)
}

fn command(dice: &mut Dice, state: &State, frames: &[u8]) -> (Command, Option<Vec<u8>>) {
    if state.process_table.live_len() < 3 && dice.one_in(2) {
        return spawn(dice, frames);
    }
    match dice.below(31) {
        0..3 => spawn(dice, frames),
        3..5 => (Command::Started(started(dice, state)), None),
        5 => (Command::Exited(exited(dice, state)), None),
        6 => (Command::Stop(process::Stop { target: target(dice, state) }), None),
        7..10 => {
            (Command::Send(ipc::Send { to: target(dice, state) }), Some(message_body(dice, frames)))
        }
        10..12 => (Command::Ack(ipc::Ack { message: message(dice, state) }), None),
        12 => (Command::Subscribe(topic::Subscribe { filter: filter(dice) }), None),
        13 if dice.one_in(2) => {
            (Command::Subscribe(topic::Subscribe { filter: filter(dice) }), None)
        }
        13 => (Command::Unsubscribe(topic::Unsubscribe { filter: filter(dice) }), None),
        14..16 => {
            let publish = topic::Publish { topic: topic_name(dice) };
            (Command::Publish(publish), Some(message_body(dice, frames)))
        }
        16..18 => put(dice),
        18 => (Command::Remove(tree::Remove { path: path(dice), recursive: dice.one_in(2) }), None),
        19 => (Command::Link(link(dice, state)), None),
        20 => (Command::Grant(grant(dice, state)), None),
        21 => (Command::Revoke(capability::Revoke { grant: held(dice, state) }), None),
        22..26 => (Command::Started(next_start(dice, state)), None),
        26 => (Command::Boot(kernel::Boot { gate_version: 1, state_version: 1 }), None),
        27 => (Command::Redact(redact(dice, state)), None),
        28 => (Command::Snapshot(snapshot(dice, state)), None),
        29 => {
            let new_key = Digest([(dice.number() % 3) as u8; 32]);
            (Command::RotateKey(log::RotateKey { new_key }), None)
        }
        _ => {
            let method = unrecognised::Method::cut("agent.dance");
            (Command::Unrecognised(unrecognised::Unrecognised { method }), None)
        }
    }
}

/// Every third process is one that the kernel runs; its program may be anything, since nothing here reads it.
fn spawn(dice: &mut Dice, frames: &[u8]) -> (Command, Option<Vec<u8>>) {
    let restart = if dice.one_in(2) { Restart::OnFailure } else { Restart::Never };
    let can = (0..dice.below(4)).map(|_| process::GrantRequest {
        scope: scope(dice),
        delegable: dice.one_in(2),
        expires: None,
    });
    let can = can.collect();
    let name = Name::new(dice.word(&NAMES)).unwrap();
    let (backend, program) = if dice.one_in(3) {
        (Backend::Native, Some(body(dice, frames)))
    } else {
        (Backend::Embedded, None)
    };
    (Command::Spawn(process::Spawn { name, restart, can, backend }), program)
}

/// A record of any age, or one that is not there yet.
fn redact(dice: &mut Dice, state: &State) -> log::Redact {
    let next = state.kernel.last().map_or(0, |last| last.seq.0 + 1);
    let seq = Seq(dice.number() % (next + 2));
    log::Redact { seq, reason: Reason::new("asked for").unwrap() }
}

/// The claim that a snapshot of State as it is now would make, or an old one.
fn snapshot(dice: &mut Dice, state: &State) -> kernel::Snapshot {
    let last = state.kernel.last().map_or(0, |last| last.seq.0);
    let seq = if dice.one_in(4) { dice.number() % (last + 1) } else { last };
    kernel::Snapshot { seq: Seq(seq), state_version: STATE_VERSION, root: state.root() }
}

fn started(dice: &mut Dice, state: &State) -> process::Started {
    let pid = pid(dice, state);
    process::Started { pid, generation: generation(dice, state, pid), token: token(dice) }
}

/// What the reconciler would do next.
fn next_start(dice: &mut Dice, state: &State) -> process::Started {
    let waiting = state.process_table.rows().find(|row| row.state == RunState::Starting);
    let Some(row) = waiting else { return started(dice, state) };
    process::Started { pid: row.pid, generation: row.generation, token: token(dice) }
}

fn token(dice: &mut Dice) -> Option<Digest> {
    let secret: [u8; TOKEN_BYTES] = dice.bytes(TOKEN_BYTES).try_into().unwrap();
    dice.one_in(2).then(|| token_digest(&secret))
}

fn exited(dice: &mut Dice, state: &State) -> process::Exited {
    let pid = pid(dice, state);
    let outcome = *dice.pick(&[
        Outcome::Code(0),
        Outcome::Code(1),
        Outcome::Signal(9),
        Outcome::Lost,
        Outcome::Stopped,
    ]);
    process::Exited { pid, generation: generation(dice, state, pid), outcome }
}

fn generation(dice: &mut Dice, state: &State, pid: Pid) -> Generation {
    let current = state.process_table.get(pid).map_or(Generation::FIRST, |row| row.generation);
    if dice.one_in(8) { current.next().unwrap() } else { current }
}

fn target(dice: &mut Dice, state: &State) -> Target {
    if dice.one_in(2) {
        Target::Name(Name::new(dice.word(&NAMES)).unwrap())
    } else {
        Target::Pid(pid(dice, state))
    }
}

fn message(dice: &mut Dice, state: &State) -> Seq {
    let waiting: Vec<Seq> = state
        .process_table
        .rows()
        .flat_map(|row| state.ipc_routes.inbox(row.pid).map(|(seq, _)| seq).take(3))
        .collect();
    if waiting.is_empty() { Seq(dice.number() % 50) } else { *dice.pick(&waiting) }
}

/// A body of 1 to 900 bytes; every third one is made of bytes that lie in the log as frames.
fn body(dice: &mut Dice, frames: &[u8]) -> Vec<u8> {
    let len = 1 + dice.below(900);
    if !dice.one_in(3) || frames.len() <= len {
        return dice.bytes(len);
    }
    let start = dice.below(frames.len() - len);
    frames[start..start + len].to_vec()
}

/// Every sixth one is too large for a record.
fn message_body(dice: &mut Dice, frames: &[u8]) -> Vec<u8> {
    if !dice.one_in(6) {
        return body(dice, frames);
    }
    let len = INLINE_MESSAGE_BYTES_MAX as usize + 1 + dice.below(600);
    dice.bytes(len)
}

fn filter(dice: &mut Dice) -> TopicFilter {
    TopicFilter::new(dice.word(&FILTERS)).unwrap()
}

fn topic_name(dice: &mut Dice) -> Topic {
    Topic::new(dice.word(&TOPICS)).unwrap()
}

fn path(dice: &mut Dice) -> TreePath {
    TreePath::new(dice.word(&PATHS)).unwrap()
}

fn scope(dice: &mut Dice) -> Scope {
    dice.word(&SCOPES).parse().unwrap()
}

fn put(dice: &mut Dice) -> (Command, Option<Vec<u8>>) {
    let keys = ["digest", "owner", "size"];
    let meta_keys: Vec<MetaKey> =
        keys[..dice.below(4)].iter().map(|key| MetaKey::new(key).unwrap()).collect();
    let len = 1 + dice.below(60);
    let payload = (!meta_keys.is_empty()).then(|| dice.bytes(len));
    let kind = ResourceKind::new("file").unwrap();
    (Command::Put(tree::Put { path: path(dice), kind, meta_keys }), payload)
}

fn link(dice: &mut Dice, state: &State) -> causal::Link {
    let from = NodeRef::Process(pid(dice, state));
    let to = NodeRef::Named(Name::new(dice.word(&NAMES)).unwrap());
    causal::Link { from, to, relation: Relation::Causes, weight: (dice.number() % 1_100) as u16 }
}

fn grant(dice: &mut Dice, state: &State) -> capability::Grant {
    let holder = Actor::Process(pid(dice, state));
    capability::Grant { holder, scope: scope(dice), delegable: dice.one_in(2), expires: None }
}

fn held(dice: &mut Dice, state: &State) -> GrantId {
    let grants: Vec<GrantId> = state.capabilities.grants().map(|(id, _)| id).collect();
    if grants.is_empty() { GrantId { seq: Seq(3), index: 0 } } else { *dice.pick(&grants) }
}
