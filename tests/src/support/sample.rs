//! A small log that has a record of every fate: the one whose bytes stand on docs/format.md.

use weft_commands::requests::{kernel, tree};
use weft_commands::{Command, CommandId, GATE_VERSION};
use weft_ledger::limits::Limits;
use weft_ledger::{Memory, Signer};
use weft_projections::{
    Actor, Effect, MetaKey, OperatorId, ResourceKind, STATE_VERSION, Seq, TreePath,
};
use weft_runtime::{Genesis, Kernel, Request, SealedPayload, Sim, SimClock};

/// Fate and batch index of every record, in the order of the log.
pub(crate) const RECORDS: [(&str, u16); 8] = [
    ("log.genesis, permitted", 0),
    ("kernel.boot, permitted", 0),
    ("tree.put with a payload, permitted", 0),
    ("tree.put, permitted and then rejected", 1),
    ("tree.put, denied", 2),
    ("tree.put with a raised effect, deferred", 0),
    ("tree.remove, warned", 0),
    ("kernel.shutdown, permitted", 0),
];

/// The paths of its segments, in order.
pub(crate) const SEGMENTS: [&str; 2] =
    ["log/00000000000000000000.seg", "log/00000000000000000005.seg"];

/// Its law, which is as short as a law can be that says something of every verdict.
pub(crate) const CONSTITUTION: &str = "\
constitution 1
environment development
threshold warn  risk=600 fairness=600 privacy=600 novelty=600 security=600
threshold defer risk=800 fairness=800 privacy=800 novelty=800 security=800
threshold deny  risk=900 fairness=900 privacy=900 novelty=900 security=900
effect tree.put risk=100
effect tree.remove risk=700
";

/// Its name.
pub(crate) const ORIGIN: &str = "weft.example/1";

/// The secret of its key, as nobody else's would be: on a page for everybody to read.
pub(crate) const LOG_KEY_SEED: [u8; 32] = [0x44; 32];

/// Its segments roll after a few records.
const LIMITS: Limits = Limits { segment_bytes: 12_000, batch_bytes: 1_024, frame_bytes: 4_096 };

const SEED: u64 = 1;
/// 2026-01-01.
const UNIX_MS: u64 = 1_767_225_600_000;

/// The log as a kernel writes it: the same bytes every time.
pub(crate) fn sample_log() -> Memory {
    let memory = Memory::new();
    let clock = SimClock::at(UNIX_MS);
    let genesis = Genesis {
        origin: ORIGIN.to_owned(),
        constitution: CONSTITUTION.to_owned(),
        log_key: Signer::new(ORIGIN, &LOG_KEY_SEED).unwrap().key().public_key(),
        operator_key: [0x22; 32],
        entropy: [0x33; 32],
    };
    let sim = Sim::new(memory.clone(), clock.clone(), SEED);
    let id = Some(id(1));
    let (mut node, _) = Kernel::create_as(sim, genesis, id, LIMITS).unwrap();
    for batch in batches() {
        clock.advance(1_000);
        for request in batch {
            node.submit(request, ());
        }
        let batch = node.take_batch().unwrap();
        for ((), answer) in node.commit(batch).unwrap() {
            answer.unwrap();
        }
    }
    node.close().unwrap();
    memory
}

/// The commands after the genesis, one list for each sync.
fn batches() -> Vec<Vec<Request>> {
    let operator = Actor::Operator(OperatorId::FIRST);
    let boot = kernel::Boot { gate_version: GATE_VERSION, state_version: STATE_VERSION };
    let title = [&[0xa1, 0x65][..], b"title", &[0x64], b"Plan"].concat();
    let title = SealedPayload::new(title, *b"salt-of-payload.").unwrap();
    let grave = Effect::uniform(800);
    vec![
        vec![Request::new(Actor::Kernel, id(2), Command::Boot(boot))],
        vec![
            Request::new(operator, id(3), put("/docs/plan", &["title"])).with_payload(title),
            Request::new(operator, id(4), put("/kernel/clock", &[])).caused_by(Seq(2)),
            Request::new(Actor::Unauthenticated, id(5), put("/docs/plan", &[])),
        ],
        vec![Request::new(operator, id(6), put("/docs/other", &[])).raised_to(grave)],
        vec![Request::new(operator, id(7), remove("/docs"))],
        vec![Request::new(Actor::Kernel, id(8), Command::Shutdown(kernel::Shutdown {}))],
    ]
}

fn put(path: &str, meta_keys: &[&str]) -> Command {
    Command::Put(tree::Put {
        path: TreePath::new(path).unwrap(),
        kind: ResourceKind::new("document").unwrap(),
        meta_keys: meta_keys.iter().map(|key| MetaKey::new(key).unwrap()).collect(),
    })
}

fn remove(path: &str) -> Command {
    Command::Remove(tree::Remove { path: TreePath::new(path).unwrap(), recursive: true })
}

fn id(number: u8) -> CommandId {
    CommandId::new([number; 16]).unwrap()
}
