//! The threads beside the hot path: one signs checkpoints and keeps the indexes, one takes snapshots.

use super::handle::spawn;
use crate::Error;
use crate::keeper::{self, Keeper, Signed};
use crate::kernel::Board;
use crate::snapshot::{self, Claim, Taker};
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::thread::JoinHandle;
use weft_ledger::storage::Storage;

/// Those threads; they end when nothing is published any more.
pub(crate) struct Aside<S: Storage> {
    board: Arc<Board>,
    keeper: JoinHandle<Result<(), Error>>,
    taker: Option<JoinHandle<Taker<S>>>,
    signed: Signed,
}

impl<S: Storage> Aside<S> {
    /// Starts them.
    pub(super) fn start(
        keeper: Keeper<S>,
        taker: Option<Taker<S>>,
        board: &Arc<Board>,
        claims: Sender<Claim>,
    ) -> Result<Aside<S>, Error> {
        let signed = keeper.signed();
        let kept = board.clone();
        let keeper = spawn("weft-keep", move || keeper::run(keeper, &kept))?;
        let taker = taker.map(|taker| {
            let (board, signed) = (board.clone(), signed.clone());
            spawn("weft-snapshot", move || {
                // One that finds no room is claimed by nobody: it is no less true.
                snapshot::run(taker, &board, &signed, |claim| {
                    let _ = claims.try_send(claim);
                })
            })
        });
        Ok(Aside { board: board.clone(), keeper, taker: taker.transpose()?, signed })
    }

    /// Waits for them, once nothing is published any more; the last snapshot is taken when all is
    /// signed.
    ///
    /// # Errors
    /// What ended the one that signs, or [`Error::Panicked`].
    pub(super) fn join(self) -> Result<(), Error> {
        let kept = self.keeper.join();
        let taker = self.taker.map(JoinHandle::join).transpose();
        kept.map_err(|_| Error::Panicked("weft-keep"))??;
        if let Some(mut taker) = taker.map_err(|_| Error::Panicked("weft-snapshot"))? {
            snapshot::at_close(&mut taker, &self.board.read(), &self.signed);
        }
        Ok(())
    }
}
