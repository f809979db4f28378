//! Which records `weft log` shows.

use crate::error::Error;
use crate::view::View;
use std::collections::BTreeSet;
use std::ops::Range;
use weft_commands::{Command, Target};
use weft_ledger::{Entry, Header};
use weft_projections::events::NodeRef;
use weft_projections::{Actor, Event, Kind, Name, Pid, Seq, Time};
use weft_runtime::RecordView;

/// How a record was ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Ruled {
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
#[derive(Debug)]
pub(crate) struct Processes {
    pids: BTreeSet<Pid>,
    name: Option<Name>,
}

/// What a record must be like; `None` lets everything through.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    pub(crate) processes: Option<Processes>,
    pub(crate) kind: Option<Kind>,
    pub(crate) actor: Option<Actor>,
    pub(crate) ruled: Option<Ruled>,
    pub(crate) since: Option<Time>,
}

/// The latest `limit` records in sight that fit, newest first.
///
/// # Errors
/// [`Error::Ledger`] when the log cannot be read, [`Error::Node`] for a record of a later version.
pub(crate) fn latest(view: &View, filter: &Filter, limit: u64) -> Result<Vec<Seq>, Error> {
    let mut found = Vec::new();
    for entry in view.reader().range_back(0..view.head().0 + 1) {
        let entry = entry.map_err(|error| view.unread(error))?;
        let too_old = filter.since.is_some_and(|since| Time(entry.header.time) < since);
        if found.len() as u64 >= limit || too_old {
            break;
        }
        if filter.fits(view, &entry)? {
            found.push(Seq(entry.header.seq));
        }
    }
    Ok(found)
}

/// Shows the records of `found`, which stand newest first, in that order. Neighbours are read in one
/// go.
///
/// # Errors
/// [`Error::Ledger`] when the log cannot be read, or what `show` says.
pub(crate) fn newest_first(view: &View, found: &[Seq], show: &mut Show<'_>) -> Result<(), Error> {
    for run in found.chunk_by(are_neighbours) {
        for entry in view.reader().range_back(extent(run)) {
            show(&entry.map_err(|error| view.unread(error))?)?;
        }
    }
    Ok(())
}

/// The same, oldest first.
///
/// # Errors
/// As [`newest_first`].
pub(crate) fn oldest_first(view: &View, found: &[Seq], show: &mut Show<'_>) -> Result<(), Error> {
    for run in found.chunk_by(are_neighbours).rev() {
        for entry in view.reader().range(extent(run)) {
            show(&entry.map_err(|error| view.unread(error))?)?;
        }
    }
    Ok(())
}

/// What is done with a record that was found.
pub(crate) type Show<'a> = dyn FnMut(&Entry<'_>) -> Result<(), Error> + 'a;

fn are_neighbours(later: &Seq, earlier: &Seq) -> bool {
    earlier.next() == *later
}

/// From the last to the first of a run that stands newest first.
fn extent(run: &[Seq]) -> Range<u64> {
    match run {
        [later, .., earlier] => earlier.0..later.next().0,
        [only] => only.0..only.next().0,
        [] => 0..0,
    }
}

/// The processes that `text` names as of the last record in sight.
///
/// # Errors
/// [`Error::NotFound`] when no process ever had the name or PID, [`Error::Usage`] when none could.
pub(crate) fn processes(view: &View, text: &str) -> Result<Processes, Error> {
    let target: Target = text.parse().map_err(|error| Error::Usage(format!("{error}")))?;
    let (pids, name) = match target {
        Target::Pid(pid) => {
            let next = view.state()?.process_table.next_pid();
            let known = next.is_none_or(|next| pid < next);
            (BTreeSet::from_iter(known.then_some(pid)), None)
        }
        Target::Name(name) => (spawned_as(view, &name)?, Some(name)),
    };
    if pids.is_empty() {
        return Err(view.not_found(format!("process {text}"), "weft log --kind process.spawn"));
    }
    Ok(Processes { pids, name })
}

fn spawned_as(view: &View, name: &Name) -> Result<BTreeSet<Pid>, Error> {
    let mut pids = BTreeSet::new();
    for entry in view.reader().range(0..view.head().0 + 1) {
        let entry = entry.map_err(|error| view.unread(error))?;
        if Kind(entry.header.kind) != Kind::PROCESS_SPAWN {
            continue;
        }
        for event in &view.decode(&entry)?.record.events {
            if let Event::ProcessSpawned(spawned) = event
                && spawned.name == *name
            {
                pids.insert(spawned.pid);
            }
        }
    }
    Ok(pids)
}

impl Filter {
    fn fits(&self, view: &View, entry: &Entry<'_>) -> Result<bool, Error> {
        let header = &entry.header;
        let fits = self.kind.is_none_or(|kind| kind.0 == header.kind)
            && self.actor.is_none_or(|actor| actor.to_u64() == header.actor)
            && self.ruled.is_none_or(|ruled| ruled.fits(header));
        match &self.processes {
            Some(processes) if fits => Ok(processes.concerned(&view.decode(entry)?)),
            Some(_) | None => Ok(fits),
        }
    }
}

impl Ruled {
    fn fits(self, header: &Header) -> bool {
        let verdict = header.verdict.as_u8();
        match self {
            Ruled::Permit => verdict == 0,
            Ruled::Warn => verdict == 1,
            Ruled::Defer => verdict == 2,
            Ruled::Deny => verdict == 3,
            Ruled::Rejected => header.rejected,
        }
    }
}

impl Processes {
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
