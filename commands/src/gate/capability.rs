//! Second check: what right the actor holds.

use weft_projections::{
    Action, Actor, GrantId, Name, Object, Pid, ProcessPattern, Scope, State, TopicFilter, TreePath,
    limits::SPAWN_GRANTS_MAX,
};

use crate::{
    Command, Context, Finding, Submission, Target, chain,
    requests::{capability::Revoke, process::Spawn},
};

/// Finds the grant that the action rests on, or that there is none.
pub(super) fn check(
    state: &State,
    ctx: &Context,
    submission: &Submission,
    findings: &mut Vec<Finding>,
) {
    let asker = Asker { state, ctx, actor: submission.actor };
    match &submission.command {
        Command::Unrecognised(_)
        | Command::Genesis(_)
        | Command::Snapshot(_)
        | Command::Boot(_)
        | Command::Suppressed(_)
        | Command::Started(_)
        | Command::Exited(_) => {}
        Command::Redact(_) => findings.push(asker.held(&[scope(Action::Redact, Object::Any)])),
        Command::Shutdown(_) | Command::RotateKey(_) => findings.push(asker.held(&[operate()])),
        Command::Spawn(request) => asker.spawn(request, findings),
        Command::Stop(request) => findings.push(asker.on_process(Action::Stop, &request.target)),
        Command::Send(request) => findings.push(asker.on_process(Action::Send, &request.to)),
        Command::Ack(_) | Command::Unsubscribe(_) => findings.push(asker.own()),
        Command::Subscribe(request) => findings.push(asker.subscribe(&request.filter)),
        Command::Publish(request) => {
            findings.push(asker.on_topics(Action::Publish, TopicFilter::from(&request.topic)));
        }
        Command::Put(request) => findings.push(asker.on_path(Action::Put, &request.path)),
        Command::Remove(request) => findings.push(asker.on_path(Action::Remove, &request.path)),
        Command::Link(_) => findings.push(asker.held(&[scope(Action::Link, Object::Graph)])),
        Command::Grant(request) => findings.push(asker.held(core::slice::from_ref(&request.scope))),
        Command::Revoke(request) => findings.push(asker.revoke(request)),
    }
}

/// Who wants to know, and when.
pub(super) struct Asker<'a> {
    pub(super) state: &'a State,
    pub(super) ctx: &'a Context,
    pub(super) actor: Actor,
}

impl Asker<'_> {
    /// The grant that covers one of these rights; the first right is the one reported as missing.
    pub(super) fn held(&self, wanted: &[Scope]) -> Finding {
        match (wanted.iter().find_map(|scope| self.effective(scope)), wanted.first()) {
            (Some(grant), _) => Finding::CapabilityHeld { grant },
            (None, Some(scope)) => Finding::CapabilityMissing { scope: scope.clone() },
            (None, None) => Finding::CapabilityMissing { scope: Scope::everything() },
        }
    }

    fn effective(&self, wanted: &Scope) -> Option<GrantId> {
        self.state.capabilities.effective(self.actor, wanted, self.ctx.time)
    }

    /// A right to a process may name its pid or the name it goes by while it lives.
    fn on_process(&self, action: Action, target: &Target) -> Finding {
        let table = &self.state.process_table;
        match target {
            Target::Pid(pid) => match table.live(*pid) {
                Some(row) => self.held(&[by_pid(action, *pid), by_name(action, &row.name)]),
                None => self.held(&[by_pid(action, *pid)]),
            },
            Target::Name(name) => match table.live_by_name(name) {
                Some(row) => self.held(&[by_name(action, name), by_pid(action, row.pid)]),
                None => self.held(&[by_name(action, name)]),
            },
        }
    }

    fn on_topics(&self, action: Action, filter: TopicFilter) -> Finding {
        self.held(&[scope(action, Object::Topics(filter))])
    }

    fn on_path(&self, action: Action, path: &TreePath) -> Finding {
        self.held(&[scope(action, Object::Paths(path.clone()))])
    }

    /// Inboxes and subscriptions belong to processes, and are theirs to empty and end.
    fn own(&self) -> Finding {
        self.as_process().unwrap_or(Finding::Owner)
    }

    fn subscribe(&self, filter: &TopicFilter) -> Finding {
        let right = || self.on_topics(Action::Subscribe, filter.clone());
        self.as_process().unwrap_or_else(right)
    }

    /// What is wrong with an actor that is no process.
    fn as_process(&self) -> Option<Finding> {
        match self.actor {
            Actor::Process(_) => None,
            Actor::Kernel | Actor::Operator(_) | Actor::Node(_) | Actor::Unauthenticated => {
                Some(Finding::NotAProcess)
            }
        }
    }

    /// The right to spawn under that name, and every right that the child is to get.
    fn spawn(&self, request: &Spawn, findings: &mut Vec<Finding>) {
        findings.push(self.held(&[by_name(Action::Spawn, &request.name)]));
        for (index, right) in (0..).zip(request.can.iter().take(SPAWN_GRANTS_MAX)) {
            if self.effective(&right.scope).is_none() {
                findings.push(Finding::DelegationMissing { index });
            }
        }
    }

    /// One may take back what descends from a grant of one's own; an operator who holds everything may
    /// take back anything. Whether the grant exists is not told to anyone else.
    fn revoke(&self, request: &Revoke) -> Finding {
        let all = match self.actor {
            Actor::Operator(_) => self.effective(&Scope::everything()),
            Actor::Kernel | Actor::Process(_) | Actor::Node(_) | Actor::Unauthenticated => None,
        };
        let own = || chain::ancestor_of(self.state, request.grant, self.actor);
        match all.or_else(own) {
            Some(grant) => Finding::CapabilityHeld { grant },
            None => Finding::NotGranter { grant: request.grant },
        }
    }
}

fn operate() -> Scope {
    scope(Action::Operate, Object::Any)
}

fn by_pid(action: Action, pid: Pid) -> Scope {
    scope(action, Object::Process(ProcessPattern::Pid(pid)))
}

fn by_name(action: Action, name: &Name) -> Scope {
    scope(action, Object::Process(ProcessPattern::Name(name.clone())))
}

fn scope(action: Action, object: Object) -> Scope {
    Scope::new(action, object).expect("the actions of this file fit their objects")
}
