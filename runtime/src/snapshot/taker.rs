//! Taking snapshots of a running kernel.

use super::{
    Claim, FramePlace, Permission, Policy, SNAPSHOTS_KEPT, Snapshot, prune, remove_all, write,
};
use crate::kernel::Published;
use crate::{Error, Reader};
use weft_ledger::{LogKeys, Start, Storage, keep_places};
use weft_projections::Seq;

/// Takes snapshots of one log.
#[derive(Debug)]
pub(crate) struct Taker<S: Storage> {
    storage: S,
    reader: Reader<S>,
    policy: Policy,
    /// The record of the newest snapshot.
    newest: Option<Seq>,
    permission: Permission,
}

impl<S: Storage> Taker<S> {
    pub(crate) fn new(
        storage: S,
        reader: Reader<S>,
        policy: Policy,
        newest: Option<Seq>,
    ) -> Taker<S> {
        Taker { storage, reader, policy, newest, permission: Permission::default() }
    }

    pub(crate) fn permission(&self) -> Permission {
        self.permission.clone()
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn newest(&self) -> Option<Seq> {
        self.newest
    }

    /// Takes a snapshot of what was published. A checkpoint has to bind its record already: who opens
    /// the log goes on from there only then.
    ///
    /// # Errors
    /// [`Error::Damaged`] when damage was found in the log, [`Error::Snapshot`] for a State that is too large, [`Error::Ledger`] and [`Error::Files`] for
    /// what the disk says; the snapshots of before are still there.
    pub(crate) fn take(&mut self, published: Published, keys: &LogKeys) -> Result<Claim, Error> {
        if self.permission.is_withdrawn() {
            return Err(Error::Damaged);
        }
        let Published { state, head } = published;
        keep_places(&self.storage, &self.reader, keys)?;
        let start = Start::find(&self.reader, head.seq.0)?.ok_or(Error::Halted)?;
        let batch = FramePlace { segment: Seq(start.segment), offset: start.offset };
        let snapshot = Snapshot::of(state, head, batch);
        write(&self.storage, &snapshot)?;
        self.newest = Some(head.seq);
        prune(&self.storage, head.seq, SNAPSHOTS_KEPT)?;
        if self.permission.is_withdrawn() {
            // Damage was found meanwhile; whoever found it may have looked before this one had a name.
            remove_all(&self.storage)?;
            return Err(Error::Damaged);
        }
        Ok(snapshot.header.claim())
    }
}
