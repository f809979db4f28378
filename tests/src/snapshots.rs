//! Opening from snapshots: the same State as from the whole log, and whatever is wrong with one is said.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;
use weft_commands::requests::kernel::Snapshot;
use weft_commands::requests::tree::Put;
use weft_commands::{Command, CommandId};
use weft_ledger::Signer;
use weft_ledger::limits::Limits;
use weft_ledger::storage::{Memory, Storage as _};
use weft_projections::{Actor, DEFAULT_CONSTITUTION, Digest, OperatorId, STATE_VERSION, Seq};
use weft_runtime::replay::check;
use weft_runtime::scrub::{Scrub, Scrubbed};
use weft_runtime::snapshot::Policy;
use weft_runtime::{
    Genesis, Inspection, Kernel, OpenOptions, Opening, Refused, Request, Sim, SimClock,
    WindowLimits,
};

const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);
const SEED: [u8; 32] = [5; 32];
const ORIGIN: &str = "weft.test/snapshots";
const POLICY: Policy =
    Policy { running_records_min: 40, closing_records_min: 1, interval: Duration::ZERO };

/// Few ids are in memory alone, so that opening has no need of records before the snapshot.
const WINDOW: WindowLimits = WindowLimits { kept: 6, most: 48 };

/// A node in memory that is closed between two uses.
struct Node {
    disk: Memory,
    guards: Memory,
    puts: u64,
    /// Each opening has chances of its own.
    seed: Cell<u64>,
}

impl Node {
    fn born() -> Node {
        let node = Node { disk: Memory::new(), guards: Memory::new(), puts: 0, seed: Cell::new(0) };
        let genesis = Genesis {
            origin: ORIGIN.to_owned(),
            constitution: DEFAULT_CONSTITUTION.to_owned(),
            log_key: Signer::new(ORIGIN, &SEED).unwrap().key().public_key(),
            operator_key: [2; 32],
            entropy: [3; 32],
        };
        let (kernel, _) =
            Kernel::<_, ()>::create(node.platform(), genesis, Limits::default()).unwrap();
        kernel.close().unwrap();
        node
    }

    fn platform(&self) -> Sim {
        self.seed.set(self.seed.get() + 1);
        let clock = SimClock::at(1_790_000_000_000);
        let sim = Sim::new(self.disk.clone(), clock, self.seed.get());
        sim.with_window(WINDOW).guarded_by(self.guards.clone())
    }

    fn open(&self) -> (Kernel<Sim, ()>, Opening) {
        let options = OpenOptions { threads: 1, ..OpenOptions::writer() };
        let (mut kernel, opening) = Kernel::open(self.platform(), options).unwrap();
        let id = opening.log.log_id.to_string();
        kernel.sign_checkpoints(&format!("{ORIGIN}/{}", &id[..16]), &SEED).unwrap();
        kernel.take_snapshots(POLICY, opening.snapshot.map(|found| found.head.seq));
        (kernel, opening)
    }

    /// Stores some resources and closes the log, which takes a snapshot.
    fn grow(&mut self, puts: u64) {
        let (mut kernel, _) = self.open();
        for _ in 0..puts {
            self.puts += 1;
            kernel.execute(put(self.puts)).unwrap().unwrap();
        }
        kernel.close().unwrap();
    }

    fn snapshots(&self) -> Vec<String> {
        self.disk.paths().into_iter().filter(|path| path.starts_with("snapshots/")).collect()
    }

    /// Opens with the snapshots there are, for reading and for writing, and without any: all three are
    /// in the same State. What was passed over, and the record of the snapshot that was used.
    fn check(&self) -> (Option<u64>, Vec<String>) {
        let whole = self.disk.fork();
        for path in self.snapshots() {
            whole.remove(&path).unwrap();
        }
        let whole = Sim::new(whole, SimClock::at(0), 1).guarded_by(self.guards.clone());
        let whole = Inspection::open(&whole).unwrap();
        assert_eq!(whole.opening.snapshot, None);
        let read = Inspection::open(&self.platform()).unwrap();
        let (written, opening) = self.open();
        let root = whole.published.state.root();
        for (published, opening) in
            [(&read.published, &read.opening), (&written.published(), &opening)]
        {
            assert_eq!(published.state.root(), root);
            assert_eq!(published.head, whole.published.head);
            assert_eq!(opening.log.watched.root, whole.opening.log.watched.root);
        }
        assert_eq!(read.opening.passed_over, opening.passed_over);
        (opening.snapshot.map(|found| found.head.seq.0), opening.passed_over)
    }
}

fn put(number: u64) -> Request {
    let path = format!("/apps/{}", number % 23).parse().unwrap();
    let put = Put { path, kind: "file".parse().unwrap(), meta_keys: Vec::new() };
    let id = CommandId::new(u128::from(number).to_be_bytes()).unwrap();
    Request::new(OPERATOR, id, Command::Put(put))
}

#[test]
fn opening_from_a_snapshot_comes_to_the_same() {
    let mut node = Node::born();
    assert_eq!(node.check(), (None, vec![]));
    node.grow(100);
    assert_eq!(node.check(), (Some(100), vec![]));
    node.grow(60);
    assert_eq!(node.check(), (Some(160), vec![]));
    let (kernel, opening) = node.open();
    assert!(opening.log.first_read > 100, "{}", opening.log.first_read);
    drop(kernel);
    let seqs = node.snapshots().join(" ");
    assert_eq!(
        seqs, "snapshots/00000000000000000100.snap snapshots/00000000000000000160.snap",
        "the newest and the one before are kept"
    );
}

#[test]
fn a_running_kernel_takes_one_when_it_is_due_and_bound() {
    let mut node = Node::born();
    node.grow(1);
    let (mut kernel, opening) = node.open();
    assert_eq!(opening.snapshot.map(|found| found.head.seq.0), Some(1));
    for number in 2..=40 {
        kernel.execute(put(number)).unwrap().unwrap();
    }
    kernel.tend();
    assert_eq!(node.snapshots().len(), 1, "39 records are not 40");
    kernel.execute(put(41)).unwrap().unwrap();
    kernel.tend();
    assert_eq!(node.snapshots().len(), 2);
    drop(kernel);
    // The power goes: what was not closed is there all the same.
    node.disk.crash(&mut |_| 0);
    assert_eq!(node.check(), (Some(41), vec![]));
}

#[test]
fn what_was_asked_before_the_snapshot_is_still_known() {
    let mut node = Node::born();
    node.grow(100);
    let (mut kernel, _) = node.open();
    let receipt = kernel.execute(put(3)).unwrap().unwrap();
    assert!(receipt.duplicate);
    assert_eq!(receipt.seq.0, 3);
    let mut other = put(3);
    other =
        Request::new(OPERATOR, other.submission().command_id, put(4).submission().command.clone());
    let conflict = kernel.execute(other).unwrap();
    assert!(matches!(conflict, Err(Refused::Conflict(seq)) if seq.0 == 3), "{conflict:?}");
}

#[test]
fn a_bad_snapshot_is_passed_over_and_said() {
    let mut node = Node::born();
    node.grow(50);
    node.grow(50);
    let newest = "snapshots/00000000000000000100.snap";
    let whole = node.disk.read(newest).unwrap();
    node.disk.flip(newest, 300, 4);
    let (used, said) = node.check();
    assert_eq!(used, Some(50));
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with(&format!("{newest}: damaged: its digest is ")), "{said:?}");
    node.disk.write(newest, &whole[..whole.len() - 1]);
    assert_eq!(node.check().0, Some(50));
    node.disk.flip("snapshots/00000000000000000050.snap", 9, 1);
    let (used, said) = node.check();
    assert_eq!((used, said.len()), (None, 2));
    // The next one takes their place.
    node.grow(1);
    assert_eq!(node.check(), (Some(101), vec![]));
}

#[test]
fn a_snapshot_of_another_log_or_beyond_the_checkpoint_is_passed_over() {
    let mut node = Node::born();
    node.grow(100);
    let mut other = Node::born();
    other.puts = 1_000;
    other.grow(100);
    let newest = "snapshots/00000000000000000100.snap";
    let whole = node.disk.read(newest).unwrap();
    node.disk.write(newest, &other.disk.read(newest).unwrap());
    let (used, said) = node.check();
    assert_eq!(used, None);
    let expected = "the snapshot of record 100: the log cannot be read from record 100 on";
    assert!(said[0].starts_with(expected), "{said:?}");
    // Checkpoints that are gone bind nothing any more; the guard is another matter.
    node.disk.write(newest, &whole);
    node.disk.remove("checkpoints").unwrap();
    let (used, said) = node.check();
    assert_eq!(used, None);
    assert!(said[0].ends_with("no checkpoint binds it"), "{said:?}");
}

#[test]
fn a_disk_that_is_full_costs_a_snapshot_and_nothing_else() {
    let mut node = Node::born();
    node.grow(50);
    let (mut kernel, _) = node.open();
    for number in 51..=120 {
        kernel.execute(put(number)).unwrap().unwrap();
    }
    node.disk.set_capacity(Some(node.disk.used() + 3_000));
    kernel.close().unwrap();
    node.disk.set_capacity(None);
    assert_eq!(node.check(), (Some(50), vec![]));
}

#[test]
fn what_opening_did_not_read_is_read_in_the_background() {
    let mut node = Node::born();
    node.grow(100);
    let (kernel, opening) = node.open();
    let permission = kernel.snapshot_permission();
    let first = opening.log.first_read;
    let mut scrub = Scrub::start(node.disk.clone(), first, permission.clone()).unwrap();
    assert_eq!(scrub.wait(), Scrubbed::Clean { read: first });
    let mut nothing = Scrub::start(node.disk.clone(), 0, permission).unwrap();
    assert_eq!(nothing.wait(), Scrubbed::Nothing);
}

#[test]
fn damage_before_the_snapshot_is_found_and_the_next_opening_refuses() {
    let mut node = Node::born();
    // The leaves after the last full tile are read again: up to 255.
    node.grow(400);
    let (kernel, opening) = node.open();
    let entry = kernel.reader().read(30).unwrap().unwrap();
    node.disk.flip(&entry.segment, entry.offset + 40, 1);
    drop(kernel);
    // Opening has no need of the record.
    let (mut kernel, again) = node.open();
    assert_eq!((again.snapshot, again.passed_over), (opening.snapshot, vec![]));
    let permission = kernel.snapshot_permission();
    let mut scrub = Scrub::start(node.disk.clone(), again.log.first_read, permission).unwrap();
    let Scrubbed::Damaged { error } = scrub.wait() else { panic!("not found") };
    let expected =
        format!("integrity failure at record 30, {} byte {}: ", entry.segment, entry.offset);
    assert!(error.starts_with(&expected), "{error}");
    // No snapshot is left, none is taken at the end, and so the damage cannot hide.
    for number in 401..=450 {
        kernel.execute(put(number)).unwrap().unwrap();
    }
    kernel.close().unwrap();
    assert_eq!(node.snapshots(), [""; 0]);
    let refused = Kernel::<Sim, ()>::open(node.platform(), OpenOptions::writer()).map(|_| ());
    assert_eq!(refused.unwrap_err().to_string(), error);
}

/// Has the kernel claim a root for State after a record.
fn claim(node: &Node, seq: u64, state_version: u32, root: Digest) {
    let (mut kernel, _) = node.open();
    let claim = Command::Snapshot(Snapshot { seq: Seq(seq), state_version, root });
    kernel.execute_as_kernel(claim, None).unwrap();
    kernel.close().unwrap();
}

#[test]
fn a_replay_compares_what_the_log_claims() {
    let mut node = Node::born();
    node.grow(20);
    let inspection = Inspection::open(&node.platform()).unwrap();
    let root = |seq| inspection.state_at(Seq(seq)).unwrap().root();
    claim(&node, 7, STATE_VERSION, root(7));
    claim(&node, 20, STATE_VERSION, root(20));
    claim(&node, 21, STATE_VERSION + 1, root(1));
    let mut told = Vec::new();
    let found = check(&node.platform(), &mut |done, total| told.push((done, total))).unwrap();
    assert_eq!((found.records, found.compared, found.diverged), (24, 2, None));
    assert_eq!(found.not_comparable, BTreeMap::from([(STATE_VERSION + 1, 1)]));
    assert_eq!(told.last(), Some(&(24, 24)));
    // A false claim is found, whatever came after it.
    claim(&node, 22, STATE_VERSION, root(20));
    node.grow(5);
    let found = check(&node.platform(), &mut |_, _| ()).unwrap();
    let divergence = found.diverged.unwrap();
    assert_eq!((divergence.claim.record, divergence.claim.seq), (Seq(24), Seq(22)));
    assert_eq!(divergence.claim.root, root(20));
    assert_eq!((found.records, found.compared), (23, 3));
}

#[test]
fn the_past_is_the_same_with_and_without_a_snapshot() {
    let mut node = Node::born();
    node.grow(60);
    node.grow(60);
    let with = Inspection::open(&node.platform()).unwrap();
    for path in node.snapshots() {
        node.disk.remove(&path).unwrap();
    }
    let without = Inspection::open(&node.platform()).unwrap();
    for seq in [0, 1, 59, 60, 61, 100, 120] {
        let root = |inspection: &Inspection<Sim>| inspection.state_at(Seq(seq)).unwrap().root();
        assert_eq!(root(&with), root(&without), "record {seq}");
    }
}
