//! A State made by records, as the runtime makes it.

use weft_projections::{
    Actor, DEFAULT_CONSTITUTION, Digest, Event, Kind, Payload, Record, Seq, Signature, State, Time,
    Verdict, events::Backend, evolve,
};

use std::collections::BTreeSet;

use crate::{
    Command, CommandId, Context, PayloadInfo, Redactable, Rotation, Ruling, Submission,
    requests::log, rule,
};

/// Who asks for what.
pub(crate) type Step = (Actor, Command);

/// A State and where its log stands.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) ctx: Context,
    /// Records that came with a payload.
    payloads: BTreeSet<Seq>,
}

impl World {
    /// Before genesis.
    pub(crate) fn empty() -> World {
        let ctx = Context::at(Seq(0), Time::from_unix_ms(60_000));
        World { state: State::default(), ctx, payloads: BTreeSet::new() }
    }

    /// After genesis under the default constitution.
    pub(crate) fn new() -> World {
        World::under(DEFAULT_CONSTITUTION)
    }

    /// After genesis under this constitution.
    pub(crate) fn under(constitution: &str) -> World {
        let mut world = World::empty();
        world.accept(&(Actor::Kernel, Command::Genesis(genesis(constitution))));
        world
    }

    /// After these commands, all of which are let through and decided.
    pub(crate) fn after(steps: &[Step]) -> World {
        let mut world = World::new();
        steps.iter().for_each(|step| world.accept(step));
        world
    }

    /// Runs a command that must take effect.
    pub(crate) fn accept(&mut self, (actor, command): &Step) {
        let submission = submission(*actor, command.clone());
        let ruling = self.run(&submission);
        assert!(!ruling.events.is_empty(), "{actor} {command:?}: {ruling:?}");
    }

    /// Rules on a submission and folds its record.
    pub(crate) fn run(&mut self, submission: &Submission) -> Ruling {
        let ruling = rule(&self.state, &self.told(submission), submission);
        evolve(&mut self.state, &record(&self.ctx, submission, &ruling));
        self.payloads.extend(submission.payload.map(|_| self.ctx.seq));
        self.next();
        ruling
    }

    /// The context as the runtime would fill it: it finds payloads where they came with a record, and lacks no key but
    /// the one of zeros.
    pub(crate) fn told(&self, submission: &Submission) -> Context {
        let mut ctx = self.ctx;
        if let Command::Redact(redact) = &submission.command
            && redact.seq < ctx.seq
        {
            let has_payload = self.payloads.contains(&redact.seq);
            ctx.redactable = if has_payload { Redactable::Whole } else { Redactable::NoPayload };
        }
        if let Command::RotateKey(rotate) = &submission.command
            && rotate.new_key != Digest::default()
        {
            ctx.rotation = Rotation::Signed(Signature([8; 64]));
        }
        ctx
    }

    fn next(&mut self) {
        self.ctx = Context::at(self.ctx.seq.next(), Time(self.ctx.time.0 + 1));
    }

    /// Folds an event that no decider was asked for, to get to where commands would take too long.
    pub(crate) fn fold(&mut self, event: Event) {
        let record = Record {
            seq: self.ctx.seq,
            time: self.ctx.time,
            kind: Kind(event.type_number()),
            actor: Actor::Kernel,
            cause: None,
            verdict: Verdict::Permit,
            rejected: false,
            constitution: None,
            events: vec![event],
            payload: None,
        };
        evolve(&mut self.state, &record);
        self.next();
    }
}

/// The record that the runtime would make of a ruling.
pub(crate) fn record(ctx: &Context, submission: &Submission, ruling: &Ruling) -> Record {
    let constitution = if let Command::Genesis(request) = &submission.command {
        Some(request.constitution.as_str().into())
    } else {
        None
    };
    let payload =
        submission.payload.map(|PayloadInfo { commit, len }| Payload { seq: ctx.seq, commit, len });
    Record {
        seq: ctx.seq,
        time: ctx.time,
        kind: submission.command.kind(),
        actor: submission.actor,
        cause: submission.cause,
        verdict: ruling.decision.verdict,
        rejected: ruling.rejection.is_some(),
        constitution,
        events: ruling.events.clone(),
        payload,
    }
}

/// A submission with the payload that the command takes.
pub(crate) fn submission(actor: Actor, command: Command) -> Submission {
    let speaks = [Kind::IPC_SEND, Kind::TOPIC_PUBLISH].contains(&command.kind());
    let is_native = matches!(&command, Command::Spawn(spawn) if spawn.backend == Backend::Native);
    let has_keys = matches!(&command, Command::Put(put) if !put.meta_keys.is_empty());
    Submission {
        actor,
        command_id: CommandId::new([7; 16]).unwrap(),
        cause: None,
        command,
        effect_raise: None,
        payload: (speaks || has_keys || is_native)
            .then_some(PayloadInfo { commit: Digest([9; 32]), len: 5 }),
        blob_len: None,
    }
}

/// A genesis with this constitution.
pub(crate) fn genesis(constitution: &str) -> log::Genesis {
    log::Genesis {
        origin: "example.org/node".to_owned(),
        log_key: Digest([1; 32]),
        constitution: constitution.to_owned(),
        entropy: Digest([2; 32]),
        operator_key: Digest([3; 32]),
        fork: None,
    }
}
