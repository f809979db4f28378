//! A builder of records: one event after another, folded as it goes.

use crate::events::{
    Backend, Grant, KernelSnapshotClaimed, LogGenesis, LogKeyRotated, LogRedacted, Next, Outcome,
    ProcessExited, ProcessSpawned, ResourceStored, Restart,
};
use crate::{
    Actor, Constitution, DEFAULT_CONSTITUTION, Digest, Event, Generation, GrantId, Kind, Name,
    OperatorId, Payload, Pid, Record, Seq, Signature, State, Time, Topic, TopicFilter, TreePath,
    Verdict, evolve,
};

pub(crate) fn pid_of(id: u64) -> Pid {
    Pid::new(id).unwrap()
}

pub(crate) fn process(id: u64) -> Actor {
    Actor::Process(pid_of(id))
}

pub(crate) fn operator() -> Actor {
    Actor::Operator(OperatorId::FIRST)
}

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

pub(crate) fn topic(text: &str) -> Topic {
    text.parse().unwrap()
}

pub(crate) fn filter(text: &str) -> TopicFilter {
    text.parse().unwrap()
}

/// A delegable grant of a scope that derives from another grant.
pub(crate) fn grant(scope: &str, parent: GrantId) -> Grant {
    Grant { scope: scope.parse().unwrap(), parent: Some(parent), expires: None, delegable: true }
}

pub(crate) fn genesis() -> LogGenesis {
    LogGenesis {
        origin: "weft.example/test".to_owned(),
        log_key: Digest([1; 32]),
        constitution: Constitution::digest(DEFAULT_CONSTITUTION),
        entropy: Digest([2; 32]),
        operator_key: Digest([3; 32]),
        fork: None,
    }
}

/// A process named `p<id>` that an operator made, without grants of its own.
pub(crate) fn spawned(id: u64) -> Event {
    Event::ProcessSpawned(ProcessSpawned {
        pid: pid_of(id),
        name: name(&format!("p{id}")),
        parent: operator(),
        restart: Restart::Never,
        grants: vec![],
        backend: Backend::Embedded,
    })
}

pub(crate) fn stored(text: &str) -> Event {
    Event::ResourceStored(ResourceStored {
        path: path(text),
        kind: "file".parse().unwrap(),
        meta_keys: vec![],
    })
}

pub(crate) fn redacted(seq: u64) -> Event {
    Event::LogRedacted(LogRedacted { seq: Seq(seq), reason: "asked for".parse().unwrap() })
}

pub(crate) fn rotated(key: u8) -> Event {
    let (new_key, signature) = (Digest([key; 32]), Signature([key; 64]));
    Event::LogKeyRotated(Box::new(LogKeyRotated { new_key, signature }))
}

pub(crate) fn claimed(seq: u64) -> Event {
    let (state_version, root) = (crate::STATE_VERSION, Digest([4; 32]));
    Event::KernelSnapshotClaimed(KernelSnapshotClaimed { seq: Seq(seq), state_version, root })
}

/// State, and the record that comes next.
pub(crate) struct Story {
    pub(crate) state: State,
    pub(crate) next: Record,
}

impl Story {
    /// After genesis, at minute 1,000 of record time.
    pub(crate) fn begin() -> Self {
        Self::begin_with(genesis())
    }

    /// The same after another genesis.
    pub(crate) fn begin_with(genesis: LogGenesis) -> Self {
        let next = Record {
            seq: Seq(0),
            time: Time::from_unix_ms(60_000_000),
            kind: Kind::LOG_GENESIS,
            actor: Actor::Kernel,
            cause: None,
            verdict: Verdict::Permit,
            rejected: false,
            constitution: Some(DEFAULT_CONSTITUTION.into()),
            events: vec![],
            payload: None,
        };
        let mut story = Self { state: State::default(), next };
        story.add(Actor::Kernel, Event::LogGenesis(Box::new(genesis)));
        story.next.constitution = None;
        story
    }

    /// Folds a record with one event; returns its position.
    pub(crate) fn add(&mut self, actor: Actor, event: Event) -> Seq {
        let seq = self.next.seq;
        let record = Record {
            actor,
            kind: Kind(event.type_number()),
            events: vec![event],
            ..self.next.clone()
        };
        evolve(&mut self.state, &record);
        self.next.seq = seq.next();
        self.next.time = Time(self.next.time.0 + 1);
        seq
    }

    /// Folds a record with one event and a payload of that many bytes.
    pub(crate) fn add_with_payload(&mut self, actor: Actor, event: Event, len: u32) -> Seq {
        self.next.payload = Some(Payload { seq: self.next.seq, commit: Digest([9; 32]), len });
        let seq = self.add(actor, event);
        self.next.payload = None;
        seq
    }

    /// Folds a record that the gate ruled against.
    pub(crate) fn refuse(&mut self, actor: Actor, verdict: Verdict) {
        let record = Record { actor, verdict, ..self.next.clone() };
        evolve(&mut self.state, &record);
        self.next.seq = self.next.seq.next();
    }

    /// Processes 1 to `count`.
    pub(crate) fn spawn(&mut self, count: u64) {
        for id in 1..=count {
            self.add(operator(), spawned(id));
        }
    }

    /// Ends the first run of a process, for good or not.
    pub(crate) fn exit(&mut self, id: u64, next: Next) {
        let (pid, generation) = (
            pid_of(id),
            self.state
                .process_table
                .get(pid_of(id))
                .map_or(Generation::FIRST, |row| row.generation),
        );
        self.add(
            Actor::Kernel,
            Event::ProcessExited(ProcessExited {
                pid,
                generation,
                outcome: Outcome::Code(0),
                next,
            }),
        );
    }

    pub(crate) fn wait_ms(&mut self, ms: u64) {
        self.next.time = Time::from_unix_ms(self.next.time.unix_ms() + ms);
    }
}
