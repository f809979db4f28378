//! Which records a query is after.

use super::walk::walk;
use super::{Error, Sight};
use crate::RecordView;
use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};
use weft_commands::{Command, Target};
use weft_ledger::postings::{self, Direction};
use weft_ledger::storage::Storage;
use weft_ledger::{Entry, Header, Verdict};
use weft_projections::events::NodeRef;
use weft_projections::state::Row;
use weft_projections::{Actor, Event, Kind, Name, Pid, State, Time};

/// How a record was ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruled {
    /// The gate permitted it.
    Permit,
    /// The gate warned.
    Warn,
    /// The gate deferred it.
    Defer,
    /// The gate denied it.
    Deny,
    /// The gate let it through and the decider rejected it.
    Rejected,
}

/// Processes to look for: a PID, or all that ever had a name.
#[derive(Debug, Clone)]
pub struct Processes {
    pids: BTreeSet<Pid>,
    name: Option<Name>,
}

/// What a record must be like; `None` lets everything through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// About one of these.
    pub processes: Option<Processes>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Asked for by this actor.
    pub actor: Option<Actor>,
    /// Ruled so.
    pub ruled: Option<Ruled>,
    /// Not made before.
    pub since: Option<Time>,
    /// Asked for by this actor, whatever else is wanted: the only one whose records may be seen.
    pub only: Option<Actor>,
}

impl Filter {
    /// Whether the record at `entry` is like that.
    ///
    /// # Errors
    /// [`Error::Unread`] for a record of a later version.
    pub fn fits(&self, entry: &Entry<'_>) -> Result<bool, Error> {
        let header = &entry.header;
        let fits = self.since.is_none_or(|since| Time(header.time) >= since)
            && self.kind.is_none_or(|kind| kind.0 == header.kind)
            && self.actor.is_none_or(|actor| actor.to_u64() == header.actor)
            && self.only.is_none_or(|actor| actor.to_u64() == header.actor)
            && self.ruled.is_none_or(|ruled| ruled.fits(header));
        match &self.processes {
            Some(processes) if fits => Ok(processes.concerned(&crate::view(entry)?)),
            Some(_) | None => Ok(fits),
        }
    }

    /// What of it the postings know, for the records of `seqs`; `None` if that would leave out nothing.
    pub(super) fn indexed(&self, seqs: Range<u64>) -> Option<postings::Filter> {
        let (kind, actor) = (self.kind.map(|kind| kind.0), self.only.or(self.actor));
        let filter = postings::Filter {
            kinds: kind.into_iter().collect(),
            actors: actor.map(Actor::to_u64).into_iter().collect(),
            verdicts: self.ruled.and_then(Ruled::verdict).into_iter().collect(),
            times: self.since.map_or(0, |since| since.0)..=u64::MAX,
            seqs,
        };
        let asks =
            !(filter.kinds.is_empty() && filter.actors.is_empty() && filter.verdicts.is_empty());
        (asks || self.since.is_some()).then_some(filter)
    }
}

impl Ruled {
    /// Every one.
    pub const ALL: [Ruled; 5] =
        [Ruled::Permit, Ruled::Warn, Ruled::Defer, Ruled::Deny, Ruled::Rejected];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Ruled::Permit => "permit",
            Ruled::Warn => "warn",
            Ruled::Defer => "defer",
            Ruled::Deny => "deny",
            Ruled::Rejected => "rejected",
        }
    }

    fn fits(self, header: &Header) -> bool {
        self.verdict().map_or(header.rejected, |verdict| verdict == header.verdict)
    }

    /// What the gate ruled; a rejection is none of its.
    fn verdict(self) -> Option<Verdict> {
        match self {
            Ruled::Permit => Some(Verdict::Permit),
            Ruled::Warn => Some(Verdict::Warn),
            Ruled::Defer => Some(Verdict::Defer),
            Ruled::Deny => Some(Verdict::Deny),
            Ruled::Rejected => None,
        }
    }
}

impl Processes {
    /// Those that `target` names as of the last record in sight.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no process ever had the name or number, [`Error::Unread`] when the log
    /// cannot be read.
    pub fn find<S: Storage>(sight: &Sight<'_, S>, target: &Target) -> Result<Processes, Error> {
        let (pids, name) = match target {
            Target::Pid(pid) => {
                let next = sight.state.process_table.next_pid();
                let known = next.is_none_or(|next| *pid < next);
                (BTreeSet::from_iter(known.then_some(*pid)), None)
            }
            Target::Name(name) => (spawned_as(sight, name)?, Some(name.clone())),
        };
        if pids.is_empty() {
            return Err(Error::NotFound { what: format!("process {target}") });
        }
        Ok(Processes { pids, name })
    }

    /// Those that `target` names in the process table: the live ones, and those that exited lately.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn known(state: &State, target: &Target) -> Result<Processes, Error> {
        let name = match target {
            Target::Pid(_) => None,
            Target::Name(name) => Some(name.clone()),
        };
        let is_meant = |row: &&Row| match target {
            Target::Pid(pid) => row.pid == *pid,
            Target::Name(name) => row.name == *name,
        };
        let rows = state.process_table.rows().filter(is_meant);
        let pids: BTreeSet<Pid> = rows.map(|row| row.pid).collect();
        if pids.is_empty() {
            return Err(Error::NotFound { what: format!("process {target}") });
        }
        Ok(Processes { pids, name })
    }

    /// Whether one of them asked, was meant, or had something happen to it.
    fn concerned(&self, view: &RecordView) -> bool {
        self.is(view.record.actor)
            || self.asked_for(&view.command)
            || view.record.events.iter().any(|event| self.touched(event))
    }

    fn is(&self, actor: Actor) -> bool {
        actor.pid().is_some_and(|pid| self.pids.contains(&pid))
    }

    fn meant(&self, target: &Target) -> bool {
        match target {
            Target::Pid(pid) => self.pids.contains(pid),
            Target::Name(name) => self.named(name),
        }
    }

    fn named(&self, name: &Name) -> bool {
        self.name.as_ref() == Some(name)
    }

    fn asked_for(&self, command: &Command) -> bool {
        match command {
            Command::Spawn(spawn) => self.named(&spawn.name),
            Command::Stop(stop) => self.meant(&stop.target),
            Command::Send(send) => self.meant(&send.to),
            Command::Grant(grant) => self.is(grant.holder),
            Command::Suppressed(suppressed) => self.is(suppressed.tree),
            Command::Started(started) => self.pids.contains(&started.pid),
            Command::Exited(exited) => self.pids.contains(&exited.pid),
            Command::Link(link) => self.node(&link.from) || self.node(&link.to),
            Command::Unrecognised(_)
            | Command::Genesis(_)
            | Command::Redact(_)
            | Command::RotateKey(_)
            | Command::Snapshot(_)
            | Command::Boot(_)
            | Command::Shutdown(_)
            | Command::Ack(_)
            | Command::Subscribe(_)
            | Command::Unsubscribe(_)
            | Command::Publish(_)
            | Command::Put(_)
            | Command::Remove(_)
            | Command::Revoke(_) => false,
        }
    }

    fn node(&self, node: &NodeRef) -> bool {
        match node {
            NodeRef::Process(pid) => self.pids.contains(pid),
            NodeRef::Record(_) | NodeRef::Named(_) => false,
        }
    }

    fn touched(&self, event: &Event) -> bool {
        let pid = match event {
            Event::ProcessSpawned(spawned) => {
                return self.pids.contains(&spawned.pid) || self.is(spawned.parent);
            }
            Event::CapabilityGranted(granted) => return self.is(granted.holder),
            Event::ProcessStarted(event) => event.pid,
            Event::ProcessExited(event) => event.pid,
            Event::ProcessStopping(event) => event.pid,
            Event::IpcSent(event) => event.to,
            Event::IpcAcked(event) => event.pid,
            Event::TopicSubscribed(event) => event.pid,
            Event::TopicUnsubscribed(event) => event.pid,
            Event::LogGenesis(_)
            | Event::LogRedacted(_)
            | Event::LogKeyRotated(_)
            | Event::KernelSnapshotClaimed(_)
            | Event::KernelBooted(_)
            | Event::KernelHalted(_)
            | Event::GovernanceSuppressed(_)
            | Event::TopicPublished(_)
            | Event::ResourceStored(_)
            | Event::ResourceRemoved(_)
            | Event::CausalLinked(_)
            | Event::CapabilityRevoked(_) => return false,
        };
        self.pids.contains(&pid)
    }
}

fn spawned_as<S: Storage>(sight: &Sight<'_, S>, name: &Name) -> Result<BTreeSet<Pid>, Error> {
    let mut pids = BTreeSet::new();
    let spawns = Filter { kind: Some(Kind::PROCESS_SPAWN), ..Filter::default() };
    walk(sight, &spawns, 0..u64::MAX, Direction::Ascending, &mut |entry, _| {
        if Kind(entry.header.kind) != Kind::PROCESS_SPAWN {
            return Ok(ControlFlow::Continue(()));
        }
        for event in &crate::decode_record(entry)?.events {
            if let Event::ProcessSpawned(spawned) = event
                && spawned.name == *name
            {
                pids.insert(spawned.pid);
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(pids)
}
