//! A change of keys, whole and cut short anywhere.

use super::seed_for;
use crate::kernel::{Genesis, Kernel};
use crate::platform::{Sim, SimClock};
use crate::testing::genesis;
use crate::{Error, OpenOptions, Receipt, Request};
use ed25519_dalek::SigningKey;
use weft_commands::requests::log::RotateKey;
use weft_commands::{Command, CommandId};
use weft_ledger::limits::Limits;
use weft_ledger::storage::{Access, File, Memory, Storage};
use weft_ledger::{VerifyOptions, verify};
use weft_projections::{Actor, Digest, OperatorId};

const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);

/// A node in memory, opened and closed as a real one is.
struct Node {
    memory: Memory,
    clock: SimClock,
}

impl Node {
    /// Its first key is that of seed 1.
    fn born() -> Node {
        let node = Node { memory: Memory::new(), clock: SimClock::at(1_000) };
        let genesis = Genesis { log_key: public(1), ..genesis() };
        let born = Kernel::<_, ()>::create(node.platform(), genesis, Limits::default());
        born.unwrap().0.close().unwrap();
        node.memory.make_dir("keys").unwrap();
        node.memory.sync_dir("").unwrap();
        node.store("keys/log.key", 1).unwrap();
        node
    }

    fn platform(&self) -> Sim {
        Sim::new(self.memory.clone(), self.clock.clone(), 7)
    }

    fn store(&self, path: &str, seed: u8) -> std::io::Result<()> {
        let file = self.memory.create_new(path)?;
        file.write_at(&[seed; 32], 0)?;
        file.sync_all()?;
        self.memory.sync_dir("keys")
    }

    /// The seed in a key's file, by its first byte.
    fn stored(&self, path: &str) -> Option<u8> {
        let mut byte = [0];
        let file = self.memory.open(path, Access::Read).ok()?;
        file.read_at(&mut byte, 0).ok().map(|_| byte[0])
    }

    /// Opens for writing with the key that the log needs.
    fn open(&self) -> Result<Kernel<Sim, ()>, Error> {
        let options = OpenOptions { threads: 1, ..OpenOptions::writer() };
        let (mut kernel, opening) = Kernel::open(self.platform(), options)?;
        let current = self.stored("keys/log.key").map(|byte| [byte; 32]);
        let keys = &opening.log.watched.keys;
        let seed = seed_for(&self.memory, current, keys, opening.log.head.size);
        let failed = |source| Error::key("keys".as_ref(), source);
        let seed = seed.map_err(failed)?.expect("the log's key is here");
        kernel.sign_checkpoints(keys.origin(), &seed)?;
        Ok(kernel)
    }

    fn verify(&self) -> u64 {
        let report = verify(&self.memory, VerifyOptions::default(), &mut |_, _| ()).unwrap();
        report.watched.checkpoints
    }
}

fn public(seed: u8) -> [u8; 32] {
    SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()
}

fn rotation(number: u8, seed: u8) -> Request {
    let new_key = Digest(public(seed));
    let id = CommandId::new([number; 16]).unwrap();
    Request::new(OPERATOR, id, Command::RotateKey(RotateKey { new_key }))
}

fn rotate(kernel: &mut Kernel<Sim, ()>, number: u8, seed: u8) -> Result<Receipt, Error> {
    Ok(kernel.execute(rotation(number, seed))??)
}

#[test]
fn the_old_key_hands_over_and_the_new_one_signs() {
    let node = Node::born();
    node.store("keys/log.key.next", 2).unwrap();
    let mut kernel = node.open().unwrap();
    assert!(rotate(&mut kernel, 1, 2).unwrap().took_effect());
    assert_eq!(kernel.state().chain.key(), Digest(public(2)));
    kernel.close().unwrap();
    let keys = [node.stored("keys/log.key"), node.stored("keys/log.key.next")];
    assert_eq!(keys, [Some(2), None]);
    assert_eq!(node.verify(), 1);
    node.store("keys/log.key.next", 3).unwrap();
    let mut kernel = node.open().unwrap();
    assert!(rotate(&mut kernel, 2, 3).unwrap().took_effect());
    kernel.close().unwrap();
    assert_eq!((node.stored("keys/log.key"), node.verify()), (Some(3), 2));
}

#[test]
fn one_kernel_changes_keys_again_and_again() {
    let node = Node::born();
    let mut kernel = node.open().unwrap();
    for seed in 2..6 {
        let _ = node.memory.remove("keys/log.key.next");
        node.store("keys/log.key.next", seed).unwrap();
        assert!(rotate(&mut kernel, seed, seed).unwrap().took_effect(), "{seed}");
    }
    kernel.close().unwrap();
    assert_eq!((node.stored("keys/log.key"), node.verify()), (Some(5), 1));
}

#[test]
fn nothing_is_handed_over_to_a_key_that_is_not_here() {
    let node = Node::born();
    let mut kernel = node.open().unwrap();
    let code = |receipt: Receipt| receipt.ruling.refusal.map(|refusal| refusal.code());
    assert_eq!(code(rotate(&mut kernel, 1, 2).unwrap()), Some("key_not_held"));
    node.store("keys/log.key.next", 2).unwrap();
    assert_eq!(code(rotate(&mut kernel, 2, 3).unwrap()), Some("key_not_held"));
    assert_eq!(code(rotate(&mut kernel, 3, 1).unwrap()), Some("key_used"));
    assert_eq!(kernel.state().chain.key(), Digest(public(1)));
    kernel.close().unwrap();
    assert_eq!((node.stored("keys/log.key"), node.verify()), (Some(1), 1));
}

#[test]
fn a_rotation_takes_no_payload_even_if_it_is_refused() {
    let node = Node::born();
    let mut kernel = node.open().unwrap();
    let request = kernel.with_content(rotation(1, 2), *b"x").unwrap();
    let error = kernel.execute(request).unwrap().unwrap_err();
    assert_eq!(error.to_string(), "malformed request: log.rotate_key takes no payload");
}

/// The record is durable and the kernel dies before the new key has the old one's name.
#[test]
fn opening_completes_a_change_of_keys() {
    let node = Node::born();
    node.store("keys/log.key.next", 2).unwrap();
    let mut kernel = node.open().unwrap();
    assert!(rotate(&mut kernel, 1, 2).unwrap().took_effect());
    drop(kernel);
    assert_eq!(node.stored("keys/log.key"), Some(1));
    let kernel = node.open().unwrap();
    let keys = [node.stored("keys/log.key"), node.stored("keys/log.key.next")];
    assert_eq!(keys, [Some(2), None]);
    kernel.close().unwrap();
    assert_eq!(node.verify(), 1);
}

/// A key that nobody has handed over to stays beside the one that signs.
#[test]
fn opening_leaves_a_key_that_the_log_does_not_need() {
    let node = Node::born();
    node.store("keys/log.key.next", 2).unwrap();
    node.open().unwrap().close().unwrap();
    let keys = [node.stored("keys/log.key"), node.stored("keys/log.key.next")];
    assert_eq!((keys, node.verify()), ([Some(1), Some(2)], 1));
}

/// Whatever of it was durable, the next opening has the key that the log needs, and what was acknowledged is there.
#[test]
fn power_may_fail_at_every_write_and_sync_of_a_change_of_keys() {
    let mut failures = 0;
    for changes in 0.. {
        let node = Node::born();
        node.memory.lose_power_after(changes);
        let acknowledged = change_keys(&node).unwrap_or(false);
        if node.memory.sync_dir("").is_ok() {
            break;
        }
        failures += 1;
        for keep in [0, 1] {
            let node = Node { memory: node.memory.fork(), clock: node.clock.clone() };
            node.memory.crash(&mut |end| if keep == 0 { 0 } else { end.saturating_sub(1) });
            let kernel = node.open().unwrap();
            let key = kernel.state().chain.key();
            assert!(!acknowledged || key == Digest(public(2)), "{changes}");
            let expected = if key == Digest(public(2)) { 2 } else { 1 };
            assert_eq!(node.stored("keys/log.key"), Some(expected), "{changes}");
            kernel.close().unwrap();
            assert!(node.verify() > 0, "{changes}");
        }
    }
    assert!(failures > 20, "only {failures} writes and syncs");
}

/// Every step, up to the one that fails: whether the change was acknowledged.
fn change_keys(node: &Node) -> Result<bool, Error> {
    let failed = |source| Error::key("keys".as_ref(), source);
    node.store("keys/log.key.next", 2).map_err(failed)?;
    let mut kernel = node.open()?;
    let acknowledged = rotate(&mut kernel, 1, 2)?.took_effect();
    // What fails from here on does not take the answer back.
    let _ = kernel.close();
    Ok(acknowledged)
}
