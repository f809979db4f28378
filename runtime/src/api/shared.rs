//! What all connections share.

use super::Hooks;
use super::bell::Bell;
use super::json::{Head, Status};
use super::limits::{READERS_MAX, REQUEST_BYTES_MAX, STRANGER_BYTES_MAX};
use super::slots::Slots;
use crate::kernel::Published;
use crate::platform::{Native, Platform};
use crate::{Error, Handle};
use std::sync::Arc;
use tokio::sync::Semaphore;
use weft_projections::state::Phase;
use weft_projections::{Digest, Seq};

/// Bytes of requests are handed out in pieces of so many.
pub(super) const PIECE_BYTES: usize = 1_024;

/// What all connections share.
pub(super) struct Shared {
    pub(super) handle: Handle<Native>,
    pub(super) hooks: Hooks,
    pub(super) log_id: Digest,
    pub(super) slots: Arc<Slots>,
    pub(super) bell: Bell,
    /// Who may read records now.
    pub(super) readers: Semaphore,
    /// Pieces of memory for the requests of whoever is known, and of strangers.
    known_bytes: Arc<Semaphore>,
    stranger_bytes: Arc<Semaphore>,
    started_ms: u64,
}

impl Shared {
    /// # Errors
    /// [`Error::Ledger`] when the first record cannot be read.
    pub(super) fn new(handle: Handle<Native>, hooks: Hooks) -> Result<Shared, Error> {
        let first = handle.reader().read(0)?.ok_or(Error::Halted)?;
        let mut clock = Native::new(hooks.layout.data_dir());
        let started_ms = clock.monotonic_ms();
        let pieces = |bytes| Arc::new(Semaphore::new(bytes / PIECE_BYTES));
        Ok(Shared {
            handle,
            hooks,
            log_id: Digest(first.link.0),
            slots: Arc::new(Slots::new(clock)),
            bell: Bell::default(),
            readers: Semaphore::new(READERS_MAX),
            known_bytes: pieces(REQUEST_BYTES_MAX - STRANGER_BYTES_MAX),
            stranger_bytes: pieces(STRANGER_BYTES_MAX),
            started_ms,
        })
    }

    /// The memory that a client's requests come from.
    pub(super) fn bytes(&self, is_known: bool) -> &Arc<Semaphore> {
        if is_known { &self.known_bytes } else { &self.stranger_bytes }
    }

    /// How the kernel is.
    pub(super) fn status(&self, published: &Published) -> Status {
        let layout = &self.hooks.layout;
        let now_ms = Native::new(layout.data_dir()).monotonic_ms();
        let state = match (self.handle.has_ended(), published.state.kernel.phase()) {
            (false, Phase::Running) => "running",
            (true, _) | (false, Phase::Halted) => "halted",
        };
        Status {
            pid: std::process::id(),
            state: state.into(),
            socket: layout.socket().display().to_string(),
            data_dir: layout.data_dir().display().to_string(),
            uptime_ms: now_ms.saturating_sub(self.started_ms),
            head: Head::new(published.head.seq, published.head.link),
            boots: published.state.kernel.boots(),
            processes: published.state.process_table.live_len() as u64,
            clients: self.slots.clients() as u64,
            confinement: self.hooks.confinement.clone(),
            scrub: self.hooks.scrub.as_ref().map(|findings| findings.now().into()),
        }
    }

    /// The last durable record.
    pub(super) fn head(&self) -> Seq {
        self.handle.published().head.seq
    }
}
