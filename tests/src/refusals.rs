//! The budget of recorded refusals, where a flood of them meets full batches.

use weft_commands::requests::{process, topic, tree};
use weft_commands::{Command, CommandId};
use weft_ledger::limits::{BATCH_RECORDS_MAX, Limits};
use weft_ledger::storage::Memory;
use weft_projections::events::{Backend, Restart};
use weft_projections::limits::REFUSALS_PER_MINUTE_MAX;
use weft_projections::{Actor, Name, OperatorId, Pid, ResourceKind, Topic, TreePath};
use weft_runtime::{Genesis, Kernel, Refused, Request, Sim, SimClock};

const TREES: u64 = 5;
const DENIED: u64 = REFUSALS_PER_MINUTE_MAX as u64 + 50;
const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);

/// A kernel in memory whose ids count up.
struct Node {
    kernel: Kernel<Sim, ()>,
    clock: SimClock,
    asked: u64,
    open: usize,
}

#[test]
fn counted_refusals_never_overfill_a_batch() {
    let mut node = Node::new();
    node.flood();
    while node.fill() < BATCH_RECORDS_MAX - 1 {}
    node.clock.advance(61_000);
    node.fill();
    let batch = node.kernel.take_batch().unwrap();
    assert_eq!(batch.records(), BATCH_RECORDS_MAX);
    node.kernel.commit(batch).unwrap();
    node.fill();
    node.commit();
    assert_eq!(node.kernel.state().governance.suppressed_total(), TREES * 50);
}

#[test]
fn counted_refusals_of_the_last_minute_are_recorded_at_the_end() {
    let mut node = Node::new();
    node.flood();
    let board = node.kernel.reader();
    let before = node.kernel.published().head.seq.0;
    node.kernel.close().unwrap();
    let last = before + TREES;
    let kinds: Vec<u16> =
        (before + 1..=last).map(|seq| board.read(seq).unwrap().unwrap().header.kind).collect();
    assert_eq!(kinds, [weft_projections::Kind::GOVERNANCE_SUPPRESSED.0; TREES as usize]);
    assert!(board.read(last + 1).unwrap().is_none());
}

impl Node {
    fn new() -> Node {
        let clock = SimClock::at(1_790_000_000_000);
        let genesis = Genesis {
            origin: "weft.test/refusals".to_owned(),
            constitution: weft_projections::DEFAULT_CONSTITUTION.to_owned(),
            log_key: [1; 32],
            operator_key: [2; 32],
            entropy: [3; 32],
        };
        let sim = Sim::new(Memory::new(), clock.clone(), 7);
        let (kernel, _) = Kernel::create(sim, genesis, Limits::default()).unwrap();
        Node { kernel, clock, asked: 0, open: 0 }
    }

    /// Spawns the trees and lets each ask for more than a minute's worth of what it may not do.
    fn flood(&mut self) {
        for tree in 1..=TREES {
            let name = Name::new(&format!("tree-{tree}")).unwrap();
            let spawn = process::Spawn {
                name,
                restart: Restart::Never,
                can: Vec::new(),
                backend: Backend::Embedded,
            };
            self.submit(OPERATOR, Command::Spawn(spawn));
        }
        for pid in 1..=TREES {
            for _ in 0..DENIED {
                let topic = Topic::new("elsewhere").unwrap();
                let actor = Actor::Process(Pid::new(pid).unwrap());
                self.submit(actor, Command::Publish(topic::Publish { topic }));
            }
        }
        let suppressed = self.commit();
        assert_eq!(suppressed as u64, TREES * (DENIED - u64::from(REFUSALS_PER_MINUTE_MAX)));
    }

    /// Adds one record; returns how many were submitted since the last commit.
    fn fill(&mut self) -> usize {
        let path = TreePath::new(&format!("/apps/{}", self.asked)).unwrap();
        let kind = ResourceKind::new("file").unwrap();
        let put = tree::Put { path, kind, meta_keys: Vec::new() };
        self.submit(OPERATOR, Command::Put(put));
        self.open
    }

    fn submit(&mut self, actor: Actor, command: Command) {
        self.asked += 1;
        self.open += 1;
        let id = CommandId::new(u128::from(self.asked).to_be_bytes()).unwrap();
        self.kernel.submit(Request::new(actor, id, command), ());
    }

    /// Commits what is open; how many answers were that the refusal was only counted.
    fn commit(&mut self) -> usize {
        self.open = 0;
        let batch = self.kernel.take_batch().unwrap();
        let answers = self.kernel.commit(batch).unwrap();
        let counted = |answer: &_| matches!(answer, ((), Err(Refused::Suppressed(_))));
        answers.iter().filter(|answer| counted(answer)).count()
    }
}
