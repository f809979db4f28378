//! A client that asks at random, keeps what was answered, and asks again for what was not.

use super::agents::{AGENTS, short_program};
use super::chain::{Chain, Place};
use crate::simulation::Dice;
use crate::support::Daemon;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::SyncSender;
use weft_projections::OperatorId;
use weft_runtime::api::json::Receipt;
use weft_runtime::api::{Answered, CallError, Client, Credentials};
use weft_runtime::node::Keys;

/// Requests that one client has under way at most.
const UNDER_WAY_MAX: usize = 8;

/// A command as it was asked for, the first time or again.
#[derive(Clone, Debug)]
struct Asked {
    id: [u8; 16],
    method: &'static str,
    params: Value,
    /// Where it stands if the log of a kernel that was killed had it.
    earlier: Option<Place>,
}

/// One of the clients; it outlives the kernels.
pub(super) struct Asker {
    number: usize,
    dice: Dice,
    /// The folder where short programs say that they began.
    shorts: String,
    /// What was acknowledged as recorded.
    kept: BTreeMap<[u8; 16], Place>,
    /// What was answered as only counted: refusals beyond the budget.
    uncounted: Vec<[u8; 16]>,
    /// What was not answered when the kernel was killed.
    open: VecDeque<Asked>,
    grants: Vec<String>,
    /// A program of its own that runs until it is stopped.
    sleeper: Option<String>,
    /// Whether it may still spawn something under this kernel.
    may_spawn: bool,
}

impl Asker {
    pub(super) fn new(number: usize, seed: u64, shorts: &str) -> Asker {
        Asker {
            number,
            dice: Dice::new(seed.wrapping_add(number as u64 + 1)),
            shorts: shorts.to_owned(),
            kept: BTreeMap::new(),
            uncounted: Vec::new(),
            open: VecDeque::new(),
            grants: Vec::new(),
            sleeper: None,
            may_spawn: true,
        }
    }

    /// How many commands were acknowledged.
    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Asks until the kernel is gone, and tells `answered` of every answer.
    pub(super) fn ask(&mut self, daemon: &Daemon, answered: &SyncSender<()>) {
        self.may_spawn = true;
        // A kernel that is killed at once is never reached.
        let Ok(mut client) = connect(daemon) else { return };
        let mut under_way = BTreeMap::new();
        let lost = self.talk(&mut client, &mut under_way, answered).unwrap_err();
        assert!(["outcome_unknown", "unreachable"].contains(&lost.code()), "{lost:?}");
        self.open.extend(under_way.into_values());
    }

    fn talk(
        &mut self,
        client: &mut Client,
        under_way: &mut BTreeMap<u64, Asked>,
        answered: &SyncSender<()>,
    ) -> Result<(), CallError> {
        loop {
            let most = 1 + self.dice.below(UNDER_WAY_MAX);
            while under_way.len() < most {
                let asked = self.open.pop_front().unwrap_or_else(|| self.invent());
                let sent = client.send(asked.method, &asked.params);
                // Whether the kernel heard of it or not: it was asked for.
                under_way.insert(*sent.as_ref().unwrap_or(&u64::MAX), asked);
                sent?;
            }
            let (number, answer) = client.receive()?;
            let asked = under_way.remove(&number).unwrap();
            self.take(asked, answer);
            // Nobody counts any more once the kernel is to be killed.
            let _ = answered.send(());
        }
    }

    /// Asks again for everything that is open.
    pub(super) fn catch_up(&mut self, daemon: &Daemon) {
        let mut client = connect(daemon).unwrap();
        for asked in std::mem::take(&mut self.open) {
            let answer = client.call_raw(asked.method, &asked.params);
            self.take(asked, answer);
        }
    }

    fn take(&mut self, asked: Asked, answer: Answered) {
        let receipt = match &answer {
            Ok(result) => serde_json::from_str::<Receipt>(result.get()).unwrap(),
            Err(error) => match error.receipt() {
                Some(receipt) => receipt.clone(),
                None => panic!("{asked:?}: {}: {error}", error.code()),
            },
        };
        let (Some(seq), Some(link)) = (receipt.seq, receipt.link.clone()) else {
            return self.uncounted.push(asked.id);
        };
        let place = (seq, link);
        let repeated = receipt.repetition.then(|| place.clone());
        assert_eq!(repeated, asked.earlier, "what was recorded is answered as such: {asked:?}");
        self.grants.extend(receipt.grant.clone());
        if asked.method == "process.spawn" && asked.params["restart"] == "on_failure" {
            self.sleeper = asked.params["name"].as_str().map(str::to_owned);
        }
        assert_eq!(self.kept.insert(asked.id, place), None);
    }

    /// Looks for everything it ever asked for in the log of a kernel that was killed.
    pub(super) fn check(&mut self, chain: &Chain) {
        for (id, place) in &self.kept {
            assert_eq!(chain.place_of(id), Some(place), "acknowledged, and not in the log");
        }
        for id in &self.uncounted {
            assert_eq!(chain.place_of(id), None, "only counted, and in the log");
        }
        for asked in &mut self.open {
            asked.earlier = chain.place_of(&asked.id).cloned();
        }
    }

    /// How many commands the kernels left unanswered, and how many of them are in the log.
    pub(super) fn open(&self) -> (usize, usize) {
        let recorded = self.open.iter().filter(|asked| asked.earlier.is_some()).count();
        (self.open.len(), recorded)
    }

    fn invent(&mut self) -> Asked {
        let id = self.dice.id();
        let (method, mut params) = self.wish();
        params["command_id"] = hex::encode(id).into();
        Asked { id, method, params, earlier: None }
    }

    fn wish(&mut self) -> (&'static str, Value) {
        let number = self.number;
        let agent = AGENTS[self.dice.below(AGENTS.len())];
        let key = self.dice.below(50);
        match self.dice.below(24) {
            0..8 => {
                let path = format!("/apps/client-{number}/{key}");
                ("tree.put", json!({"path": path, "meta": {"key": key.to_string()}}))
            }
            8..14 => ("ipc.send", json!({"to": agent, "body": format!("{number}: {key}")})),
            14..17 => {
                let topic = format!("crash/{number}");
                ("topic.publish", json!({"topic": topic, "body": key.to_string()}))
            }
            17..20 => {
                let scope = format!("put:/apps/client-{number}");
                ("capability.grant", json!({"holder": agent, "scope": scope}))
            }
            20..22 => match self.grants.pop() {
                Some(grant) => ("capability.revoke", json!({"grant": grant})),
                None => ("tree.put", json!({"path": format!("/apps/{number}")})),
            },
            _ => self.process_wish(),
        }
    }

    fn process_wish(&mut self) -> (&'static str, Value) {
        if let Some(name) = self.sleeper.take() {
            return ("process.stop", json!({"target": name}));
        }
        if !std::mem::take(&mut self.may_spawn) {
            return ("tree.remove", json!({"path": "/apps/nowhere"}));
        }
        let name = format!("short-{}-{}", self.number, self.dice.below(1 << 30));
        ("process.spawn", short_program(&name, &self.shorts, &mut self.dice))
    }
}

fn connect(daemon: &Daemon) -> Result<Client, CallError> {
    let keys = Keys::load(&daemon.layout).unwrap();
    daemon.connect(Credentials::Operator(OperatorId::FIRST, keys.into()))
}
