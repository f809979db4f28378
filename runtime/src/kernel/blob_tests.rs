//! Content that is kept as a blob: stored before it is named, and only for what takes effect.

use crate::kernel::{Answer, Kernel, RecordView, Refused, view};
use crate::platform::{Sim, SimClock};
use crate::testing::genesis;
use crate::{Error, OpenOptions, Request};
use weft_commands::requests::log::Redact;
use weft_commands::requests::{ipc, process};
use weft_commands::{Command, CommandId};
use weft_ledger::BlobName;
use weft_ledger::blob::Collected;
use weft_ledger::limits::Limits;
use weft_ledger::memory::{Fault, Operation};
use weft_ledger::storage::Memory;
use weft_projections::events::{Backend, Restart};
use weft_projections::{Actor, OperatorId, Pid, Reason, Seq};

const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);

/// Bytes of a body that no record holds.
const LARGE: usize = 70_000;

struct Node {
    memory: Memory,
    clock: SimClock,
}

impl Node {
    /// With a process `a` whose inbox takes messages, pid 1.
    fn born() -> Node {
        let node = Node { memory: Memory::new(), clock: SimClock::at(1_000) };
        let (mut kernel, _) =
            Kernel::create(node.platform(), genesis(), Limits::default()).unwrap();
        let spawn = process::Spawn {
            name: "a".parse().unwrap(),
            restart: Restart::Never,
            can: Vec::new(),
            backend: Backend::Embedded,
        };
        kernel.execute(Request::new(OPERATOR, id(1), Command::Spawn(spawn))).unwrap().unwrap();
        kernel.close().unwrap();
        node
    }

    fn platform(&self) -> Sim {
        Sim::new(self.memory.clone(), self.clock.clone(), 7)
    }

    fn open(&self) -> Kernel<Sim, ()> {
        Kernel::open(self.platform(), OpenOptions { threads: 1, ..OpenOptions::writer() })
            .unwrap()
            .0
    }

    fn execute(&self, request: Request) -> Answer {
        let mut kernel = self.open();
        let answer = kernel.execute(request).unwrap();
        kernel.close().unwrap();
        answer
    }

    fn view(&self, seq: Seq) -> RecordView {
        view(&self.open().reader().read(seq.0).unwrap().unwrap()).unwrap()
    }

    fn blobs(&self) -> Vec<BlobName> {
        self.open().reader().blobs().names().map(Result::unwrap).collect()
    }
}

fn id(number: u128) -> CommandId {
    CommandId::new(number.to_be_bytes()).unwrap()
}

fn send(actor: Actor, number: u128, body: &[u8], salt: u8) -> Request {
    let send = Command::Send(ipc::Send { to: "a".parse().unwrap() });
    Request::new(actor, id(number), send).with_content(body, [salt; 16]).unwrap()
}

fn redact(number: u128, seq: Seq) -> Request {
    let reason = Reason::new("asked for").unwrap();
    Request::new(OPERATOR, id(number), Command::Redact(Redact { seq, reason }))
}

#[test]
fn a_large_body_is_a_blob_that_the_record_names() {
    let node = Node::born();
    let receipt = node.execute(send(OPERATOR, 2, &[7; LARGE], 1)).unwrap();
    assert!(receipt.took_effect() && !receipt.duplicate);
    let name = BlobName::of(&[1; 16], &[7; LARGE]);
    let view = node.view(receipt.seq);
    assert_eq!((view.blob, view.blob_len), (Some(name), u32::try_from(LARGE).ok()));
    let kept = view.record.payload.unwrap();
    assert_eq!((kept.seq, kept.len as usize, kept.commit.0), (receipt.seq, LARGE, name.0.0));
    let blobs = node.open().reader().blobs();
    assert_eq!(blobs.read(&name, LARGE as u64).unwrap(), [7; LARGE]);
    let small = node.execute(send(OPERATOR, 3, &[7; 16 << 10], 1)).unwrap();
    assert_eq!((node.view(small.seq).blob, node.blobs().len()), (None, 1));
}

#[test]
fn what_takes_no_effect_stores_nothing() {
    let node = Node::born();
    let stranger = Actor::Process(Pid::new(1).unwrap());
    let denied = node.execute(send(stranger, 2, &[7; LARGE], 1)).unwrap();
    assert!(!denied.took_effect());
    let long = node.execute(send(OPERATOR, 3, &[7; (11 << 20) + 1], 1)).unwrap();
    let refusal = long.ruling.refusal.unwrap();
    assert_eq!(refusal.code(), "payload_too_long");
    let unknown = Command::Send(ipc::Send { to: "b".parse().unwrap() });
    let unknown = Request::new(OPERATOR, id(4), unknown).with_content([7; LARGE], [1; 16]).unwrap();
    let unknown = node.execute(unknown).unwrap();
    assert!(!unknown.took_effect());
    for seq in [denied.seq, long.seq, unknown.seq] {
        assert_eq!(node.view(seq).blob, None);
    }
    assert!(node.blobs().is_empty());
    let paths = node.memory.paths();
    assert!(!paths.iter().any(|path| path.starts_with("blobs")), "{paths:?}");
}

#[test]
fn a_repetition_is_compared_with_the_content() {
    let node = Node::born();
    let first = node.execute(send(OPERATOR, 2, &[7; LARGE], 1)).unwrap();
    // Whoever asks again draws another salt.
    let again = node.execute(send(OPERATOR, 2, &[7; LARGE], 9)).unwrap();
    assert!(again.duplicate && !again.payload_erased);
    assert_eq!((again.seq, again.link), (first.seq, first.link));
    let conflict = Err(Refused::Conflict(first.seq));
    assert_eq!(node.execute(send(OPERATOR, 2, &[8; LARGE], 1)), conflict);
    assert_eq!(node.execute(send(OPERATOR, 2, &[7; LARGE + 1], 1)), conflict);
    assert_eq!(node.execute(send(OPERATOR, 2, &[7; 5], 1)), conflict);
    assert_eq!(node.blobs().len(), 1, "a repetition stores nothing");
    // A blob that is damaged says nothing about what was sent, and stops nothing else.
    let path = node.memory.paths().into_iter().find(|path| path.starts_with("blobs/")).unwrap();
    node.memory.flip(&path, 500, 1);
    let same = node.execute(send(OPERATOR, 2, &[7; LARGE], 1)).unwrap();
    assert!(same.duplicate, "salt and content say the name");
    let other = node.execute(send(OPERATOR, 2, &[8; LARGE], 1)).unwrap_err();
    let Refused::Damaged { seq, .. } = other else { panic!("{other}") };
    assert_eq!(seq, first.seq);
    assert!(node.execute(send(OPERATOR, 3, &[7; LARGE], 2)).unwrap().took_effect());
}

#[test]
fn a_redaction_takes_the_blob_along() {
    let node = Node::born();
    let first = node.execute(send(OPERATOR, 2, &[7; LARGE], 1)).unwrap();
    let kept = node.execute(send(OPERATOR, 3, &[7; LARGE], 2)).unwrap();
    let root = node.open().state().root();
    assert!(node.execute(redact(4, first.seq)).unwrap().took_effect());
    assert_eq!(node.blobs(), [node.view(kept.seq).blob.unwrap()]);
    let again = node.execute(redact(5, first.seq)).unwrap();
    assert_eq!(again.ruling.refusal.unwrap().code(), "already_redacted");
    let repeated = node.execute(send(OPERATOR, 2, &[8; LARGE], 1)).unwrap();
    assert!(repeated.duplicate && repeated.payload_erased, "only the requests can be compared");
    assert_ne!(node.open().state().root(), root, "State knows of the redaction");
    let denied =
        node.execute(send(Actor::Process(Pid::new(1).unwrap()), 6, &[7; LARGE], 3)).unwrap();
    let nothing = node.execute(redact(7, denied.seq)).unwrap();
    assert_eq!(nothing.ruling.refusal.unwrap().code(), "no_payload");
}

#[test]
fn a_disk_that_takes_no_blob_refuses_the_command_and_nothing_else() {
    let node = Node::born();
    let mut kernel = node.open();
    let head = kernel.published().head;
    node.memory.inject(Operation::Write, 0, Fault::NoSpace);
    let refused = kernel.execute(send(OPERATOR, 2, &[7; LARGE], 1)).unwrap();
    assert_eq!(refused, Err(Refused::NoSpace));
    for operation in [Operation::Write, Operation::Sync, Operation::SyncDir] {
        node.memory.inject(operation, 0, Fault::Fail);
        let refused = kernel.execute(send(OPERATOR, 2, &[7; LARGE], 1)).unwrap().unwrap_err();
        let Refused::Unstored { .. } = refused else { panic!("{refused}") };
    }
    assert_eq!(kernel.published().head, head, "nothing was recorded");
    let receipt = kernel.execute(send(OPERATOR, 2, &[7; LARGE], 1)).unwrap().unwrap();
    assert!(receipt.took_effect() && receipt.seq == head.seq.next());
}

/// The power goes at every change that a command with a blob makes: afterwards there is a record with its blob
/// or no record, and collecting leaves exactly the blobs that are named.
#[test]
fn power_may_go_at_every_change() {
    let (mut unnamed, mut named) = (0, 0);
    for change in 0..60 {
        let node = Node::born();
        let mut kernel = node.open();
        node.memory.lose_power_after(change);
        let answer = kernel.execute(send(OPERATOR, 2, &[7; LARGE], 1));
        drop(kernel);
        let mut dice = change;
        node.memory.crash(&mut |end| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (dice >> 33) % end.max(1)
        });
        let mut kernel = node.open();
        let reader = kernel.reader();
        let names: Vec<BlobName> =
            reader.range(0..u64::MAX).flat_map(|entry| entry.unwrap().blobs()).collect();
        for name in &names {
            assert_eq!(reader.blobs().check(name).unwrap(), LARGE as u64, "change {change}");
        }
        let acknowledged = matches!(&answer, Ok(Ok(receipt)) if receipt.took_effect());
        assert!(!acknowledged || names.len() == 1, "change {change}: {answer:?}");
        let Collected { blobs, unfinished, .. } = kernel.collect_blobs().unwrap();
        (unnamed, named) = (unnamed + blobs + unfinished, named + names.len());
        let left: Vec<BlobName> = reader.blobs().names().map(Result::unwrap).collect();
        assert_eq!(left, names, "change {change}");
        assert_eq!(kernel.collect_blobs().unwrap(), Collected::default());
        let again: Result<Answer, Error> = kernel.execute(send(OPERATOR, 2, &[7; LARGE], 1));
        assert!(again.unwrap().unwrap().took_effect(), "change {change}");
    }
    assert!(unnamed > 0 && named > 0, "{unnamed} {named}");
}
