//! Going on with a log from one of its records, under an id and keys of its own.

use super::birth::{Birth, born_as, conceive};
use super::cradle::Cradle;
use super::folders::{refuse_occupied, sync_folder};
use super::{Layout, open};
use crate::kernel::{Begun, RecordView, begin, view};
use crate::platform::{Native, Platform, Salts};
use crate::{Error, Inspection, Receipt, Rehearsal};
use weft_commands::requests::log::{self, Fork};
use weft_commands::{Command, CommandId};
use weft_ledger::limits::Limits;
use weft_ledger::transfer::{Refork, copy_blobs, refork};
use weft_projections::{Digest, Seq, Time};

/// What a fork is to be.
#[derive(Debug, Clone)]
pub struct Forking {
    /// The last record that it has from the old log.
    pub seq: Seq,
    /// The origin of its checkpoints; the old log's without.
    pub origin: Option<String>,
    /// The id of its genesis record; a fresh one without.
    pub command_id: Option<CommandId>,
}

/// A log that goes on from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forked {
    /// Of its genesis record, whose link is the new log's id.
    pub receipt: Receipt,
    /// The origin of its checkpoints.
    pub origin: String,
    /// Where it leaves the old log: that log's id, the last record that both have, and its link there.
    pub from: Fork,
}

/// Makes a node in the folder of `into`, which is new or empty, that goes on from the record `seq` of the log
/// that `old` has opened: a log with an id and keys of its own, whose genesis names that record and has the
/// old one's constitution and time, with the records up to there, which keep everything but their links, all
/// blobs, and a first checkpoint. The old node may run, or be a copy that is only read.
///
/// All is made in a sibling folder, which is then renamed, so a fork that is interrupted leaves no half-made
/// node. The fork that was made under the same id from the same record is left as it is: its stored receipt is
/// the answer.
///
/// `progress` hears how many records of how many are copied.
///
/// # Errors
/// [`Error::NotEmpty`] when anything is in the folder; [`Error::Refused`] when the node there was born under
/// this id from something else; [`Error::Genesis`] for an origin that is not acceptable; [`Error::Ledger`]
/// when there is no such record, for damage in the old log, for a record that cannot be part of the fork (a
/// payload that is erased by a record after `seq`), and when the disk fails.
pub fn fork(
    old: &Inspection<Native>,
    old_layout: &Layout,
    into: &Layout,
    forking: &Forking,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Forked, Error> {
    let plan = Plan::of(old, forking)?;
    if let Some(receipt) = plan.earlier(into, forking)? {
        return Ok(plan.forked(receipt));
    }
    refuse_occupied(into.data_dir())?;
    let cradle = Cradle::new(into.data_dir(), "fork")?;
    let layout = Layout::new(cradle.path()).guarded_by(into.guards().map(Into::into));
    let receipt = plan.bear(old, old_layout, &layout, forking, progress)?;
    cradle.become_node(into.data_dir())?;
    Ok(plan.forked(receipt))
}

/// What [`fork`] would come to: its genesis is ruled on, with keys that nobody keeps and that stand in the
/// event. Nothing is written; what only copying finds out is not foreseen.
///
/// # Errors
/// As [`fork`], but for those of the disk and of the records.
pub fn rehearse_fork(
    old: &Inspection<Native>,
    into: &Layout,
    forking: &Forking,
) -> Result<(Rehearsal, String, Fork), Error> {
    let plan = Plan::of(old, forking)?;
    let said = match plan.earlier(into, forking)? {
        Some(receipt) => Rehearsal::Repeated(receipt),
        None => {
            refuse_occupied(into.data_dir())?;
            let mut platform = Native::of(into);
            let mut salts = Salts::seeded_by(&mut platform)?;
            let (_, genesis) = conceive(&mut platform, plan.birth(forking))?;
            let begun = begin(genesis, Some(plan.from), forking.command_id, plan.time, &mut salts)?;
            Rehearsal::Ruled { ruling: begun.ruling, events: begun.record.events }
        }
    };
    Ok((said, plan.origin, plan.from))
}

/// What the old log says that the fork has to begin with.
struct Plan {
    origin: String,
    constitution: String,
    /// That of the old genesis: times only grow, and the records keep theirs.
    time: Time,
    from: Fork,
}

impl Plan {
    fn of(old: &Inspection<Native>, forking: &Forking) -> Result<Plan, Error> {
        let read = |seq| {
            let (size, end) = (old.reader().head().size, Seq(seq).next().0);
            let none = weft_ledger::Error::NoRecords { start: seq, end, size };
            old.reader().read(seq)?.ok_or(none)
        };
        let (first, last) = (read(0)?, read(forking.seq.0)?);
        let RecordView { command, record, link, .. } = view(&first)?;
        let Command::Genesis(log::Genesis { origin, constitution, .. }) = command else {
            let reason = "record 0 is no genesis".to_owned();
            return Err(Error::Unreadable { seq: Seq(0), reason });
        };
        let from = Fork { log_id: link, seq: forking.seq, link: Digest(last.link.0) };
        let origin = forking.origin.clone().unwrap_or(origin);
        Ok(Plan { origin, constitution, time: record.time, from })
    }

    fn birth(&self, forking: &Forking) -> Birth {
        Birth {
            origin: self.origin.clone(),
            constitution: self.constitution.clone(),
            command_id: forking.command_id,
        }
    }

    fn earlier(&self, into: &Layout, forking: &Forking) -> Result<Option<Receipt>, Error> {
        born_as(into, forking.command_id, |genesis| {
            genesis.fork == Some(self.from) && genesis.origin == self.origin
        })
    }

    /// Keys, records, and the first checkpoint.
    fn bear(
        &self,
        old: &Inspection<Native>,
        old_layout: &Layout,
        layout: &Layout,
        forking: &Forking,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Receipt, Error> {
        let mut platform = Native::of(layout);
        let mut salts = Salts::seeded_by(&mut platform)?;
        let mut nonces = Salts::seeded_by(&mut platform)?;
        let (keys, genesis) = conceive(&mut platform, self.birth(forking))?;
        let begun = begin(genesis, Some(self.from), forking.command_id, self.time, &mut salts)?;
        let Begun { pending, ruling, .. } = begun;
        keys.store(layout)?;
        let storage = platform.storage();
        copy_blobs(&Native::of(old_layout).storage(), &storage)?;
        let fork = Refork {
            genesis: &pending,
            seq: forking.seq.0,
            is_withheld: &|_| false,
            limits: Limits::default(),
        };
        let nonces = Box::new(move || nonces.draw());
        let made = refork(old.reader(), &fork, &storage, nonces, progress)?;
        // Opened like any node: every record is folded, and closing signs the first checkpoint.
        let (kernel, _) = open(layout, &mut |_| {})?;
        kernel.close()?;
        sync_folder(layout.data_dir())?;
        let link = Digest(made.log_id.0);
        Ok(Receipt {
            seq: Seq(0),
            link,
            time: self.time,
            ruling,
            duplicate: false,
            payload_erased: false,
        })
    }

    fn forked(self, receipt: Receipt) -> Forked {
        Forked { receipt, origin: self.origin, from: self.from }
    }
}
